"""Operators: Whoosh's files are read where they are mapped, as any file would be."""

from __future__ import annotations

import io
import os

from hypothesis import given
from hypothesis import strategies as st

from kb.search.operators import _MappedFile, _View

_calls = st.one_of(
    st.tuples(st.just("read"), st.integers(-1, 20)),
    st.tuples(st.just("readline")),
    st.tuples(st.just("tell")),
    st.tuples(st.just("seek"), st.integers(0, 60), st.just(os.SEEK_SET)),
    st.tuples(st.just("seek"), st.just(0), st.sampled_from([os.SEEK_CUR, os.SEEK_END])),
)


@given(content=st.binary(max_size=50) | st.lists(st.sampled_from([b"a", b"\n"])).map(b"".join), calls=st.lists(_calls))
def test_a_view_reads_like_a_file(content: bytes, calls: list[tuple[str, int]]) -> None:
    view, file = _View(memoryview(content)), io.BytesIO(content)
    for name, *arguments in calls:
        assert getattr(view, name)(*arguments) == getattr(file, name)(*arguments)


@given(content=st.binary(min_size=1, max_size=50), start=st.integers(0, 50), size=st.integers(0, 50))
def test_a_file_within_a_file_is_a_part_of_the_same_memory(content: bytes, start: int, size: int) -> None:
    whole = memoryview(bytearray(content))
    part = _MappedFile(whole, "whole").subset(start, size, "part")
    assert part.read() == content[start : start + size]
    if part.get(0, 1):
        whole[start] ^= 255
        assert part.get(0, 1) == bytes([content[start] ^ 255])
