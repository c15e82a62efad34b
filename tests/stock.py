"""Builders of stock facts, and of what counts, receipts and updates say of stock."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.stock import StockCause, StockFact
from shared.canonical.stock_report import StockLine, StockReport
from shared.canonical.trade import ItemId
from shared.canonical.usage import SourceSystem
from tests.builders import AS_OF

STORE = "NORTH-STO"
STOREROOM = "NORTH-STOREROOM"  # what the EHR of `a_master` calls the store
COUNT_KEY = ("EHR", "NORTH", "REPORT-1", "1")


def a_fact(fact_id: str = "fact-1", quantity: str | Decimal = "1", **changes: Any) -> StockFact:  # noqa: ANN401
    """Gloves that came into the storeroom of NORTH at noon of 4 March 2026."""
    fact = StockFact(
        fact_id=fact_id,
        tenant="meridian",
        place=STORE,
        item="GLV-001",
        at="2026-03-04T12:00:00+00:00",
        cause=StockCause.RECEIPT,
        quantity=Decimal(quantity),
        document_id="REPORT-1",
        content_hash="a" * 64,
    )
    return replace(fact, **changes)


def a_stock_line(**changes: Any) -> StockLine:  # noqa: ANN401
    """Seven gloves in the storeroom of NORTH at 09:30 local time of 4 March 2026."""
    line = StockLine(
        number="1",
        key=COUNT_KEY,
        ids=(ItemId("buyer", "C-GLV"),),
        location=STOREROOM,
        quantity=Decimal(7),
        at=SourceTime(day=date(2026, 3, 4), time=time(9, 30), offset_minutes=-480),
        position=Position(segment="InventoryReport.inventoryListing.item", occurrence=0, byte=120),
    )
    return replace(line, **changes)


def a_stock_report(*lines: StockLine, **changes: Any) -> StockReport:  # noqa: ANN401
    """A count from the EHR of NORTH, whose client also speaks for SOUTH."""
    report = StockReport(
        cause=StockCause.COUNT,
        document_id="REPORT234567ABCDEFGHIJKLMN",
        message_id="message-1",
        raw_key="meridian/fhir/2026-03-05T12/message-1",
        tenant="meridian",
        facilities=("NORTH", "SOUTH"),
        source=SourceSystem(application="EHR", facility="NORTH"),
        control_id="REPORT-1",
        received_at=AS_OF,
        lines=lines or (a_stock_line(),),
    )
    return replace(report, **changes)
