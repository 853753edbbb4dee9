"""Render every article under a folder: what breaks, how fast it goes, and proof that nothing active is left."""

from __future__ import annotations

import argparse
import os
import re
import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from kb.access import Audience
from kb.content.library import Renderer, load_library, readable
from kb.content.sanitise import ATTRIBUTE_VALUES, ATTRIBUTES, INLINE_IMAGE, TAGS
from kb.content.types import Library, Source

CHUNK = 50  # articles handed to a process at a time
_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\-\x00-\x20]*):", re.IGNORECASE)
_SAFE_SCHEMES = ("http", "https", "mailto", "tel")


@dataclass(slots=True)
class Tally:
    """What rendering some articles came to."""

    articles: Counter[str] = field(default_factory=Counter)  # by audience
    sections: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    slow: list[tuple[float, str]] = field(default_factory=list)
    active: list[str] = field(default_factory=list)  # what ought not to be there
    peak: int = 0  # KB, of the process

    def add(self, other: Tally) -> None:
        """Take in what another process found."""
        self.articles += other.articles
        self.sections += other.sections
        self.words += other.words
        self.rules += other.rules
        self.slow = sorted([*self.slow, *other.slow], reverse=True)[:10]
        self.active += other.active
        self.peak = max(self.peak, other.peak)


def find_active(html: str) -> Iterator[str]:
    """Whatever a browser's parser sees in some HTML that the allow-list does not have."""
    body = LexborHTMLParser(f"<!DOCTYPE html><body>{html}</body>").body
    assert body is not None
    for node in body.css("*"):
        tag = node.tag or ""
        if tag == "body":
            continue
        if tag not in TAGS:
            yield f"<{tag}>"
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, frozenset()) | set(ATTRIBUTE_VALUES.get(tag, {}))
        for name, value in node.attributes.items():
            if name not in allowed:
                yield f"<{tag} {name}>"
            if name == "id" and (value or "").casefold().startswith("fx-"):
                yield f"<{tag} id={value}>"
            scheme = _SCHEME.match(value or "") if name in ("href", "src") else None
            is_inline_image = tag == "img" and INLINE_IMAGE.fullmatch(value or "")
            if scheme and scheme[1].lower() not in _SAFE_SCHEMES and not is_inline_image:
                yield f"<{tag} {name}={(value or '')[:60]!r}>"


_renderer: Renderer
_library: Library


def _open(library: Library) -> None:
    global _renderer, _library
    _library, _renderer = library, Renderer(library)


def _render(rows: range) -> Tally:
    tally = Tally()
    for row in rows:
        source = _library.sources[row]
        start = time.perf_counter()
        for audience in Audience:
            _render_one(source, audience, tally)
        tally.slow.append((time.perf_counter() - start, source.path))
    tally.slow = sorted(tally.slow, reverse=True)[:10]
    tally.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return tally


def _render_one(source: Source, audience: Audience, tally: Tally) -> None:
    if source.id not in _readable_ids(audience):
        return
    article, problems = _renderer.render(source, audience)
    tally.articles[audience] += 1
    tally.sections[audience] += len(article.sections)
    tally.words[audience] += article.words
    if audience is Audience.AGENTS:
        tally.rules.update(problem.rule for problem in problems)
    for section in article.sections:
        tally.active += [f"{source.path}: {found}" for found in find_active(section.html)]


def _readable_ids(audience: Audience) -> frozenset[str]:
    key = f"readable-{audience}"
    if key not in _CACHE:
        _CACHE[key] = frozenset(source.id for source in readable(_library, audience))
    return _CACHE[key]


_CACHE: dict[str, frozenset[str]] = {}


def _run(library: Library, console: Console) -> Tally:
    total = Tally()
    total.rules.update(problem.rule for problem in library.problems)
    chunks = [range(start, min(start + CHUNK, len(library.sources))) for start in range(0, len(library.sources), CHUNK)]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_open, initargs=(library,)) as pool:
        tallies: Iterable[Tally] = pool.map(_render, chunks)
        for tally in track(tallies, "Rendering", total=len(chunks), console=console):
            total.add(tally)
    return total


def _show(library: Library, total: Tally, seconds: tuple[float, float], console: Console) -> None:
    loading, rendering = seconds
    table = Table(title="Corpus", show_header=False)
    table.add_row("files", f"{len(library.sources):,}")
    for audience in Audience:
        counts = f"{total.articles[audience]:,} articles, {total.sections[audience]:,} sections, {total.words[audience]:,} words"
        table.add_row(f"for {audience}", counts)
    done = sum(total.articles.values())
    table.add_row("loading", f"{loading:.1f} s, {len(library.sources) / loading:,.0f} files/s")
    table.add_row("rendering", f"{rendering:.1f} s, {done / rendering:,.0f} articles/s on {os.cpu_count()} processes")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table.add_row("peak memory", f"{own / 1024:,.0f} MB, and {total.peak / 1024:,.0f} MB per process")
    table.add_row("slowest", "\n".join(f"{took:.2f} s {path}" for took, path in total.slow[:5]))
    table.add_row("active content left", f"{len(total.active)}\n" + "\n".join(total.active[:10]))
    console.print(table)
    rules = Table("rule", "problems", title="Problems")
    for rule, count in sorted(total.rules.items(), key=lambda item: -item[1]):
        rules.add_row(rule, f"{count:,}")
    console.print(rules)


def main() -> int:
    """Run over the folder named on the command line; exit code 1 if anything active is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    console = Console()
    start = time.perf_counter()
    library = load_library(parser.parse_args().folder)
    loaded = time.perf_counter()
    total = _run(library, console)
    _show(library, total, (loaded - start, time.perf_counter() - loaded), console)
    return 1 if total.active else 0


if __name__ == "__main__":
    raise SystemExit(main())
