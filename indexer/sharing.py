"""Sharing files between snapshots: what has been built is never written again, so one copy does for all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def share(file: Path, target: Path) -> None:
    """Give a file a second name; where the file system cannot do that, make a copy."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def share_tree(source: Path, target: Path) -> None:
    """Share the files below a folder, if there is one, under the same names below another."""
    for file in source.rglob("*"):
        if file.is_file():
            twin = target / file.relative_to(source)
            twin.parent.mkdir(parents=True, exist_ok=True)
            share(file, twin)
