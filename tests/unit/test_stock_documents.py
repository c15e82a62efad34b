"""What a document says of stock, in pieces that a queue takes; most documents say nothing of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.canonical.codec import to_json
from shared.canonical.diagnostic import Position
from shared.canonical.inventory_report import CountType, InventoryReport, ReportLine, ReportStatus
from shared.canonical.mappable import MappableDocument, mappable_from
from shared.canonical.source_time import SourceTime
from shared.canonical.stock import StockCause
from shared.canonical.stock_report import StockLine, StockReport
from shared.canonical.supply_delivery import (
    DeliveryLine,
    DeliveryStage,
    DeliveryStatus,
    SupplyDelivery,
)
from shared.canonical.trade import ItemId
from shared.canonical.usage import SourceSystem
from shared.formats.stock_documents import stock_reports
from tests.builders import NOW, a_document, a_sighting, a_usage_line
from tests.stock import a_stock_line, a_stock_report

SOURCE = SourceSystem(application="EHR", facility="NORTH")
GLOVES = (ItemId("buyer", "C-GLV"),)
NOON = SourceTime(day=date(2026, 3, 4), time=time(12), offset_minutes=-480)
LATER = SourceTime(day=date(2026, 3, 4), time=time(13))
A_DAY = SourceTime(day=date(2026, 3, 3))
ARRIVAL = SourceTime(day=date(2026, 3, 5), time=time(12), offset_minutes=0)
HOSTILE = ('{"cause":', '{"cause":"count"}', '","cause":"count', "\\", "\u2028", "é\x00")


def a_report_line(number: str = "1", **changes: Any) -> ReportLine:  # noqa: ANN401
    line = ReportLine(
        number=number,
        key=("EHR", "NORTH", "REPORT-1", number),
        ids=GLOVES,
        quantity=Decimal("7.50"),
        position=Position(segment="InventoryReport", occurrence=0, byte=9),
        unit="BX",
        location="SHELF-1",
        lot="L-1",
        serial="S-1",
    )
    return replace(line, **changes)


def an_inventory_report(*lines: ReportLine, **changes: Any) -> InventoryReport:  # noqa: ANN401
    report = InventoryReport(
        number="REPORT-1",
        source=SOURCE,
        count_type=CountType.SNAPSHOT,
        status=ReportStatus.ACTIVE,
        lines=lines or (a_report_line(),),
    )
    return replace(report, **changes)


def a_delivery_line(number: str = "1", **changes: Any) -> DeliveryLine:  # noqa: ANN401
    line = DeliveryLine(
        number=number,
        key=("EHR", "NORTH", "DELIVERY-1", number),
        ids=GLOVES,
        quantity=Decimal(3),
        position=Position(segment="SupplyDelivery", occurrence=0, byte=9),
        unit="BX",
        lot="L-1",
        serial="S-1",
    )
    return replace(line, **changes)


def a_delivery(*lines: DeliveryLine, **changes: Any) -> SupplyDelivery:  # noqa: ANN401
    delivery = SupplyDelivery(
        number="DELIVERY-1",
        source=SOURCE,
        stage=DeliveryStage.RECEPTION,
        status=DeliveryStatus.COMPLETED,
        lines=lines or (a_delivery_line(),),
        destination="DOCK-1",
    )
    return replace(delivery, **changes)


def reports_of(document: object, **sighted: Any) -> tuple[StockReport, ...]:  # noqa: ANN401
    return stock_reports(document, replace(a_sighting(), **sighted), "DOCUMENT-1")


def the_report(document: object, **sighted: Any) -> StockReport:  # noqa: ANN401
    (report,) = reports_of(document, **sighted)
    return report


def the_time(document: object, **sighted: Any) -> SourceTime:  # noqa: ANN401
    (line,) = the_report(document, **sighted).lines
    return line.at


def test_a_count_is_told_as_its_source_says_it() -> None:
    line = a_report_line(counted_at=NOON)

    assert the_report(an_inventory_report(line)) == StockReport(
        cause=StockCause.COUNT,
        document_id="DOCUMENT-1",
        message_id="message-1",
        raw_key="meridian/hl7v2/2026-03-05T12/message-1",
        tenant="meridian",
        facilities=("NORTH", "SOUTH"),
        source=SOURCE,
        control_id="REPORT-1",
        received_at=NOW.isoformat(),
        lines=(
            StockLine(
                number="1",
                key=line.key,
                ids=GLOVES,
                location="SHELF-1",
                quantity=Decimal("7.50"),
                at=NOON,
                position=line.position,
                unit="BX",
                lot="L-1",
                serial="S-1",
            ),
        ),
    )


def test_a_receipt_is_told_of_where_it_arrived() -> None:
    line = a_delivery_line()

    report = the_report(a_delivery(line, delivered_at=NOON))

    assert (report.cause, report.control_id) == (StockCause.RECEIPT, "DELIVERY-1")
    assert report.lines == (
        StockLine(
            number="1",
            key=line.key,
            ids=GLOVES,
            location="DOCK-1",
            quantity=Decimal(3),
            at=NOON,
            position=line.position,
            unit="BX",
            lot="L-1",
            serial="S-1",
        ),
    )


def test_a_difference_is_an_update() -> None:
    wasted = a_report_line(quantity=Decimal(-2))

    report = the_report(an_inventory_report(wasted, count_type=CountType.DIFFERENCE))

    assert (report.cause, report.lines[0].quantity) == (StockCause.UPDATE, Decimal(-2))


@pytest.mark.parametrize("count_type", list(CountType))
def test_a_retracted_report_names_what_it_takes_back(count_type: CountType) -> None:
    line = a_report_line(reverses=("EHR", "NORTH", "REPORT-0", "1"))

    report = the_report(
        an_inventory_report(line, status=ReportStatus.RETRACTED, count_type=count_type)
    )

    assert report.lines[0].reverses == line.reverses


def test_a_retracted_receipt_names_what_it_takes_back() -> None:
    line = a_delivery_line(reverses=("EHR", "NORTH", "DELIVERY-0", "1"))

    report = the_report(a_delivery(line, status=DeliveryStatus.RETRACTED))

    assert (report.cause, report.lines[0].reverses) == (StockCause.RECEIPT, line.reverses)


@pytest.mark.parametrize(
    "document",
    [
        an_inventory_report(status=ReportStatus.DRAFT),
        an_inventory_report(status=ReportStatus.REQUESTED),
        replace(an_inventory_report(), lines=()),
        a_delivery(stage=DeliveryStage.SHIPMENT),
        a_delivery(stage=DeliveryStage.UNSTATED),
        a_delivery(status=DeliveryStatus.IN_PROGRESS),
        a_delivery(status=DeliveryStatus.ABANDONED),
        a_delivery(stage=DeliveryStage.SHIPMENT, status=DeliveryStatus.RETRACTED),
        replace(a_delivery(), lines=()),
        a_document(),
        a_stock_report(),
        None,
    ],
)
def test_what_says_nothing_of_stock_makes_no_report(document: object) -> None:
    assert reports_of(document) == ()


@pytest.mark.parametrize("count_type", list(CountType))
def test_the_closest_time_is_chosen(count_type: CountType) -> None:
    stated = an_inventory_report(
        a_report_line(counted_at=NOON),
        count_type=count_type,
        period_starts=A_DAY,
        period_ends=LATER,
        reported_at=A_DAY,
    )
    without = replace(stated, lines=(a_report_line(),))

    assert the_time(stated) == NOON
    assert the_time(without) == LATER
    assert the_time(replace(without, period_ends=None)) == A_DAY
    assert the_time(replace(without, period_ends=None, reported_at=None)) == ARRIVAL


def test_each_line_has_its_own_time() -> None:
    lines = a_report_line("1", counted_at=NOON), a_report_line("2")

    report = the_report(an_inventory_report(*lines, reported_at=LATER))

    assert [line.at for line in report.lines] == [NOON, LATER]


def test_a_receipt_without_a_time_arrived_when_it_was_told() -> None:
    local = datetime(2026, 3, 4, 23, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=-8)))

    assert the_time(a_delivery()) == ARRIVAL
    assert the_time(a_delivery(), received_at=local) == SourceTime(
        day=date(2026, 3, 5), time=time(7, 30, 15), offset_minutes=0
    )


@pytest.mark.parametrize(
    "document",
    [
        an_inventory_report(*(a_report_line(str(number)) for number in range(450))),
        a_delivery(*(a_delivery_line(str(number)) for number in range(450))),
    ],
)
def test_many_lines_come_in_pieces_that_a_queue_takes(document: object) -> None:
    reports = reports_of(document)

    assert [(each.chunk, each.chunks, len(each.lines)) for each in reports] == [
        (1, 3, 200),
        (2, 3, 200),
        (3, 3, 50),
    ]
    told = [line.number for report in reports for line in report.lines]
    assert told == [str(number) for number in range(450)]
    assert max(len(to_json(report).encode()) for report in reports) < 256 * 1024


def test_long_lines_come_in_pieces_by_their_weight() -> None:
    lines = [a_report_line(str(number), lot="é" * 10_000) for number in range(20)]

    reports = reports_of(an_inventory_report(*lines))

    assert [len(each.lines) for each in reports] == [7, 7, 6]
    assert max(len(to_json(report).encode()) for report in reports) < 256 * 1024


def test_equal_lines_give_equal_pieces_whenever_they_come() -> None:
    document = an_inventory_report(
        *(a_report_line(str(number), counted_at=NOON) for number in range(450))
    )

    first = reports_of(document)
    again = reports_of(
        document, message_id="message-2", received_at=datetime(2026, 4, 1, tzinfo=UTC)
    )

    assert [each.lines for each in again] == [each.lines for each in first]
    assert {each.message_id for each in again} == {"message-2"}


@pytest.mark.parametrize("document", [a_document(), a_stock_report()])
def test_a_document_is_read_back_as_what_it_was(document: MappableDocument) -> None:
    assert mappable_from(to_json(document)) == document


@pytest.mark.parametrize("cause", list(StockCause))
def test_whatever_its_cause_a_report_is_known_by_it(cause: StockCause) -> None:
    report = a_stock_report(cause=cause)

    assert mappable_from(to_json(report)) == report


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_of_a_use_makes_it_a_stock_report(text: str) -> None:
    line = a_usage_line(key=(text,), charge_code=text, lot=text, number=text)
    use = a_document(line, document_id=text, control_id=text, tenant=text, message_id=text)

    assert mappable_from(to_json(use)) == use


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_of_a_stock_report_makes_it_a_use(text: str) -> None:
    line = a_stock_line(key=(text,), lot=text, number=text, location=text)
    report = a_stock_report(line, document_id=text, control_id=text, tenant=text)

    assert mappable_from(to_json(report)) == report


@given(text=st.text(), document=st.sampled_from([a_document, a_stock_report]))
def test_any_value_is_read_back_as_it_was(
    text: str, document: Callable[..., MappableDocument]
) -> None:
    told = document(document_id=text, control_id=text)

    assert mappable_from(to_json(told)) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"cause":"count"}',
        '{"cause":"count",' + to_json(a_document()).removeprefix("{"),
        '{"document_id":"x",' + to_json(a_stock_report()).removeprefix("{"),
        to_json(a_stock_report()).replace('"count"', '"guess"'),
        f"[{to_json(a_stock_report())}]",
    ],
)
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        mappable_from(text)
