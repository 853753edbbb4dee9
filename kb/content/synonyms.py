"""synonyms.txt: the words that writers know to mean the same, read and checked.

A line is a group, `modem, router, box`, of which each means each, or an arrow, `laggy => high ping,
lag`, of which those on the left also mean those on the right. `#` begins a comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kb.content.rules import found
from kb.content.types import Library, Problem, Status, SynonymLine
from kb.search.analysis import compounds, normalise, stop_words, surface_words

FILE = "synonyms.txt"
MAX_WORDS = 5  # of one synonym; longer ones are sentences, which nobody types alike
MAX_ENTRIES = 12  # of one line; each is looked for with every question that holds one of them
_MAX_BYTES = 1 << 20
_ARROW = "=>"


def read_synonyms(root: Path) -> tuple[tuple[SynonymLine, ...], tuple[Problem, ...]]:
    """Read a library's synonyms.txt; without one there are none."""
    file = root / FILE
    if not file.exists():
        return (), ()
    try:
        data = file.read_bytes()
    except OSError as error:
        return (), (found("synonyms-unreadable", FILE, 1, f"The file cannot be opened ({error.strerror}); mend its rights."),)
    lines, problems = parse_synonyms(data[:_MAX_BYTES].decode("utf-8-sig", errors="replace"))
    if len(data) > _MAX_BYTES:
        message = f"The file is larger than {_MAX_BYTES:,} bytes; the rest of it is left out."
        problems = (*problems, found("synonyms-unreadable", FILE, 1, message))
    return lines, problems


def parse_synonyms(text: str) -> tuple[tuple[SynonymLine, ...], tuple[Problem, ...]]:
    """The usable lines of a synonyms file, and what is wrong with the others; any text is accepted."""
    lines: list[SynonymLine] = []
    problems: list[Problem] = []
    for number, raw in enumerate(text.split("\n"), 1):
        content = raw.partition("#")[0].strip()
        if not content:
            continue
        problem = _fault(content, number)
        if problem:
            problems.append(problem)
        else:
            lines.append(_read_line(content, number))
    return tuple(lines), tuple(problems)


def phrase_key(phrase: str) -> tuple[str, ...]:
    """What a phrase is compared by: its words in order, stemmed, `Wi-Fi` and `wifi` being one word."""
    return tuple(key for _, key in keyed_words(phrase))


def keyed_words(text: str) -> list[tuple[str, str]]:
    """The words of a text, folded, each with what it is compared by."""
    found_words = compounds(text.replace("/", " "))
    return [(word, normalise(surface_words(word)[0])) for word in found_words if surface_words(word)]


def lint_synonyms(library: Library) -> Iterator[Problem]:
    """What a look at all lines, and at the articles, brings to light."""
    groups: dict[tuple[str, ...], int] = {}
    seen: dict[tuple[object, ...], int] = {}
    words = _words(library) if library.synonyms else frozenset()
    for line in library.synonyms:
        yield from _lint_line(line)
        said = tuple(sorted(map(phrase_key, line.asked))), tuple(sorted(map(phrase_key, line.means)))
        first = seen.setdefault(said, line.line)
        if first != line.line:
            yield found("synonyms-duplicate", FILE, line.line, f"Line {first} says the same; delete one of them.")
        elif line.is_group:
            yield from _lint_group(line, groups)
        if not any(set(phrase_key(phrase)) <= words for phrase in (*line.asked, *line.means)):
            message = "No article has any of these words; correct their spelling or delete the line."
            yield found("synonyms-unused", FILE, line.line, message)


def _fault(content: str, number: int) -> Problem | None:
    sides = [_entries(side) for side in content.split(_ARROW)]
    entries = [entry for side in sides for entry in side]
    if len(sides) > 2 or not all(sides) or (len(sides) == 1 and len(sides[0]) < 2):
        message = "Write a group, `modem, router, box`, or an arrow, `laggy => high ping, lag`."
        return found("synonyms-syntax", FILE, number, message)
    if len(entries) > MAX_ENTRIES:
        return found("synonyms-syntax", FILE, number, f"The line has {len(entries)} synonyms of at most {MAX_ENTRIES}; split it.")
    for entry in entries:
        size = len(phrase_key(entry))
        if not 1 <= size <= MAX_WORDS:
            return found("synonyms-syntax", FILE, number, f"{entry[:40]!r} has {size} words; a synonym has 1 to {MAX_WORDS}.")
        if all(word in stop_words() for compound in compounds(entry) for word in surface_words(compound)):
            message = f"{entry!r} has only words that search leaves out; take it out of the line."
            return found("synonyms-stop-words", FILE, number, message)
    return None


def _read_line(content: str, number: int) -> SynonymLine:
    left, arrow, right = content.partition(_ARROW)
    asked = tuple(_entries(left))
    return SynonymLine(asked, tuple(_entries(right)) if arrow else asked, number)


def _entries(side: str) -> list[str]:
    return [" ".join(entry.split()) for entry in side.split(",") if entry.strip()]


def _lint_line(line: SynonymLine) -> Iterator[Problem]:
    asked, means = [[phrase_key(phrase) for phrase in side] for side in (line.asked, line.means)]
    if not line.is_group and set(asked) & set(means):
        yield found("synonyms-self", FILE, line.line, "Something stands on both sides of the arrow; take it out on the right.")
    if len(set(asked)) < len(asked) or len(set(means)) < len(means):
        yield found(
            "synonyms-duplicate", FILE, line.line, "Two of these are the same to search, which leaves endings and hyphens out."
        )


def _lint_group(line: SynonymLine, groups: dict[tuple[str, ...], int]) -> Iterator[Problem]:
    for phrase in line.asked:
        first = groups.setdefault(phrase_key(phrase), line.line)
        if first != line.line:
            message = f"{phrase!r} is in the group of line {first}, too; make them one group, or one of them an arrow."
            yield found("synonyms-conflict", FILE, line.line, message)


def _words(library: Library) -> frozenset[str]:
    """The words of all published articles, in the form that phrases are compared by."""
    found_words: set[str] = set()
    for source in library.sources:
        front = source.front
        if front.status is Status.PUBLISHED:
            text = "\n".join((source.title, front.summary, *front.symptoms, *front.errors, source.body))
            found_words.update(word for compound in set(compounds(text)) for word in surface_words(compound))
    return frozenset(map(normalise, found_words))
