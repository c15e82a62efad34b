"""One row of a count: how much of an item lies at a place (PAR5). Nothing is a count as well."""

from collections.abc import Sequence
from decimal import Decimal

from shared.canonical.inventory_report import ReportLine
from shared.formats.flatfile.reading import ReadLine, TransactionName
from shared.formats.flatfile.row_reading import RowReader


class CountReader(RowReader):
    """One item at one place. Without a line column the item, place, lot and serial say which."""

    def identify(self) -> None:
        """Application, facility, number of the count, and the line, or what else tells it apart."""
        cells, facility = self.cells, self.facility()
        count = cells.required("transaction")
        self.transaction = TransactionName(facility=facility, transaction=count)
        if self.profile.columns.line:
            line: tuple[str, ...] = (cells.required("line"),)
        else:
            places = tuple(cells.value(fact) for fact in ("location", "lot", "serial"))
            line = ("", cells.required("item"), *places)
        self.key = (self.profile.application, facility, count, *line)

    def noun(self) -> ReportLine:
        """What was counted."""
        cells = self.cells
        cells.required("item")
        return ReportLine(
            number=str(cells.record.number),
            key=self.key,
            ids=cells.item_ids(("item", "hospital")),
            quantity=self._quantity(),
            position=cells.position(),
            unit=cells.unit("unit"),
            description=cells.value("description"),
            location=cells.value("location"),
            counted_at=cells.time("time") or cells.fail("VALUE_MISSING", "time"),
            status=cells.value("status"),
            lot=cells.value("lot"),
            serial=cells.value("serial"),
            expires=cells.time("expires"),
        )

    def said(self, line: ReadLine) -> Sequence[str]:
        """All but the place in the file."""
        if not isinstance(line, ReportLine):
            raise TypeError(type(line).__name__)
        ids = [part for each in line.ids for part in each]
        more = (line.counted_at, line.expires)
        told = (line.unit, line.description, line.location, line.status, line.lot, line.serial)
        return [*line.key, *ids, format(line.quantity.normalize(), "f"), *map(str, more), *told]

    def _quantity(self) -> Decimal:
        number = self.cells.number("quantity")
        if number is None:
            self.cells.fail("VALUE_MISSING", "quantity")
        if number < 0:
            self.cells.fail("QUANTITY_NEGATIVE", "quantity", self.cells.value("quantity"))
        return abs(number)
