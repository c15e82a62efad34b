"""One row: a withdrawal, a return, or a row that must be held.

Direction is the kind column's word, and a negative quantity turns a withdrawal into a return, as
some cabinets write them; a return stays one whatever its sign (as with HL7 credits, USE5). A cell
that is wrong holds its row under the row's own transaction and line, where these can be read.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, MalformedLine, UsageLine
from shared.formats.bounds import is_bounded
from shared.formats.flatfile.cells import Cells, RowFaultError
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import (
    NOBODY,
    CaseIdentifiers,
    FileHead,
    FileRow,
    TransactionName,
)
from shared.formats.flatfile.splitting import Record
from shared.formats.flatfile.values import quantity_of, times_of

Key = tuple[str, ...]


def read_rows(
    rows: Iterator[Record], head: FileHead, profile: FlatFileProfile
) -> Iterator[FileRow]:
    """Read the rows behind a header that was not refused; never raises, one row at a time."""
    for record in rows:
        yield _RowReader(Cells(record, head, profile), profile).read()


@dataclass(slots=True)
class _RowReader:
    """Remembers what was read before a fault, so that the row is held as whose it is."""

    cells: Cells
    profile: FlatFileProfile
    transaction: TransactionName | None = None
    key: Key = ()

    def read(self) -> FileRow:
        people = NOBODY
        try:
            direction = self._identify()
            if trouble := self.cells.trouble:
                raise RowFaultError(trouble)  # noqa: TRY301 - one way out for every fault
            people = CaseIdentifiers(
                case=self.cells.value("case"), patient=self.cells.value("patient")
            )
            line: UsageLine | MalformedLine = self._line(direction)
        except RowFaultError as fault:
            line = MalformedLine(
                number=str(self.cells.record.number),
                key=self.key,
                diagnostic=self.cells.trouble or fault.diagnostic,
            )
        return FileRow(
            number=self.cells.record.number,
            line=line,
            digest=_digest(line, self.cells),
            transaction=self.transaction,
            people=people,
        )

    def _identify(self) -> Direction:
        """The intent key (USE2): application, facility, transaction, line, direction."""
        cells, columns = self.cells, self.profile.columns
        facility = self.profile.facility or cells.required("facility")
        transaction = cells.required("transaction")
        self.transaction = TransactionName(facility=facility, transaction=transaction)
        line = cells.required("line") if columns.line else ""
        direction = self._direction()
        self.key = (self.profile.application, facility, transaction, line, direction.value)
        return direction

    def _direction(self) -> Direction:
        is_negative = self.cells.value("quantity").startswith("-")
        if not self.profile.columns.kind:
            return Direction.CREDIT if is_negative else Direction.CHARGE
        word = self.cells.required("kind")
        if _among(word, self.profile.returns):
            return Direction.CREDIT
        if not _among(word, self.profile.withdrawals):
            self.cells.fail("KIND_UNKNOWN", "kind", word)
        return Direction.CREDIT if is_negative else Direction.CHARGE

    def _line(self, direction: Direction) -> UsageLine:
        cells = self.cells
        unit = cells.value("unit")
        return UsageLine(
            number=str(cells.record.number),
            key=self.key,
            direction=direction,
            facility=self.key[1],
            department=cells.value("department"),
            charge_code=cells.required("item"),
            quantity=self._quantity(),
            used_at=self._time(),
            position=cells.position(),
            reverses=self._original() if direction is Direction.CREDIT else (),
            unit=self.profile.units.get(unit, unit),
            lot=cells.value("lot"),
            serial=cells.value("serial"),
            project=cells.value("project"),
            grant=cells.value("grant"),
            service_line=cells.value("service_line"),
        )

    def _quantity(self) -> Decimal:
        stated = self.cells.required("quantity")
        number = quantity_of(stated, self.profile.decimal_mark)
        if number is None:
            self.cells.fail("QUANTITY_INVALID", "quantity", stated)
        if not is_bounded(number):
            self.cells.fail("QUANTITY_TOO_LARGE", "quantity", stated)
        return abs(number) or self.cells.fail("QUANTITY_ZERO", "quantity", stated)

    def _time(self) -> SourceTime:
        stated = self.cells.required("time")
        moments = times_of(stated, self.profile)
        if len(moments) != 1:
            code = "TIME_AMBIGUOUS" if moments else "TIME_INVALID"
            self.cells.fail(code, "time", stated)
        return next(iter(moments))

    def _original(self) -> Key:
        """The key of the withdrawal that a return takes back."""
        columns, cells = self.profile.columns, self.cells
        transaction = cells.value("original_transaction")
        if not transaction:
            cells.fail("REFERENCE_MISSING", "original_transaction")
        line = cells.value("original_line")
        if columns.line and not line:
            cells.fail("REFERENCE_MISSING", "original_line")
        application, facility = self.key[:2]
        return (application, facility, transaction, line, Direction.CHARGE.value)


def _among(word: str, words: tuple[str, ...]) -> bool:
    return word.casefold() in map(str.casefold, words)


def _digest(line: UsageLine | MalformedLine, cells: Cells) -> bytes:
    if isinstance(line, MalformedLine):
        return hashlib.sha256(b"malformed\x00" + cells.read_by_meaning()).digest()
    body = [
        *line.key,
        line.department,
        line.charge_code,
        format(line.quantity.normalize(), "f"),
        str(line.used_at),
        line.unit,
        line.lot,
        line.serial,
        line.project,
        line.grant,
        line.service_line,
        *line.reverses,
    ]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
