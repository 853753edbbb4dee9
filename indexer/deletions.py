"""Files the words of a vocabulary under the deletions of their beginnings; `kb/search/vocabulary.py` says what for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.counts import GONE, Numbers
from kb.search.vocabulary import BEGINNING, DELETIONS_FILE, GROUPS_FILE, MAX_SLIPS, deletions, hash_of
from kb.snapshot.arrays import open_array

_MIN_FOR_TWO_SLIPS = 6  # letters: eight typed, two of them too many

_Filed = npt.NDArray[np.uint64]  # a deletion's hash and the number of a group, in one that sorts


@dataclass(frozen=True, slots=True)
class Groups:
    """The runs of words that begin alike."""

    beginnings: Sequence[str]
    starts: Numbers  # shape (groups + 1,): the row of the first word of each

    def rows(self, groups: Numbers) -> Numbers:
        """The first row of each of these groups and the one behind its last; shape (len(groups), 2)."""
        return np.stack([self.starts[groups], self.starts[groups + 1]], axis=1)


def find_groups(words: Sequence[str]) -> Groups:
    """The groups of sorted words."""
    beginnings: list[str] = []
    starts: list[int] = []
    for row, word in enumerate(words):
        beginning = word[:BEGINNING]
        if not beginnings or beginnings[-1] != beginning:
            beginnings.append(beginning)
            starts.append(row)
    return Groups(beginnings, np.array([*starts, len(words)], np.int32))


def write_deletions(folder: Path, words: Sequence[str], base: tuple[Path, Sequence[str]] | None = None) -> None:
    """Write the table of sorted words; `base` is a folder that holds one of other words, and those words."""
    groups = find_groups(words)
    before = find_groups(base[1] if base else ())
    known = set(before.beginnings)
    filed = _file((number, beginning) for number, beginning in enumerate(groups.beginnings) if beginning not in known)
    if base:
        filed = np.concatenate([_carry(base[0], before, groups), filed])
    filed.sort(kind="stable")  # merges what comes in order
    np.save(folder / DELETIONS_FILE, (filed >> np.uint64(32)).astype(np.uint32), allow_pickle=False)
    rows = groups.rows(filed.astype(np.uint32).astype(np.int64))
    np.save(folder / GROUPS_FILE, rows.astype(np.uint32), allow_pickle=False)


def _file(beginnings: Iterable[tuple[int, str]]) -> _Filed:
    """Every deletion of some numbered beginnings."""
    filed = [
        hash_of(letters) << 32 | number
        for number, beginning in beginnings
        for letters in deletions(beginning, MAX_SLIPS if len(beginning) >= _MIN_FOR_TWO_SLIPS else 1)
    ]
    return np.array(filed, np.uint64)


def _carry(folder: Path, before: Groups, after: Groups) -> _Filed:
    """What is filed already, under the groups' new numbers."""
    number_of = {beginning: number for number, beginning in enumerate(after.beginnings)}
    numbers = np.array([number_of.get(beginning, GONE) for beginning in before.beginnings], np.int64)
    first_rows = open_array(folder / GROUPS_FILE)[:, 0]
    moved = numbers[np.searchsorted(before.starts, first_rows)]
    hashes = open_array(folder / DELETIONS_FILE)
    kept = moved != GONE
    return np.asarray(hashes[kept].astype(np.uint64) << np.uint64(32) | moved[kept].astype(np.uint64), np.uint64)
