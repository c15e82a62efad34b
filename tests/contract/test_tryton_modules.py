"""What our Tryton modules add to the ERP itself, whoever uses it: through its plain interface."""

import base64
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import httpx
import pytest

from shared.canonical.outcome import SubmitOutcome
from shared.effects.identity import external_reference
from shared.targets.tryton.typed_json import from_typed_json, to_typed_json
from tests.contract.erp_in_a_box import TrytonInABox, tryton  # noqa: F401 - a fixture
from tests.contract.uses import TODAY, a_use, plain_items

pytestmark = pytest.mark.erp

NO_SUCH_YEAR = date(2001, 1, 15)

_numbers = count(1)


class PlainTryton:
    """Tryton's own REST interface, without our procedures."""

    def __init__(self, erp: TrytonInABox) -> None:
        settings = erp.settings
        context = base64.urlsafe_b64encode(json.dumps({"company": settings.company}).encode())
        self._base = f"{settings.base_url}/{settings.database}/rest/model/"
        self._headers = {
            "Authorization": f"bearer {settings.key}",
            "Content-Type": "application/json",
            "X-Tryton-Context": context.decode(),
        }

    def send(self, method: str, path: str, values: object = None) -> tuple[int, Any]:
        """The status of an answer, and what it says."""
        response = httpx.request(
            method,
            self._base + path,
            content=to_typed_json(values or {}),
            headers=self._headers,
            trust_env=False,
            timeout=20,
        )
        return response.status_code, from_typed_json(response.text)


@pytest.fixture
def plain(request: pytest.FixtureRequest) -> PlainTryton:
    return PlainTryton(the_erp(request))


@pytest.fixture
def erp(request: pytest.FixtureRequest) -> TrytonInABox:
    return the_erp(request)


def the_erp(request: pytest.FixtureRequest) -> TrytonInABox:
    box: TrytonInABox = request.getfixturevalue("tryton")
    return box


def identity(erp: TrytonInABox, table: str, code: str) -> object:
    ((number,),) = erp.query(f"select id from {table} where code = ?", code)  # noqa: S608
    return number


def a_return(erp: TrytonInABox, on: date, **values: object) -> dict[str, object]:
    """A stock move as a person would enter it, from a used place back to storage."""
    department = erp.network.departments[0]
    item = next(item for item in plain_items(erp.network) if item.unit_cost > 1)
    product = identity(erp, "product_product", item.item)
    ((unit,),) = erp.query(
        "select t.default_uom from product_template t join product_product p"
        " on p.template = t.id where p.id = ?",
        product,
    )
    return {
        "company": erp.settings.company,
        "product": product,
        "unit": unit,
        "quantity": 1,
        "from_location": identity(erp, "stock_location", department.to_place),
        "to_location": identity(erp, "stock_location", department.from_place),
        "effective_date": on,
        **values,
    }


def a_journal(erp: TrytonInABox, *, debit: str, credit: str) -> dict[str, object]:
    ((journal,),) = erp.query("select id from account_journal where type = 'general' limit 1")
    ((period,),) = erp.query(
        "select id from account_period where start_date <= ? and end_date >= ?",
        TODAY.isoformat(),
        TODAY.isoformat(),
    )
    amounts = [(Decimal(debit), Decimal(0)), (Decimal(0), Decimal(credit))]
    accounts = [identity(erp, "account_account", code) for code in ("5.1.9", "1.3.1")]
    lines = [
        {"account": account, "debit": debit, "credit": credit}
        for account, (debit, credit) in zip(accounts, amounts, strict=True)
    ]
    return {
        "company": erp.settings.company,
        "journal": journal,
        "period": period,
        "date": TODAY,
        "lines": [["create", lines]],
    }


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "no period"])
def test_a_move_is_never_booked_on_another_day_than_its_own(
    erp: TrytonInABox, plain: PlainTryton, *, is_closed: bool
) -> None:
    day = date(TODAY.year - 1, 2, 10) if is_closed else NO_SUCH_YEAR
    status, move = plain.send("POST", "stock.move", a_return(erp, day))
    assert status == 200
    if is_closed:
        erp.close_period(f"{day:%Y-%m}")

    status, answer = plain.send("POST", f"stock.move/{move['id']}/do")

    assert (status, answer["status"]) == (400, 400)
    assert erp.query("select state from stock_move where id = ?", move["id"]) == [("draft",)]


