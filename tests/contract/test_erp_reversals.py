"""What comes back in parts leaves nothing in the ERP's own tables: no cent, no piece."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest

from shared.canonical.effect import Effect
from shared.canonical.outcome import LedgerEntry, SubmitOutcome, SubmitResult
from shared.canonical.source_time import SourceTime
from shared.effects.identity import content_hash, line_effect_id
from shared.effects.reversals import reservation_for
from shared.mapping.reversals import ReversalIntent, reversal_effect
from tests.builders import a_credit_line, a_document
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
    a_use,
    reference,
    submit,
    the_erp,
)
from tests.effects import an_entry

pytestmark = pytest.mark.erp

SUTURE, PAD = "SUT-001", "PAD-001"  # at 23.7575 and at 0.0005

_numbers = count(1)


@pytest.fixture(params=ERPS)
def erp(request: pytest.FixtureRequest) -> TrytonInABox:
    return the_erp(request)


def a_use_of(erp: TrytonInABox, code: str, quantity: str) -> Effect:
    item = next(item for item in erp.network.items if item.item == code)
    use = a_use(erp, item, quantity=quantity)
    return replace(use, lot="L-1") if item.is_lot_controlled else use


def a_reversal(original: LedgerEntry, quantity: str) -> tuple[Effect, LedgerEntry]:
    """The next reversal of an original, and the original with what it has reserved."""
    effect = original.effect
    line = a_credit_line(
        key=("EHR", "NORTH", f"CREDIT-{next(_numbers)}", "credit"),
        reverses=("EHR", "NORTH", effect.effect_id, "charge"),
        quantity=Decimal(quantity),
        used_at=SourceTime(day=TODAY),
    )
    intent = ReversalIntent(
        line=line,
        line_id=line_effect_id(effect.tenant, line),
        content_hash=content_hash(line),
        original_id=effect.effect_id,
        accounting_date=TODAY,
        moved_at="",
        facilities=(effect.dimensions.facility,),
    )
    taken = reservation_for(original, intent.line_id, Decimal(quantity))
    assert taken is not None
    reversal = reversal_effect(intent, a_document(line), effect, taken)
    return reversal, replace(original, reservations=(*original.reservations, taken))


def reversed_in(use: Effect, wanted: list[str]) -> list[Effect]:
    original, reversals = an_entry(use), []
    for quantity in wanted:
        reversal, original = a_reversal(original, quantity)
        reversals.append(reversal)
    return reversals


def submitted(erp: TrytonInABox, *effects: Effect) -> list[SubmitResult]:
    return [submit(erp.connector(), effect)[0] for effect in effects]


def general_ledger(erp: TrytonInABox, *effects: Effect) -> dict[tuple[str, str], Decimal]:
    """Debit less credit by account and analytic account, past the ERP's own code and ours."""
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    moves = [move for effect in effects for move in erp.moves(reference(effect))]
    for move in moves:
        for account, debit, credit, line in erp.query(
            "select a.code, cast(l.debit as text), cast(l.credit as text), l.id"
            " from account_move_line l"
            " join account_account a on a.id = l.account"
            " join account_move m on m.id = l.move and m.state = 'posted'"
            " where m.origin = 'stock.move,' || ?",
            move,
        ):
            totals[str(account), ""] += _net(debit, credit)
            for centre, charged, relieved in erp.query(
                "select a.code, cast(x.debit as text), cast(x.credit as text)"
                " from analytic_account_line x"
                " join analytic_account_account a on a.id = x.account where x.move_line = ?",
                line,
            ):
                totals[str(account), str(centre)] += _net(charged, relieved)
    return dict(totals)


def on_hand(erp: TrytonInABox, effect: Effect) -> dict[str, Decimal]:
    """How much of an item and lot lies in the two places of an effect, by the ERP's own moves."""
    totals = dict.fromkeys(sorted((effect.from_place, effect.to_place)), Decimal(0))
    for quantity, source, target in erp.query(
        "select s.quantity, f.code, t.code from stock_move s"
        " join product_product p on p.id = s.product"
        " join stock_location f on f.id = s.from_location"
        " join stock_location t on t.id = s.to_location"
        " left join stock_lot k on k.id = s.lot"
        " where s.state = 'done' and p.code = ? and coalesce(k.number, '') = ?",
        effect.item,
        effect.lot,
    ):
        for place, sign in ((str(source), -1), (str(target), 1)):
            if place in totals:
                totals[place] += sign * Decimal(str(quantity))
    return totals


