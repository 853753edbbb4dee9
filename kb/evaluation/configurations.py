"""Configurations: the pipeline as it serves, its two sides alone, and the pipeline less each of its stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.search.stages import ALL_STAGES, STAGE_NAMES, Stages
from kb.search.types import Mode

OURS = "ours"
KEYWORD = "keyword"
SEMANTIC = "semantic"
RANK_FUSION = "rank fusion"
SIDES = (KEYWORD, SEMANTIC)

_FUSION_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)

Run = Mapping[str, Mapping[str, float]]  # query id -> document id -> score


@dataclass(frozen=True, slots=True)
class Configuration:
    """One way to run the pipeline."""

    name: str
    mode: Mode
    stages: Stages = ALL_STAGES


SERVING = Configuration(OURS, Mode.HYBRID)
ALONE = (Configuration(KEYWORD, Mode.KEYWORD), Configuration(SEMANTIC, Mode.SEMANTIC))
WITHOUT = tuple(
    Configuration(f"without {stage.replace('_', ' ')}", Mode.HYBRID, ALL_STAGES.without(stage)) for stage in STAGE_NAMES
)


def fuse_ranks(runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    """Reciprocal rank fusion of runs over the same queries: what the pipeline's own fusion has to beat."""
    fused: dict[str, dict[str, float]] = {}
    for run in runs:
        for query, scores in run.items():
            total = fused.setdefault(query, {})
            for place, document in enumerate(_in_order(scores), 1):
                total[document] = total.get(document, 0.0) + 1 / (_FUSION_CONSTANT + place)
    return fused


def _in_order(scores: Mapping[str, float]) -> Iterable[str]:
    return sorted(scores, key=lambda document: -scores[document])
