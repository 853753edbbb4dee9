"""What a process holds in memory, and what a folder holds on disk."""

from __future__ import annotations

from pathlib import Path


def memory_megabytes(process: int | str = "self") -> dict[str, float]:
    """Memory of a process in MB, from the kernel's `smaps_rollup`.

    `own` is what the process would still need if every file it maps were shared or dropped: its
    anonymous pages, a page shared with n processes (as after a fork) counting 1/n, plus shared memory
    likewise (`Pss_Anon` + `Pss_Shmem`). The snapshot's maps, the model's file and libraries' code
    are pages of files, which workers share and the kernel may drop: they are in `resident` (`Rss`)
    and, divided among those who map them, in `proportional` (`Pss`).
    """
    kilobytes = dict(_lines(Path("/proc", str(process), "smaps_rollup")))
    figures = {
        "own": kilobytes["Pss_Anon"] + kilobytes["Pss_Shmem"],
        "resident": kilobytes["Rss"],
        "proportional": kilobytes["Pss"],
    }
    return {name: round(value / 1024, 1) for name, value in figures.items()}


def disk_megabytes(folder: Path) -> float:
    """The size of the files below a folder, in MB."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1024**2, 1)


def _lines(file: Path) -> list[tuple[str, int]]:
    rows = (line.split() for line in file.read_text().splitlines()[1:])
    return [(row[0].rstrip(":"), int(row[1])) for row in rows]
