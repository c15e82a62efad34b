"""From a count, a difference or a receipt, as read, to StockReports that fit a queue."""

from collections.abc import Iterator
from datetime import UTC

from shared.canonical.inventory_report import CountType, InventoryReport, ReportLine, ReportStatus
from shared.canonical.message import Sighting
from shared.canonical.source_time import SourceTime
from shared.canonical.stock import StockCause
from shared.canonical.stock_report import StockLine, StockReport
from shared.canonical.supply_delivery import (
    DeliveryLine,
    DeliveryStage,
    DeliveryStatus,
    SupplyDelivery,
)
from shared.formats.documents import pieces_of

_TOLD = frozenset({ReportStatus.ACTIVE, ReportStatus.RETRACTED})
_ARRIVED = frozenset({DeliveryStatus.COMPLETED, DeliveryStatus.RETRACTED})


def stock_reports(
    document: object, sighting: Sighting, document_id: str
) -> tuple[StockReport, ...]:
    """What a document says of stock; none of one that says nothing of it, or nothing that counts.

    A shipment is no receipt (ASN2), a draft or a request for a count no count.
    """
    match document:
        case InventoryReport(status=status, lines=lines) if status in _TOLD and lines:
            is_count = document.count_type is CountType.SNAPSHOT
            cause = StockCause.COUNT if is_count else StockCause.UPDATE
            counted = _counted(document, sighting)
            return tuple(_pieces(document, cause, counted, sighting, document_id))
        case SupplyDelivery(stage=DeliveryStage.RECEPTION, status=status, lines=lines) if (
            status in _ARRIVED and lines
        ):
            received = _received(document, sighting)
            return tuple(_pieces(document, StockCause.RECEIPT, received, sighting, document_id))
        case _:
            return ()


def _pieces(
    document: InventoryReport | SupplyDelivery,
    cause: StockCause,
    lines: Iterator[StockLine],
    sighting: Sighting,
    document_id: str,
) -> Iterator[StockReport]:
    """Equal lines give equal pieces, so the journal may name a piece by its number."""
    pieces = list(pieces_of(lines))
    for number, piece in enumerate(pieces, start=1):
        yield StockReport(
            cause=cause,
            document_id=document_id,
            message_id=sighting.message_id,
            raw_key=sighting.key,
            tenant=sighting.client.tenant,
            facilities=sighting.client.facilities,
            source=document.source,
            control_id=document.number,
            received_at=sighting.received_at.isoformat(),
            lines=tuple(piece),
            chunk=number,
            chunks=len(pieces),
        )


def _counted(report: InventoryReport, sighting: Sighting) -> Iterator[StockLine]:
    told = report.reported_at or _arrival(sighting)
    for line in report.lines:
        yield _line(line, line.location, _when(report, line) or told)


def _when(report: InventoryReport, line: ReportLine) -> SourceTime | None:
    """A count is of its time; what changed did so by the end of the period that is told of."""
    return line.counted_at or report.period_ends


def _received(delivery: SupplyDelivery, sighting: Sighting) -> Iterator[StockLine]:
    """Without a time it arrived when it was told."""
    at = delivery.delivered_at or _arrival(sighting)
    for line in delivery.lines:
        yield _line(line, delivery.destination, at)


def _line(line: ReportLine | DeliveryLine, location: str, at: SourceTime) -> StockLine:
    return StockLine(
        number=line.number,
        key=line.key,
        ids=line.ids,
        location=location,
        quantity=line.quantity,
        at=at,
        position=line.position,
        unit=line.unit,
        lot=line.lot,
        serial=line.serial,
        reverses=line.reverses,
    )


def _arrival(sighting: Sighting) -> SourceTime:
    moment = sighting.received_at.astimezone(UTC).replace(microsecond=0)
    return SourceTime(day=moment.date(), time=moment.time(), offset_minutes=0)
