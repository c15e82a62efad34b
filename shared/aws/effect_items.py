"""A ledger entry as an item: typed attributes under plain names, nothing empty, at most 1 KB.

The size is money, since a write is paid by the KB.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from shared.aws.attributes import Value
from shared.canonical.effect import Dimensions, Effect, EffectType
from shared.canonical.money import CENT
from shared.canonical.outcome import (
    EffectState,
    ErpDocument,
    ErpLine,
    LedgerEntry,
    Reservation,
)
from shared.canonical.quantity import Quantity, UnitFactor

DUE_SHARDS = 8
ABSENT = "ABSENT"  # what a claim found where no item was
# Items of the same table that are no effects, in no index.
BREAKER_PREFIX = "breaker#"
CASE_PREFIX = "case#"
HEAD_PREFIX = "head#"
NO_EFFECTS = (BREAKER_PREFIX, CASE_PREFIX, HEAD_PREFIX)


def due_shard(effect_id: str) -> str:
    """Which eighth of the sparse index an effect waits in: one hot partition would throttle."""
    return f"due#{int(effect_id[:8], 16) % DUE_SHARDS}"


def facility_period(facility: str, period: str) -> str:
    """The key under which one facility's month is read for tie-out, and for what lies where."""
    return f"{facility}#{period}"


def stock_prefix(place: str, item: str = "") -> str:
    """What the sort key of that index begins with, for one place, or for one item there."""
    return f"{place}#{item}#" if item else f"{place}#"


def values_of(entry: LedgerEntry) -> dict[str, Value]:
    """Everything an item says except its key and what the table keeps by itself.

    That is its revision, which it counts, and the reservations, which only `reserve` adds to.
    """
    return {
        **_effect_values(entry.effect),
        **_document_values(entry),
        "state": entry.state.value,
        "attempts": entry.attempts,
        "reason": entry.reason,
        "recorded_at": entry.recorded_at,
        "next_at": entry.next_at,
        "due_shard": due_shard(entry.effect.effect_id) if entry.next_at is not None else None,
        "fence": entry.fence or None,
        "owner": entry.owner,
        "quiet_until": entry.quiet_until or None,
        "prior": entry.prior.value if entry.prior else "",
        "undecided": entry.undecided or None,
    }


def entry_of(item: Mapping[str, Any]) -> LedgerEntry:
    """The entry an item stands for."""
    effect = _effect_of(item)
    next_at = item.get("next_at")
    return LedgerEntry(
        effect=effect,
        state=EffectState(item["state"]),
        revision=int(item["revision"]),
        attempts=int(item["attempts"]),
        next_at=None if next_at is None else int(next_at),
        document=_document_of(item, effect),
        reason=item.get("reason", ""),
        recorded_at=item.get("recorded_at", ""),
        fence=int(item.get("fence", 0)),
        owner=item.get("owner", ""),
        quiet_until=int(item.get("quiet_until", 0)),
        reservations=tuple(_reservation_of(each) for each in item.get("reservations", ())),
        prior=EffectState(item["prior"]) if item.get("prior", ABSENT) != ABSENT else None,
        undecided=int(item.get("undecided", 0)),
    )


def values_of_effect(effect: Effect) -> dict[str, Value]:
    """What an item says of the effect itself, whatever became of it."""
    return _effect_values(effect)


def reservation_values(reservation: Reservation) -> dict[str, Value]:
    """A reservation as an element of the list in its original's item."""
    return {
        "by": reservation.reversal_id,
        "quantity": reservation.quantity,
        "amount": reservation.amount,
    }


def _reservation_of(values: Mapping[str, Any]) -> Reservation:
    return Reservation(
        reversal_id=values["by"],
        quantity=values["quantity"],
        amount=_in_cents(values["amount"]),
    )


