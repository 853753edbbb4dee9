"""From the bytes of a file to clean text, with what had to be mended."""

from __future__ import annotations

import re

from kb.content.rules import found
from kb.content.types import Problem

MAX_BYTES = 1 << 20  # of an article; the longest real one we know has 556 KB

# Everything that YAML forbids and a reader cannot see, but tab and newline: C0, C1, surrogates,
# non-characters, and the marks that turn the direction of text round (they can disguise it).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")


def decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """The text of an article with Unix line ends, without a byte order mark or unseen characters."""
    problems: list[Problem] = []
    if len(data) > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES:,} bytes; the rest is left out. Split it into several articles."
        problems.append(found("file-too-large", path, 1, message))
        data = data[:MAX_BYTES]
    encoding = "utf-16" if data.startswith(_UTF_16_MARKS) else "utf-8"
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    if encoding != "utf-8" or (text.encode(errors="replace") != data.removeprefix(b"\xef\xbb\xbf") and not problems):
        line = text.count("\n", 0, max(text.find("\ufffd"), 0)) + 1
        problems.append(found("encoding", path, line, "The text is not UTF-8 here; save the file as UTF-8."))
    text = _LINE_END.sub("\n", text)
    unseen = _UNSEEN.search(text)
    if unseen:
        line = text.count("\n", 0, unseen.start()) + 1
        message = f"The character U+{ord(unseen.group()):04X} was taken out; delete it."
        problems.append(found("control-characters", path, line, message))
        text = _UNSEEN.sub("", text)
    return text.replace("\ufeff", ""), tuple(problems)
