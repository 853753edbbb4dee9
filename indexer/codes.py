"""Compiles a partition's code book: the identifiers of its articles and where in them they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from kb.search.codes import CODES_FOLDER, HOLDERS_FILE, OPENINGS_FOLDER, STARTS_FILE, Place
from kb.search.identifiers import codes_of, declared_codes
from kb.search.lexicon import write_lexicon


def write_codes(folder: Path, articles: Iterable[Mapping[str, str]]) -> None:
    """Write the code book of articles, given by the texts of their fields (`field_texts`), into a new folder."""
    holders: dict[str, dict[int, Place]] = defaultdict(dict)
    openings: set[str] = set()
    for row, texts in enumerate(articles):
        for code, opening, place in _find_codes(texts):
            holders[code][row] = min(place, holders[code].get(row, place))
            openings.add(opening)
    openings.discard("")
    codes = sorted(holders, key=str.encode)
    write_lexicon(folder / CODES_FOLDER, codes)
    write_lexicon(folder / OPENINGS_FOLDER, sorted(openings, key=str.encode))
    starts = np.zeros(len(codes) + 1, np.uint32)
    np.cumsum([len(holders[code]) for code in codes], out=starts[1:])
    table = [(row, place) for code in codes for row, place in sorted(holders[code].items())]
    np.save(folder / STARTS_FILE, starts, allow_pickle=False)
    np.save(folder / HOLDERS_FILE, np.array(table, np.int32).reshape(-1, 2), allow_pickle=False)


def _find_codes(texts: Mapping[str, str]) -> Iterator[tuple[str, str, Place]]:
    """The codes of one article, each with the first of its words if it has several, and a place it stands in."""
    for field, text in texts.items():
        if field == "errors":
            for error in text.split("\n"):
                yield from ((code, opening, Place.DECLARED) for code, opening in declared_codes(error))
        else:
            place = Place.TITLE if field in ("title", "heading") else Place.BODY
            yield from ((code, opening, place) for code, opening in codes_of(text))
