"""The header: which column is where, before any row is believed."""

from collections.abc import Iterator

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import FileHead
from shared.formats.flatfile.splitting import Record

_HEADER = Position(segment="row")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def read_head(rows: Iterator[Record], profile: FlatFileProfile) -> FileHead:
    """Take the header off the rows; never raises. Every column that is missing is named."""
    header = next(rows, None)
    if header is None:
        return _refused("FILE_EMPTY")
    if b"".join(header.cells[:1]).startswith(_WIDE):
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
