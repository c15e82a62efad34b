"""What was used or charged: ChargeItem, DeviceUseStatement and DeviceUsage, Procedure (USE1).

`entered-in-error` takes back what was said: a credit with a key of its own that names the charge,
as an FT1 of type CD does (USE5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, EvidenceLine, UsageLine
from shared.formats.documents import ReadUsage
from shared.formats.fhir.datatypes import Amount, amount_of, coded_of, moment_of
from shared.formats.fhir.deliveries import ITEM, STATUSES, stage_of
from shared.formats.fhir.element import Element
from shared.formats.fhir.items import StatedItem, item_at
from shared.formats.fhir.resource import Resource
from shared.formats.making import drafted


class _Fate(StrEnum):
    """What a status makes of a line."""

    USED = "used"
    TAKEN_BACK = "taken back"
    EVIDENCE = "evidence"
    UNKNOWN = "unknown"


_BY_STATUS: Mapping[str, Mapping[str, _Fate]] = MappingProxyType(
    {
        "ChargeItem": {
            "billable": _Fate.USED,
            "billed": _Fate.USED,
            "not-billable": _Fate.USED,  # it was used, whoever bears the cost (USE3)
            "planned": _Fate.EVIDENCE,
            "aborted": _Fate.EVIDENCE,
            "entered-in-error": _Fate.TAKEN_BACK,
            "unknown": _Fate.UNKNOWN,
        },
        "DeviceUse": {
            "active": _Fate.USED,
            "completed": _Fate.USED,
            "stopped": _Fate.USED,
            "on-hold": _Fate.USED,
            "intended": _Fate.EVIDENCE,
            "not-done": _Fate.EVIDENCE,
            "entered-in-error": _Fate.TAKEN_BACK,
        },
        "Procedure": {
            "in-progress": _Fate.USED,
            "completed": _Fate.USED,
            "stopped": _Fate.USED,
            "on-hold": _Fate.USED,
            "preparation": _Fate.EVIDENCE,
            "not-done": _Fate.EVIDENCE,
            "entered-in-error": _Fate.TAKEN_BACK,
            "unknown": _Fate.UNKNOWN,
        },
    }
)
_NOT_TAKEN_FROM_STOCK = frozenset({"explanted", "manipulated"})  # device-action
_new_line = drafted(UsageLine)
_CHARGE, _CREDIT = Direction.CHARGE.value, Direction.CREDIT.value
_ONE = Amount(Decimal(1), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """What a line says beside its item. `spare` is why it moves no stock of its own, if so."""

    amount: Amount
    used_at: SourceTime
    department: str
    spare: str = ""


Read = Callable[[Element, Resource], tuple[StatedItem, _Stated]]


def read_charge(resource: Resource) -> ReadUsage:
    """A charge: its product, else its code, as many times as it states."""
    return _usage(resource, "ChargeItem", [resource.root], _charge)


def read_device_use(resource: Resource) -> ReadUsage:
    """The use of one device."""
    return _usage(resource, "DeviceUse", [resource.root], _device_use)


def read_procedure(resource: Resource) -> ReadUsage:
    """What a procedure used: `used`, then the devices that it was about."""
    root = resource.root
    names = ("used", "usedReference", "usedCode", "focalDevice")
    return _usage(
        resource, "Procedure", [each for name in names for each in root.each(name)], _procedure
    )


def is_use(root: Element) -> bool:
    """Whether a delivery is a use: something given to a patient, and no stage on the way (USE1)."""
    status = root.members.get("status")
    return (
        root.has("patient") and status in ("completed", "entered-in-error") and not stage_of(root)
    )


def read_delivered(resource: Resource) -> ReadUsage:
    """What was delivered to a patient, an item a line."""
    fates = dict.fromkeys(STATUSES, _Fate.USED) | {"entered-in-error": _Fate.TAKEN_BACK}
    return _lines(resource, resource.root.each("suppliedItem"), _delivered, fates)


def _usage(resource: Resource, kind: str, elements: list[Element], read: Read) -> ReadUsage:
    return _lines(resource, elements, read, _BY_STATUS[kind])


def _lines(
    resource: Resource, elements: list[Element], read: Read, fates: Mapping[str, _Fate]
) -> ReadUsage:
    """The lines of a resource by its status; what stands above them costs each of them."""
    fate = fates.get(str(resource.root.members.get("status")))
    read_lines, malformed = resource.lines(
        elements,
        lambda number, element: _line(resource, number, element, read, _known(resource, fate)),
        lambda element: (_direction(element, fate).value,),
    )
    return ReadUsage(
        number=resource.identity.number,
        lines=tuple(line for line in read_lines if isinstance(line, UsageLine)),
        malformed=malformed,
        evidence=tuple(line for line in read_lines if isinstance(line, EvidenceLine)),
    )


def _known(resource: Resource, fate: _Fate | None) -> _Fate:
    """What the status makes of a line.

    Raises:
        FaultError: there is none that is known, or something may change what it means.
    """
    root = resource.root
    root.check_modifiers()
    if fate is None:
        root.fault("CODE_UNKNOWN", "status", root.required("status"))
    return root.fault("STATE_UNKNOWN", "status") if fate is _Fate.UNKNOWN else fate


def _direction(element: Element, fate: _Fate | None) -> Direction:
    """Credit, if it is taken back or its quantity has a minus, whatever else is wrong with it."""
    quantity = element.members.get("quantity")
    value = quantity.get("value") if isinstance(quantity, dict) else None
    is_negative = isinstance(value, str) and value.startswith("-")
    return Direction.CREDIT if is_negative or fate is _Fate.TAKEN_BACK else Direction.CHARGE


def _line(
    resource: Resource, number: int, element: Element, read: Read, fate: _Fate
) -> UsageLine | EvidenceLine:
    if fate is _Fate.EVIDENCE:
        reason = resource.root.identifier("status")
        return EvidenceLine(number=str(number), key=resource.key(str(number)), reason=reason)
    item, stated = read(element, resource)
    if stated.spare:
        key = resource.key(str(number))
        return EvidenceLine(number=str(number), key=key, reason=stated.spare)
    quantity = stated.amount.value
    if not quantity or (quantity < 0 and fate is _Fate.TAKEN_BACK):
        element.fault("QUANTITY_NEGATIVE" if quantity else "QUANTITY_ZERO", "quantity")
    direction = _direction(element, fate)
    charge = resource.key(str(number), _CHARGE)
    is_credit = direction is Direction.CREDIT
    return _new_line(
        number=str(number),
        key=resource.key(str(number), _CREDIT) if is_credit else charge,
        direction=direction,
        facility=resource.source.facility,
        department=stated.department or resource.root.text.profile.department,
        charge_code=item.charge_code or element.fault("ITEM_MISSING"),
        quantity=abs(quantity),
        used_at=stated.used_at,
        position=element.position(),
        reverses=charge if is_credit else (),
        unit=stated.amount.unit,
        lot=item.lot,
        serial=item.serial,
    )


def _charge(root: Element, resource: Resource) -> tuple[StatedItem, _Stated]:
    product = any(map(root.has, ("product", "productReference", "productCodeableConcept")))
    names = ("product", "productReference", "productCodeableConcept", "code")
    item = item_at(resource, root, *(names if product else ("code",)))
    department = resource.placed(root, "costCenter")
    department = department or resource.placed(root, "performingOrganization")
    used_at = (
        moment_of(root, "occurrence") or root.time("enteredDate") or root.fault("TIME_MISSING")
    )
    amount = amount_of(root, "quantity") or _ONE
    return item, _Stated(amount=amount, used_at=used_at, department=department)


def _device_use(root: Element, resource: Resource) -> tuple[StatedItem, _Stated]:
    item = item_at(resource, root, "device")
    used_at = (
        moment_of(root, "timing")
        or root.time("recordedOn")
        or root.time("dateAsserted")
        or root.fault("TIME_MISSING")
    )
    return item, _Stated(amount=_ONE, used_at=used_at, department="")


def _procedure(element: Element, resource: Resource) -> tuple[StatedItem, _Stated]:
    root = resource.root
    element.check_modifiers()
    action = coded_of(element.child("action")) if element.has("manipulated") else None
    item = (
        item_at(resource, element, "manipulated")
        if element.has("manipulated")
        else item_at(resource, Element(element.text, {"item": element.members}, element), "item")
    )
    used_at = (
        moment_of(root, "performed") or moment_of(root, "occurrence") or root.fault("TIME_MISSING")
    )
    spare = action.code if action and action.code in _NOT_TAKEN_FROM_STOCK else ""
    department = resource.placed(root, "location")
    return item, _Stated(amount=_ONE, used_at=used_at, department=department, spare=spare)


def _delivered(element: Element, resource: Resource) -> tuple[StatedItem, _Stated]:
    root = resource.root
    element.check_modifiers()
    item = item_at(resource, element, *ITEM)
    amount = amount_of(element, "quantity") or element.missing("quantity")
    used_at = moment_of(root, "occurrence") or root.fault("TIME_MISSING")
    department = resource.placed(root, "destination")
    return item, _Stated(amount=amount, used_at=used_at, department=department)
