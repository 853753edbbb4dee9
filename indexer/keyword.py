"""Writes a partition's keyword side, which `kb/search/keyword.py` reads; what has not changed comes from the build before.

Counts of unchanged articles move to their new rows by array operations alone; every score is then
worked out anew, since each rests on all articles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from pathlib import Path

import numpy as np

from indexer.analyser import Analyser
from indexer.carried import Carried, fresh_rows
from indexer.counts import GONE, Counts, Numbers, count, join, move_documents, read_counts, rename_terms
from indexer.documents import Documents
from indexer.operators import LENGTHS, write_operators
from indexer.postings import write_forward, write_postings, write_vocabulary
from indexer.progress import Progress
from kb.content.types import Article
from kb.search.keyword import ARTICLES, FIELD_WEIGHTS, FORWARD, OPERATORS, PASSAGES, POSTINGS, TITLES
from kb.search.passages import split_passages
from kb.search.postings import Vocabulary
from kb.snapshot.partition import KEYWORD_FOLDER


def write_keyword(folder: Path, documents: Documents, progress: Progress, carried: Carried | None = None) -> None:
    """Write postings and the operators' index into a new folder; what is carried over is only read."""
    folder.mkdir()
    analyser = Analyser()
    fresh = _count_fresh(documents, carried, analyser, progress)
    terms = [term.encode() for term in analyser.terms]
    places = partial(_places, documents.articles, analyser)
    with ThreadPoolExecutor(1) as pool:  # arrays on one core, phrases on the other
        counting = pool.submit(_write_counts, folder, fresh, terms, carried)
        write_operators(folder / OPERATORS, len(documents.articles), places, carried, progress)
        counting.result()


def field_texts(article: Article) -> dict[str, str]:
    """The text of each field of an article, lines being separate statements."""
    return {
        "title": "\n".join(part for part in (article.title, article.also_titled) if part),
        "heading": "\n".join(section.heading for section in article.sections),
        "summary": article.summary,
        "symptoms": "\n".join(article.symptoms),
        "errors": "\n".join(article.errors),
        "body": "\n".join(section.text for section in article.sections),
    }


def _count_fresh(documents: Documents, carried: Carried | None, analyser: Analyser, progress: Progress) -> dict[str, Counts]:
    """Count what is not carried over; carried documents have a number, but no entries."""
    rows = fresh_rows(len(documents.articles), carried.articles if carried else None)
    progress.begin(f"Counting the {documents.audience} words", "sections", int(documents.section_counts[rows].sum()))
    texts: dict[str, list[list[int]]] = {ARTICLES: [], TITLES: [], PASSAGES: []}
    for row in rows:
        article = documents.articles[row]
        fields = {name: analyser.numbers(text) for name, text in field_texts(article).items()}
        texts[ARTICLES].append([number for name, weight in FIELD_WEIGHTS.items() for number in fields[name] * weight])
        texts[TITLES].append(fields["title"])
        texts[PASSAGES] += [analyser.numbers(passage.text) for passage in split_passages(article)]
        progress.advance(len(article.sections))
    passages = fresh_rows(len(documents.passages), carried.passages if carried else None)
    numbered = {
        name: (passages, len(documents.passages)) if name == PASSAGES else (rows, len(documents.articles)) for name in texts
    }
    return {name: count(text, *numbered[name]) for name, text in texts.items()}


def _write_counts(folder: Path, fresh: dict[str, Counts], terms: list[bytes], carried: Carried | None) -> None:
    """Write one vocabulary and the postings over it, of fresh and carried documents together."""
    old, old_terms = _carry(carried) if carried else ({}, [])
    vocabulary = sorted(_used_terms(old, old_terms) | _used_terms(fresh, terms))
    numbers = {term: number for number, term in enumerate(vocabulary)}
    new_numbers, old_numbers = _new_numbers(terms, numbers), _new_numbers(old_terms, numbers)
    write_vocabulary(folder, vocabulary)
    for name, counts in fresh.items():
        joined = rename_terms(counts, new_numbers)
        if carried:
            joined = join(rename_terms(old[name], old_numbers), joined)
        write_postings(folder / name, joined, len(vocabulary), LENGTHS)
        if name == ARTICLES:
            write_forward(folder / FORWARD, joined)


def _carry(carried: Carried) -> tuple[dict[str, Counts], list[bytes]]:
    folder = carried.folder / KEYWORD_FOLDER
    moves = {name: carried.passages if name == PASSAGES else carried.articles for name in POSTINGS}
    counts = {name: move_documents(read_counts(folder / name), move) for name, move in moves.items()}
    return counts, Vocabulary(folder).terms()


def _used_terms(counts: Mapping[str, Counts], terms: Sequence[bytes]) -> set[bytes]:
    """The terms that stand in any document; those of removed articles go with them."""
    used = np.zeros(len(terms), np.bool_)
    for part in counts.values():
        used[part.terms] = True
    return {terms[number] for number in np.flatnonzero(used).tolist()}


def _new_numbers(terms: Sequence[bytes], numbers: Mapping[bytes, int]) -> Numbers:
    return np.fromiter(map(numbers.get, terms, repeat(GONE)), np.int32, len(terms))


def _places(articles: Sequence[Article], analyser: Analyser, row: int) -> dict[str, Mapping[str, Sequence[int]]]:
    return {name: analyser.places(text) for name, text in field_texts(articles[row]).items()}
