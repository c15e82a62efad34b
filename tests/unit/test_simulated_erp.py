"""The simulated ERP does what a real one does, on demand; its documents are what happened."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.canonical.effect import EffectType
from shared.canonical.outcome import SubmitOutcome
from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.ports.erp import ErpBooks, ErpConnector
from shared.simulation.books import SimulatedBooks
from shared.simulation.erp import FaultKind, SimulatedErp
from tests.effects import an_issue


def outcomes(erp: ErpConnector, *transactions: str) -> list[SubmitOutcome]:
    effects = [an_issue(transaction) for transaction in transactions]
    return [result.outcome for result in erp.submit(effects, {})]


def test_one_effect_is_one_document_however_often_it_is_sent() -> None:
    erp = SimulatedErp()

    first = outcomes(erp, "TX-1", "TX-2", "TX-1")
    again = outcomes(erp, "TX-2")

    posted, duplicate = SubmitOutcome.POSTED, SubmitOutcome.DUPLICATE
    assert (first, again) == ([posted, posted, duplicate], [duplicate])
    assert len(erp.documents) == 2


def test_other_content_under_a_known_reference_is_a_conflict() -> None:
    erp = SimulatedErp()
    erp.submit([an_issue()], {})

    [result] = erp.submit([an_issue(content_hash="b" * 64)], {})

    assert result.outcome is SubmitOutcome.CONFLICT
    assert result.document == erp.documents[0]


def test_a_lost_answer_leaves_a_document_that_the_next_call_finds() -> None:
    erp = SimulatedErp()
    erp.fail_next(FaultKind.ANSWER_LOST)

    with pytest.raises(OutcomeUnknownError):
        erp.submit([an_issue()], {})

    assert len(erp.documents) == 1
    assert outcomes(erp, "TX-1") == [SubmitOutcome.DUPLICATE]
    reference = erp.reference_of(an_issue())
    assert erp.find([reference, "LWUNKNOWN"]) == {reference: (erp.documents[0],)}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.OUTCOME_UNKNOWN, OutcomeUnknownError),
        (FaultKind.NOT_WRITTEN, NotWrittenError),
        (FaultKind.THROTTLED, NotWrittenError),
        (FaultKind.ACCESS_DENIED, NotWrittenError),
        (FaultKind.BATCH_REFUSED, BatchRefusedError),
    ],
)
def test_every_other_fault_writes_nothing(kind: FaultKind, error: type[Exception]) -> None:
    erp = SimulatedErp()
    erp.fail_next(kind)

    with pytest.raises(error):
        erp.submit([an_issue()], {})

    assert erp.documents == ()
    assert outcomes(erp, "TX-1") == [SubmitOutcome.POSTED]


def test_a_throttling_erp_says_how_long_and_a_closed_one_that_access_is_the_matter() -> None:
    erp = SimulatedErp()
    erp.fail_next(FaultKind.THROTTLED, FaultKind.ACCESS_DENIED)

    with pytest.raises(NotWrittenError) as throttled:
        erp.submit([an_issue()], {})
    with pytest.raises(NotWrittenError) as denied:
        erp.submit([an_issue()], {})

    assert (throttled.value.retry_after_seconds, throttled.value.target_access) == (30.0, False)
    assert denied.value.target_access


def test_a_fault_of_looking_up_leaves_posting_alone() -> None:
    erp = SimulatedErp()
    erp.fail_next(FaultKind.OUTCOME_UNKNOWN, operation="find")

    assert outcomes(erp, "TX-1") == [SubmitOutcome.POSTED]
    with pytest.raises(OutcomeUnknownError):
        erp.find([erp.reference_of(an_issue())])


def test_an_item_is_refused_by_name_until_it_is_accepted() -> None:
    erp = SimulatedErp()
    odd = replace(an_issue("TX-2"), item="ITM-ODD")
    erp.refuse("ITM-ODD", code="PERIOD_CLOSED", text="March is closed")

    posted, refused = erp.submit([an_issue(), odd], {})

    assert posted.outcome is SubmitOutcome.POSTED
    assert (refused.outcome, refused.code) == (SubmitOutcome.REFUSED, "PERIOD_CLOSED")
    erp.accept("ITM-ODD")
    assert erp.submit([odd], {})[0].outcome is SubmitOutcome.POSTED


def test_an_unnamed_refusal_costs_the_whole_call() -> None:
    erp = SimulatedErp()
    erp.refuse("ITM-ODD", code="VALIDATION", text="no such thing", is_named=False)

    with pytest.raises(BatchRefusedError) as refused:
        erp.submit([an_issue(), replace(an_issue("TX-2"), item="ITM-ODD")], {})

    assert refused.value.refusal == "no such thing"
    assert erp.documents == ()


def test_the_books_balance_and_a_full_return_leaves_nothing() -> None:
    erp = SimulatedErp()
    books: ErpBooks = SimulatedBooks(erp)
    issue = an_issue(quantity="3", unit_cost="23.7575")
    first = replace(an_issue("R-1"), effect_type=EffectType.REVERSAL, amount=Decimal("23.76"))
    second = replace(an_issue("R-2"), effect_type=EffectType.REVERSAL, amount=Decimal("47.51"))

    erp.submit([issue, first, second], {})

    lines = list(books.lines(period="2026-03"))
    assert sum(line.amount for line in lines) == 0
    assert sum(line.amount for line in lines if line.cost_centre == "NORTH-OR") == 0
    assert [line.amount for line in lines if line.amount > 0] == [
        Decimal("71.27"),
        Decimal("23.76"),
        Decimal("47.51"),
    ]
    assert list(books.lines(period="2026-04")) == []


def test_a_move_worth_less_than_half_a_cent_is_a_move_without_journal() -> None:
    erp = SimulatedErp()
    books = SimulatedBooks(erp)
    erp.submit([an_issue(quantity="5", unit_cost="0.0005"), an_issue("TX-2")], {})
    reference = erp.reference_of(an_issue())

    [move] = books.moves(references=[reference])

    assert (move.item, move.quantity, move.reference) == ("ITM-0001", Decimal(5), reference)
    assert list(books.lines(references=[reference])) == []
    assert len(list(books.moves())) == 2
