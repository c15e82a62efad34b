"""A fixed-width file's lines as rows of cells, by the places that a layout states.

A line is believed only if it is as long as the layout says: a column that is shifted by one reads
as another number. So a tab, which stands for an unknown number of blanks, holds its line too. What
a cut line holds whole says whose it is; one that is as long as it must be is not cut.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.formats.flatfile.layout import CountedIn, FixedLayout, Selector, Span
from shared.formats.flatfile.lines import Line, LineSource
from shared.formats.flatfile.profile import SINGLE_BYTE, FlatFileProfile
from shared.formats.flatfile.record import Record, RecordKind

WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_TAB = b"\t"


class _Cut(NamedTuple):
    cells: tuple[bytes, ...]
    offsets: tuple[int, ...]


class _Fault(NamedTuple):
    code: str
    byte: int = 0
    cell: int | None = None
    fact: str = ""


def fixed_columns(profile: FlatFileProfile, layout: FixedLayout) -> tuple[str, ...]:
    """The columns that the profile reads, in the order in which they stand."""
    read = {name for _, name in profile.columns.named()}
    return tuple(sorted(read, key=lambda name: (layout.columns[name].end, name)))


def fixed_records(
    source: LineSource, profile: FlatFileProfile, layout: FixedLayout
) -> Iterator[Record]:
    """Cut a file; never raises, whatever the bytes."""
    cutter = _Cutter(profile, layout)
    while (line := source.next()) is not None:
        if line.number == 1 and line.text.startswith(WIDE_MARKS):
            yield _record(line, fault=_Fault("ENCODING_WRONG"))
            return
        if line.is_overlong:
            yield _record(line, fault=_Fault("ROW_OVERSIZED"))
        elif line.text.strip():
            yield cutter.record(line)


class _Cutter:
    """Cuts the lines of one file."""

    def __init__(self, profile: FlatFileProfile, layout: FixedLayout) -> None:
        self._layout = layout
        self._encoding = profile.encoding
        self._spans = [layout.columns[name] for name in fixed_columns(profile, layout)]
        self._starts = tuple(span.start - 1 for span in self._spans)
        self._is_by_byte = layout.counted_in is CountedIn.BYTES or profile.encoding in SINGLE_BYTE

    def record(self, line: Line) -> Record:
        """One line that is not blank."""
        layout = self._layout
        if _selects(layout.header, line):
            return _record(line, kind=RecordKind.HEADER)
        if _selects(layout.trailer, line):
            cells = () if layout.count is None else (_of_bytes(line.text, layout.count),)
            offsets = () if layout.count is None else (layout.count.start - 1,)
            return _record(line, _Cut(cells, offsets), kind=RecordKind.TRAILER)
        if layout.detail is not None and not _selects(layout.detail, line):
            return _record(line, fault=_Fault("RECORD_UNKNOWN" if line.end else "ROW_CUT"))
        if _TAB in line.text:
            return _record(line, fault=self._tab(line.text))
        return self._detail(line)

    def _detail(self, line: Line) -> Record:
        if self._is_by_byte or line.text.isascii():
            return self._cut(line, line.text)
        try:
            text = line.text.decode(self._encoding)
        except UnicodeDecodeError as error:
            code = "BYTES_UNDECODABLE" if line.end else "ROW_CUT"
            return _record(line, fault=_Fault(code, error.start))
        return self._cut(line, text)

    def _cut(self, line: Line, text: bytes | str) -> Record:
        length, stated = len(text), self._layout.length
        if length < stated and not line.end:
            held = [span for span in self._spans[:-1] if span.end <= length]
            return _record(line, _cells(text, held, self._encoding), is_cut=True)
        if length < stated and not self._layout.pads_short_lines:
            return _record(line, fault=_Fault("LINE_TOO_SHORT", fact=f"{length} of {stated}"))
        if length > stated and text[stated:].strip():
            return _record(line, fault=_Fault("LINE_TOO_LONG", fact=f"{length} of {stated}"))
        if isinstance(text, bytes):
            cells = tuple([text[start - 1 : start - 1 + size] for start, size in self._spans])
            return _record(line, _Cut(cells, self._starts))
        return _record(line, _cells(text, self._spans, self._encoding))

    def _tab(self, text: bytes) -> _Fault:
        byte = text.index(_TAB)
        at = byte if self._is_by_byte else len(text[:byte].decode(self._encoding, "replace"))
        among = (place for place, span in enumerate(self._spans) if span.start - 1 <= at < span.end)
        return _Fault("TAB_FOUND", byte, next(among, None))


def _selects(selector: Selector | None, line: Line) -> bool:
    return selector is not None and selector.selects(line.text)


def _of_bytes(text: bytes, span: Span) -> bytes:
    return text[span.start - 1 : span.end]


def _cells(text: bytes | str, spans: Sequence[Span], encoding: str) -> _Cut:
    """Cells by their places; behind a character of several bytes the bytes are counted."""
    if isinstance(text, bytes):
        return _Cut(
            tuple(_of_bytes(text, span) for span in spans), tuple(span.start - 1 for span in spans)
        )
    return _Cut(
        tuple(text[span.start - 1 : span.end].encode(encoding) for span in spans),
        tuple(len(text[: span.start - 1].encode(encoding)) for span in spans),
    )


def _record(
    line: Line,
    cut: _Cut | None = None,
    *,
    kind: RecordKind = RecordKind.DETAIL,
    fault: _Fault | None = None,
    is_cut: bool = False,
) -> Record:
    """A line that is as long as it must be is whole, with an end or without."""
    found, cells = fault or _Fault(""), cut or _Cut((line.text,), (0,))
    return Record(
        number=line.number,
        byte=line.byte,
        line=line.number,
        cells=(*cells.cells, b"") if is_cut else cells.cells,
        offsets=(*cells.offsets, len(line.text)) if is_cut else cells.offsets,
        is_terminated=not is_cut,
        kind=kind,
        fault=found.code,
        fault_cell=found.cell,
        fault_byte=found.byte,
        fault_fact=found.fact,
    )
