"""Writes what understanding queries needs of a partition: vocabulary, code book and synonyms.

Counts are sums over articles: those of a build before need only what single articles add or take away.
"""

from __future__ import annotations

from pathlib import Path

from indexer.carried import Carried, fresh_rows
from indexer.codes import CarriedCodes, FoundCodes, save_codes
from indexer.documents import Documents
from indexer.keyword import field_texts
from indexer.vocabulary import save_vocabulary
from indexer.word_counts import WordCounts
from kb.search.synonyms import RULES, SYNONYMS_FILE, compile_synonyms
from kb.search.vocabulary import Vocabulary
from kb.snapshot.partition import LANGUAGE_FOLDER


def write_words(folder: Path, documents: Documents, carried: Carried | None = None) -> None:
    """Write the words of what one audience reads into a new folder: of no other text does anything get in."""
    folder.mkdir()
    counts, codes = WordCounts(), FoundCodes()
    for row in fresh_rows(len(documents.articles), carried.articles if carried else None):
        texts = field_texts(documents.articles[row])
        counts.add(*_whole_and_headlines(texts))
        codes.add(row, texts)
    for article in carried.gone() if carried else ():
        texts = field_texts(article)
        counts.take_away(*_whole_and_headlines(texts))
        codes.take_away(texts)
    base = carried.folder / LANGUAGE_FOLDER if carried else None
    save_vocabulary(folder, counts, base)
    save_codes(folder, codes, CarriedCodes(base, carried.articles.documents) if base and carried else None)
    rules = compile_synonyms(documents.synonyms, Vocabulary(folder))
    (folder / SYNONYMS_FILE).write_bytes(RULES.dump_json(rules))


def _whole_and_headlines(texts: dict[str, str]) -> tuple[str, str]:
    return "\n".join(texts.values()), "\n".join(text for field, text in texts.items() if field != "body")
