"""What reversals reserve on their original: conditional, kept, and exact in both families."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

from shared.canonical.outcome import EffectState, LedgerEntry, Reservation
from shared.effects.reversals import outstanding, reservation_for
from shared.ports.effect_ledger import EffectLedger
from tests.contract.families import Aws, Family
from tests.contract.item_sizes import a_full_effect, item_size, stored_item
from tests.effects import an_entry, an_issue


def a_reservation(number: int = 1, *, quantity: str = "1", amount: str = "4.25") -> Reservation:
    return Reservation(
        reversal_id=f"{number:064x}", quantity=Decimal(quantity), amount=Decimal(amount)
    )


def kept(ledger: EffectLedger, entry: LedgerEntry) -> LedgerEntry:
    return ledger.read([entry.effect.effect_id])[entry.effect.effect_id]


def test_what_is_reserved_is_read_back_exactly_in_the_order_it_was(family: Family) -> None:
    original = an_entry(an_issue(quantity="5", unit_cost="20"))
    family.ledger.record([original])
    first, second = a_reservation(2, quantity="0.50", amount="10.00"), a_reservation(1)

    assert family.ledger.reserve(kept(family.ledger, original), first)
    assert family.ledger.reserve(kept(family.ledger, original), second)

    stored = kept(family.ledger, original)
    assert stored == replace(original, revision=3, reservations=(first, second))
    assert str(stored.reservations[0].amount) == "10.00"
    assert list(family.ledger.of_period("NORTH", "2026-03")) == [stored]


def test_who_read_before_another_wrote_reserves_nothing(family: Family) -> None:
    original = an_entry(an_issue())
    family.ledger.record([original])
    assert family.ledger.reserve(original, a_reservation(1))

    assert not family.ledger.reserve(original, a_reservation(2))

    assert kept(family.ledger, original).reservations == (a_reservation(1),)


def test_nothing_is_reserved_on_what_is_not_posted(family: Family) -> None:
    unknown = an_entry(an_issue("TX-UNKNOWN"))
    assert not family.ledger.reserve(unknown, a_reservation())
    for state in EffectState:
        entry = an_entry(an_issue(f"TX-{state}"), state)
        family.ledger.record([entry])

        assert family.ledger.reserve(entry, a_reservation()) is (state is EffectState.DONE)

    assert family.ledger.read([unknown.effect.effect_id]) == {}


def test_an_answer_that_comes_again_leaves_the_reservations(family: Family) -> None:
    original = an_entry(an_issue())
    family.ledger.record([original])
    family.ledger.reserve(original, a_reservation())

    written = family.ledger.record([original])

    assert list(written) == [False]
    assert kept(family.ledger, original).reservations == (a_reservation(),)


def test_fifty_reversals_of_one_piece_each_take_all_fifty_to_the_cent(family: Family) -> None:
    original = an_entry(an_issue(quantity="50", unit_cost="1.4254"))
    family.ledger.record([original])

    with ThreadPoolExecutor(50) as reversals:
        list(reversals.map(taking_one_of(family.ledger, original), range(50)))

    stored = kept(family.ledger, original)
    assert {each.reversal_id for each in stored.reservations} == {f"{n:064x}" for n in range(50)}
    assert len(stored.reservations) == 50
    assert outstanding(stored) == 0
    assert sum(each.amount for each in stored.reservations) == original.effect.amount
    assert stored.revision == 51


def taking_one_of(ledger: EffectLedger, original: LedgerEntry) -> Callable[[int], None]:
    def take_one(number: int) -> None:
        while True:
            seen = kept(ledger, original)
            reservation = reservation_for(seen, f"{number:064x}", Decimal(1))
            assert reservation is not None
            if ledger.reserve(seen, reservation):
                return

    return take_one


def test_a_reservation_costs_one_write(on_aws: Family, aws: Aws) -> None:
    original = an_entry(an_issue())
    on_aws.ledger.record([original])

    calls = aws.calls.counts_of(lambda: on_aws.ledger.reserve(original, a_reservation()))

    assert calls == {"UpdateItem": 1}


def test_an_effect_that_was_taken_back_once_still_fits_into_one_paid_kilobyte(
    on_aws: Family, aws: Aws
) -> None:
    entry = replace(an_entry(a_full_effect()), recorded_at="2026-03-14T12:00:00.123456Z")
    on_aws.ledger.record([entry])
    assert on_aws.ledger.reserve(entry, a_reservation(1, quantity="12", amount="51.09"))
    once = item_size(stored_item(aws, entry))

    assert on_aws.ledger.reserve(kept(on_aws.ledger, entry), a_reservation(2))
    twice = item_size(stored_item(aws, entry))

    assert once <= 1024
    assert twice - once <= 100  # each further one; what is taken back piece by piece costs more
