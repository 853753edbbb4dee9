"""Identifiers: error codes, addresses, ports and model numbers, recognised by shape and in one normal form.

`0x800CCC0F`, `Error 651`, `DNS_PROBE_FINISHED_NXDOMAIN`, `NW-31473-8`, `169.254.x.x`, `port 587`,
`5.7.1`, `HTTP Error 500.19`, `T3`, `802.11ax`. The normal form is lower case without joints, but for
dotted numbers, which keep their dots: `1.21` and `12.1` are different things. A number that only a word in front of
it makes an identifier is filed as the bare number, so that `Error 651`, `error651` and `651` are
one; a port keeps its word. A code may be typed as words ("dns probe finished nxdomain"): those are
recognised where some article of the partition holds the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.search.types import Identifier

MAX_CODE = 64  # characters; what is longer is a hash or base64, which nobody types
MAX_CODE_WORDS = 6  # of a code typed as words
# … and at least so many, unless some article declares it: any two or three are some variable's name, `product_version`.
# One of them must be rare, too: the words of `third_party_cloud_service` are in many questions.
LEAST_CODE_WORDS = 4
_LEAST_DIGITS = 5  # or of a code typed in pieces so many digits, `nw 31473 8`: `vs 2012` has four
MAX_FOUND = 64  # identifiers of one text; a log file pasted whole holds more, and says no more

_NUMBER_WORDS = r"(?:error|err|code|status|event|http|https|smtp|stop|fault|fehler)"
_GAP = r"\s{0,3}"  # bounded, so that a megabyte of spaces is passed over in one go
_BEFORE_NUMBER = rf"(?:\s{{1,3}}(?:code|id|number|no\.?|nr\.?))?{_GAP}[:#=\-]?{_GAP}"
_SHAPES = re.compile(
    rf"""(?<![\w.])(?:
      (?P<hex>0x[0-9a-f]+)
    | port{_GAP}[:#]?{_GAP}(?P<port>\d{{1,5}})
    | {_NUMBER_WORDS}{_BEFORE_NUMBER}(?P<status>\d{{3}}\.\d{{1,2}})(?!\.?\d)
    | {_NUMBER_WORDS}{_BEFORE_NUMBER}(?P<number>\d+(?:-\d+)*)(?!\.\d)
    | (?:net::)?(?P<underscored>[a-z0-9]+(?:_+[a-z0-9]+)+)
    | (?P<dotted>\d+(?:\.(?:\d+|x{{1,3}}|\*)){{2,5}})
    | (?P<standard>802\.1[0-9a-z]{{1,3}})
    | (?P<dashed>[a-z0-9]+(?:-[a-z0-9]+)+)
    | (?P<mixed>[a-z]+\d[a-z0-9]*)
    )(?![\w])""",
    re.VERBOSE | re.ASCII,
)
_WILD = re.compile(r"\.(?:x+|\*)")
_DATE = re.compile(r"(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?|\d{1,2}-\d{1,2}-(?:19|20)?\d\d")
_TWO_NUMBERS = re.compile(r"\d{4,6}-\d{4,6}")  # 2110-1100; shorter ones are amounts, "10-20"
_WORD_AND_NUMBER = re.compile(r"[a-z]{4,}\d{1,3}|[a-z]{4,}(?:19|20)\d\d")  # windows11, office365, outlook2019
_LETTER_AND_NUMBER = re.compile(r"[a-z]\d{3,5}")  # m7111
_BARE_NUMBER = re.compile(r"\d{3,6}")  # 691; of a shorter one nobody knows that it is a code
_ROUND = re.compile(r"[1-9]00")
_WORDS_AROUND_ROUND = 6  # among more it is an amount, "I get 500 by cable"; among fewer a status, "page says 500"
_NUMBER_ALONE = re.compile(rf"(?<![\w.\-]){_BARE_NUMBER.pattern}(?![\w\-]|\.\d)", re.ASCII)
# The beginning of an address, `100.64`: with two parts it may be an amount, `2.4`, so only where an article declares it.
_TWO_PARTS = re.compile(r"(?<![\w.])\d{1,3}\.\d{1,3}(?=\.?(?![\w.]))", re.ASCII)
# A family of codes, `NW-xxxxx-x` or `0x87DDxxxx`: one of its codes that no article names is held by who declares the family.
_FAMILY = re.compile(r"[a-z0-9]*[a-wyz0-9]x{3,}", re.ASCII)  # in normal form
_FAMILY_TAIL = re.compile(r"[0-9a-f]+$")
_LEAST_MARKS = 3  # `x` at its end
_LEAST_FAMILY = 6  # characters of a code that may belong to one: a shorter number is in too many texts
_HINT = re.compile(r"[0-9_]")  # every code holds one of these
_JOINT = re.compile(r"[._-]")
_PIECE = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_DASHES = str.maketrans("‐‑‒–−", "-----")
_CAPITALS = re.compile(r"[A-Z]{3,}")
_ADDRESS_PARTS = 4
_NAME = re.compile(r"(?!port\d)[a-z]+\d{1,3}[a-z]*", re.ASCII)  # ipv6, mp3, iphone13, cd28


class Codes(Protocol):
    """Which codes the articles of a partition hold."""

    def has(self, code: str) -> bool:
        """Whether some article holds a code, in normal form."""
        ...

    def declares(self, code: str) -> bool:
        """Whether some article declares a code in `errors:`."""
        ...

    def opens(self, word: str) -> bool:
        """Whether some code of several words begins with this folded word."""
        ...

    def is_usual(self, word: str) -> bool:
        """Whether many articles use a folded word."""
        ...


@dataclass(frozen=True, slots=True)
class FoundCode:
    """An identifier and where it stands in the text."""

    start: int
    end: int
    code: str


def is_name(code: str) -> bool:
    """Whether a code, in normal form, is made like a name: letters and few digits.

    Articles are about `ipv6` or `iphone13` without holding it, so only one that declares it counts as holding it.
    """
    return bool(_NAME.fullmatch(code))


def find_identifiers(text: str, codes: Codes) -> tuple[Identifier, ...]:
    """The identifiers of a query, in order, each code once; those that no article holds are identifiers, too."""
    return report_identifiers(text, locate_identifiers(text, codes))


def report_identifiers(text: str, places: Iterable[FoundCode]) -> tuple[Identifier, ...]:
    """The identifiers at these places of a text, each code once."""
    found: dict[str, Identifier] = {}
    for place in places:
        found.setdefault(place.code, Identifier(text[place.start : place.end], place.code))
    return tuple(found.values())


def locate_identifiers(text: str, codes: Codes) -> tuple[FoundCode, ...]:
    """As `find_identifiers`, with their places; none overlaps another, and there are at most `MAX_FOUND`."""
    plain = _plain(text)
    found: list[FoundCode] = []
    for place in sorted([*_by_shape(plain), *_by_words(plain, codes)], key=lambda place: (place.start, -place.end)):
        if not found or place.start >= found[-1].end:
            found.append(place)
        if len(found) == MAX_FOUND:
            break
    return tuple(found)


def codes_of(text: str) -> Iterator[tuple[str, str]]:
    """The codes that a text of an article holds, in normal form, each with the first of its words if it has several.

    The code book files articles under them. Of a code in one word, the second is empty.
    """
    for line in text.split("\n"):  # most lines hold none, and that is soon seen
        if _HINT.search(line):
            plain = _plain(line)
            for place in _by_shape(plain):
                words = _PIECE.findall(plain[place.start : place.end].removeprefix("net::"))
                yield place.code, words[0] if len(words) > 1 and "".join(words) == place.code else ""


def declared_codes(error: str) -> Iterator[tuple[str, str]]:
    """The same of one line of `errors:`; there, bare numbers are codes too, and so is a line of `100.64`, `LOS` or a family."""
    yield from codes_of(error)
    yield from ((number, "") for number in _NUMBER_ALONE.findall(error))
    if _FAMILY.fullmatch(family := _JOINT.sub("", error.strip().lower())) and len(family) <= MAX_CODE:
        yield family, ""
    if match := _TWO_PARTS.fullmatch(error.strip().removesuffix(".")):
        yield match[0], ""
    if _CAPITALS.fullmatch(error.strip()):
        yield error.strip().lower(), ""


def spellings(code: str) -> tuple[str, ...]:
    """The codes to look one up by, the most exact first: an address also by the ranges it lies in, a number also as a port."""
    parts = code.split(".")
    if len(parts) == _ADDRESS_PARTS and all(part.isdigit() for part in parts):
        ranges = (".".join([*parts[:kept], *["x"] * (_ADDRESS_PARTS - kept)]) for kept in (3, 2, 1))
        return (code, *ranges, ".".join(parts[:2]))
    return (code, f"port{code}") if code.isdigit() else (code,)


def families(code: str) -> tuple[str, ...]:
    """The families that a code, in normal form, may belong to, the closest first: `nw31449x`, …, `nwxxxxxx`."""
    tail = _FAMILY_TAIL.search(code)
    if not tail or len(code) < _LEAST_FAMILY or len(code) > MAX_CODE or "." in code:
        return ()
    return tuple(code[:place] + "x" * (len(code) - place) for place in range(len(code) - _LEAST_MARKS, tail.start() - 1, -1))


def _plain(text: str) -> str:
    """A text in lower case with plain dashes; each character stays where it is."""
    lowered = text.translate(_DASHES).lower()
    return lowered if len(lowered) == len(text) else "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _by_shape(plain: str) -> Iterator[FoundCode]:
    for match in _SHAPES.finditer(plain):
        kind = match.lastgroup or ""
        code = _normal_form(kind, match[kind])
        if code and len(code) <= MAX_CODE:
            yield FoundCode(match.start(), match.end(), code)


def _normal_form(kind: str, written: str) -> str:
    """The normal form of what has the shape of an identifier; empty where it is an amount, a date or words."""
    is_code = (kind != "dashed" or _is_dashed_code(written)) and (kind != "mixed" or not _WORD_AND_NUMBER.fullmatch(written))
    if not is_code:
        return ""
    if kind == "dotted":
        return _WILD.sub(".x", written)
    if kind == "status":  # HTTP 405.0 is HTTP 405, and HTTP 500.19 one kind of HTTP 500
        return written.removesuffix(".0")
    return ("port" if kind == "port" else "") + _JOINT.sub("", written)


def _is_dashed_code(written: str) -> bool:
    """`NW-31473-8`, `CE-108889-3`, `M7111-5059`, `2110-1100`; not `2026-11-24`, `10-20`, `wi-fi`, `5-ghz`, `step-2`."""
    if _DATE.fullmatch(written):
        return False
    if _TWO_NUMBERS.fullmatch(written):
        return True
    first, *rest = written.split("-")
    is_short = len(first) <= 4 and not first.isdigit()
    return (is_short or bool(_LETTER_AND_NUMBER.fullmatch(first))) and any(part.isdigit() and len(part) > 2 for part in rest)


def _by_words(plain: str, codes: Codes) -> Iterator[FoundCode]:
    """Codes typed as words, and bare numbers, where some article holds them."""
    for match in _TWO_PARTS.finditer(plain):
        if codes.declares(match[0]):
            yield FoundCode(match.start(), match.end(), match[0])
    words = list(_PIECE.finditer(plain))
    for place, word in enumerate(words):
        text = word.group()
        if any(map(codes.declares, _names(text, len(words)))):
            yield FoundCode(word.start(), word.end(), text)
        if codes.opens(text):
            yield from _longest(words[place : place + MAX_CODE_WORDS], codes)


def _names(word: str, words: int) -> tuple[str, ...]:
    """What a word, one of so many, may be declared under if it is a code by itself."""
    if word.isalpha():
        return (word,)
    is_amount = words > _WORDS_AROUND_ROUND and _ROUND.fullmatch(word)
    return spellings(word) if _BARE_NUMBER.fullmatch(word) and not is_amount else ()


def _longest(words: list[re.Match[str]], codes: Codes) -> Iterator[FoundCode]:
    for size in range(len(words), 1, -1):
        typed = [word.group() for word in words[:size]]
        code = "".join(typed)
        if codes.has(code) and (codes.declares(code) or _is_telling(typed, codes)):
            yield FoundCode(words[0].start(), words[size - 1].end(), code)
            return


def _is_telling(words: Sequence[str], codes: Codes) -> bool:
    digits = sum(char.isdigit() for word in words for char in word)
    return digits >= _LEAST_DIGITS if digits else len(words) >= LEAST_CODE_WORDS and not all(map(codes.is_usual, words))
