"""What an ERP's books say of our effects: to the cent, on their day, to their cost centre."""

import random
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from shared.canonical.effect import Effect
from shared.canonical.master import ItemRecord
from shared.canonical.money import CENT, extended
from shared.canonical.outcome import SubmitOutcome
from shared.ports.erp import EffectClass
from tests.contract.erp_in_a_box import (
    TrytonInABox,
    plain_tryton,  # noqa: F401 - a fixture
    tryton,  # noqa: F401 - a fixture
)
from tests.contract.uses import (
    ERPS,
    EXPENSE,
    STOCK,
    TODAY,
    a_return_of,
    a_use,
    booked,
    nets,
    plain_items,
    reference,
    submit,
    the_erp,
    the_item,
)

pytestmark = pytest.mark.erp


@pytest.fixture(params=ERPS)
def erp(request: pytest.FixtureRequest) -> TrytonInABox:
    return the_erp(request)


def test_what_comes_back_in_parts_nets_to_nothing_by_account_and_cost_centre(
    erp: TrytonInABox,
) -> None:
    def leaves_a_cent(item: ItemRecord) -> bool:
        one, two, three = (extended(Decimal(n), item.unit_cost) for n in (1, 2, 3))
        return one + two != three

    use = a_use(erp, the_item(erp.network, leaves_a_cent), quantity="3")
    one = a_return_of(use, quantity="1", amount=extended(Decimal(1), use.unit_cost))
    rest = a_return_of(use, quantity="2", amount=use.amount - one.amount)

    results = [submit(erp.connector(), effect)[0] for effect in (use, one, rest)]

    assert [result.outcome for result in results] == [SubmitOutcome.POSTED] * 3
    centre = use.dimensions.cost_centre
    assert nets(booked(erp, use)) == {(EXPENSE, centre): use.amount, (STOCK, ""): -use.amount}
    assert nets(booked(erp, use, one, rest)) == {(EXPENSE, centre): 0, (STOCK, ""): 0}


def test_a_use_worth_less_than_half_a_cent_moves_stock_without_a_journal(
    erp: TrytonInABox,
) -> None:
    use = a_use(
        erp, the_item(erp.network, lambda item: 0 < item.unit_cost * 3 < CENT / 2), quantity="3"
    )

    (result,) = submit(erp.connector(), use)

    assert result.document is not None
    assert result.document.lines[0].journal == ""
    assert booked(erp, use) == []
    assert [move.quantity for move in erp.books().moves(references=[reference(use)])] == [3]


def test_every_move_is_rounded_as_we_round_it(erp: TrytonInABox) -> None:
    chance = random.Random(20260314)  # noqa: S311 - repeatable, not secret
    uses = [a_random_use(erp, chance) for _ in range(250)]
    if erp.erp_class is EffectClass.E2:  # one by one: fewer, and those that round differently
        uses = sorted(uses, key=lambda use: use.amount == rounded_half_up(use))[:20]

    a_call = {EffectClass.E1: 50, EffectClass.E2: 5}[erp.erp_class]
    for start in range(0, len(uses), a_call):
        results = submit(erp.connector(), *uses[start : start + a_call])
        assert {result.outcome for result in results} == {SubmitOutcome.POSTED}

    ours = {(reference(use), EXPENSE): use.amount for use in uses if use.amount}
    theirs = {(line.reference, line.account): line.amount for line in booked(erp, *uses)}
    assert {key: value for key, value in theirs.items() if key[1] == EXPENSE} == ours
    assert sum(theirs.values()) == 0
    assert any(use.amount != rounded_half_up(use) for use in uses)  # or it would show nothing


def test_the_books_say_where_when_and_to_whom(erp: TrytonInABox) -> None:
    use = replace(a_use(erp, the_item(erp.network, lambda item: item.unit_cost > 1)))
    (result,) = submit(erp.connector(), use)
    assert result.document is not None

    (move,) = erp.books().moves(references=[reference(use)])
    by_account = {line.account: line for line in booked(erp, use)}

    assert (erp.moves(reference(use)), move.item) == ([int(move.erp_id)], use.item)
    assert move.quantity == 2
    assert (move.from_place, move.to_place, move.on) == (use.from_place, use.to_place, TODAY)
    assert set(by_account) == {EXPENSE, STOCK}
    expense = by_account[EXPENSE]
    assert expense.journal == result.document.lines[0].journal != ""
    assert (expense.on, expense.period) == (TODAY, f"{TODAY:%Y-%m}")
    assert expense.cost_centre == use.dimensions.cost_centre
    assert by_account[STOCK].cost_centre == ""


def test_the_books_know_our_reference_behind_each_of_their_numbers(erp: TrytonInABox) -> None:
    use = a_use(erp, the_item(erp.network, lambda item: item.unit_cost > 1))
    (result,) = submit(erp.connector(), use)
    assert result.document is not None
    books = erp.books()
    (move,) = books.moves(references=[reference(use)])

    found = {
        name: books.references(name)
        for name in (move.erp_id, result.document.erp_id, result.document.lines[0].journal)
    }

    assert all(reference(use) in references for references in found.values())
    assert books.references(result.document.lines[0].journal) == (reference(use),)
    assert books.references("NO-SUCH") == books.references("9" * 26) == ()


def test_the_books_of_a_month_hold_the_moves_of_that_month(erp: TrytonInABox) -> None:
    item = the_item(erp.network, lambda item: item.unit_cost > 1)
    last_year = date(TODAY.year - 1, 5, 31)
    use = replace(a_use(erp, item), accounting_date=last_year)
    submit(erp.connector(), use, a_use(erp, item))

    moves = list(erp.books().moves(period=f"{last_year:%Y-%m}"))
    lines = list(erp.books().lines(period=f"{last_year:%Y-%m}"))

    assert [move.reference for move in moves] == [reference(use)]
    assert {(line.reference, line.on) for line in lines} == {(reference(use), last_year)}


def test_a_use_of_a_closed_month_is_refused_and_never_booked_elsewhere(erp: TrytonInABox) -> None:
    closed = f"{TODAY.year - 1}-03"
    erp.close_period(closed)
    use = replace(a_use(erp), accounting_date=date.fromisoformat(f"{closed}-15"))

    (result,) = submit(erp.connector(), use)

    assert (result.outcome, result.code) == (SubmitOutcome.REFUSED, "PERIOD_CLOSED")
    assert erp.documents(reference(use)) == 0


def a_random_use(erp: TrytonInABox, chance: random.Random) -> Effect:
    item = chance.choice(plain_items(erp.network))
    quantity = Decimal(chance.randint(1, 60))
    if item.is_divisible:
        quantity += Decimal(chance.randint(0, 99)) / 100
    use = a_use(erp, item, quantity=str(quantity))
    assert use.amount == extended(quantity, item.unit_cost)
    return use


def rounded_half_up(use: Effect) -> Decimal:
    exact = use.quantity.in_base_units * use.unit_cost
    return exact.quantize(CENT, rounding=ROUND_HALF_UP)
