"""The stages of the pipeline that can be switched off, to see what each is worth."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Stages:
    """What takes part in a search; serving uses all of it."""

    spelling: bool = True
    synonyms: bool = True
    identifiers: bool = True
    weighing: bool = True  # the share of meaning from evidence; off: fixed
    passages: bool = True  # the best passage counts beside the whole article
    whole_articles: bool = True  # the whole article counts beside its best passage
    titles: bool = True
    neighbours: bool = True
    feedback: bool = True

    def without(self, name: str) -> Stages:
        """The same without one stage."""
        return replace(self, **{name: False})


ALL_STAGES = Stages()
STAGE_NAMES = tuple(field.name for field in fields(Stages))
