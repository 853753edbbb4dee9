"""Serving: new snapshots are taken up, bad ones refused, and nobody notices."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.publish import publish
from kb.access import Audience, Viewer
from kb.config import Settings
from kb.errors import ExpiredCursorError, NoSnapshotError
from kb.search.serving import Serving
from kb.search.types import Mode, Query
from kb.snapshot.folder import SnapshotFolder
from tests.conftest import AGENT, PUBLIC, make_settings

Build = Callable[..., Settings]


def opened(settings: Settings) -> Serving:
    serving = Serving(settings)
    serving.refresh()
    serving.load_model()
    return serving


def retitle(articles: Path, title: str) -> None:
    """Change an article, so that publishing makes another snapshot."""
    file = articles / "wifi" / "slow.md"
    file.write_text(file.read_text().replace("Slow Wi-Fi in one room", title))


def title_served(serving: Serving) -> str:
    card = serving.engine(PUBLIC).partition.card("wifi/slow")
    assert card
    return card.title


def current_folder(settings: Settings) -> Path:
    folder = SnapshotFolder(settings.data)
    snapshot = folder.current()
    assert snapshot
    return folder.path(snapshot)


def test_before_the_first_build_there_is_nothing_to_serve(writable: Path, tmp_path: Path) -> None:
    serving = opened(make_settings(writable, tmp_path / "data"))
    with pytest.raises(NoSnapshotError, match="make index"):
        serving.engine(PUBLIC)
    assert not serving.status().ready


def test_a_new_snapshot_is_taken_up(writable: Path, build: Build) -> None:
    serving = opened(build(writable))
    retitle(writable, "Another title")
    build(writable)
    serving.refresh()
    assert title_served(serving) == "Another title"


def test_the_background_thread_takes_it_up_by_itself(writable: Path, build: Build) -> None:
    serving = Serving(build(writable))
    serving.start()
    try:
        retitle(writable, "Another title")
        build(writable)
        waiting = threading.Event()
        for _ in range(100):
            if title_served(serving) == "Another title":
                break
            waiting.wait(0.1)
        assert title_served(serving) == "Another title"
    finally:
        serving.stop()


def test_a_request_keeps_the_snapshot_it_began_with(writable: Path, build: Build) -> None:
    serving = opened(build(writable))
    engine = serving.engine(PUBLIC)
    for number in range(4):  # more than are kept open or on disk
        retitle(writable, f"Title {number}")
        retitled = writable / "wifi" / "slow.md"
        retitled.write_text(retitled.read_text() + f"\nLine {number}.\n")
        build(writable)
        serving.refresh()
    article = engine.partition.article("wifi/slow")
    assert article
    assert article.title == "Slow Wi-Fi in one room"
    assert engine.search(Query("slow bedroom")).hits


@pytest.mark.parametrize("file", ["public/cards.json", "agents/vectors/passages.npy", "public/site.json", "public/passages.npy"])
@pytest.mark.parametrize("damage", ["changed", "cut short", "missing", "a link"])
def test_a_damaged_snapshot_is_refused_and_the_old_one_goes_on(writable: Path, build: Build, file: str, damage: str) -> None:
    settings = build(writable)
    serving = opened(settings)
    retitle(writable, "Another title")
    build(writable)
    target = current_folder(settings) / file
    content = target.read_bytes()
    target.unlink()
    if damage == "changed":
        target.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif damage == "cut short":
        target.write_bytes(content[: len(content) // 2])
    elif damage == "a link":
        (settings.data / "elsewhere").write_bytes(content)
        target.symlink_to(settings.data / "elsewhere")
    serving.refresh()
    assert title_served(serving) == "Slow Wi-Fi in one room"
    assert serving.engine(PUBLIC).search(Query("red light")).hits


@pytest.mark.parametrize("pointer", ["", "../../etc", "0123456789abcdef", "garbage\n", "\xff"])
def test_a_pointer_to_nothing_leaves_the_old_one_serving(writable: Path, build: Build, pointer: str) -> None:
    settings = build(writable)
    serving = opened(settings)
    (settings.data / "CURRENT").write_bytes(pointer.encode("latin-1"))
    serving.refresh()
    assert title_served(serving) == "Slow Wi-Fi in one room"


def test_after_a_restart_a_damaged_snapshot_gives_way_to_an_older_one(writable: Path, build: Build) -> None:
    settings = build(writable)
    retitle(writable, "Another title")
    build(writable)
    (current_folder(settings) / "manifest.json").unlink()
    assert title_served(opened(settings)) == "Slow Wi-Fi in one room"


def test_files_that_others_may_write_are_refused(writable: Path, build: Build) -> None:
    settings = build(writable)
    (current_folder(settings) / "public" / "cards.json").chmod(0o666)
    with pytest.raises(NoSnapshotError):
        opened(settings).engine(PUBLIC)


def test_a_snapshot_of_another_model_is_refused(writable: Path, build: Build) -> None:
    settings = build(writable)
    other = make_settings(settings.articles, settings.data, model="bundled")
    serving = Serving(other)
    serving.refresh()
    with pytest.raises(NoSnapshotError):
        serving.engine(PUBLIC)


def test_building_again_mends_a_damaged_snapshot(writable: Path, build: Build) -> None:
    settings = build(writable)
    (current_folder(settings) / "public" / "site.json").unlink()
    assert publish(settings).built
    assert title_served(opened(settings)) == "Slow Wi-Fi in one room"


def test_a_refused_snapshot_that_was_built_again_is_taken_up(writable: Path, build: Build) -> None:
    settings = build(writable)
    serving = opened(settings)
    retitle(writable, "Another title")
    build(writable)
    (current_folder(settings) / "public" / "site.json").unlink()
    serving.refresh()
    assert title_served(serving) == "Slow Wi-Fi in one room"
    publish(settings)
    serving.refresh()
    assert title_served(serving) == "Another title"


def test_rollback_is_pointing_back(writable: Path, build: Build) -> None:
    settings = build(writable)
    serving = opened(settings)
    folder = SnapshotFolder(settings.data)
    first = folder.current()
    assert first
    retitle(writable, "Another title")
    build(writable)
    serving.refresh()
    folder.make_current(first)
    serving.refresh()
    assert title_served(serving) == "Slow Wi-Fi in one room"


def test_a_kept_snapshot_can_be_asked_for_and_a_gone_one_cannot(writable: Path, build: Build) -> None:
    settings = build(writable)
    serving = opened(settings)
    first = serving.engine(PUBLIC).partition.snapshot
    retitle(writable, "Another title")
    build(writable)
    serving.refresh()
    assert serving.engine(PUBLIC, first).partition.snapshot == first
    with pytest.raises(ExpiredCursorError):
        serving.engine(PUBLIC, "0" * 16)
    fresh = opened(settings)
    shutil.rmtree(SnapshotFolder(settings.data).path(first))
    with pytest.raises(ExpiredCursorError):
        fresh.engine(PUBLIC, first)


def test_each_viewer_gets_the_partition_of_their_audience(serving: Serving) -> None:
    assert serving.engine(PUBLIC).partition.audience is Audience.PUBLIC
    assert serving.engine(AGENT).partition.audience is Audience.AGENTS
    assert serving.engine(Viewer()).partition.audience is Audience.PUBLIC


def test_without_a_model_keywords_answer_and_the_state_says_so(writable: Path, build: Build) -> None:
    serving = opened(build(writable, model="none"))
    status = serving.status()
    assert (status.ready, status.degraded, status.reason) == (True, True, "model-unavailable")
    results = serving.engine(PUBLIC).search(Query("red light on the box"))
    assert results.hits[0].id == "no-internet/red-light"
    assert (results.mode, results.reason) == (Mode.KEYWORD, "model-unavailable")


def test_until_the_model_is_loaded_the_process_is_not_ready_but_answers(settings: Settings) -> None:
    serving = Serving(settings)
    serving.refresh()
    assert not serving.status().ready
    assert serving.engine(PUBLIC).search(Query("red light")).reason == "model-loading"
    serving.load_model()
    assert serving.status().ready
    assert serving.engine(PUBLIC).search(Query("red light")).mode is Mode.HYBRID


def test_a_model_that_vanished_leaves_keywords(writable: Path, build: Build, tmp_path: Path) -> None:
    settings = build(writable)
    gone = tmp_path / "gone"
    gone.mkdir()
    (gone / "modules.json").write_text("[]")
    serving = opened(make_settings(settings.articles, settings.data, model=str(gone)))
    assert serving.engine(PUBLIC).search(Query("red light on the box")).reason == "model-unavailable"
