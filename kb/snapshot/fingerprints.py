"""Fingerprints: digests of the code that shapes what a snapshot holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from kb.search import (
    analysis,
    codes,
    forward,
    identifiers,
    keyword,
    lexicon,
    operators,
    postings,
    suggest_tables,
    synonyms,
    vocabulary,
    word_list,
)

FORMAT = "3"  # of the files in a snapshot; raised when a reader of the old ones would fail


def code_fingerprints() -> dict[str, str]:
    """What the running code must share with a snapshot's builder, beside the model: format, analysis, suggestions."""
    code = (
        analysis.__file__,
        analysis.STOPWORDS_FILE,
        codes.__file__,
        forward.__file__,
        identifiers.__file__,
        keyword.__file__,
        lexicon.__file__,
        operators.__file__,
        postings.__file__,
        synonyms.__file__,
        vocabulary.__file__,
    )
    chain = digest_code(code, ("PyStemmer", "symspellpy", "whoosh-reloaded"))
    suggestions = digest_code((suggest_tables.__file__, word_list.__file__), ())
    return {"format": FORMAT, "analysis": chain, "suggestions": suggestions}


def digest_code(files: Iterable[str | Path], packages: Iterable[str]) -> str:
    """One digest, 16 hex digits, of source files and installed packages' versions."""
    digest = hashlib.sha256()
    for file in sorted(Path(file) for file in files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for package in packages:
        digest.update(f"{package}=={version(package)}\0".encode())
    return digest.hexdigest()[:16]
