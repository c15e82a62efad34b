"""Builders of effects, ledger entries and what an ERP holds of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

from shared.canonical.effect import Dimensions, Effect, EffectType
from shared.canonical.money import extended
from shared.canonical.outcome import EffectState, ErpDocument, ErpLine, LedgerEntry
from shared.canonical.quantity import Quantity, UnitFactor
from shared.effects.identity import effect_id, external_reference
from shared.simulation.clock import VirtualClock
from shared.workflow.target_gate import Pace

NORTH_OR = Dimensions(facility="NORTH", department="OR", cost_centre="NORTH-OR")


def an_issue(
    transaction: str = "TX-1",
    *,
    quantity: str = "2",
    unit_cost: str = "4.25",
    content_hash: str = "a" * 64,
    on: date = date(2026, 3, 14),
) -> Effect:
    """Two of an item used in the operating room of NORTH."""
    base = Decimal(quantity)
    return Effect(
        effect_id=effect_id("meridian", EffectType.ISSUE, ("EHR", "NORTH", transaction, "charge")),
        effect_type=EffectType.ISSUE,
        tenant="meridian",
        content_hash=content_hash,
        document_id="DOCUMENT-1",
        correlation_id="message-1",
        item="ITM-0001",
        quantity=Quantity(
            stated=base,
            stated_unit="EA",
            factor=UnitFactor(unit="EA", numerator=1, denominator=1, version="1"),
            in_base_units=base,
            base_unit="EA",
        ),
        from_place="NORTH-STO",
        to_place="NORTH-OR-USED",
        dimensions=NORTH_OR,
        accounting_date=on,
        unit_cost=Decimal(unit_cost),
        amount=extended(base, Decimal(unit_cost)),
    )


def a_document_of(effect: Effect, *, is_final: bool = True, erp_id: str = "1001") -> ErpDocument:
    """What the ERP holds once the effect is posted."""
    line = ErpLine(
        item=effect.item,
        quantity=effect.quantity.in_base_units,
        unit_cost=effect.unit_cost,
        lot=effect.lot,
        journal=f"GL-{erp_id}",
    )
    return ErpDocument(
        erp_id=erp_id,
        reference=external_reference(effect.effect_id, 34),
        content_hash=effect.content_hash,
        is_final=is_final,
        lines=(line,),
    )


def an_entry(
    effect: Effect, state: EffectState = EffectState.DONE, *, revision: int = 1
) -> LedgerEntry:
    """The ledger's item of an effect; DONE ones have their document."""
    entry = LedgerEntry(effect=effect, state=state, revision=revision, attempts=1)
    is_done = state is EffectState.DONE
    return replace(entry, document=a_document_of(effect)) if is_done else entry


def a_pace(clock: VirtualClock, documents_per_second: float = 0) -> Pace:
    """A worker's cap, none unless given; waiting moves the clock."""
    return Pace(
        documents_per_second=documents_per_second,
        clock=clock,
        pause=lambda seconds: clock.advance(seconds=seconds),
    )


NUMBERS = count(1)


def tokens() -> Callable[[], str]:
    """A minter of tokens of which no two are alike."""
    return lambda: f"token-{next(NUMBERS)}"
