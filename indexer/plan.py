"""The plan: what a snapshot would be built from, and so what its id is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.content.catalogue import Catalogue
from kb.search import passages
from kb.snapshot.fingerprints import code_fingerprints, digest_code

ROOT = Path(__file__).resolve().parent.parent
_CONTENT_PACKAGES = ("Markdown", "pymdown-extensions", "nh3", "selectolax", "PyYAML")


@dataclass(frozen=True, slots=True)
class Plan:
    """A library to build, and the fingerprints of what builds it."""

    id: str  # of the snapshot: 16 hex digits
    library: Catalogue
    fingerprints: Mapping[str, str]


def make_plan(library: Catalogue, model: str) -> Plan:
    """Work out a snapshot's id from the articles, the site's settings, the code and the model's fingerprint."""
    fingerprints = code_fingerprints() | {"model": model, "content": content_fingerprint()}
    inputs = {
        "fingerprints": fingerprints,
        "articles": [[header.path, header.digest, str(header.updated), header.status] for header in library.headers],
        "files": sorted(library.files.items()),
    }
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode())
    return Plan(digest.hexdigest()[:16], library, fingerprints)


@cache
def content_fingerprint() -> str:
    """A digest of the code that turns Markdown into what a snapshot holds."""
    code: list[str | Path] = [*(ROOT / "kb" / "content").glob("*.py"), *(ROOT / "indexer").glob("*.py"), str(passages.__file__)]
    return digest_code(code, _CONTENT_PACKAGES)
