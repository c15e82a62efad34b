"""Bytes from wherever they come, a bounded piece at a time."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

CHUNK_BYTES = 64 * 1024  # read at a time

Source = bytes | bytearray | memoryview | BinaryIO | Iterable[bytes]


def chunks(source: Source) -> Iterator[bytes]:
    """The source in pieces of bounded size, whether it is held, open or produced."""
    if isinstance(source, bytes | bytearray | memoryview):
        held = memoryview(source)
        for start in range(0, len(held), CHUNK_BYTES):
            yield bytes(held[start : start + CHUNK_BYTES])
    elif hasattr(source, "read"):
        while piece := source.read(CHUNK_BYTES):
            yield piece
    else:
        for produced in source:
            yield from chunks(produced)
