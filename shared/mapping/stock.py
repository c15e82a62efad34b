"""StockReport to stock facts or holds, line by line. Pure: equal rules give equal results."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.canonical.codec import to_json
from shared.canonical.hold import Hold
from shared.canonical.master import ItemRecord, PlaceRecord
from shared.canonical.quantity import Quantity
from shared.canonical.source_time import utc_second
from shared.canonical.stock import StockCause, StockFact
from shared.canonical.stock_report import StockLine, StockReport
from shared.effects.identity import stock_content_hash, stock_line_id
from shared.holds.opening import HoldFacts, hold_for
from shared.mapping.dimensions import facility_zone
from shared.mapping.items import (
    ChargedItem,
    is_followed,
    item_of,
    lot_of,
    serial_problems,
    unmapped,
)
from shared.mapping.keys import master_key
from shared.mapping.problems import Problem
from shared.mapping.units import converted
from shared.ports.master_data import MasterData


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedStockLine:
    """A fact, or the holds that keep the line from being one."""

    line: StockLine
    line_id: str
    fact: StockFact | None = None
    holds: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMapping:
    """Maps the lines of one report by the rules as they stood at `as_of`."""

    report: StockReport
    master: MasterData
    as_of: str
    now: datetime

    def lines(self) -> tuple[MappedStockLine, ...]:
        """What became of each line."""
        return tuple(map(self._mapped, self.report.lines))

    def _mapped(self, line: StockLine) -> MappedStockLine:
        """All that is missing is told at once, one hold for each code."""
        line_id = stock_line_id(self.report.tenant, line.key)
        place, item = self._place(line), self._item(line)
        zone = place if isinstance(place, Problem) else self._zone(place)
        if isinstance(place, Problem) or isinstance(item, Problem) or isinstance(zone, Problem):
            problems = (each for each in (zone, item) if isinstance(each, Problem))
            return self._held(line, line_id, *problems)
        quantity = self._quantity(line, item, zone)
        if isinstance(quantity, Problem):
            return self._held(line, line_id, quantity)
        return self._fact(line, line_id, place, item.item, zone, quantity)

    def _place(self, line: StockLine) -> PlaceRecord | Problem:
        application = self.report.source.application
        if not line.location:
            return Problem(code="PLACE_UNMAPPED", detail="the line names no location")
        named = self.master.location(application, line.location, as_of=self.as_of)
        if named is None:
            detail = f"{application} location {line.location} leads to no place"
            missing = master_key("location", application, line.location)
            return Problem(code="PLACE_UNMAPPED", detail=detail, missing=(missing,))
        place = self.master.place(named.place, as_of=self.as_of)
        if place is None:
            detail = f"location {line.location} leads to place {named.place}, which has no record"
            missing = master_key("place", named.place)
            return Problem(code="PLACE_UNMAPPED", detail=detail, missing=(missing,))
        return place

    def _zone(self, place: PlaceRecord) -> ZoneInfo | Problem:
        return facility_zone(place.facility, self.report.facilities, self.master, as_of=self.as_of)

    def _item(self, line: StockLine) -> ChargedItem | Problem:
        """The first of the line's names that is a code of the source leads to it."""
        application, as_of = self.report.source.application, self.as_of
        for name in line.ids:
            charge = self.master.charge_code(application, name.value, as_of=as_of)
            if charge is not None:
                return item_of(charge, self.master, as_of=as_of)
        names = ", ".join(name.value for name in line.ids)
        detail = f"{application} item {names or '(none named)'} leads to no item"
        if not line.ids:
            return Problem(code="ITEM_UNMAPPED", detail=detail)
        return unmapped(detail, master_key("charge", application, line.ids[0].value))

    def _quantity(
        self, line: StockLine, charged: ChargedItem, zone: ZoneInfo
    ) -> Quantity | Problem:
        on, item = line.at.facility_day(zone), charged.item
        stated, unit = abs(line.quantity), line.unit or charged.unit
        found = converted(stated, unit, item, self.master, on=on, as_of=self.as_of)
        if isinstance(found, Problem) or not found.in_base_units:
            return found
        return next(iter(serial_problems(line, item, found)), found)

    def _fact(
        self,
        line: StockLine,
        line_id: str,
        place: PlaceRecord,
        item: ItemRecord,
        zone: ZoneInfo,
        quantity: Quantity,
    ) -> MappedStockLine:
        report = self.report
        is_count, is_named = report.cause is StockCause.COUNT, bool(line.lot or line.serial)
        fact = StockFact(
            fact_id=line_id,
            tenant=report.tenant,
            place=place.place,
            item=item.item,
            at=utc_second(line.at.latest_moment(zone)),
            cause=report.cause,
            quantity=_signed(quantity.in_base_units, line.quantity),
            lot=lot_of(line, item, quantity.in_base_units),
            covers_all_lots=is_count and is_followed(item) and not is_named,
            document_id=report.document_id,
            content_hash=stock_content_hash(line),
            retracts=stock_line_id(report.tenant, line.reverses) if line.reverses else "",
        )
        return MappedStockLine(line=line, line_id=line_id, fact=fact)

    def _held(self, line: StockLine, line_id: str, *problems: Problem) -> MappedStockLine:
        holds = tuple(self.hold(line, line_id, problem) for problem in problems)
        return MappedStockLine(line=line, line_id=line_id, holds=holds)

    def hold(self, line: StockLine, line_id: str, problem: Problem) -> Hold:
        """The hold of a line; it carries the line, to be mapped again on release."""
        report = self.report
        facts = HoldFacts(
            line_id=line_id,
            document_id=report.document_id,
            message_id=report.message_id,
            position=str(line.position),
            detail=problem.detail,
            content_hash=stock_content_hash(line),
            missing=problem.missing,
            payload=to_json(report.reduced_to(line)),
        )
        return hold_for(problem.code, facts, now=self.now)


def _signed(base: Decimal, stated: Decimal) -> Decimal:
    return -base if stated < 0 else base
