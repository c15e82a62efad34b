"""What a controller must see: zero when all agrees, and each thing that does not, by name."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.finance.tie_out import Accounts, TieOut, tie_out
from shared.ports.erp import BookedLine, BookedMove
from tests.effects import a_document_of, an_entry, an_issue

ACCOUNTS = Accounts(expense="5.1.9", stock="1.3.1")


def the_move(effect: Effect) -> BookedMove:
    return BookedMove(
        erp_id="1001",
        reference=a_document_of(effect).reference,
        item=effect.item,
        quantity=effect.quantity.in_base_units,
        lot=effect.lot,
        from_place=effect.from_place,
        to_place=effect.to_place,
        on=effect.accounting_date,
    )


def the_lines(effect: Effect) -> list[BookedLine]:
    debit = BookedLine(
        erp_id="1",
        reference=a_document_of(effect).reference,
        journal="GL-1",
        account="5.1.9",
        amount=effect.amount,
        on=effect.accounting_date,
        period=f"{effect.accounting_date:%Y-%m}",
        cost_centre=effect.dimensions.cost_centre,
    )
    credit = replace(debit, erp_id="2", account="1.3.1", amount=-effect.amount, cost_centre="")
    return [debit, credit]


def tied(effect: Effect, moves: list[BookedMove], lines: list[BookedLine]) -> TieOut:
    entry: LedgerEntry = an_entry(effect)
    return tie_out({a_document_of(effect).reference: entry}, moves, lines, ACCOUNTS)


def kinds(result: TieOut) -> list[str]:
    return [difference.kind for difference in result.differences]


def test_books_that_agree_leave_nothing_unexplained() -> None:
    effect = an_issue()

    result = tied(effect, [the_move(effect)], the_lines(effect))

    assert (result.unexplained, result.differences) == (Decimal("0.00"), ())
    assert (result.effects, result.documents, result.moves) == (1, 1, 1)


def test_a_move_worth_less_than_half_a_cent_has_no_journal_and_ties_out() -> None:
    effect = an_issue(quantity="5", unit_cost="0.0005")

    result = tied(effect, [the_move(effect)], [])

    assert effect.amount == Decimal("0.00")
    assert (result.unexplained, result.differences) == (Decimal("0.00"), ())


def test_a_cent_too_much_is_named_by_its_row() -> None:
    effect = an_issue()
    debit, credit = the_lines(effect)
    wrong = replace(debit, amount=debit.amount + Decimal("0.01"))

    result = tied(effect, [the_move(effect)], [wrong, credit])

    assert result.unexplained == Decimal("0.01")
    (difference,) = result.differences
    assert difference.kind == "AMOUNT"
    assert difference.where == "NORTH NORTH-OR 5.1.9 2026-03-14 2026-03"


def test_an_effect_without_its_move_is_missing_in_the_erp() -> None:
    effect = an_issue()

    result = tied(effect, [], [])

    assert "MISSING_IN_ERP" in kinds(result)
    assert result.unexplained == 2 * effect.amount


def test_a_document_posted_twice_is_named_and_costs_its_amount() -> None:
    effect = an_issue()

    result = tied(effect, [the_move(effect)] * 2, the_lines(effect) * 2)

    assert "POSTED_TWICE" in kinds(result)
    assert result.unexplained == 2 * effect.amount


def test_a_move_that_no_effect_asked_for_is_named() -> None:
    stranger = an_issue("TX-2")

    result = tie_out({}, [the_move(stranger)], the_lines(stranger), ACCOUNTS)

    assert "NOT_IN_LEDGER" in kinds(result)
    assert result.unexplained == 2 * stranger.amount


def test_an_effect_that_is_not_done_is_not_expected() -> None:
    effect = an_issue()
    waiting = an_entry(effect, EffectState.REJECTED)

    result = tie_out({a_document_of(effect).reference: waiting}, [], [], ACCOUNTS)

    assert (result.effects, result.differences) == (0, ())


def test_another_quantity_in_the_move_is_named() -> None:
    effect = an_issue()
    wrong = replace(the_move(effect), quantity=Decimal("3"))

    result = tied(effect, [wrong], the_lines(effect))

    (difference,) = result.differences
    assert (difference.kind, difference.where) == ("MOVE_DIFFERS", "move quantity")


def test_a_journal_on_another_day_is_named_and_moves_the_row() -> None:
    effect = an_issue()
    redated = [replace(line, on=date(2026, 4, 1), period="2026-04") for line in the_lines(effect)]

    result = tied(effect, [the_move(effect)], redated)

    assert kinds(result).count("REDATED") == 2
    assert result.unexplained == 4 * effect.amount


def test_the_same_amount_in_another_cost_centre_does_not_tie() -> None:
    effect = an_issue()
    debit, credit = the_lines(effect)

    result = tied(effect, [the_move(effect)], [replace(debit, cost_centre="SOUTH-OR"), credit])

    assert result.unexplained == 2 * effect.amount
