"""Fingerprints: digests of the code that shapes what a snapshot holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from kb.search import analysis, keyword

FORMAT = "1"  # of the files in a snapshot; raised when a reader of the old ones would fail


def code_fingerprints() -> dict[str, str]:
    """What the running code must share with a snapshot's builder, beside the model: format and analysis."""
    chain = digest_code((analysis.__file__, analysis.STOPWORDS_FILE, keyword.__file__), ("PyStemmer", "whoosh-reloaded"))
    return {"format": FORMAT, "analysis": chain}


def digest_code(files: Iterable[str | Path], packages: Iterable[str]) -> str:
    """One digest, 16 hex digits, of source files and installed packages' versions."""
    digest = hashlib.sha256()
    for file in sorted(Path(file) for file in files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for package in packages:
        digest.update(f"{package}=={version(package)}\0".encode())
    return digest.hexdigest()[:16]
