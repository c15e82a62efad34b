"""SupplyRequest: what a ward or a case asks for (IHE PHARM-S1)."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.canonical.requisition import Requisition, RequisitionAction, RequisitionLine
from shared.canonical.trade import Reference
from shared.formats.fhir.datatypes import amount_of, coded_of, moment_of
from shared.formats.fhir.element import Element
from shared.formats.fhir.items import item_at
from shared.formats.fhir.resource import Resource, references
from shared.formats.making import drafted

_ACTIONS: Mapping[str, RequisitionAction] = MappingProxyType(
    {
        "draft": RequisitionAction.DRAFT,
        "active": RequisitionAction.NEW,
        "suspended": RequisitionAction.HOLD,
        "cancelled": RequisitionAction.CANCEL,
        "completed": RequisitionAction.REPORT,
        "entered-in-error": RequisitionAction.RETRACT,
        "unknown": RequisitionAction.REPORT,
    }
)
_new_line = drafted(RequisitionLine)
_PRIORITIES = frozenset({"routine", "urgent", "asap", "stat"})
_ITEM = ("item", "itemCodeableConcept", "itemReference")
_BECAUSE = ("reason", "reasonReference", "basedOn")


def read_request(resource: Resource) -> Requisition:
    """A request of one line.

    Raises:
        FaultError: what stands above the line is of no use.
    """
    root = resource.root
    lines, malformed = resource.lines([root], lambda number, line: _line(resource, number, line))
    return Requisition(
        number=resource.identity.number,
        source=resource.source,
        lines=lines,
        requested_at=root.day("authoredOn"),
        requester=resource.named(root.child("requester")),
        facility=resource.source.facility,
        department=resource.root.text.profile.department,
        malformed=malformed,
    )


def _line(resource: Resource, number: int, root: Element) -> RequisitionLine:
    root.check_modifiers()
    item = item_at(resource, root, *_ITEM)
    amount = amount_of(root, "quantity") or root.missing("quantity")
    if amount.value <= 0:
        code = "QUANTITY_NEGATIVE" if amount.value else "QUANTITY_ZERO"
        root.fault(code, "quantity")
    category = coded_of(next(iter(root.each("category")), None))
    return _new_line(
        number=str(number),
        key=resource.key(str(number)),
        action=root.code("status", _ACTIONS),
        ids=item.ids,
        quantity=amount.value,
        position=root.position(),
        unit=amount.unit,
        description=item.description,
        order=resource.identity.number,
        needed_by=moment_of(root, "occurrence"),
        priority=root.listed("priority", _PRIORITIES),
        deliver_to=resource.placed(root, "deliverTo"),
        deliver_from=resource.placed(root, "deliverFrom"),
        supplier=_supplier(resource, root),
        lot=item.lot,
        serial=item.serial,
        expires=item.expires,
        references=tuple(_because(resource, root)),
        texts=(category.text,) if category and category.text else (),
    )


def _because(resource: Resource, root: Element) -> list[Reference]:
    """What it is asked for: a procedure, an order; never a patient."""
    found = []
    for each in references(root, *_BECAUSE):
        inner = each.child("reference") if isinstance(each.members.get("reference"), dict) else each
        name = resource.named(inner)
        if name:
            found.append(Reference("because_of", name))
    return found


def _supplier(resource: Resource, root: Element) -> str:
    """The first of those who may deliver it that has a name."""
    names = (resource.named(each) or each.prose("display") for each in root.each("supplier"))
    return next(filter(None, names), "")
