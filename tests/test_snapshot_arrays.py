"""Arrays of a snapshot: read-only maps, which any number of threads may open."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.snapshot.arrays import open_array


@pytest.fixture
def file(tmp_path: Path) -> Path:
    np.save(tmp_path / "array.npy", np.arange(12, dtype=np.int32).reshape(3, 4))
    return tmp_path / "array.npy"


def test_it_is_the_array_that_was_saved_and_cannot_be_written(file: Path) -> None:
    array = open_array(file)
    assert array.dtype == np.int32
    assert array.tolist() == np.arange(12).reshape(3, 4).tolist()
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1


@pytest.fixture
def _yielding_collector() -> Iterator[None]:
    """A collector of garbage that runs often and lets other threads have a turn, as one with finalisers does."""

    def yield_turn(_phase: str, _info: dict[str, int]) -> None:
        time.sleep(0)

    before = gc.get_threshold()
    gc.callbacks.append(yield_turn)
    gc.set_threshold(10)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(yield_turn)


@pytest.mark.usefixtures("_yielding_collector")
def test_several_threads_may_open_arrays_at_once(file: Path) -> None:
    """Python's parser, which NumPy reads headers with, cannot be used so: CPython issue 106905."""
    with ThreadPoolExecutor(4) as pool:
        assert all(array[2, 3] == 11 for array in pool.map(open_array, [file] * 400))


def test_nothing_that_was_pickled_is_opened(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(ValueError, match="Python objects"):
        open_array(tmp_path / "objects.npy")