def _effect_values(effect: Effect) -> dict[str, Value]:
    quantity, dimensions = effect.quantity, effect.dimensions
    month = f"{effect.accounting_date:%Y-%m}"
    return {
        "type": effect.effect_type.value,
        "tenant": effect.tenant,
        "hash": effect.content_hash,
        "document": effect.document_id,
        "message": effect.correlation_id,
        "item": effect.item,
        "stated": quantity.stated,
        "unit": quantity.stated_unit,
        "unit_per": quantity.factor.unit if quantity.factor.unit != quantity.stated_unit else "",
        "numerator": quantity.factor.numerator,
        "denominator": quantity.factor.denominator,
        "factor": quantity.factor.version,
        "quantity": quantity.in_base_units,
        "base_unit": quantity.base_unit,
        "from": effect.from_place,
        "to": effect.to_place,
        "facility": dimensions.facility,
        "department": dimensions.department,
        "cost_centre": dimensions.cost_centre,
        "project": dimensions.project,
        "grant": dimensions.grant,
        "service_line": dimensions.service_line,
        "on": effect.accounting_date.isoformat(),
        "facility_period": facility_period(dimensions.facility, month),
        "stock": stock_prefix(effect.stock_place, effect.item) + effect.moved_at,
        "unit_cost": effect.unit_cost,
        "amount": effect.amount,
        "lot": effect.lot,
        "case": effect.case_token,
        "part": effect.part,
        "status_to": effect.status_to,
        "source_line": effect.source_line,
        "reverses": effect.reverses,
    }


def _effect_of(item: Mapping[str, Any]) -> Effect:
    return Effect(
        effect_id=item["pk"],
        effect_type=EffectType(item["type"]),
        tenant=item["tenant"],
        content_hash=item["hash"],
        document_id=item["document"],
        correlation_id=item["message"],
        item=item["item"],
        quantity=_quantity_of(item),
        from_place=item["from"],
        to_place=item["to"],
        dimensions=_dimensions_of(item),
        accounting_date=date.fromisoformat(item["on"]),
        unit_cost=item["unit_cost"],
        amount=_in_cents(item["amount"]),
        lot=item.get("lot", ""),
        case_token=item.get("case", ""),
        part=item.get("part", ""),
        status_to=item.get("status_to", ""),
        source_line=item.get("source_line", ""),
        reverses=item.get("reverses", ""),
        moved_at=item["stock"].rpartition("#")[2],
    )


def _quantity_of(item: Mapping[str, Any]) -> Quantity:
    factor = UnitFactor(
        unit=item.get("unit_per", item["unit"]),
        numerator=int(item["numerator"]),
        denominator=int(item["denominator"]),
        version=item["factor"],
    )
    return Quantity(
        stated=item["stated"],
        stated_unit=item["unit"],
        factor=factor,
        in_base_units=item["quantity"],
        base_unit=item["base_unit"],
    )


def _dimensions_of(item: Mapping[str, Any]) -> Dimensions:
    return Dimensions(
        facility=item["facility"],
        department=item["department"],
        cost_centre=item["cost_centre"],
        project=item.get("project", ""),
        grant=item.get("grant", ""),
        service_line=item.get("service_line", ""),
    )


def _in_cents(amount: Decimal) -> Decimal:
    """A table drops trailing zeros; money is written with its cents."""
    exponent = amount.as_tuple().exponent
    return amount.quantize(CENT) if isinstance(exponent, int) and exponent > -2 else amount  # noqa: PLR2004


def _document_values(entry: LedgerEntry) -> dict[str, Value]:
    document = entry.document
    if document is None:
        return {"erp_id": "", "reference": "", "final": None, "erp_hash": "", "lines": ()}
    is_same = document.content_hash == entry.effect.content_hash
    return {
        "erp_id": document.erp_id,
        "reference": document.reference,
        "final": document.is_final,
        "erp_hash": "" if is_same else document.content_hash,
        "lines": [_line_values(line) for line in document.lines],
    }


def _line_values(line: ErpLine) -> dict[str, Value]:
    return {
        "item": line.item,
        "quantity": line.quantity,
        "unit_cost": line.unit_cost,
        "lot": line.lot,
        "journal": line.journal,
    }


def _document_of(item: Mapping[str, Any], effect: Effect) -> ErpDocument | None:
    if "final" not in item:
        return None
    return ErpDocument(
        erp_id=item.get("erp_id", ""),
        reference=item["reference"],
        content_hash=item.get("erp_hash", effect.content_hash),
        is_final=item["final"],
        lines=tuple(_line_of(line) for line in item.get("lines", ())),
    )


def _line_of(line: Mapping[str, Any]) -> ErpLine:
    return ErpLine(
        item=line["item"],
        quantity=line["quantity"],
        unit_cost=line["unit_cost"],
        lot=line.get("lot", ""),
        journal=line.get("journal", ""),
    )
