"""What one random slip in each query costs: nDCG@10 of judged collections as asked, with slips, and with the slips mended.

    python -m bench.slips /work/shared/collections/*

Every query is asked through the engine that serves, and so are its mended words, so that the
figures hold whether or not the engine mends slips itself.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Mapping
from pathlib import Path

import ir_measures
from ir_measures import nDCG

from indexer.collection import open_collection
from indexer.progress import Silence
from indexer.vocabulary import write_vocabulary
from kb.config import load_settings
from kb.evaluation.judgments import Collection
from kb.evaluation.slips import make_slip
from kb.search.engine import Engine
from kb.search.spelling import correct
from kb.search.types import Mode, Query
from kb.search.vocabulary import Vocabulary

SEED = 7


def main() -> None:
    """Print a line for each collection."""
    parser = argparse.ArgumentParser(description="What one slip in each query costs.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--mode", type=Mode, default=Mode.HYBRID)
    chosen = parser.parse_args()
    for folder in chosen.folders:
        if folder.is_dir():
            with open_collection(folder, load_settings({}), Silence()) as (collection, engine):
                print(_line(collection, engine, chosen.mode), flush=True)


def _line(collection: Collection, engine: Engine, mode: Mode) -> str:
    rng = random.Random(SEED)
    asked = {query: text for query, text in collection.queries.items() if query in collection.judgments}
    slipped = {query: make_slip(text, rng) for query, text in asked.items()}
    vocabulary = _vocabulary(collection)
    mended = {query: correct(text, vocabulary).text for query, text in slipped.items()}
    clean, with_slips, with_mended = (_quality(collection, engine, texts, mode) for texts in (asked, slipped, mended))
    return (
        f"{collection.name}: {clean:.4f} as asked, {with_slips:.4f} with slips ({with_slips / clean - 1:+.2%}), "
        f"{with_mended:.4f} mended ({with_mended / clean - 1:+.2%})"
    )


def _vocabulary(collection: Collection) -> Vocabulary:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        texts = [f"{document.title}\n{document.text}" for document in collection.documents]
        write_vocabulary(folder, texts, [document.title for document in collection.documents])
        return Vocabulary(folder)


def _quality(collection: Collection, engine: Engine, texts: Mapping[str, str], mode: Mode) -> float:
    run = {
        query: {hit.id: float(-place) for place, hit in enumerate(engine.search(Query(text, mode, limit=10)).hits)}
        for query, text in texts.items()
    }
    gains = {
        query: {document: 2**grade - 1 for document, grade in grades.items()}
        for query, grades in collection.judgments.items()
        if query in texts
    }
    return float(ir_measures.calc_aggregate([nDCG @ 10], gains, run)[nDCG @ 10])


if __name__ == "__main__":
    main()
