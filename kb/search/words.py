"""The words of one partition: its vocabulary, code book and synonyms, opened together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.search.codes import CodeBook
from kb.search.synonyms import Synonyms, read_synonyms
from kb.search.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class PartitionWords:
    """What understanding a query needs to know of a partition; safe to share between threads."""

    vocabulary: Vocabulary
    codes: CodeBook
    synonyms: Synonyms


def open_words(folder: Path) -> PartitionWords:
    """Open what the build left in `folder`, a part of a verified snapshot."""
    vocabulary = Vocabulary(folder)
    return PartitionWords(vocabulary, CodeBook(folder, vocabulary), read_synonyms(folder))