def _net(debit: object, credit: object) -> Decimal:
    return Decimal(str(debit)) - Decimal(str(credit))


@pytest.mark.parametrize(
    ("quantity", "wanted", "amounts"),
    [
        ("5", ["3", "2"], ["71.27", "47.52"]),
        ("5", ["2", "3"], ["47.52", "71.27"]),
        ("5", ["3", "3"], ["71.27", "47.52"]),
        ("3", ["1", "2"], ["23.76", "47.51"]),
        ("3", ["2", "1"], ["47.51", "23.76"]),
        ("3", ["1", "1", "1"], ["23.76", "23.75", "23.76"]),
        ("3", ["3"], ["71.27"]),
    ],
    ids=str,
)
def test_parts_in_any_order_net_to_nothing_by_account_and_cost_centre(
    erp: TrytonInABox, quantity: str, wanted: list[str], amounts: list[str]
) -> None:
    use = a_use_of(erp, SUTURE, quantity)
    before = on_hand(erp, use)
    reversals = reversed_in(use, wanted)

    results = submitted(erp, use, *reversals)

    assert [result.outcome for result in results] == [SubmitOutcome.POSTED] * len(results)
    centre = use.dimensions.cost_centre
    relieved = [general_ledger(erp, each)[EXPENSE, centre] for each in reversals]
    assert relieved == [-Decimal(each) for each in amounts]
    assert general_ledger(erp, use) == {
        (EXPENSE, ""): use.amount,
        (EXPENSE, centre): use.amount,
        (STOCK, ""): -use.amount,
    }
    assert general_ledger(erp, use, *reversals) == {
        (EXPENSE, ""): 0,
        (EXPENSE, centre): 0,
        (STOCK, ""): 0,
    }
    assert on_hand(erp, use) == before


def test_parts_in_one_call_net_to_nothing_too(erp: TrytonInABox) -> None:
    use = a_use_of(erp, SUTURE, "3")
    submitted(erp, use)
    reversals = reversed_in(use, ["1", "1", "1"])

    results = submit(erp.connector(), *reversals)

    assert [result.outcome for result in results] == [SubmitOutcome.POSTED] * 3
    assert set(general_ledger(erp, use, *reversals).values()) == {0}


@pytest.mark.parametrize(
    ("wanted", "amounts"), [(["5", "7"], ["0.00", "0.01"]), (["7", "5"], ["0.01", "0.00"])], ids=str
)
def test_a_share_of_nothing_moves_stock_without_a_journal(
    erp: TrytonInABox, wanted: list[str], amounts: list[str]
) -> None:
    use = a_use_of(erp, PAD, "12")  # 0.006: a cent
    before = on_hand(erp, use)
    reversals = reversed_in(use, wanted)
    assert [str(each.amount) for each in reversals] == amounts

    results = submitted(erp, use, *reversals)

    assert [result.outcome for result in results] == [SubmitOutcome.POSTED] * 3
    journals = [result.document.lines[0].journal for result in results if result.document]
    assert [bool(journal) for journal in journals] == [True, *(each > "0.00" for each in amounts)]
    assert set(general_ledger(erp, use, *reversals).values()) == {0}
    assert on_hand(erp, use) == before


def test_what_was_worth_nothing_comes_back_for_nothing(erp: TrytonInABox) -> None:
    use = a_use_of(erp, PAD, "3")
    before = on_hand(erp, use)
    reversals = reversed_in(use, ["1", "2"])

    results = submitted(erp, use, *reversals)

    assert [result.outcome for result in results] == [SubmitOutcome.POSTED] * 3
    assert general_ledger(erp, use, *reversals) == {}
    assert on_hand(erp, use) == before


def test_a_reversal_told_again_is_a_duplicate_and_written_once(erp: TrytonInABox) -> None:
    use = a_use_of(erp, SUTURE, "3")
    (reversal,) = reversed_in(use, ["1"])
    first = submitted(erp, use, reversal)[1]
    standing = on_hand(erp, use)

    again = submitted(erp, reversal)[0]

    assert (first.outcome, again.outcome) == (SubmitOutcome.POSTED, SubmitOutcome.DUPLICATE)
    assert again.document == first.document
    assert erp.documents(reference(reversal)) == 1
    assert on_hand(erp, use) == standing
