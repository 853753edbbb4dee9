"""Publishing: only what changed is built, nothing half-built is pointed at, and old work is kept."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.documents import make_documents
from indexer.publish import VECTOR_CACHE, publish
from indexer.snapshot import BUILDING
from indexer.vectors import CachedEncoder, write_vectors
from kb.access import Audience
from kb.config import ROOT, Settings
from kb.content.library import Renderer, load_library, readable
from kb.errors import EncoderError, SettingError, SnapshotError
from kb.search.encoder import HashingEncoder
from kb.search.serving import Serving
from kb.search.types import Scores
from kb.snapshot.folder import SnapshotFolder
from kb.snapshot.manifest import read_manifest, verify
from tests.conftest import make_settings

Build = Callable[..., Settings]


class CountingEncoder:
    """The stand-in encoder, which also says how much it was asked."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Scores:
        self.encoded += texts
        return HashingEncoder().encode(texts)


class Ticks:
    """Counts the progress that is told."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int]] = []
        self.done: list[int] = []

    def begin(self, stage: str, unit: str, total: int) -> None:
        self.stages.append((f"{stage} ({unit})", total))
        self.done.append(0)

    def advance(self, done: int = 1) -> None:
        self.done[-1] += done


def test_what_has_not_changed_is_not_built_again(writable: Path, tmp_path: Path) -> None:
    settings = make_settings(writable, tmp_path / "data")
    first = publish(settings)
    second = publish(settings)
    assert (first.built, second.built) == (True, False)
    assert first.manifest == second.manifest


@pytest.mark.parametrize("change", ["an article", "the site's settings", "an image", "the model", "a new article", "a removal"])
def test_every_input_has_a_part_in_the_id(writable: Path, tmp_path: Path, change: str) -> None:
    settings = make_settings(writable, tmp_path / "data")
    before = publish(settings).manifest.id
    changes: dict[str, Callable[[], object]] = {
        "an article": lambda: (writable / "wifi/slow.md").write_text("# Slow\n\nText."),
        "the site's settings": lambda: (writable / "site.toml").write_text('title = "Other"'),
        "an image": lambda: (writable / "no-internet/box.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        "the model": lambda: None,
        "a new article": lambda: (writable / "wifi/new.md").write_text("# New\n\nText."),
        "a removal": (writable / "wifi/slow.md").unlink,
    }
    changes[change]()
    model = "none" if change == "the model" else "hashing"
    assert publish(make_settings(writable, tmp_path / "data", model=model)).manifest.id != before


def test_what_waits_for_its_day_is_in_neither_partition_until_then(writable: Path, tmp_path: Path) -> None:
    to_come, past = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days) for days in (2, -1))
    settings = make_settings(writable, tmp_path / "data")
    article = writable / "wifi/dated.md"
    told = []
    for day in (to_come, past):
        article.write_text(f"---\ntitle: Dated\npublish_on: {day}\n---\nText.")
        serving = Serving(settings)
        engines = serving.open(publish(settings).manifest.id).engines
        told.append([engines[audience].partition.card("wifi/dated") is not None for audience in Audience])
    assert told == [[False, False], [True, True]]


def test_the_same_articles_give_the_same_id_elsewhere(writable: Path, library_root: Path, tmp_path: Path) -> None:
    # The library under test lies in git and its copy does not, so dates come from front matter only there.
    one = publish(make_settings(writable, tmp_path / "one"))
    other = publish(make_settings(writable, tmp_path / "other"))
    assert one.manifest.id == other.manifest.id


def test_a_changed_article_costs_its_own_passages_only(writable: Path, tmp_path: Path) -> None:
    settings = make_settings(writable, tmp_path / "data")
    publish(settings)
    (writable / "wifi/slow.md").write_text("# Slow\n\nSomething quite new.")
    counting = CountingEncoder()
    encoder = CachedEncoder(settings.data / VECTOR_CACHE, "hashing", lambda: counting)
    library = load_library(writable)
    articles = [Renderer(library).render(source, Audience.PUBLIC)[0] for source in readable(library, Audience.PUBLIC)]
    documents = make_documents(articles, library.site, Audience.PUBLIC)
    write_vectors(tmp_path / "vectors", documents, encoder, Ticks())
    assert counting.encoded
    assert all("Slow" in text for text in counting.encoded)


def test_equal_texts_are_encoded_once_and_each_gets_its_vector(tmp_path: Path) -> None:
    counting = CountingEncoder()
    encoder = CachedEncoder(tmp_path / "cache.sqlite", "hashing", lambda: counting)
    ticks = Ticks()
    ticks.begin("x", "texts", 3)
    vectors = encoder.encode(["red light", "slow", "red light"], ticks)
    assert len(counting.encoded) == 2
    assert (vectors[0] == vectors[2]).all()
    assert np.allclose(vectors, HashingEncoder().encode(["red light", "slow", "red light"]), atol=1e-3)
    assert ticks.done == [3]


def test_a_vector_is_the_same_new_and_remembered(tmp_path: Path) -> None:
    encoder = CachedEncoder(tmp_path / "cache.sqlite", "hashing", HashingEncoder)
    new, remembered = (encoder.encode(["a red light"], _started()) for _ in range(2))
    assert (new == remembered).all()


def test_what_a_stopped_build_had_encoded_is_not_encoded_again(tmp_path: Path) -> None:
    class Stopping(CountingEncoder):
        def encode(self, texts: Sequence[str]) -> Scores:
            if self.encoded:
                raise KeyboardInterrupt
            return super().encode(texts)

    texts = [f"light {number}" for number in range(400)]
    stopping, after = Stopping(), CountingEncoder()
    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(tmp_path / "cache.sqlite", "hashing", lambda: stopping).encode(texts, _started())
    CachedEncoder(tmp_path / "cache.sqlite", "hashing", lambda: after).encode(texts, _started())
    assert sorted(stopping.encoded + after.encoded) == sorted(texts)


def test_another_model_has_its_own_vectors(tmp_path: Path) -> None:
    counting = CountingEncoder()
    for model in ("one", "two"):
        CachedEncoder(tmp_path / "cache.sqlite", model, lambda: counting).encode(["red light"], _started())
    assert counting.encoded == ["red light", "red light"]


def _started() -> Ticks:
    ticks = Ticks()
    ticks.begin("x", "texts", 1)
    return ticks


def test_progress_reaches_the_total_of_every_stage(writable: Path, tmp_path: Path) -> None:
    ticks = Ticks()
    publish(make_settings(writable, tmp_path / "data"), ticks)
    assert ticks.done == [total for _, total in ticks.stages]
    assert any("articles" in stage for stage, _ in ticks.stages)
    assert any("sections" in stage for stage, _ in ticks.stages)


def test_other_users_of_the_machine_cannot_look_into_what_is_built(writable: Path, tmp_path: Path) -> None:
    publish(make_settings(writable, tmp_path / "data"))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_one_bad_file_does_not_stop_the_build(writable: Path, tmp_path: Path) -> None:
    (writable / "wifi/bad.md").write_bytes(b"---\ntitle: [unclosed\n---\n\xff\xfe <b>text")
    published = publish(make_settings(writable, tmp_path / "data"))
    assert any(problem.path == "wifi/bad.md" for problem in published.problems)
    assert published.manifest.partitions["public"].articles >= 6


def test_an_empty_library_can_be_published(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    published = publish(make_settings(tmp_path / "articles", tmp_path / "data"))
    assert published.manifest.partitions["public"].articles == 0


def test_old_snapshots_beyond_those_to_keep_are_removed(writable: Path, tmp_path: Path) -> None:
    settings = make_settings(writable, tmp_path / "data", keep_snapshots="2")
    for number in range(4):
        (writable / "wifi/slow.md").write_text(f"# Slow {number}\n\nText.")
        last = publish(settings).manifest.id
    folder = SnapshotFolder(settings.data)
    assert len(folder.ids()) == 2
    assert folder.current() == last


def test_only_one_build_at_a_time(writable: Path, tmp_path: Path) -> None:
    settings = make_settings(writable, tmp_path / "data")
    settings.data.mkdir()
    with (settings.data / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SnapshotError, match="Another build"):
            publish(settings)


def test_a_data_folder_that_cannot_be_written_is_named(writable: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingError, match="KB_DATA"):
        publish(make_settings(writable, tmp_path / "file" / "data"))


def test_a_missing_model_is_an_error_and_the_old_snapshot_stays(writable: Path, tmp_path: Path) -> None:
    settings = make_settings(writable, tmp_path / "data")
    before = publish(settings).manifest.id
    model = tmp_path / "model"
    model.mkdir()
    (model / "modules.json").write_text("[]")
    with pytest.raises(EncoderError):
        publish(make_settings(writable, tmp_path / "data", model=str(model)))
    assert SnapshotFolder(settings.data).current() == before


@pytest.mark.parametrize("after", [0.05, 0.2, 0.4, 0.6, 0.8])
def test_a_build_killed_at_any_moment_loses_nothing(writable: Path, tmp_path: Path, after: float) -> None:
    settings = make_settings(writable, tmp_path / "data")
    before = publish(settings).manifest.id
    (writable / "wifi/slow.md").write_text("# Slow\n\nSomething new.")
    environ = os.environ | {"KB_ARTICLES": str(writable), "KB_DATA": str(settings.data), "KB_MODEL": "hashing"}
    building = subprocess.Popen(
        [sys.executable, "-m", "kb", "index"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    time.sleep(after)
    building.send_signal(signal.SIGKILL)
    building.wait()
    folder = SnapshotFolder(settings.data)
    current = folder.current()
    assert current
    verify(folder.path(current), read_manifest(folder.path(current)))
    after_all = publish(settings).manifest.id
    assert after_all != before
    assert not list(folder.root.glob(f"{BUILDING}*"))
