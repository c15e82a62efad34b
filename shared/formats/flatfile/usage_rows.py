"""One row of usage: a withdrawal, a return, or a row that must be held.

Direction is the kind column's word, and a negative quantity turns a withdrawal into a return, as
some cabinets write them; a return stays one whatever its sign (as with HL7 credits, USE5). Where
the profile says so, the sign says nothing, or stock that leaves is what is negative. A cell that is
wrong holds its row under the row's own transaction and line, where these can be read.
"""

from collections.abc import Sequence
from decimal import Decimal

from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, UsageLine
from shared.formats.flatfile.profile import Negative
from shared.formats.flatfile.reading import CaseIdentifiers, ReadLine, TransactionName
from shared.formats.flatfile.row_reading import Key, RowReader
from shared.formats.flatfile.values import is_negative


class UsageReader(RowReader):
    """One use, or the taking back of one."""

    direction = Direction.CHARGE

    def identify(self) -> None:
        """The intent key (USE2): application, facility, transaction, line, direction."""
        cells, facility = self.cells, self.facility()
        transaction = cells.required("transaction")
        self.transaction = TransactionName(facility=facility, transaction=transaction)
        line = cells.required("line") if self.profile.columns.line else ""
        self.direction = self._direction()
        application, direction = self.profile.application, self.direction.value
        self.key = (application, facility, transaction, line, direction)

    def people(self) -> CaseIdentifiers:
        """Whose case and which patient's it is."""
        return CaseIdentifiers(case=self.cells.value("case"), patient=self.cells.value("patient"))

    def noun(self) -> UsageLine:
        """What was taken, or put back."""
        cells = self.cells
        return UsageLine(
            number=str(cells.record.number),
            key=self.key,
            direction=self.direction,
            facility=self.key[1],
            department=cells.value("department"),
            charge_code=cells.required("item"),
            quantity=self._quantity(),
            used_at=self._time(),
            position=cells.position(),
            reverses=self._original() if self.direction is Direction.CREDIT else (),
            unit=cells.unit("unit"),
            lot=cells.value("lot"),
            serial=cells.value("serial"),
            project=cells.value("project"),
            grant=cells.value("grant"),
            service_line=cells.value("service_line"),
        )

    def said(self, line: ReadLine) -> Sequence[str]:
        """All but the place and the people."""
        if not isinstance(line, UsageLine):
            raise TypeError(type(line).__name__)
        return [
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

    def _direction(self) -> Direction:
        is_return = self._sign_says_return()
        if self.profile.columns.kind:
            word = self.cells.required("kind")
            if _among(word, self.profile.returns):
                return Direction.CREDIT
            if not _among(word, self.profile.withdrawals):
                self.cells.fail("KIND_UNKNOWN", "kind", word)
        return Direction.CREDIT if is_return else Direction.CHARGE

    def _sign_says_return(self) -> bool:
        stated = self.cells.value("quantity")
        match self.profile.negative:
            case Negative.RETURN:
                return is_negative(stated, self.profile)
            case Negative.WITHDRAWAL:
                return not is_negative(stated, self.profile)
            case Negative.NOTHING:
                return False
            case _ as unknown:
                raise ValueError(unknown)

    def _quantity(self) -> Decimal:
        number = self.cells.number("quantity")
        if number is None:
            self.cells.fail("VALUE_MISSING", "quantity")
        stated = self.cells.value("quantity")
        return abs(number) or self.cells.fail("QUANTITY_ZERO", "quantity", stated)

    def _time(self) -> SourceTime:
        return self.cells.time("time") or self.cells.fail("VALUE_MISSING", "time")

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
