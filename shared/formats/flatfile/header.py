"""The header: which column is where, before any row is believed."""

from collections.abc import Iterator
from itertools import chain

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.fixed import WIDE_MARKS, fixed_columns, fixed_records
from shared.formats.flatfile.layout import FixedLayout
from shared.formats.flatfile.lines import LineSource
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import FileHead
from shared.formats.flatfile.record import Record
from shared.formats.flatfile.splitting import delimited_records

_HEADER = Position(segment="row")


def opened(source: LineSource, profile: FlatFileProfile) -> tuple[FileHead, Iterator[Record]]:
    """What stands where, and the records that are read by it; never raises.

    Every column that is missing is named.
    """
    if profile.fixed is not None:
        return _opened_fixed(fixed_records(source, profile, profile.fixed), profile, profile.fixed)
    rows = delimited_records(source, profile.delimiter.encode())
    return _read_head(rows, profile), rows


def _opened_fixed(
    rows: Iterator[Record], profile: FlatFileProfile, layout: FixedLayout
) -> tuple[FileHead, Iterator[Record]]:
    first = next(rows, None)
    if first is None:
        return _refused("FILE_EMPTY"), rows
    if first.fault == "ENCODING_WRONG":
        return _refused(first.fault), rows
    names = fixed_columns(profile, layout)
    places = {fact: names.index(name) for fact, name in profile.columns.named()}
    return FileHead(places=places, names=names), chain((first,), rows)


def _read_head(rows: Iterator[Record], profile: FlatFileProfile) -> FileHead:
    header = next(rows, None)
    if header is None:
        return _refused("FILE_EMPTY")
    if b"".join(header.cells[:1]).startswith(WIDE_MARKS):
        return _refused("ENCODING_WRONG")
    names = _names(header, profile)
    if names is None:
        return _refused("HEADER_UNREADABLE")
    folded = [name.casefold() for name in names]
    return FileHead(
        places={
            fact: folded.index(name.casefold())
            for fact, name in profile.columns.named()
            if name.casefold() in folded
        },
        names=names,
        findings=tuple(_missing(folded, header, profile)),
        last_line=header.line + header.lines - 1,
        lines=header.lines,
    )


def _refused(code: str) -> FileHead:
    return FileHead(places={}, names=(), findings=(finding(code, _HEADER),))


def _names(header: Record, profile: FlatFileProfile) -> tuple[str, ...] | None:
    if header.fault:
        return None
    try:
        return tuple(cell.decode(profile.encoding).strip() for cell in header.cells)
    except UnicodeDecodeError:
        return None


def _missing(folded: list[str], header: Record, profile: FlatFileProfile) -> Iterator[Diagnostic]:
    for _, name in profile.columns.named():
        count = folded.count(name.casefold())
        if count == 0:
            yield finding("COLUMN_MISSING", Position(segment="row", column=name))
        if count > 1:
            again = len(folded) - 1 - folded[::-1].index(name.casefold())
            byte = header.byte_of(again)
            position = Position(segment="row", field=again + 1, byte=byte, column=name)
            yield finding("COLUMN_REPEATED", position)
