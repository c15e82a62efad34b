"""Charges that end-to-end tests send: real codes of the box's network, ids of their own."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from infra.local.day import Charge, Message
from infra.local.day.ehr import plain_code
from infra.local.network import Network
from shared.canonical.effect import EffectType
from shared.effects.identity import effect_id, external_reference


def a_charge(network: Network, **changes: str) -> Charge:
    """One use, at noon of today in NORTH's operating room, of an item that needs no lot."""
    code = plain_code(network)
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
    charge = Charge(
        transaction=f"E2E-{uuid4().hex[:12]}",
        at=noon,
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


def reference_of(charge: Charge, *, facility: str = "NORTH") -> str:
    """The reference under which the ERP must have it."""
    key = ("EHR", facility, charge.transaction, "charge")
    return external_reference(effect_id("meridian", EffectType.ISSUE, key), 34)
