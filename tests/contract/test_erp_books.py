"""What an ERP's books say of our effects: to the cent, on their day, to their cost centre."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import pytest

from infra.local.network.model import OpeningLine
from shared.canonical.effect import Dimensions, Effect
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

Held = dict[tuple[str, str], Decimal]  # by item and lot

# The suites' other uses are of NORTH: each of these is one test's own.
STOREROOM, CORRECTED, CLOSED = "SOUTH-STO", "EAST-STO", "DC-STO"
STOREROOMS = ("NORTH-STO", STOREROOM, CORRECTED, CLOSED, "CLINIC-STO")
THEIR_OWN_SUM: Final = """
    select p.code, coalesce(l.number, ''),
        sum(m.internal_quantity * ((t.code is ?1) - (f.code is ?1))) as held
    from stock_move m join product_product p on p.id = m.product
        join stock_location f on f.id = m.from_location
        join stock_location t on t.id = m.to_location
        left join stock_lot l on l.id = m.lot
    where m.state = 'done' and ?1 in (f.code, t.code)
    group by p.code, l.number having round(held, 2) <> 0
"""


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


def test_stock_is_the_opening_less_what_was_used_until_it_comes_back(erp: TrytonInABox) -> None:
    opening = opening_of(erp, STOREROOM)
    plain = next(line for line in opening if not line.lot)
    lotted = next(line for line in opening if line.lot and line.quantity > 2)
    serial = next(line for line in opening if line.lot and line.quantity == 1)
    assert held(erp, STOREROOM) == as_held(opening)
    taken = {plain: plain.quantity + 5, lotted: Decimal(2), serial: Decimal(1)}
    uses = [a_use_of(erp, line, quantity) for line, quantity in taken.items()]

    outcomes = [result.outcome for result in submit(erp.connector(), *uses)]
    after = held(erp, STOREROOM)
    backs = [in_full(use) for use in uses]
    outcomes += [result.outcome for result in submit(erp.connector(), *backs)]

    assert outcomes == [SubmitOutcome.POSTED] * 6
    left = {(plain.item, ""): Decimal(-5), (lotted.item, lotted.lot): lotted.quantity - 2}
    assert after == {k: v for k, v in (as_held(opening) | left).items() if k[1] != serial.lot}
    assert held(erp, STOREROOM) == as_held(opening)


def test_stock_counts_what_people_did_in_whatever_unit_on_whatever_day(erp: TrytonInABox) -> None:
    opening = opening_of(erp, CORRECTED)
    fluids = {item.item for item in erp.network.items if item.base_unit == "ML"}
    fluid, gone = (
        next(line for line in opening if (line.item in fluids) is is_fluid and line.lot)
        for is_fluid in (True, False)
    )

    move_by_hand(erp, fluid, quantity=0.25, unit="Liter")
    tomorrow = move_by_hand(erp, fluid, quantity=0.1, unit="Cubic centimeter")
    ahead = f"{TODAY + timedelta(days=1)}"
    erp.write("update stock_move set effective_date = ? where id = ?", ahead, tomorrow)
    move_by_hand(erp, fluid, quantity=7, unit="Liter", is_done=False)
    erp.write("update product_product set active = 0 where code = ?", gone.item)
    erp.write("update stock_lot set active = 0 where number = ?", gone.lot)

    added = {(fluid.item, fluid.lot): fluid.quantity + Decimal("250.1")}
    assert held(erp, CORRECTED) == as_held(opening) | added


def test_stock_is_the_sum_of_the_done_moves_in_the_tables_of_the_erp(erp: TrytonInABox) -> None:
    chance = random.Random(20260315)  # noqa: S311 - repeatable, not secret
    uses = [a_random_use(erp, chance) for _ in range(5)]
    submit(erp.connector(), *uses)
    places = (*STOREROOMS, uses[0].to_place)

    ours = {place: held(erp, place) for place in places}

    assert ours == {place: their_own_sum(erp, place) for place in places}
    assert [len(ours[place]) > 0 for place in places] == [True] * 6


def test_stock_goes_on_from_what_a_closed_stock_period_keeps(erp: TrytonInABox) -> None:
    opening = opening_of(erp, CLOSED)
    with closed_stock(erp, erp.network.opening_date):
        closed = held(erp, CLOSED)
        use = a_use_of(erp, opening[0], Decimal(1))
        submit(erp.connector(), use)
        after = held(erp, CLOSED)

    assert closed == as_held(opening)
    assert after == closed | {(use.item, use.lot): opening[0].quantity - 1}
    assert held(erp, CLOSED) == after


def test_there_is_nothing_on_hand_where_nothing_was_put(erp: TrytonInABox) -> None:
    assert list(erp.books().stock("NORTH-IN")) == []
    assert list(erp.books().stock("NO-SUCH-PLACE")) == []


def held(erp: TrytonInABox, place: str) -> Held:
    rows = list(erp.books().stock(place))
    found = {(row.item, row.lot): row.quantity for row in rows}
    assert len(found) == len(rows)
    return found


def their_own_sum(erp: TrytonInABox, place: str) -> Held:
    rows = erp.query(THEIR_OWN_SUM, place)
    return {(str(i), str(lot)): Decimal(f"{quantity:.2f}") for i, lot, quantity in rows}


def opening_of(erp: TrytonInABox, place: str) -> list[OpeningLine]:
    return [line for line in erp.network.opening_stock if line.place == place]


def as_held(lines: list[OpeningLine]) -> Held:
    return {(line.item, line.lot): line.quantity for line in lines}


def a_use_of(erp: TrytonInABox, line: OpeningLine, quantity: Decimal) -> Effect:
    """A use of what lies in a storeroom, by a department that takes from it."""
    item = next(item for item in erp.network.items if item.item == line.item)
    department = next(each for each in erp.network.departments if each.from_place == line.place)
    return replace(
        a_use(erp, item, quantity=str(quantity)),
        lot=line.lot,
        from_place=line.place,
        to_place=department.to_place,
        dimensions=Dimensions(
            facility=department.facility,
            department=department.department,
            cost_centre=department.cost_centre,
        ),
    )


def in_full(use: Effect) -> Effect:
    return a_return_of(use, quantity=str(use.quantity.in_base_units), amount=use.amount)


def move_by_hand(
    erp: TrytonInABox, line: OpeningLine, *, quantity: float, unit: str, is_done: bool = True
) -> int:
    """Add what people found of a lot, past our connector; the move's id."""
    values = {
        "company": erp.settings.company,
        "product": the_id(erp, "product_product", "code", line.item),
        "lot": the_id(erp, "stock_lot", "number", line.lot),
        "unit": the_id(erp, "product_uom", "name", unit),
        "quantity": quantity,
        "from_location": the_id(erp, "stock_location", "name", "Lost and Found"),
        "to_location": the_id(erp, "stock_location", "code", line.place),
    }
    created = erp.client().call("stock.move", "create", {"vlist": [values]})
    assert isinstance(created, list)
    (move,) = created
    if is_done:
        assert erp.client().press("stock.move", move, "do", ["state"])["state"] == "done"
    return int(move)


