"""Blocks come out of a stream whole, however it was cut; nothing else does."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.mllp.frames import Frame, Frames, framed

BODIES = st.binary(max_size=40).map(lambda each: each.translate(None, b"\x0b\x1c"))
LIMIT = 64


def taken(stream: bytes, *cuts: int, limit: int = LIMIT) -> tuple[list[Frame], Frames]:
    frames = Frames(limit)
    places = [0, *sorted(each % (len(stream) + 1) for each in cuts), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(places)]
    return [frame for chunk in chunks for frame in frames.take(chunk)], frames


@given(st.lists(BODIES), st.lists(st.integers(0, 10_000), max_size=8))
def test_messages_are_the_same_however_the_stream_is_cut(
    bodies: list[bytes], cuts: list[int]
) -> None:
    found, frames = taken(b"".join(map(framed, bodies)), *cuts)

    assert [each.body for each in found] == bodies
    assert not any(each.is_cut for each in found)
    assert not frames.is_within


def test_what_stands_between_blocks_belongs_to_none() -> None:
    found, frames = taken(b"GET / HTTP/1.1\r\n\r\n" + framed(b"MSH|1") + b"\n\x1c\r" + b"MSH|2\r")

    assert [each.body for each in found] == [b"MSH|1"]
    assert not frames.is_within


def test_a_block_that_begins_within_another_counts_alone_and_the_other_is_told() -> None:
    found, frames = taken(b"\x0bMSH|1\r" + framed(b"MSH|2\r"))

    assert ([each.body for each in found], frames.broken) == ([b"MSH|2\r"], 1)


def test_a_block_without_its_last_character_is_whole() -> None:
    found, _ = taken(b"\x0bMSH|1\x1c\x0bMSH|2\x1c")

    assert [each.body for each in found] == [b"MSH|1", b"MSH|2"]


def test_of_a_message_over_the_limit_one_byte_more_is_kept_and_the_next_is_whole() -> None:
    found, _ = taken(framed(b"M" * 65) + framed(b"M" * 64), 30, 40)

    assert [(len(each.body), each.is_cut) for each in found] == [(65, True), (64, False)]
