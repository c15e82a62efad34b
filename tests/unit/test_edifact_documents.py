"""What each message means where the samples do not show it."""

from decimal import Decimal

import pytest

from shared.canonical.invoice import Invoice
from shared.canonical.purchase_order import PurchaseOrderAcknowledgement
from shared.canonical.ship_notice import ShipNotice
from tests.edifact import codes, documents, one_message

INVOICE_HEAD = ("BGM+380+RE-1+9", "DTM+137:20260307:102", "NAD+SU+1::9", "CUX+2:EUR:4")
LINE = ("LIN+1++A:SA", "QTY+47:10:PCE", "PRI+AAA:2.50")


def an_invoice(*segments: str) -> Invoice:
    (invoice,) = documents(one_message("INVOIC", *INVOICE_HEAD, *segments))
    assert isinstance(invoice, Invoice)
    return invoice


def a_response(*segments: str) -> PurchaseOrderAcknowledgement:
    head = ("BGM+231+SO-1+29", "DTM+137:20260303:102", "RFF+ON:PO-1")
    (answer,) = documents(one_message("ORDRSP", *head, *segments, "UNS+S"))
    assert isinstance(answer, PurchaseOrderAcknowledgement)
    return answer


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("380", "invoice"),
        ("381", "credit_memo"),
        ("383", "debit_memo"),
        ("385", "consolidated_invoice"),
    ],
)
def test_the_name_of_the_document_says_what_it_is(code: str, kind: str) -> None:
    body = one_message("INVOIC", f"BGM+{code}+1+9", *INVOICE_HEAD[1:], *LINE, "UNS+S", "MOA+77:25")

    (invoice,) = documents(body)
    assert isinstance(invoice, Invoice)
    assert invoice.kind == kind
    assert (invoice.total, invoice.lines[0].quantity) == (Decimal(25), Decimal(10))
    assert codes(body) == []


def test_a_total_that_lines_charges_and_taxes_do_not_make_is_found() -> None:
    tail = ("UNS+S", "MOA+77:26", "TAX+7+VAT+++:::4+S", "MOA+124:1")

    assert codes(one_message("INVOIC", *INVOICE_HEAD, *LINE, *tail)) == []
    assert codes(
        one_message("INVOIC", *INVOICE_HEAD, *LINE, *tail[:1], "MOA+77:27", *tail[2:])
    ) == ["TOTAL_DIFFERS"]


def test_a_gross_price_goes_with_the_allowance_of_its_line() -> None:
    line = ("LIN+1++A:SA", "QTY+47:10:PCE", "PRI+AAB:2.50", "ALC+A++++DI", "MOA+204:5")
    invoice = an_invoice(*line, "UNS+S", "MOA+77:20")

    assert invoice.lines[0].charges[0].kind == "allowance"
    assert invoice.lines[0].price == Decimal("2.50")


def test_a_net_price_comes_before_a_gross_one() -> None:
    invoice = an_invoice("LIN+1++A:SA", "QTY+47:1", "PRI+AAB:9", "PRI+AAA:8", "UNS+S", "MOA+77:8")

    assert invoice.lines[0].price == 8


def test_a_tax_that_lines_and_summary_both_state_counts_once() -> None:
    line = (*LINE, "TAX+7+VAT+++:::4+S", "MOA+124:1")
    invoice = an_invoice(*line, "UNS+S", "MOA+77:26", "TAX+7+VAT+++:::4+S", "MOA+124:1")

    assert [each.amount for each in invoice.lines[0].taxes] == [None]
    assert [each.amount for each in invoice.taxes] == [1]


def test_an_answer_that_names_no_order_is_no_answer() -> None:
    body = one_message("ORDRSP", "BGM+231+SO-1+29", "DTM+137:20260303:102", "UNS+S")

    assert documents(body) == []
    assert "DOCUMENT_UNIDENTIFIED" in codes(body)


@pytest.mark.parametrize(
    ("bgm", "verdict"),
    [
        ("BGM+231+SO-1+29", "accepted"),
        ("BGM+231+SO-1+27", "rejected"),
        ("BGM+231+SO-1+4", "accepted_with_detail_and_change"),
        ("BGM+231+SO-1+9+AP", "accepted"),
        ("BGM+231+SO-1+9+RE", "rejected"),
    ],
)
def test_the_verdict_is_the_function_or_the_response_of_the_message(bgm: str, verdict: str) -> None:
    body = one_message("ORDRSP", bgm, "DTM+137:20260303:102", "RFF+ON:PO-1", "UNS+S")

    (answer,) = documents(body)
    assert isinstance(answer, PurchaseOrderAcknowledgement)
    assert answer.verdict == verdict


def test_a_line_of_which_nothing_is_said_has_no_status() -> None:
    answer = a_response("LIN+1++A:SA", "QTY+21:5:PCE", "LIN+2+5+B:SA", "QTY+21:1:PCE")

    assert [[each.status for each in line.statuses] for line in answer.lines] == [[], ["accepted"]]


def test_a_supplier_order_number_comes_before_that_of_the_answer() -> None:
    assert a_response().supplier_order == "SO-1"
    assert a_response("RFF+VN:V-9").supplier_order == "V-9"


def a_notice(*segments: str) -> ShipNotice:
    body = one_message("DESADV", "BGM+351+DA-1+9", *segments)
    (notice,) = documents(body)
    assert isinstance(notice, ShipNotice)
    return notice


def test_packages_are_arranged_by_their_parents_and_not_by_their_order() -> None:
    item = ("LIN+1++A:SA", "QTY+12:1:PCE")
    notice = a_notice("RFF+ON:PO-1", "CPS+3+2", *item, "CPS+2+1", "CPS+1")

    assert [(node.id, node.parent) for node in notice.nodes] == [
        *(("1", ""), ("2", "1"), ("3", "2"), ("3/1", "3"))
    ]


def test_an_item_belongs_to_its_own_order_or_to_that_of_the_whole() -> None:
    lines = ("LIN+1++A:SA", "QTY+12:1", "LIN+2++B:SA", "QTY+12:1", "RFF+ON:PO-2:7")
    notice = a_notice("RFF+ON:PO-1", "CPS+1", *lines)

    assert [item.purchase_order for item in notice.items()] == ["PO-1", "PO-2"]


def test_an_item_under_no_order_is_held() -> None:
    notice = a_notice("CPS+1", "LIN+1++A:SA", "QTY+12:1")

    assert [each.diagnostic.code for each in notice.broken] == ["ORDER_UNKNOWN"]


def test_what_the_head_says_is_kept_where_there_is_no_package() -> None:
    notice = a_notice("RFF+ON:PO-1", "NAD+SU+1::9")

    assert [(node.level, node.purchase_order, len(node.parties)) for node in notice.nodes] == [
        ("shipment", "PO-1", 1)
    ]
