"""Messages out of a stream of MLLP blocks, and one message as a block.

A block is 0x0B, the message, 0x1C 0x0D (HL7 v2 Transport Specification: MLLP, release 1). Whatever
stands between blocks belongs to no message. Senders that leave the last 0x0D out are understood.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

START, END = b"\x0b", b"\x1c"
_MARK = re.compile(b"([\x0b\x1c])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The bytes of one message; of one over the limit only its beginning, one byte over it."""

    body: bytes
    is_cut: bool


class Frames:
    """What a stream has brought, in memory bounded by the limit (bytes of a message)."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._body = bytearray()
        self.is_within = False
        self.broken = 0  # blocks that a new one began before their end

    def take(self, chunk: bytes) -> Iterator[Frame]:
        """The messages that end in this chunk."""
        for piece in _MARK.split(chunk):
            if piece == START:
                self.broken += self.is_within
                self.is_within = True
                self._body.clear()
            elif piece == END:
                if self.is_within:
                    yield self._ended()
            elif self.is_within:
                self._body += piece[: self._limit + 1 - len(self._body)]

    def _ended(self) -> Frame:
        self.is_within = False
        return Frame(body=bytes(self._body), is_cut=len(self._body) > self._limit)


def framed(body: bytes) -> bytes:
    """A message as a block."""
    return START + body + END + b"\r"
