"""The rows behind a header, each by the kind of its file, and the lines that are none."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from shared.formats.flatfile.cells import Cells
from shared.formats.flatfile.count_rows import CountReader
from shared.formats.flatfile.item_rows import ItemReader
from shared.formats.flatfile.profile import FileKind, FlatFileProfile
from shared.formats.flatfile.reading import FileHead, FileRow, PassedOver
from shared.formats.flatfile.record import Record, RecordKind
from shared.formats.flatfile.row_reading import RowReader, held_line
from shared.formats.flatfile.trailers import TrailerCheck
from shared.formats.flatfile.usage_rows import UsageReader

READERS: Mapping[FileKind, type[RowReader]] = MappingProxyType(
    {FileKind.USAGE: UsageReader, FileKind.ITEMS: ItemReader, FileKind.COUNTS: CountReader}
)


def follow(
    records: Iterator[Record], head: FileHead, profile: FlatFileProfile
) -> Iterator[FileRow | PassedOver]:
    """Read what stands behind a header that was not refused; never raises, one line at a time."""
    if profile.fixed is not None:
        yield from _follow_fixed(records, head, profile, TrailerCheck(profile.fixed))
        return
    reader = READERS[profile.kind]
    for record in records:
        yield reader(Cells(record, head, profile), profile).read()


def _follow_fixed(
    records: Iterator[Record], head: FileHead, profile: FlatFileProfile, check: TrailerCheck
) -> Iterator[FileRow | PassedOver]:
    reader = READERS[profile.kind]
    for record in records:
        check.passed(record)
        if record.kind is RecordKind.DETAIL:
            yield reader(Cells(record, head, profile), profile).read()
            continue
        wrong = check.trailer(record) if record.kind is RecordKind.TRAILER else None
        if wrong is None:
            yield PassedOver(first_line=record.line, kind=record.kind.value)
        else:
            yield held_line(record, record.number, wrong)
    wrong = check.ended()
    if wrong is not None and check.last is not None:
        yield held_line(check.last, check.last.number + 1, wrong)
