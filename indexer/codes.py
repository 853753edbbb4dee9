"""Compiles a partition's code book: the identifiers of its articles and where in them they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.counts import GONE, Numbers
from kb.search.codes import CODES_FOLDER, HOLDERS_FILE, OPENINGS_FOLDER, STARTS_FILE, Place
from kb.search.identifiers import codes_of, declared_codes
from kb.search.lexicon import Lexicon, write_lexicon
from kb.snapshot.arrays import open_array

OPENING_COUNTS_FILE = "opening_counts.npy"  # uint32: how many articles have each opening; only the next build reads it


class FoundCodes:
    """The codes of the articles that have come, and the openings of codes, less those of the articles that have gone."""

    def __init__(self) -> None:
        """Nothing is found yet."""
        self.places: list[tuple[str, int, Place]] = []  # code, article row, where in it the code is most telling
        self.openings: Counter[str] = Counter()  # in how many articles each stands

    def add(self, row: int, texts: Mapping[str, str]) -> None:
        """Take in the article of a row, given by the texts of its fields (`field_texts`)."""
        found = sorted(_find_codes(texts), key=lambda code: code[2], reverse=True)
        self.places += [(code, row, place) for code, place in {code: place for code, _, place in found}.items()]
        self.openings.update(_openings(found))

    def take_away(self, texts: Mapping[str, str]) -> None:
        """Take out an article."""
        self.openings.subtract(_openings(_find_codes(texts)))


@dataclass(frozen=True, slots=True)
class CarriedCodes:
    """A code book to start from, and the new row of each of its articles, or `GONE`."""

    folder: Path
    rows: Numbers


def write_codes(folder: Path, articles: Iterable[Mapping[str, str]]) -> None:
    """Write the code book of articles, given by the texts of their fields, into a new folder."""
    found = FoundCodes()
    for row, texts in enumerate(articles):
        found.add(row, texts)
    save_codes(folder, found)


def save_codes(folder: Path, found: FoundCodes, carried: CarriedCodes | None = None) -> None:
    """Write the code book of what was found into a new folder, on top of one that is carried over."""
    known, held = _carry(carried) if carried else ([], np.zeros((0, 3), np.int32))
    codes = sorted({*(known[number] for number in np.unique(held[:, 0]).tolist()), *(code for code, _, _ in found.places)})
    number_of = {code: number for number, code in enumerate(codes)}
    held[:, 0] = np.array([number_of.get(code, GONE) for code in known], np.int32)[held[:, 0]]
    new = np.array([(number_of[code], row, place) for code, row, place in found.places], np.int32).reshape(-1, 3)
    table = np.concatenate([held, new])
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    starts = np.zeros(len(codes) + 1, np.uint32)
    np.cumsum(np.bincount(table[:, 0], minlength=len(codes)), out=starts[1:])
    write_lexicon(folder / CODES_FOLDER, codes)
    np.save(folder / STARTS_FILE, starts, allow_pickle=False)
    np.save(folder / HOLDERS_FILE, np.ascontiguousarray(table[:, 1:]), allow_pickle=False)
    _save_openings(folder, found, carried)


def _carry(carried: CarriedCodes) -> tuple[Sequence[str], Numbers]:
    """The codes of a book, and of each that an article still holds its number, the article's new row, and the place."""
    lexicon = Lexicon(carried.folder / CODES_FOLDER)
    holders = open_array(carried.folder / HOLDERS_FILE)
    numbers = np.repeat(np.arange(len(lexicon), dtype=np.int32), np.diff(open_array(carried.folder / STARTS_FILE)))
    rows = carried.rows[holders[:, 0]]
    table = np.column_stack([numbers, rows, holders[:, 1]]).astype(np.int32)
    return lexicon.texts(0, len(lexicon)), table[rows != GONE]


def _save_openings(folder: Path, found: FoundCodes, carried: CarriedCodes | None) -> None:
    counts: Counter[str] = Counter()
    if carried:
        lexicon = Lexicon(carried.folder / OPENINGS_FOLDER)
        held = open_array(carried.folder / OPENING_COUNTS_FILE).tolist()
        counts.update(dict(zip(lexicon.texts(0, len(lexicon)), held, strict=True)))
    counts.update(found.openings)
    openings = sorted(opening for opening, count in counts.items() if count > 0)
    write_lexicon(folder / OPENINGS_FOLDER, openings)
    np.save(folder / OPENING_COUNTS_FILE, np.array([counts[opening] for opening in openings], np.uint32), allow_pickle=False)


def _openings(found: Iterable[tuple[str, str, Place]]) -> set[str]:
    return {opening for _, opening, _ in found if opening}


def _find_codes(texts: Mapping[str, str]) -> Iterator[tuple[str, str, Place]]:
    """The codes of one article, each with the first of its words if it has several, and a place it stands in."""
    for field, text in texts.items():
        if field == "errors":
            for error in text.split("\n"):
                yield from ((code, opening, Place.DECLARED) for code, opening in declared_codes(error))
        else:
            place = Place.TITLE if field in ("title", "heading") else Place.BODY
            yield from ((code, opening, place) for code, opening in codes_of(text))
