"""What a document that rests is called and found by, whatever format told of it."""

from collections.abc import Iterator, Sequence

from shared.canonical.appointment import CaseSchedule
from shared.canonical.device_record import DeviceRecord
from shared.canonical.inventory_report import InventoryReport, ReportLine
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.requisition import Requisition, RequisitionLine
from shared.canonical.supply_delivery import DeliveryLine, SupplyDelivery
from shared.canonical.usage import UsageLine
from shared.formats.documents import ReadUsage

RestingDocument = (
    CaseSchedule
    | DeviceRecord
    | InventoryReport
    | ItemMasterUpdate
    | ReadUsage
    | Requisition
    | SupplyDelivery
)
Identified = RequisitionLine | UsageLine | DeliveryLine | ReportLine | DeviceRecord


def kind_of(document: RestingDocument) -> str:
    """What the journal calls a document."""
    return "SupplyUsage" if isinstance(document, ReadUsage) else type(document).__name__


def named_in(document: RestingDocument) -> Iterator[tuple[str, str]]:
    """The source's own numbers of what the document speaks of, lots and serials."""
    match document:
        case CaseSchedule():
            yield "transaction", document.number
            yield "transaction", document.filler_number
        case ItemMasterUpdate():
            yield from (("transaction", item.number) for item in document.items)
            yield from (("lot", lot.lot) for item in document.items for lot in item.lots)
        case Requisition():
            yield "transaction", document.number
            yield from (("transaction", line.order) for line in document.lines)
            yield from (("transaction", line.filler_order) for line in document.lines)
            yield from _identified(document.lines)
        case SupplyDelivery():
            yield "transaction", document.number
            yield from (("transaction", number) for number in document.requests)
            yield from _identified(document.lines)
        case InventoryReport():
            yield "transaction", document.number
            yield from _identified(document.lines)
        case DeviceRecord():
            yield "transaction", document.number
            yield from _identified((document,))
        case ReadUsage():
            yield from (("transaction", use.key[2]) for use in document.lines)
            yield from (("transaction", told.key[2]) for told in document.evidence)
            yield from _identified(document.lines)


def items_in(document: RestingDocument) -> frozenset[str]:
    """The names of the items that are asked for or delivered, by which people look for both."""
    if not isinstance(document, Requisition | SupplyDelivery):
        return frozenset()
    return frozenset(each.value for line in document.lines for each in line.ids)


def _identified(lines: Sequence[Identified]) -> Iterator[tuple[str, str]]:
    for line in lines:
        yield "lot", line.lot
        yield "serial", line.serial
