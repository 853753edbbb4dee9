"""Arrays of a snapshot, memory-mapped."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# NumPy reads a file's header with Python's own parser, which up to Python 3.12 fails with "AST constructor recursion depth
# mismatch" where several threads use it at once (CPython issue 106905).
_reading_header = threading.Lock()


def open_array(file: Path) -> npt.NDArray[Any]:
    """Memory-map an array read-only, as a plain array: slices of `np.memmap` cost several times as much."""
    with _reading_header:
        return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
