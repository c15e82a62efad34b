"""A credit takes back what its original posted: how much of it, and as what effect (USE5, USE6)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from shared.canonical.effect import Effect, EffectType
from shared.canonical.master import ItemRecord
from shared.canonical.outcome import LedgerEntry, Reservation
from shared.canonical.quantity import Quantity
from shared.canonical.usage import Direction, SupplyUsage, UsageLine
from shared.effects.identity import effect_id
from shared.mapping.items import is_a_quantity
from shared.mapping.keys import master_key
from shared.mapping.line_holds import LineContext
from shared.mapping.problems import Problem
from shared.mapping.units import converted, converted_by, identity_factor
from shared.ports.master_data import MasterData


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalIntent:
    """A credit on its way to its original.

    `line_id` is the id of the reversal to be, `original_id` that of the effect it takes back.
    `facilities` is the sender's set, in which the original must lie.
    """

    line: UsageLine
    line_id: str
    content_hash: str
    original_id: str
    accounting_date: date
    moved_at: str
    facilities: tuple[str, ...]


def reversal_intent(context: LineContext, day: date, moved_at: str) -> ReversalIntent:
    """What a credit asks for, before its original is known."""
    document = context.document
    return ReversalIntent(
        line=context.line,
        line_id=context.line_id,
        content_hash=context.content_hash,
        original_id=effect_id(document.tenant, EffectType.ISSUE, context.line.reverses),
        accounting_date=day,
        moved_at=moved_at,
        facilities=document.facilities,
    )


def reversal_problems(line: UsageLine) -> Iterator[Problem]:
    """What keeps a credit from being paired with anything, ever."""
    if not is_a_quantity(line.quantity):
        detail = "the quantity that is taken back is a positive number"
        yield Problem(code="LINE_MALFORMED", detail=detail)
    if not line.reverses:
        yield Problem(code="REVERSAL_UNPAIRED", detail="the credit names no charge")
    elif line.reverses[-1] == Direction.CREDIT:
        yield _of_a_reversal()


def reversed_quantity(
    intent: ReversalIntent, original: LedgerEntry, master: MasterData, *, as_of: str
) -> Decimal | Problem:
    """How many base units of its original a credit asks for.

    No unit, or the original's: by the original's own factor. Another one: by the factor of the
    credit's date. Whether so much is outstanding is the reservation's question.
    """
    effect = original.effect
    if effect.effect_type is not EffectType.ISSUE:
        return _of_a_reversal()
    facility = effect.dimensions.facility
    if facility not in intent.facilities:
        detail = f"the original's facility {facility} is not in the sender's set"
        return Problem(code="FACILITY_UNKNOWN", detail=detail)
    item = master.item(effect.item, as_of=as_of)
    if item is None:
        detail = f"the original's item {effect.item} has no record"
        missing = (master_key("item", effect.item),)
        return Problem(code="ITEM_UNMAPPED", detail=detail, missing=missing)
    found = _taken_back(intent, effect.quantity, item, master, as_of=as_of)
    return found if isinstance(found, Problem) else found.in_base_units


def reversal_effect(
    intent: ReversalIntent, document: SupplyUsage, original: Effect, reservation: Reservation
) -> Effect:
    """The inverse of what is reserved: item, lot, cost, case and dimensions are the original's."""
    base_unit = original.quantity.base_unit
    return replace(
        original,
        effect_id=intent.line_id,
        effect_type=EffectType.REVERSAL,
        content_hash=intent.content_hash,
        document_id=document.document_id,
        correlation_id=document.message_id,
        quantity=Quantity(
            stated=reservation.quantity,
            stated_unit=base_unit,
            factor=identity_factor(base_unit),
            in_base_units=reservation.quantity,
            base_unit=base_unit,
        ),
        from_place=original.to_place,
        to_place=original.from_place,
        accounting_date=intent.accounting_date,
        amount=reservation.amount,
        part="",
        status_to=document.status_to,
        source_line="/".join(intent.line.key) if document.status_to else "",
        reverses=intent.original_id,
        moved_at=intent.moved_at,
    )


def _taken_back(
    intent: ReversalIntent,
    original: Quantity,
    item: ItemRecord,
    master: MasterData,
    *,
    as_of: str,
) -> Quantity | Problem:
    line, base_unit = intent.line, original.base_unit
    # What is followed by serials comes back piece by piece, in the unit that was posted.
    is_divisible = item.is_divisible and not item.is_serial_controlled
    posted = replace(item, base_unit=base_unit, is_divisible=is_divisible)
    if line.unit in ("", original.stated_unit):
        return converted_by(original.factor, line.quantity, posted)
    if base_unit in (line.unit, item.base_unit):
        on = intent.accounting_date
        return converted(line.quantity, line.unit, posted, master, on=on, as_of=as_of)
    detail = f"item {item.item} was posted in {base_unit} and is counted in {item.base_unit} now"
    return Problem(code="UOM_UNKNOWN", detail=detail)


def _of_a_reversal() -> Problem:
    detail = "takes back a reversal; only a charge can be taken back"
    return Problem(code="REVERSAL_UNPAIRED", detail=detail)
