"""Stamps: whether a file is still the one that was read, told without reading it again."""

from __future__ import annotations

import os
import time

# A file that was written just before it was read may be written again within one tick of the file
# system's clock and look the same; 2 s is the coarsest tick there is (FAT, some network shares).
_SETTLED_NS = 2_000_000_000

Stamp = tuple[int, int, int, int]  # size, last written (ns), last changed in any way (ns), inode


def take_stamp(file: str) -> Stamp:
    """What the file system says of a file now. Raises OSError."""
    status = os.stat(file)  # noqa: PTH116 - a Path for each of thousands of files takes ten times as long
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def is_settled(stamp: Stamp) -> bool:
    """Whether a stamp taken just now, before reading the file, can stand for what is read."""
    return time.time_ns() - max(stamp[1], stamp[2]) > _SETTLED_NS
