"""The rules of correction and of order, as far as they can be told without a queue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from shared.canonical.codec import from_json
from shared.canonical.effect import Effect
from shared.canonical.master import ChargeCodeRecord
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.effects.reversals import reservation_for
from shared.mapping.reversals import reversal_effect, reversed_quantity
from shared.mapping.usage import map_line, map_usage
from shared.simulation.books import SimulatedBooks
from shared.simulation.erp import SimulatedErp
from tests.builders import (
    AS_OF,
    CHARGE_KEY,
    NOW,
    a_credit_line,
    a_document,
    a_master,
    a_usage_line,
)
from tests.effects import an_entry

USE = a_usage_line(quantity=Decimal(3), project="P-1", service_line="S-1")
Balances = dict[tuple[str, str], Decimal]


def used(line: UsageLine) -> Effect:
    effect = map_line(line, a_document(line), a_master(), as_of=AS_OF, now=NOW).effect
    assert effect is not None
    return effect


def a_credit(number: int, quantity: str) -> UsageLine:
    key = ("EHR", "NORTH", f"R-{number}", "credit")
    return a_credit_line(key=key, quantity=Decimal(quantity), reverses=CHARGE_KEY)


def inverses(original: Effect, wanted: Sequence[UsageLine]) -> list[Effect]:
    """What these credits post, each after the one before it."""
    entry, effects, master = an_entry(original), [], a_master()
    for line in wanted:
        document = a_document(line)
        intent = map_line(line, document, master, as_of=AS_OF, now=NOW).reversal
        assert intent is not None
        asked = reversed_quantity(intent, entry, master, as_of=AS_OF)
        assert isinstance(asked, Decimal)
        share = reservation_for(entry, intent.line_id, asked)
        assert share is not None
        entry = replace(entry, reservations=(*entry.reservations, share))
        effects.append(reversal_effect(intent, document, original, share))
    return effects


def an_erp(*effects: Effect) -> SimulatedErp:
    erp = SimulatedErp()
    erp.submit(effects, {})
    return erp


def balances(erp: SimulatedErp) -> Balances:
    """Debit less credit by account and cost centre; what is nothing is left out."""
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in SimulatedBooks(erp).lines():
        totals[line.account, line.cost_centre] += line.amount
    return {key: amount for key, amount in totals.items() if amount}


def positions(erp: SimulatedErp) -> dict[tuple[str, str, str], Decimal]:
    """Base units by place, item and lot; what is nothing is left out."""
    totals: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for move in SimulatedBooks(erp).moves():
        totals[move.from_place, move.item, move.lot] -= move.quantity
        totals[move.to_place, move.item, move.lot] += move.quantity
    return {key: quantity for key, quantity in totals.items() if quantity}


@pytest.mark.parametrize("parts", [["3"], ["1", "2"], ["2", "1"], ["1", "1", "1"]], ids="-".join)
def test_cor1_an_effect_and_its_inverse_leave_every_balance_as_before(parts: list[str]) -> None:
    other = used(a_usage_line(key=("EHR", "NORTH", "T-9", "charge"), quantity=Decimal(2)))
    before = an_erp(other)
    original = used(USE)
    wanted = [a_credit(number, quantity) for number, quantity in enumerate(parts)]

    after = an_erp(other, original, *inverses(original, wanted))

    assert len(after.documents) == 2 + len(parts)
    assert balances(after) == balances(before) != {}
    assert positions(after) == positions(before) != {}


def test_cor1_the_inverse_of_a_part_leaves_the_rest() -> None:
    original = used(USE)

    after = an_erp(original, *inverses(original, [a_credit(1, "1")]))

    assert balances(after) == {
        ("5.1.9", "17010"): Decimal("47.51"),
        ("1.3.1", ""): Decimal("-47.51"),
    }
    assert set(positions(after).values()) == {Decimal(2), Decimal(-2)}


def test_ooo2_usage_before_its_item_is_parked_and_posts_as_if_it_had_never_waited() -> None:
    line = a_usage_line(charge_code="C-NEW")
    arrival = ChargeCodeRecord(
        application="EHR", charge_code="C-NEW", item="SUT-001", unit="EA", version="2"
    )

    waiting = map_line(line, a_document(line), a_master(), as_of=AS_OF, now=NOW)
    parked = from_json(SupplyUsage, waiting.holds[0].payload)
    later = (NOW + timedelta(days=2)).isoformat()
    released = map_usage(parked, a_master(arrival), as_of=later, now=NOW)

    assert waiting.effect is None
    assert waiting.holds[0].missing == ("charge#EHR#C-NEW",)
    in_time = map_line(line, a_document(line), a_master(arrival), as_of=AS_OF, now=NOW).effect
    assert released.effects == (in_time,)


def test_ooo2_a_reversal_before_its_original_asks_for_the_same_as_one_after_it() -> None:
    line = a_credit(1, "1")
    early = map_line(line, a_document(line), a_master(), as_of=AS_OF, now=NOW)
    late = map_line(line, a_document(line), a_master(), as_of=AS_OF, now=NOW + timedelta(hours=71))

    assert early.holds == ()
    assert early.reversal is not None
    assert early.reversal.original_id == used(USE).effect_id
    assert early == late


def test_ooo2_the_order_of_reversals_does_not_change_the_books() -> None:
    original = used(replace(USE, quantity=Decimal(7)))
    wanted = [a_credit(number, quantity) for number, quantity in enumerate("123")]

    books = [an_erp(original, *inverses(original, order)) for order in permutations(wanted)]

    expected: Balances = {
        ("5.1.9", "17010"): Decimal("23.76"),
        ("1.3.1", ""): Decimal("-23.76"),
    }
    assert [balances(erp) for erp in books] == [expected] * 6
    assert [positions(erp) for erp in books] == [positions(books[0])] * 6