def the_id(erp: TrytonInABox, table: str, field: str, value: str) -> int:
    statement = f"select id from {table} where {field} = ?"  # noqa: S608 - names of this file
    ((number,),) = erp.query(statement, value)
    assert isinstance(number, int)
    return number


@contextmanager
def closed_stock(erp: TrytonInABox, until: date) -> Iterator[None]:
    """Close stock up to a day by Tryton's own button, and open it again."""
    client = erp.client()
    values = {"company": erp.settings.company, "date": until}
    with may_close_stock(erp):
        created = client.call("stock.period", "create", {"vlist": [values]})
        assert isinstance(created, list)
        (period,) = created
        assert client.press("stock.period", period, "close", ["state"])["state"] == "closed"
        try:
            yield
        finally:
            client.press("stock.period", period, "draft", ["state"])


@contextmanager
def may_close_stock(erp: TrytonInABox) -> Iterator[None]:
    """Give the integration's user a right that it lacks: the ERP reads rights as it starts."""
    user = the_id(erp, "res_user", "login", "integration")
    group = the_id(erp, "res_group", "name", "Stock Administration")
    pair = (user, group)
    with erp.killed():
        erp.write('insert into "res_user-res_group" ("user", "group") values (?, ?)', *pair)
    try:
        yield
    finally:
        with erp.killed():
            erp.write('delete from "res_user-res_group" where "user" = ? and "group" = ?', *pair)


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
