"""What may be suggested, compiled into arrays that are mapped into memory and never read as a whole."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.search.analysis import spellings
from kb.search.types import Rows, Suggestion
from kb.search.word_list import WordList, make_word_list
from kb.snapshot.arrays import open_array

MOST_WORDS = 32  # of a text that an entry is found by; a longer symptom is a story

_WORDS_FOLDER = "words"
_GAP = "\n"  # between the texts of one line, none of which holds one

Block = bytes | mmap.mmap
Starts = npt.NDArray[np.int64]


class Kind(IntEnum):
    """What an entry is, the most telling first."""

    TITLE = 0
    SYMPTOM = 1  # or the exact words of an error
    HEADING = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a page is found by."""

    page: int  # row of the page that it leads to
    kind: Kind
    said: str  # found by these words
    around: str = ""  # more words that it is found by, but never by these alone
    anchor: str = ""  # of a heading: the fragment of its address, with the #


@dataclass(frozen=True, slots=True)
class Tables:
    """The compiled entries, numbered by kind, and within a kind from short to long."""

    word_list: WordList
    kinds: Starts  # shape (kinds + 1,): the first entry of each kind
    holders: Rows  # which entries of a kind hold a word, counted from the kind's first, for each kind and word in turn
    holder_starts: Starts  # shape (kinds * words + 1,): where each of these lists begins
    words: Rows  # the words of each entry in turn, those said before those around
    word_ends: Starts  # shape (entries, 3): where an entry's words begin, where those said end, where all end
    pages: Rows  # shape (entries,): the page that an entry leads to
    lengths: Rows  # shape (entries,): characters of what is said; only the next build reads it
    page_block: Block  # what is shown of each page
    page_starts: Starts  # shape (pages + 1,)
    part_block: Block  # what is shown of each entry besides
    part_starts: Starts  # shape (entries + 1,)

    def suggestion(self, entry: int) -> Suggestion:
        """What is shown for an entry."""
        title, url, topic = _line(self.page_block, self.page_starts, int(self.pages[entry]))
        heading, *anchor = _line(self.part_block, self.part_starts, entry)
        return Suggestion(f"{title}: {heading}", url + anchor[0], topic) if anchor else Suggestion(title, url, topic)


def compile_tables(pages: Sequence[Suggestion], entries: Iterable[Entry]) -> Tables:
    """Number the words and the entries, and list for each word the entries that hold it."""
    ordered = sorted(entries, key=lambda entry: (entry.kind, len(entry.said), entry.page))
    texts = {text for entry in ordered for text in (entry.said, entry.around)}
    spelled = {text: spellings(text)[:MOST_WORDS] for text in texts}
    word_list = make_word_list({word for found in spelled.values() for word in found})
    number = {word_list.word(place): place for place in range(len(word_list))}
    said = [[number[word] for word in spelled[entry.said]] for entry in ordered]
    around = [[number[word] for word in spelled[entry.around]] for entry in ordered]
    ends = _word_ends(said, around)
    words = np.array([word for pair in zip(said, around, strict=True) for part in pair for word in part], np.int32)
    kinds = np.searchsorted([int(entry.kind) for entry in ordered], range(len(Kind) + 1)).astype(np.int64)
    holders, holder_starts = list_holders(words, ends, kinds, len(word_list))
    page_block, page_starts = make_block((page.text, page.url, page.topic_title) for page in pages)
    part_block, part_starts = make_block((entry.said, entry.anchor) if entry.anchor else () for entry in ordered)
    return Tables(
        word_list=word_list,
        kinds=kinds,
        holders=holders,
        holder_starts=holder_starts,
        words=words,
        word_ends=ends,
        pages=np.array([entry.page for entry in ordered], np.int32),
        lengths=np.array([len(entry.said) for entry in ordered], np.int32),
        page_block=page_block,
        page_starts=page_starts,
        part_block=part_block,
        part_starts=part_starts,
    )


def write_tables(folder: Path, tables: Tables) -> None:
    """Write the tables into a new folder."""
    _write_fields(folder, tables)
    _write_fields(folder / _WORDS_FOLDER, tables.word_list)


def open_tables(folder: Path) -> Tables:
    """Map the tables under a folder, whose files have been verified."""
    return Tables(word_list=WordList(**_map_fields(folder / _WORDS_FOLDER)), **_map_fields(folder))


def _word_ends(said: list[list[int]], around: list[list[int]]) -> Starts:
    own = np.array([len(words) for words in said], np.int64)
    every = own + np.array([len(words) for words in around], np.int64)
    starts = np.cumsum(every) - every
    return np.stack([starts, starts + own, starts + every], axis=1)


def list_holders(words: Rows, ends: Starts, kinds: Starts, count: int) -> tuple[Rows, Starts]:
    """The `holders` and `holder_starts` of entries with these words, ends and kinds, out of so many words."""
    sizes = np.diff(kinds)
    kind = np.repeat(np.arange(len(Kind)), sizes)
    within = np.arange(len(ends)) - kinds[kind]
    lengths = ends[:, 2] - ends[:, 0]
    lists = np.repeat(kind, lengths) * count + words
    span = int(sizes.max(initial=0)) + 1
    pairs = np.sort(lists * span + np.repeat(within, lengths))
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # np.unique hashes, which takes five times as long
    sizes_of_lists = np.bincount(pairs // span, minlength=len(Kind) * count)
    return (pairs % span).astype(np.int32), np.concatenate([[0], np.cumsum(sizes_of_lists)]).astype(np.int64)


def make_block(lines: Iterable[Sequence[str]]) -> tuple[bytes, Starts]:
    """Lines of texts end to end, and where each line begins; shape (lines + 1,)."""
    encoded = [_GAP.join(" ".join(text.split()) for text in texts).encode("utf-8") for texts in lines]
    return b"".join(encoded), np.cumsum([0, *map(len, encoded)], dtype=np.int64)


def _line(block: Block, starts: Starts, row: int) -> list[str]:
    return block[starts[row] : starts[row + 1]].decode("utf-8").split(_GAP)


def _write_fields(folder: Path, value: Tables | WordList) -> None:
    folder.mkdir()
    for field in fields(value):
        content = getattr(value, field.name)
        if isinstance(content, np.ndarray):
            np.save(folder / f"{field.name}.npy", content, allow_pickle=False)
        elif isinstance(content, bytes):
            (folder / f"{field.name}.bin").write_bytes(content)


def _map_fields(folder: Path) -> dict[str, Any]:
    arrays = {file.stem: open_array(file) for file in folder.glob("*.npy")}
    return arrays | {file.stem: _map_block(file) for file in folder.glob("*.bin")}


def _map_block(file: Path) -> Block:
    with file.open("rb") as stream:
        # An empty file cannot be mapped.
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) if file.stat().st_size else b""
