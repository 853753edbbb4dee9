"""Writes what understanding queries needs of a partition: vocabulary, code book and synonyms."""

from __future__ import annotations

from pathlib import Path

from indexer.codes import write_codes
from indexer.documents import Documents
from indexer.keyword import field_texts
from indexer.vocabulary import write_vocabulary
from kb.search.synonyms import RULES, SYNONYMS_FILE, compile_synonyms
from kb.search.vocabulary import Vocabulary


def write_words(folder: Path, documents: Documents) -> None:
    """Write the words of what one audience reads into a new folder: of no other text does anything get in."""
    folder.mkdir()
    articles = [field_texts(article) for article in documents.articles]
    headlines = ["\n".join(text for field, text in texts.items() if field != "body") for texts in articles]
    write_vocabulary(folder, ["\n".join(texts.values()) for texts in articles], headlines)
    write_codes(folder, articles)
    rules = compile_synonyms(documents.synonyms, Vocabulary(folder))
    (folder / SYNONYMS_FILE).write_bytes(RULES.dump_json(rules))
