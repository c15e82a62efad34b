"""What end-to-end tests send: real codes of the box's network, ids of their own."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from infra.local.cabinet import CabinetRow
from infra.local.day import Charge, Message
from infra.local.day.ehr import plain_code
from infra.local.network import Network
from shared.canonical.effect import EffectType
from shared.effects.identity import effect_id, external_reference
from shared.targets.tryton.references import REFERENCE_LENGTH

TENANT, TRACKER = "meridian", "ORTRACK"
CHARGE, CREDIT = "charge", "credit"


def a_charge(network: Network, **changes: str) -> Charge:
    """One use, at noon of today in NORTH's operating room, of an item that needs no lot."""
    code = plain_code(network)
    charge = Charge(
        transaction=f"E2E-{uuid4().hex[:12]}",
        at=_noon(),
        charge_code=code.charge_code,
        department="OR",
    )
    return replace(charge, **changes)  # type: ignore[arg-type]


def a_message(*charges: Charge, facility: str = "NORTH") -> Message:
    """One DFT of these charges."""
    return Message(
        control_id=f"CTL-{uuid4().hex[:12]}",
        facility=facility,
        visit=f"V{uuid4().int % 10**9:09d}",
        charges=charges,
    )


def a_credit(charge: Charge, transaction: str, quantity: str) -> Charge:
    """Some of a charge is taken back."""
    return replace(
        charge, kind="CD", transaction=transaction, quantity=quantity, reverses=charge.transaction
    )


def an_event(network: Network, document: str, *, quantities: Sequence[str] = ("2",)) -> bytes:
    """A tracker's case in EAST with one line for each quantity, numbered from 1."""
    plain = next(each for each in network.items if each.is_active and not each.is_lot_controlled)
    lines = [
        {
            "id": str(number),
            "item": plain.item,
            "quantity": quantity,
            "unit": plain.base_unit,
            "used_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }
        for number, quantity in enumerate(quantities, start=1)
    ]
    about = {"id": document, "facility": "EAST", "department": "OR", "lines": lines}
    return json.dumps({"type": "supply.used", "document": about}).encode()


def a_row(network: Network, transaction: str, **changes: str) -> CabinetRow:
    """One withdrawal from a cabinet in SOUTH at noon of today."""
    ruled = {rule.item_class for rule in network.stock_sources}
    plain = next(
        item
        for item in network.items
        if item.is_active and not item.is_lot_controlled and item.item_class not in ruled
    )
    row = {"facility": "SOUTH", "department": "OR", "item": plain.item, "unit": "EACH"} | changes
    return CabinetRow(transaction=transaction, time=_noon(), **row)


def reference_of(charge: Charge, *, facility: str = "NORTH") -> str:
    """The reference under which the ERP must have it."""
    return reference_of_use("EHR", facility, charge.transaction)


def reference_of_use(*key: str) -> str:
    """The same of any use by what its key begins with: application, facility, document, line."""
    return erp_reference(id_of_use(*key))


def id_of_use(*key: str) -> str:
    """The id that a use has for ever."""
    return effect_id(TENANT, EffectType.ISSUE, (*key, CHARGE))


def id_of_return(*key: str, of: Sequence[str]) -> str:
    """The id of what takes a use back, both by what their keys begin with."""
    return effect_id(TENANT, EffectType.REVERSAL, (id_of_use(*of), *key, CREDIT))


def erp_reference(effect: str) -> str:
    """The reference that the ERP knows an effect by."""
    return external_reference(effect, REFERENCE_LENGTH)


def _noon() -> datetime:
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
