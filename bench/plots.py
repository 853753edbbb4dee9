"""The plots: SVG written by hand, on a background of their own, so that they read the same on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 30, 50, 60  # margins around the field
PAPER, INK, FAINT, OURS, THEIRS = "#ffffff", "#1f2933", "#d5dbe1", "#0b6e4f", "#5b6b7a"
LINES = {"keyword": "#0b6e4f", "hybrid": "#8a3ffc", "suggest": "#b45309"}
_MOST_DECADES = 8
_STEP = 0.05  # of quality, between two lines
_LETTER, _LINE = 7.5, 15  # the most room that a letter and a line of a label need, in pixels


@dataclass(frozen=True, slots=True)
class Point:
    """One engine in the plot of latency against quality."""

    title: str
    milliseconds: float
    quality: float
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from values to pixels."""

    low: float
    high: float
    start: float  # pixel of the low end
    end: float
    logarithmic: bool

    def at(self, value: float) -> float:
        """The pixel of a value."""
        low, high, here = map(math.log10, (self.low, self.high, value)) if self.logarithmic else (self.low, self.high, value)
        return round(self.start + (here - low) / (high - low) * (self.end - self.start), 1)


def plot_peers(points: Sequence[Point]) -> str:
    """Median latency of a hybrid search (logarithmic) against MRR@10."""
    across = _decades([point.milliseconds for point in points], LEFT, WIDTH - RIGHT)
    low = max(math.floor(min(point.quality for point in points) / _STEP - 0.5), 0)
    high = math.ceil(max(point.quality for point in points) / _STEP + 0.5)
    up = Axis(low * _STEP, high * _STEP, HEIGHT - BOTTOM, TOP, logarithmic=False)
    steps = [(step * _STEP, f"{step * _STEP:.2f}") for step in range(low, high + 1)]
    body = [*_grid_across(across), *_grid_up(up, steps), *_dots(points, across, up)]
    described = "; ".join(f"{point.title}: {point.milliseconds} ms, {point.quality:.3f}" for point in points)
    return _document("Quality against latency of hybrid search", described, ("p50 ms, encoding excluded", "MRR@10"), body)


def plot_growth(rows: Sequence[dict[str, Any]]) -> str:
    """Median latency of each kind of search against the number of articles, both logarithmic."""
    across = _decades([row["articles"] for row in rows], LEFT, WIDTH - RIGHT)
    series = {name: [(row["articles"], max(row["latency_ms"][name]["p50"], 0.001)) for row in rows] for name in LINES}
    up = _decades([value for line in series.values() for _, value in line], HEIGHT - BOTTOM, TOP)
    body = [*_grid_across(across), *_grid_up(up, [(value, f"{value:g}") for value in _powers(up)])]
    for name, line in series.items():
        places = [(across.at(size), up.at(value)) for size, value in line]
        path = " ".join(f"{x},{y}" for x, y in places)
        body.append(f'<polyline points="{path}" fill="none" stroke="{LINES[name]}" stroke-width="2.5"/>')
        body += [f'<circle cx="{x}" cy="{y}" r="4" fill="{LINES[name]}"/>' for x, y in places]
        body.append(_text(places[-1][0], places[-1][1] - 9, name, LINES[name], "end"))
    described = "; ".join(
        f"{name}: " + ", ".join(f"{size:,} articles {value} ms" for size, value in line) for name, line in series.items()
    )
    return _document("Latency as the articles grow", described, ("articles", "p50 ms"), body)


def _decades(values: Sequence[float], start: float, end: float) -> Axis:
    """A logarithmic axis over whole decades that holds all values."""
    low = math.floor(math.log10(max(min(values), 0.001)))
    high = math.ceil(math.log10(max(*values, 0.001)))
    return Axis(10.0**low, 10.0 ** max(high, low + 1), start, end, logarithmic=True)


def _powers(axis: Axis) -> list[float]:
    first = round(math.log10(axis.low))
    return [10.0**power for power in range(first, round(math.log10(axis.high)) + 1)][:_MOST_DECADES]


def _grid_across(axis: Axis) -> list[str]:
    lines = []
    for value in _powers(axis):
        x = axis.at(value)
        lines.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{HEIGHT - BOTTOM}" stroke="{FAINT}"/>')
        lines.append(_text(x, HEIGHT - BOTTOM + 20, f"{value:,g}", INK, "middle"))
    return lines


def _grid_up(axis: Axis, ticks: Sequence[tuple[float, str]]) -> list[str]:
    lines = []
    for value, label in ticks:
        y = axis.at(value)
        lines.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="{FAINT}"/>')
        lines.append(_text(LEFT - 8, y + 4, label, INK, "end"))
    return lines


def _dots(points: Sequence[Point], across: Axis, up: Axis) -> Iterator[str]:
    """Each point with its label beside it, or lower where another label is."""
    taken: list[tuple[float, float, float]] = []  # left, right and line of each label so far
    for point in points:
        colour, radius = (OURS, 8) if point.is_ours else (THEIRS, 5)
        x, y = across.at(point.milliseconds), up.at(point.quality)
        is_right = x > (LEFT + WIDTH - RIGHT) / 2
        width = len(point.title) * _LETTER
        left = x - 12 - width if is_right else x + 12
        line = y + 4
        while any(left < end and start < left + width and abs(line - other) < _LINE for start, end, other in taken):
            line += _LINE
        taken.append((left, left + width, line))
        label = _text(left + width if is_right else left, line, point.title, colour, "end" if is_right else "start")
        yield f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>{label}'


def _text(x: float, y: float, text: str, colour: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _document(title: str, described: str, axes: tuple[str, str], body: Sequence[str]) -> str:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title desc"',
        ' font-family="system-ui, sans-serif" font-size="13">',
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(described)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{PAPER}"/>',
        f'<text x="{LEFT}" y="28" fill="{INK}" font-size="16" font-weight="600">{escape(title)}</text>',
        *body,
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, axes[0], INK, "middle"),
        f'<text transform="translate(18 {HEIGHT / 2}) rotate(-90)" fill="{INK}" text-anchor="middle">{escape(axes[1])}</text>',
        "</svg>\n",
    ]
    return "\n".join(parts)
