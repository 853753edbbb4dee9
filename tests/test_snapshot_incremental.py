"""A snapshot built from the one before answers as one that was built from nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.publish import publish
from indexer.store import MOST_PACKS
from kb.access import Audience, Viewer
from kb.config import Settings
from kb.search.engine import Engine
from kb.search.serving import Serving
from kb.search.types import Query
from kb.snapshot.folder import SnapshotFolder
from kb.snapshot.manifest import read_manifest, verify
from tests.conftest import make_settings
from tests.test_leaks import readings

NAMES = ("a", "b", "c/d", "c/index", "e")
BODIES = (
    "See [the other](/b) and [that](c/d.md#two).\n\n## Two\n\nText about routers.",
    "![box](pic.png)\n\n!!! internal\n    Only for agents, see [e](/e.md).\n\nRest, größer.",
    "## One\n\n" + "word " * 250 + "\n\n### Deep\n\nEnd.",
    "Error 0x80070005 comes with routers.",
    "",
)
HEADS = (
    "",
    "audience: agents\n",
    "status: draft\n",
    "related: [a, c/d]\nredirect_from: [old, b]\n",
    "symptoms: [it blinks]\nerrors: [Error 651]\n",
)
QUERIES = ("router", "text", "word end", "agents", "blinks", "größer", "ruoters", "error 651", "0x80070005")
BUILT_ALIKE = ("language", "suggestions", "vectors")  # folders that are the same to the byte, however they were built

Edit = tuple[str, str | None, str]  # name, head or None for a removal, body

edits = st.tuples(st.sampled_from(NAMES), st.none() | st.sampled_from(HEADS), st.sampled_from(BODIES))


def write(root: Path, edit: Edit) -> None:
    name, head, body = edit
    file = root / f"{name}.md"
    if head is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\ntitle: About {name}\n{head}---\n{body}\n")


def engines(of: Settings) -> Mapping[Audience, Engine]:
    serving = Serving(of)
    serving.refresh()
    serving.load_model()
    return {audience: serving.engine(Viewer(audience)) for audience in Audience}


def everything(engine: Engine) -> list[object]:
    """All that a partition can be asked for, but for the id of its snapshot."""
    partition = engine.partition
    ids = [card.id for card in partition.cards]
    return [
        list(partition.cards),
        [partition.article(id) for id in ids],
        partition.site,
        [partition.redirect(old) for old in ("old", "b", "a", "none")],
        sorted(path.relative_to(partition.folder) for path in (partition.folder / "media").rglob("*")),
        partition.passages.tolist(),
        [partition.place(row) for row in range(len(partition.passages))],
        [partition.beginning(row) for row in range(len(ids))],
        [engine.suggest(text) for text in ("abo", "tw", "bli")],
        [
            (results.total, results.hits, results.facets, results.corrected)
            for results in (engine.search(Query(text)) for text in QUERIES)
        ],
    ]


def built_alike(snapshot: Path) -> dict[str, str]:
    files = read_manifest(snapshot).files
    return {name: digest for name, digest in files.items() if name.split("/")[1] in BUILT_ALIKE}


def assert_like_one_from_nothing(of: Settings, elsewhere: Path) -> None:
    fresh = make_settings(of.articles, elsewhere)
    one, other = SnapshotFolder(of.data), SnapshotFolder(elsewhere)
    assert publish(of).manifest.partitions == publish(fresh).manifest.partitions
    assert one.current() == other.current()
    current = one.path(one.current() or "")
    verify(current, read_manifest(current))
    assert built_alike(current) == built_alike(other.path(current.name))
    kept, new = engines(of), engines(fresh)
    for audience in Audience:
        assert everything(kept[audience]) == everything(new[audience])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(edits, min_size=1, max_size=4), min_size=2, max_size=4))
def test_whatever_is_edited_added_removed_and_renamed(tmp_path_factory: pytest.TempPathFactory, rounds: list[list[Edit]]) -> None:
    place = tmp_path_factory.mktemp("incremental")
    root = place / "articles"
    root.mkdir()
    (root / "pic.png").write_bytes(b"png")
    of = make_settings(root, place / "data")
    for number, changed in enumerate(rounds):
        for edit in changed:
            write(root, edit)
        assert_like_one_from_nothing(of, place / f"fresh-{number}")
    shutil.rmtree(place)


def library(tmp_path: Path, files: Mapping[str, str]) -> Settings:
    root = tmp_path / "articles"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return make_settings(root, tmp_path / "data")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b.md", None),
        ("b.md", "---\ntitle: B\nstatus: draft\n---\n"),
        ("b.md", "---\ntitle: B\naudience: agents\n---\n"),
        ("c.md", "---\ntitle: C\n---\n"),
        ("p.png", "another"),
        ("site.toml", '[platforms]\nios = "iPhone"\n'),
    ],
)
def test_what_changes_others_is_seen_in_those_that_did_not_change(tmp_path: Path, name: str, content: str | None) -> None:
    text = '---\ntitle: A\nrelated: [b, c]\n---\n[b](b.md), [c](c.md), ![p](p.png)\n\n=== "iPhone"\n\n    Tap.\n'
    of = library(tmp_path, {"a.md": text, "b.md": "---\ntitle: B\n---\n", "p.png": "one"})
    publish(of)
    before = engines(of)[Audience.PUBLIC].partition.article("a")
    if content is None:
        (of.articles / name).unlink()
    else:
        (of.articles / name).write_text(content)
    assert_like_one_from_nothing(of, tmp_path / "fresh")
    assert engines(of)[Audience.PUBLIC].partition.article("a") != before


def test_files_that_hold_the_same_are_shared_and_not_written_again(tmp_path: Path) -> None:
    of = library(tmp_path, {"a.md": "---\ntitle: A\n---\nText.", "b.md": "---\ntitle: B\n---\nMore."})
    folder = SnapshotFolder(of.data)
    first = folder.path(publish(of).manifest.id)
    (of.articles / "a.md").write_text("---\ntitle: A\nsummary: New.\n---\nText.")
    second = folder.path(publish(of).manifest.id)
    packs = {pack.name: pack.stat().st_ino for pack in (first / "public" / "articles").iterdir()}
    after = {pack.name: pack.stat().st_ino for pack in (second / "public" / "articles").iterdir()}
    assert len(packs) == 1
    assert packs.items() <= after.items() or len(after) == 1  # taken over, unless most of it is of no use any more
    assert after == {pack.name: pack.stat().st_ino for pack in (second / "agents" / "articles").iterdir()}


def test_the_packs_stay_few_and_hold_little_that_nobody_needs(tmp_path: Path) -> None:
    of = library(tmp_path, {f"{n}.md": f"---\ntitle: T{n}\n---\n{'word ' * 50 * n}" for n in range(30)})
    for number in range(2 * MOST_PACKS):
        (of.articles / f"{number}.md").write_text(f"---\ntitle: T{number}\n---\nChanged.")
        current = SnapshotFolder(of.data).path(publish(of).manifest.id)
        for audience in Audience:
            assert len(list((current / audience / "articles").iterdir())) <= MOST_PACKS + 1
    assert_like_one_from_nothing(of, tmp_path / "fresh")


def test_a_snapshot_stays_whole_when_those_it_shares_files_with_are_gone(tmp_path: Path) -> None:
    of = library(tmp_path, {"a.md": "---\ntitle: A\n---\nText.", "b.md": "---\ntitle: B\n---\nMore." * 9})
    first = publish(of).manifest.id
    (of.articles / "a.md").write_text("---\ntitle: A\n---\nOther.")
    publish(of)
    shutil.rmtree(SnapshotFolder(of.data).path(first))
    assert_like_one_from_nothing(of, tmp_path / "fresh")


@pytest.mark.parametrize(
    "damaged", ["public/articles", "public/cards.json", "notes/agents.json", "agents/passages.npy", "manifest.json"]
)
@pytest.mark.parametrize("damage", ["a byte", "cut short", "missing"])
def test_a_damaged_snapshot_hands_nothing_on(tmp_path: Path, damaged: str, damage: str) -> None:
    of = library(tmp_path, {"a.md": "---\ntitle: A\n---\nText.", "b.md": "---\ntitle: B\n---\nMore."})
    target = SnapshotFolder(of.data).path(publish(of).manifest.id) / damaged
    file = next(target.iterdir()) if target.is_dir() else target
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(content[:-9] if damage == "cut short" else content[:-1] + bytes([content[-1] ^ 1]))
    (of.articles / "b.md").write_text("---\ntitle: B\n---\nChanged.")
    assert_like_one_from_nothing(of, tmp_path / "fresh")


def test_what_others_could_have_written_is_not_built_upon(tmp_path: Path) -> None:
    of = library(tmp_path, {"a.md": "---\ntitle: A\n---\nText.", "b.md": "---\ntitle: B\n---\nMore."})
    folder = SnapshotFolder(of.data)
    first = folder.path(publish(of).manifest.id)
    pack = next((first / "public" / "articles").iterdir())
    pack.chmod(0o666)
    (of.articles / "b.md").write_text("---\ntitle: B\n---\nChanged.")
    second = folder.path(publish(of).manifest.id)
    assert pack.stat().st_ino not in {file.stat().st_ino for file in second.rglob("*")}
    assert_like_one_from_nothing(of, tmp_path / "fresh")


def test_what_becomes_internal_leaves_every_public_file(tmp_path: Path) -> None:
    secret = "---\ntitle: B {word}\nsymptoms: [{word} blinks]\nerrors: [ERR_{word}]\n{head}---\n## {word}\n\n{word} text.\n"
    of = library(tmp_path, {"a.md": "---\ntitle: A\n---\nText.", "b.md": secret.format(word="kumquatvexil", head="")})
    folder = SnapshotFolder(of.data)

    def holding(snapshot: Path) -> list[Path]:
        files = [path for path in (snapshot / "public").rglob("*") if path.is_file()]
        return [path for path in files if any("kumquatvexil" in text for text in readings(path.read_bytes()))]

    assert holding(folder.path(publish(of).manifest.id))
    (of.articles / "b.md").write_text(secret.format(word="kumquatvexil", head="audience: agents\n"))
    assert not holding(folder.path(publish(of).manifest.id))
    assert_like_one_from_nothing(of, tmp_path / "fresh")
