"""A delimited file's lines as rows of cells, in memory that does not grow with the file.

Python's csv module is not used: it wants the whole file decoded, knows no byte offsets, and lets
one stray quote swallow the rows behind it. Here bytes are split first and decoded later, which
every encoding of a profile allows, so that one bad byte costs one row. A quote that does not close
costs the lines in doubt, at most 20, and never the rest of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.formats.flatfile.lines import ROW_LIMIT, Line, LineSource
from shared.formats.flatfile.record import Record

LINES_LIMIT = 20  # of one row: a remark may be several lines long
_QUOTE = b'"'


@dataclass(frozen=True, slots=True)
class _Stop:
    """Why a text could not be split, and at which cell."""

    cell: int
    is_open: bool  # a quote has no end yet: the next line may hold it


@dataclass(frozen=True, slots=True)
class _Cells:
    cells: tuple[bytes, ...]
    offsets: tuple[int, ...]


def delimited_records(source: LineSource, delimiter: bytes) -> Iterator[Record]:
    """Split a file; never raises, whatever the bytes."""
    number = 0
    while (line := source.next()) is not None:
        number += 1
        if line.is_overlong:
            yield _faulty(number, line, "ROW_OVERSIZED")
        elif _QUOTE not in line.text:
            cells = tuple(line.text.split(delimiter))
            if any(map(bytes.strip, cells)):
                yield Record(
                    number=number,
                    byte=line.byte,
                    line=line.number,
                    cells=cells,
                    is_terminated=bool(line.end),
                )
        else:
            for record in _quoted(number, line, source, delimiter):
                number = record.number
                yield record


def _quoted(number: int, line: Line, source: LineSource, delimiter: bytes) -> Iterator[Record]:
    """A row with quotes, over as many lines as they stay open; or each of these lines, in doubt."""
    lines = [line]
    text = line.text
    while isinstance(found := _split(text, delimiter), _Stop):
        more = source.next() if found.is_open and _has_room(lines, text) else None
        if more is None or more.is_overlong:
            source.put_back(more)
            yield from _in_doubt(number, lines, found)
            return
        text += lines[-1].end + more.text
        lines.append(more)
    yield Record(
        number=number,
        byte=line.byte,
        line=line.number,
        cells=found.cells,
        offsets=found.offsets,
        lines=len(lines),
        is_terminated=bool(lines[-1].end),
    )


def _has_room(lines: list[Line], text: bytes) -> bool:
    return len(lines) < LINES_LIMIT and len(text) < ROW_LIMIT


def _in_doubt(number: int, lines: list[Line], stop: _Stop) -> Iterator[Record]:
    """Whether what follows an open quote is rows or text, nobody may guess."""
    broken_at_once = len(lines) == 1 and not stop.is_open
    code = "QUOTE_BROKEN" if broken_at_once else "QUOTE_UNCLOSED"
    yield _faulty(number, lines[0], code, stop.cell)
    for place, line in enumerate(lines[1:], start=1):
        yield _faulty(number + place, line, "ROW_IN_DOUBT")


def _faulty(number: int, line: Line, code: str, cell: int | None = None) -> Record:
    return Record(
        number=number,
        byte=line.byte,
        line=line.number,
        cells=(line.text,),
        is_terminated=bool(line.end),
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
