"""InventoryReport: counts and differences; InventoryItem: what an item is (FHIR R5)."""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from shared.canonical.inventory_report import (
    CountType,
    InventoryReport,
    ReportLine,
    ReportStatus,
)
from shared.canonical.item_master import (
    ItemAction,
    ItemLot,
    ItemMasterRecord,
    ItemMasterUpdate,
    ItemVendor,
)
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.formats.fhir.datatypes import (
    amount_of,
    coded_of,
    concepts,
    item_id,
    item_ids,
)
from shared.formats.fhir.deliveries import TAKEN_BACK
from shared.formats.fhir.element import Element
from shared.formats.fhir.items import item_at
from shared.formats.fhir.resource import Resource, first_identifier
from shared.formats.making import drafted

_COUNTS: Mapping[str, CountType] = MappingProxyType({each.value: each for each in CountType})
_REPORTS: Mapping[str, ReportStatus] = MappingProxyType(
    {
        "draft": ReportStatus.DRAFT,
        "requested": ReportStatus.REQUESTED,
        "active": ReportStatus.ACTIVE,
        "entered-in-error": ReportStatus.RETRACTED,
    }
)
_ACTIONS: Mapping[str, ItemAction] = MappingProxyType(
    {
        "active": ItemAction.STATE,
        "inactive": ItemAction.DEACTIVATE,
        "entered-in-error": ItemAction.DELETE,
        "unknown": ItemAction.STATE,
    }
)
_new_line = drafted(ReportLine)
_PREFERRED = ("preferred", "trade-name", "functional")
_SUPPLIERS = frozenset({"supplier", "distributor", "vendor"})
_MANUFACTURERS = frozenset({"manufacturer", "marketing-authorization-holder"})


def read_report(resource: Resource) -> InventoryReport:
    """A report with a line for each item of each place.

    Raises:
        FaultError: what stands above the lines is of no use.
    """
    root = resource.root
    root.check_modifiers()
    kind, status = root.code("countType", _COUNTS), root.code("status", _REPORTS)
    items = [item for listing in root.each("inventoryListing") for item in listing.each("item")]
    tail = TAKEN_BACK if status is ReportStatus.RETRACTED else ()
    lines, malformed = resource.lines(
        items, lambda number, item: _line(resource, number, item, kind, tail), lambda _item: tail
    )
    period = root.child("reportingPeriod")
    return InventoryReport(
        number=resource.identity.number,
        source=resource.source,
        count_type=kind,
        status=status,
        lines=lines,
        reported_at=root.time("reportedDateTime") or root.missing("reportedDateTime"),
        reporter=resource.named(root.child("reporter")),
        period_starts=period.day("start") if period else None,
        period_ends=period.day("end") if period else None,
        operation=coded_of(root.child("operationType")),
        reason=coded_of(root.child("operationTypeReason")),
        malformed=malformed,
    )


class _Listing(NamedTuple):
    """What stands above the items of one place."""

    location: str
    counted_at: SourceTime | None
    status: str


def _listing(resource: Resource, listing: Element) -> _Listing:
    return _Listing(
        location=resource.placed(listing, "location"),
        counted_at=listing.time("countingDateTime"),
        status=_code(listing, "itemStatus"),
    )


def _line(
    resource: Resource, number: int, item: Element, kind: CountType, tail: tuple[str, ...]
) -> ReportLine:
    listing = item.above or item
    for each in (listing, item):
        each.check_modifiers()
    stated = item_at(resource, item, "item")
    amount = amount_of(item, "quantity") or item.missing("quantity")
    if amount.value < 0 and kind is CountType.SNAPSHOT:
        item.fault("QUANTITY_NEGATIVE", "quantity")
    key = resource.key(str(number))
    above = resource.once("listing", listing, lambda: _listing(resource, listing))
    return _new_line(
        number=str(number),
        key=(*key, *tail),
        ids=stated.ids,
        quantity=amount.value,
        position=item.position(),
        unit=amount.unit,
        description=stated.description,
        location=above.location,
        counted_at=above.counted_at,
        status=above.status,
        category=_code(item, "category"),
        lot=stated.lot,
        serial=stated.serial,
        expires=stated.expires,
        reverses=key if tail else (),
    )


def _code(element: Element, name: str) -> str:
    said = coded_of(element.child(name)) if element.has(name) else None
    return (said.code or said.text) if said else ""


def read_item(resource: Resource) -> ItemMasterUpdate:
    """The record of one item.

    Raises:
        FaultError: it has no identity, or an element of it is of no use.
    """
    root = resource.root
    root.check_modifiers()
    names = _names(root)
    base_unit = coded_of(root.child("baseUnit"))
    record = ItemMasterRecord(
        number=resource.identity.number,
        key=resource.key(),
        action=root.code("status", _ACTIONS),
        position=root.position(),
        ids=tuple(_ids(root)),
        description=names[0] if names else _description(root),
        status=next((each.code for each in concepts(root, "inventoryStatus")), ""),
        kinds=tuple(concepts(root, "category")),
        base_unit=base_unit.code or base_unit.text if base_unit else "",
        manufacturer=next(_organisations(resource, _MANUFACTURERS), ""),
        vendors=tuple(ItemVendor(supplier=name) for name in _organisations(resource, _SUPPLIERS)),
        lots=tuple(_lot(resource, each) for each in root.each("instance")),
    )
    return ItemMasterUpdate(
        number=resource.identity.number, source=resource.source, items=(record,)
    )


def _names(root: Element) -> list[str]:
    """Its names, the preferred one first."""
    named = []
    for each in root.each("name"):
        kind = each.child("nameType")
        code = kind.identifier("code") if kind else ""
        rank = _PREFERRED.index(code) if code in _PREFERRED else len(_PREFERRED)
        named.append((rank, each.prose("name")))
    return [name for _, name in sorted(named, key=itemgetter(0)) if name]


def _description(root: Element) -> str:
    stated = root.child("description")
    return stated.prose("description") if stated else ""


def _ids(root: Element) -> Iterator[ItemId]:
    for concept in root.each("code"):
        yield from item_ids(concept)
    for each in root.each("identifier"):
        value = each.identifier("value")
        if value:
            yield item_id(each, each.identifier("system"), value, "value")


def _organisations(resource: Resource, roles: frozenset[str]) -> Iterator[str]:
    """Who is responsible for it in one of these roles."""
    for each in resource.root.each("responsibleOrganization"):
        role = coded_of(each.child("role"))
        name = resource.placed(each, "organization")
        if name and role and role.code.lower() in roles:
            yield name


def _lot(resource: Resource, instance: Element) -> ItemLot:
    return ItemLot(
        lot=instance.identifier("lotNumber"),
        serial=first_identifier(instance)[1],
        expires=instance.day("expiry"),
        location=resource.placed(instance, "location"),
    )
