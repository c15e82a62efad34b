"""A file's bytes as rows of cells, each with its place, in memory that does not grow with the file.

Python's csv module is not used: it wants the whole file decoded, knows no byte offsets, and lets
one stray quote swallow the rows behind it. Here bytes are split first and decoded later, which
every encoding of a profile allows, so that one bad byte costs one row. A quote that does not close
costs the lines in doubt, at most 20, and never the rest of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

ROW_LIMIT = 64 * 1024  # bytes; no row of a cabinet needs more, and longer ones are attacks
LINES_LIMIT = 20  # of one row: a remark may be several lines long
BOM = b"\xef\xbb\xbf"
_QUOTE = b'"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row as it stands in the file, the header among them; blank ones are left out.

    `fault` is the code of what keeps it from being split, at the cell numbered `fault_cell`.
    """

    number: int  # counts every row, blank ones too; the header is 1
    byte: int
    cells: tuple[bytes, ...] = ()
    offsets: tuple[int, ...] = ()  # of the cells from `byte`; empty where all of them are unquoted
    is_terminated: bool = True
    fault: str = ""
    fault_cell: int | None = None

    def byte_of(self, cell: int) -> int:
        """Where a cell begins in the file."""
        if self.offsets:
            return self.byte + self.offsets[cell]
        return self.byte + sum(len(each) + 1 for each in self.cells[:cell])


@dataclass(frozen=True, slots=True)
class _Line:
    """A physical line without its end."""

    byte: int
    text: bytes
    is_terminated: bool
    is_overlong: bool = False


@dataclass(frozen=True, slots=True)
class _Stop:
    """Why a text could not be split, and at which cell."""

    cell: int
    is_open: bool  # a quote has no end yet: the next line may hold it


@dataclass(frozen=True, slots=True)
class _Cells:
    cells: tuple[bytes, ...]
    offsets: tuple[int, ...]


def records(stream: BinaryIO, delimiter: bytes) -> Iterator[Record]:
    """Split a file that is open at its beginning; never raises, whatever the bytes."""
    source = _Source(stream)
    number = 0
    while (line := source.next()) is not None:
        number += 1
        if line.is_overlong:
            yield _faulty(number, line, "ROW_OVERSIZED")
        elif _QUOTE not in line.text:
            cells = tuple(line.text.split(delimiter))
            if any(map(bytes.strip, cells)):
                yield Record(
                    number=number, byte=line.byte, cells=cells, is_terminated=line.is_terminated
                )
        else:
            for record in _quoted(number, line, source, delimiter):
                number = record.number
                yield record


def _quoted(number: int, line: _Line, source: "_Source", delimiter: bytes) -> Iterator[Record]:
    """A row with quotes, over as many lines as they stay open; or each of these lines, in doubt."""
    lines = [line]
    text = line.text
    while isinstance(found := _split(text, delimiter), _Stop):
        more = source.next() if found.is_open and _has_room(lines, text) else None
        if more is None or more.is_overlong:
            source.put_back(more)
            yield from _in_doubt(number, lines, found)
            return
        lines.append(more)
        text += b"\n" + more.text
    yield Record(
        number=number,
        byte=line.byte,
        cells=found.cells,
        offsets=found.offsets,
        is_terminated=lines[-1].is_terminated,
    )


def _has_room(lines: list[_Line], text: bytes) -> bool:
    return len(lines) < LINES_LIMIT and len(text) < ROW_LIMIT


def _in_doubt(number: int, lines: list[_Line], stop: _Stop) -> Iterator[Record]:
    """Whether what follows an open quote is rows or text, nobody may guess."""
    broken_at_once = len(lines) == 1 and not stop.is_open
    code = "QUOTE_BROKEN" if broken_at_once else "QUOTE_UNCLOSED"
    yield _faulty(number, lines[0], code, stop.cell)
    for place, line in enumerate(lines[1:], start=1):
        yield _faulty(number + place, line, "ROW_IN_DOUBT")


def _faulty(number: int, line: _Line, code: str, cell: int | None = None) -> Record:
    return Record(
        number=number,
        byte=line.byte,
        cells=(line.text,),
        is_terminated=line.is_terminated,
        fault=code,
        fault_cell=cell,
    )


def _split(text: bytes, delimiter: bytes) -> _Cells | _Stop:
    """A quote means something only where a cell begins; elsewhere it is text, as in 5" tube."""
    cells: list[bytes] = []
    offsets: list[int] = []
    place = 0
    while True:
        offsets.append(place)
        if text[place : place + 1] == _QUOTE:
            end = _closing(text, place + 1)
            if end < 0:
                return _Stop(len(cells), is_open=True)
            cells.append(text[place + 1 : end].replace(b'""', _QUOTE))
            end += 1
            if text[end : end + 1] not in (b"", delimiter):
                return _Stop(len(cells) - 1, is_open=False)
        else:
            end = text.find(delimiter, place)
            end = len(text) if end < 0 else end
            cells.append(text[place:end])
        if end >= len(text):
            return _Cells(tuple(cells), tuple(offsets))
        place = end + 1


def _closing(text: bytes, place: int) -> int:
    """Where a quoted cell's closing quote stands; doubled ones are text. -1: nowhere yet."""
    while True:
        place = text.find(_QUOTE, place)
        if place < 0 or text[place + 1 : place + 2] != _QUOTE:
            return place
        place += 2


class _Source:
    """Physical lines, at most a row's limit at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._byte = 0
        self._waiting: _Line | None = None

    def put_back(self, line: _Line | None) -> None:
        self._waiting = line

    def next(self) -> _Line | None:
        if self._waiting is not None:
            line, self._waiting = self._waiting, None
            return line
        text = self._stream.readline(ROW_LIMIT + 2)
        if not text:
            return None
        return self._line(text)

    def _line(self, text: bytes) -> _Line:
        byte, self._byte = self._byte, self._byte + len(text)
        if byte == 0 and text.startswith(BOM):
            byte, text = len(BOM), text[len(BOM) :]
        if text.endswith(b"\n"):
            return _Line(byte, text[:-1].removesuffix(b"\r"), is_terminated=True)
        if len(text) <= ROW_LIMIT:
            return _Line(byte, text, is_terminated=False)
        return _Line(byte, b"", is_terminated=self._skip(), is_overlong=True)

    def _skip(self) -> bool:
        """Pass over the rest of an overlong line; whether it ends."""
        while rest := self._stream.readline(ROW_LIMIT):
            self._byte += len(rest)
            if rest.endswith(b"\n"):
                return True
        return False