def test_an_open_day_books_a_return_against_the_expense(
    erp: TrytonInABox, plain: PlainTryton
) -> None:
    _, move = plain.send("POST", "stock.move", a_return(erp, TODAY))

    status, _ = plain.send("POST", f"stock.move/{move['id']}/do")

    assert status == 200
    accounts = erp.query(
        "select a.code from account_move_line l join account_account a on a.id = l.account"
        " join account_move m on m.id = l.move where m.origin = ? order by 1",
        f"stock.move,{move['id']}",
    )
    assert accounts == [("1.3.1",), ("5.1.9",)]


@pytest.mark.parametrize(
    ("credit", "status", "state"), [("125.50", 200, "posted"), ("100.00", 400, "draft")]
)
def test_only_a_balanced_journal_is_posted(
    erp: TrytonInABox, plain: PlainTryton, credit: str, status: int, state: str
) -> None:
    _, journal = plain.send("POST", "account.move", a_journal(erp, debit="125.50", credit=credit))

    answered, _ = plain.send("POST", f"account.move/{journal['id']}/post")

    assert answered == status
    assert erp.query("select state from account_move where id = ?", journal["id"]) == [(state,)]


def test_a_reference_is_unique_for_every_writer(erp: TrytonInABox, plain: PlainTryton) -> None:
    values = a_return(erp, TODAY, integration_ref=f"LWPLAIN{next(_numbers)}")
    assert plain.send("POST", "stock.move", values)[0] == 200

    status, answer = plain.send("POST", "stock.move", values)

    assert (status, answer["message"]) == (400, "DUPLICATE_INTEGRATION_REF")


def test_a_reference_is_never_changed(erp: TrytonInABox, plain: PlainTryton) -> None:
    values = a_return(erp, TODAY, integration_ref=f"LWPLAIN{next(_numbers)}")
    _, move = plain.send("POST", "stock.move", values)

    status, _ = plain.send("PUT", f"stock.move/{move['id']}", {"integration_ref": "LWOTHER"})

    assert status == 400
    assert erp.documents("LWOTHER") == 0


@pytest.mark.parametrize(
    "table",
    [
        "account_invoice",
        "account_move",
        "account_payment",
        "purchase_purchase",
        "purchase_requisition",
        "stock_move",
        "stock_shipment_in",
        "stock_shipment_internal",
    ],
)
def test_every_document_of_an_integration_can_carry_its_reference(
    erp: TrytonInABox, table: str
) -> None:
    columns = {row[1] for row in erp.query(f"pragma table_info({table})")}

    assert {"integration_ref", "correlation_id"} <= columns


def test_a_use_with_some_dimensions_leaves_no_line_to_be_completed(erp: TrytonInABox) -> None:
    item = next(item for item in plain_items(erp.network) if item.unit_cost > 1)
    network = erp.network
    use = a_use(erp, item)
    charged = replace(
        use,
        dimensions=replace(
            use.dimensions,
            project=network.projects[0].code,
            grant=network.grants[0].code,
        ),
    )

    (result,) = erp.connector().submit([charged], {})

    assert result.outcome is SubmitOutcome.POSTED
    lines = erp.query(
        "select l.analytic_state, (select group_concat(a.code) from analytic_account_line x"
        " join analytic_account_account a on a.id = x.account where x.move_line = l.id)"
        " from account_move_line l join account_move m on m.id = l.move"
        " join stock_move s on m.origin = 'stock.move,' || s.id"
        " where s.integration_ref = ? order by 2 is null",
        external_reference(charged.effect_id, 34),
    )
    codes = [use.dimensions.cost_centre, network.projects[0].code, network.grants[0].code]
    assert lines == [("valid", ",".join(codes)), ("valid", None)]
