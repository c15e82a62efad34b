"""SupplyDelivery: what was sent or has arrived (IHE PHARM-S3, S4)."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.canonical.supply_delivery import (
    DeliveryLine,
    DeliveryStage,
    DeliveryStatus,
    SupplyDelivery,
)
from shared.formats.fhir.datatypes import amount_of, coded_of, every_coded, moment_of
from shared.formats.fhir.element import Element
from shared.formats.fhir.items import item_at
from shared.formats.fhir.resource import Resource
from shared.formats.making import drafted

STATUSES: Mapping[str, DeliveryStatus] = MappingProxyType(
    {
        "in-progress": DeliveryStatus.IN_PROGRESS,
        "completed": DeliveryStatus.COMPLETED,
        "abandoned": DeliveryStatus.ABANDONED,
        "entered-in-error": DeliveryStatus.RETRACTED,
    }
)
ITEM = ("itemCodeableConcept", "itemReference", "item")
_STAGES: Mapping[str, DeliveryStage] = MappingProxyType(
    {
        "shipment": DeliveryStage.SHIPMENT,
        "reception": DeliveryStage.RECEPTION,
        "receipt": DeliveryStage.RECEPTION,
    }
)
_STAGE_EXTENSION = "deliverystage"  # IHE's IHEDeliveryStageExt for R4 and R5
_new_line = drafted(DeliveryLine)
TAKEN_BACK = ("taken_back",)  # ends the key of a line that takes another one back


def read_delivery(resource: Resource) -> SupplyDelivery:
    """A delivery with a line for each item.

    Raises:
        FaultError: what stands above the lines is of no use.
    """
    root = resource.root
    root.check_modifiers()
    status = root.code("status", STATUSES)
    supplied = root.each("suppliedItem")
    tail = TAKEN_BACK if status is DeliveryStatus.RETRACTED else ()
    lines, malformed = resource.lines(
        supplied, lambda number, line: _line(resource, number, line, tail), lambda _line: tail
    )
    kind = coded_of(root.child("type"))
    return SupplyDelivery(
        number=resource.identity.number,
        source=resource.source,
        stage=stage_of(root),
        status=status,
        lines=lines,
        delivered_at=root.unless_inexact(lambda: moment_of(root, "occurrence")),
        kind=kind.code or kind.text if kind else "",
        supplier=resource.placed(root, "supplier"),
        destination=resource.placed(root, "destination"),
        receivers=tuple(filter(None, map(resource.named, root.each("receiver")))),
        requests=tuple(filter(None, map(resource.named, root.each("basedOn")))),
        part_of=tuple(filter(None, map(resource.named, root.each("partOf")))),
        malformed=malformed,
    )


def stage_of(root: Element) -> DeliveryStage:
    """Shipment or reception, where the delivery says it."""
    stages = [root.child("stage")]
    for extension in root.each("extension"):
        url = extension.members.get("url")
        if isinstance(url, str) and _STAGE_EXTENSION in url.lower():
            stages.append(extension.child("valueCodeableConcept"))
    codes = (coded.code.lower() for stage in stages for coded in every_coded(stage))
    return next((_STAGES[code] for code in codes if code in _STAGES), DeliveryStage.UNSTATED)


def _line(
    resource: Resource, number: int, supplied: Element, tail: tuple[str, ...]
) -> DeliveryLine:
    supplied.check_modifiers()
    item = item_at(resource, supplied, *ITEM)
    amount = amount_of(supplied, "quantity") or supplied.missing("quantity")
    if amount.value <= 0:
        code = "QUANTITY_NEGATIVE" if amount.value else "QUANTITY_ZERO"
        supplied.fault(code, "quantity")
    key = resource.key(str(number))
    return _new_line(
        number=str(number),
        key=(*key, *tail),
        ids=item.ids,
        quantity=amount.value,
        position=supplied.position(),
        unit=amount.unit,
        description=item.description,
        lot=item.lot,
        serial=item.serial,
        expires=item.expires,
        reverses=key if tail else (),
    )
