"""The page that explains a search to the people who write the articles; for staff only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from kb.access import Audience, Viewer
from kb.search.explanation import HitExplanation
from kb.search.types import Hit, Query, Results
from kb.snapshot.partition import Partition
from web.pages import Frame
from web.staff import guard
from web.viewer import g

AUDIENCE_NAMES = {Audience.PUBLIC: "Customers", Audience.AGENTS: "Agents"}

explain = Blueprint("explain", __name__)
guard(explain)


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """One hit with its numbers, and where the public can read it."""

    place: int  # from 1
    hit: Hit
    why: HitExplanation
    address: str  # empty where the public cannot

    def read_off(self, names: Sequence[str]) -> tuple[float | None, ...]:
        """The value of this hit for each of these stages or measures; None for one that it has not."""
        values = {number.name: number.value for number in (*self.why.stages, *self.why.measures)}
        return tuple(values.get(name) for name in names)


@dataclass(frozen=True, slots=True)
class ExplainPage:
    """What staff/explain.html shows."""

    frame: Frame
    query: Query
    audience: Audience
    audiences: dict[Audience, str]  # with their names
    results: Results | None  # None before anything was asked
    rows: tuple[ExplainedRow, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The score first, then the stages that some hit went through, in their order."""
        names = dict.fromkeys(stage.name for row in self.rows for stage in row.why.stages)
        *parts, score = names
        return (score, *parts)

    @property
    def measure_names(self) -> tuple[str, ...]:
        """The measures that some hit has, in their order."""
        return tuple(dict.fromkeys(measure.name for row in self.rows for measure in row.why.measures))

    @property
    def meanings(self) -> dict[str, str]:
        """What each stage and measure says, once for all hits."""
        return {number.name: number.meaning for row in self.rows for number in (*row.why.stages, *row.why.measures)}


@explain.app_template_filter()
def amount(value: float | None) -> str:
    """A number with two digits and a real minus sign, so that a column lines up; a dash for none."""
    return "–" if value is None else f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


@explain.app_template_filter()
def percent(value: float) -> str:
    """A share as a whole percentage."""
    return f"{value:.0%}"


@explain.get("/explain")
def show_explanation() -> str:
    """How a search was read, weighed and judged, for one audience's articles."""
    query = g.search_request.query
    audience = Audience.AGENTS if request.args.get("audience") == Audience.AGENTS else Audience.PUBLIC
    engine = g.serving.engine(Viewer(audience))
    results = engine.search(query, explain=True) if query.text else None
    return render_template("staff/explain.html", page=build_explanation(g.partition, query, audience, results))


def build_explanation(public: Partition, query: Query, audience: Audience, results: Results | None) -> ExplainPage:
    """The page for a search of one audience's articles; its links lead to what the `public` partition has."""
    frame = Frame(f"{query.text} – explained" if query.text else "Explain a search", public.site.title, indexed=False)
    rows = tuple(_rows(results, public)) if results else ()
    return ExplainPage(frame, query, audience, AUDIENCE_NAMES, results, rows)


def _rows(results: Results, public: Partition) -> Iterator[ExplainedRow]:
    for place, hit in enumerate(results.hits, 1):
        if hit.explain:
            yield ExplainedRow(place, hit, hit.explain, hit.url if public.card(hit.id) else "")
