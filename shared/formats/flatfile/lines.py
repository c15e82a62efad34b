"""A file's physical lines with their places, a bounded piece at a time.

Lines end in LF or CRLF; a file whose first line has no LF and a CR within is one that ends them
with CR alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

ROW_LIMIT = 64 * 1024  # bytes; no row of a cabinet needs more, and longer ones are attacks
BOM = b"\xef\xbb\xbf"
_WITH_END = ROW_LIMIT + 2


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line and its end, none where the file ends. `number` counts from 1."""

    number: int
    byte: int
    text: bytes
    end: bytes
    is_overlong: bool = False


class LineSource:
    """The lines of a file that is open at its beginning; never raises, whatever the bytes.

    `count` is how many were taken so far, those put back among them.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.count = 0
        self._readline: Callable[[int], bytes] = stream.readline
        self._stream = stream
        self._end = b"\n"
        self._byte = 0
        self._waiting: Line | None = None

    def put_back(self, line: Line | None) -> None:
        """Take this line again next."""
        self._waiting = line

    def next(self) -> Line | None:
        """The next line; None behind the last."""
        if self._waiting is not None:
            line, self._waiting = self._waiting, None
            return line
        text = self._readline(_WITH_END)
        if not self.count and b"\r" in text[:-1] and b"\n" not in text:
            text = self._ended_by_cr(text)
        if not text:
            return None
        self.count += 1
        return self._line(text)

    def _ended_by_cr(self, begun: bytes) -> bytes:
        lines = _cr_lines(begun, self._stream)

        def readline(_limit: int) -> bytes:
            return next(lines, b"")

        self._end, self._readline = b"\r", readline
        return next(lines)

    def _line(self, text: bytes) -> Line:
        number, byte = self.count, self._byte
        self._byte += len(text)
        if byte == 0 and text.startswith(BOM):
            byte, text = len(BOM), text[len(BOM) :]
        end = self._end if text.endswith(self._end) else b""
        if len(text) > (_WITH_END if end else ROW_LIMIT):
            return Line(number, byte, b"", end or self._skip(), is_overlong=True)
        if text.endswith(b"\r\n"):
            return Line(number, byte, text[:-2], b"\r\n")
        return Line(number, byte, text.removesuffix(end), end)

    def _skip(self) -> bytes:
        """Pass over the rest of an overlong line; what it ends in."""
        while rest := self._readline(ROW_LIMIT):
            self._byte += len(rest)
            if rest.endswith(self._end):
                return self._end
        return b""


def _cr_lines(begun: bytes, stream: BinaryIO) -> Iterator[bytes]:
    rest = begun
    while True:
        *whole, rest = rest.split(b"\r")
        yield from (line + b"\r" for line in whole)
        if len(rest) > ROW_LIMIT:
            yield rest
            rest = b""
        more = stream.readline(ROW_LIMIT)
        if not more:
            break
        rest += more
    if rest:
        yield rest
