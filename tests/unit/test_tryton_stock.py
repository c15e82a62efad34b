"""Reading Tryton's stock while somebody closes it or opens it again."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from shared.errors import OutcomeUnknownError
from shared.ports.erp import StockOnHand
from shared.targets.tryton.client import TrytonClient, TrytonSettings
from shared.targets.tryton.stock import stock_at
from shared.targets.tryton.typed_json import to_typed_json

PERIOD, BALANCE, MOVE = "stock.period", "stock.period.cache.lot", "stock.move"
CLOSED = {"id": 4, "date": date(2026, 1, 31)}
CLOSED_LATER = {"id": 5, "date": date(2026, 2, 28)}
SETTINGS = TrytonSettings(base_url="http://erp.test:8169", database="hospital", key="k", company=1)

Rows = list[dict[str, object]]


def a_row(quantity: float, *, item: str | None = "ITM-1", into: str = "STO") -> dict[str, object]:
    return {
        "id": 1,
        "internal_quantity": quantity,
        "product": {"code": item},
        "lot": None,
        "from_location": {"code": "STO" if into != "STO" else "SUP"},
        "to_location": {"code": into},
    }


def stock(*, periods: list[Rows], balance: Rows, moves: Rows) -> list[StockOnHand]:
    """What is read of a Tryton that answers so; its periods may change from look to look."""
    answers = {PERIOD: iter(periods), BALANCE: iter([balance]), MOVE: iter([moves])}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, text=to_typed_json(next(answers[request.url.path.rpartition("/")[2]]))
        )

    return list(stock_at(TrytonClient(SETTINGS, transport=httpx.MockTransport(answer)), "STO"))


def test_floats_are_added_up_exactly_and_what_has_no_code_is_left_out() -> None:
    moves = [a_row(0.1), a_row(0.2), a_row(5.5, item=None), a_row(0.05, into="USED")]

    found = stock(periods=[[], []], balance=[], moves=moves)

    assert found == [StockOnHand(item="ITM-1", lot="", quantity=Decimal("0.25"))]


def test_a_closed_balance_that_the_moves_use_up_leaves_nothing() -> None:
    balance, moves = [a_row(0.3)], [a_row(0.1, into="USED"), a_row(0.2, into="USED")]

    assert stock(periods=[[CLOSED], [CLOSED]], balance=balance, moves=moves) == []


@pytest.mark.parametrize("after", [[], [CLOSED, CLOSED_LATER]])
def test_stock_that_is_closed_or_reopened_while_it_is_read_is_no_answer(after: Rows) -> None:
    with pytest.raises(OutcomeUnknownError, match="closed or reopened"):
        stock(periods=[[CLOSED], after], balance=[], moves=[])
