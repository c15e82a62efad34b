"""What we write reads back as what was meant, and what nobody could read is not written."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar, get_args

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.invoice import Invoice, InvoiceLine
from shared.canonical.purchase_order import (
    AcknowledgedLine,
    ChangeLine,
    LineStatus,
    OrderHead,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderAcknowledgement,
    PurchaseOrderChange,
    Schedule,
)
from shared.canonical.ship_notice import Carrier, Load, ShipmentNode, ShipNotice
from shared.canonical.trade import (
    Charge,
    Contact,
    Dated,
    ItemId,
    Party,
    PaymentTerms,
    Reference,
    Tax,
)
from shared.formats.edi.delimiters import Delimiters
from shared.formats.edi.invoice_sums import computed_total
from shared.formats.x12.loading import find_profile
from shared.formats.x12.profile import DEFAULT_PROFILE, PartnerProfile
from shared.formats.x12.reader import read
from shared.formats.x12.writing.interchange import (
    ControlNumbers,
    Document,
    UnwritableError,
    kind_of,
    write,
)
from tests.x12 import codes, documents, x12_samples

Noun = TypeVar("Noun")
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CONTROLS = ControlNumbers(interchange=41, group=7)
NEWER = PartnerProfile(
    name="newer",
    standard="005010",
    delimiters=Delimiters(element="|", component=":", segment="\n", repetition="^"),
)


def tuple_of(noun: Callable[..., Noun], *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Noun]:
    """A noun of these parts, the others left at what they are by default."""
    return st.tuples(*parts).map(lambda each: noun(*each))


FEW = settings(max_examples=25, deadline=None, phases=[Phase.generate])
WORD = st.sampled_from(
    ["AB", "SUT-001", "3-0 ABSORBABLE", "O'NEILL & SONS", "#12 (A/B), 1.5", "99"]
)
CODE = st.sampled_from(["EA", "BX", "CS"])
AMOUNT = st.decimals(0, 99_999, places=2)
QUANTITY = st.decimals(0, 99_999, places=3)
PRICE = st.decimals(0, 9_999, places=4)
DAY = st.dates(date(2000, 1, 1), date(2098, 12, 31))
IDS = st.lists(
    st.builds(ItemId, st.sampled_from(["supplier", "buyer", "manufacturer", "ndc", "sku"]), WORD),
    min_size=1,
    max_size=5,
).map(tuple)
DATES = st.lists(
    tuple_of(Dated, st.sampled_from(["requested_delivery", "shipped", "999"]), DAY), max_size=2
).map(tuple)
REFERENCES = st.lists(
    tuple_of(Reference, st.sampled_from(["department", "supplier_order", "ABC"]), WORD),
    max_size=2,
).map(tuple)
CHARGES = st.lists(
    st.builds(
        Charge,
        kind=st.sampled_from(["charge", "allowance"]),
        code=st.sampled_from(["D240", "C310"]),
        amount=AMOUNT,
        text=WORD,
    ),
    max_size=2,
).map(tuple)
TAXES = st.lists(st.builds(Tax, kind=st.just("ST"), amount=AMOUNT), max_size=1).map(tuple)
TERMS = st.lists(
    st.builds(
        PaymentTerms,
        kind=st.just("01"),
        basis=st.just("3"),
        discount_percent=st.decimals(0, 99, places=2),
        discount_days=st.sampled_from(["5", "10"]),
        net_days=st.just("30"),
        text=WORD,
    ),
    max_size=1,
).map(tuple)
CONTACTS = st.lists(
    st.builds(
        Contact,
        st.just("BD"),
        WORD,
        st.lists(st.tuples(st.sampled_from(["telephone", "email"]), WORD), max_size=2).map(tuple),
    ),
    max_size=1,
).map(tuple)
PARTIES = st.lists(
    st.builds(
        Party,
        role=st.sampled_from(["ship_to", "buyer", "supplier", "XX"]),
        name=WORD,
        id=WORD,
        scheme=st.just("buyer_assigned"),
        more_names=st.lists(WORD, max_size=3).map(tuple),
        streets=st.lists(WORD, max_size=3).map(tuple),
        city=WORD,
        region=st.just("IL"),
        postal_code=st.just("62701"),
        country=st.just("US"),
        contacts=CONTACTS,
        references=REFERENCES,
    ),
    max_size=2,
).map(tuple)
TEXTS = st.lists(WORD, max_size=2).map(tuple)
LINES = st.builds(
    OrderLine,
    number=st.just("1"),
    quantity=QUANTITY,
    unit=CODE,
    price=PRICE,
    price_basis=st.sampled_from(["each", "hundred"]),
    ids=IDS,
    description=WORD,
    dates=DATES,
    references=REFERENCES,
    charges=CHARGES,
    taxes=TAXES,
    schedules=st.lists(
        st.builds(Schedule, QUANTITY, CODE, st.just("promised"), DAY), max_size=2
    ).map(tuple),
    parties=PARTIES,
    texts=TEXTS,
)
HEADS = st.builds(
    OrderHead,
    number=WORD,
    purpose=st.just("original"),
    release=WORD,
    contract=WORD,
    ordered_on=DAY,
    currency=st.sampled_from(["", "USD"]),
    parties=PARTIES,
    references=REFERENCES,
    dates=DATES,
    terms=TERMS,
    charges=CHARGES,
    taxes=TAXES,
    texts=TEXTS,
    total=st.none() | AMOUNT,
)
ORDERS = st.builds(
    PurchaseOrder,
    head=HEADS.map(lambda head: _of_kind(head, "stand_alone")),
    lines=st.lists(LINES, min_size=1, max_size=3).map(tuple),
)
CHANGES = st.builds(
    PurchaseOrderChange,
    head=HEADS.map(lambda head: _of_kind(head, "release")),
    sequence=st.just("2"),
    changed_on=DAY,
    lines=st.lists(
        st.builds(
            ChangeLine,
            change=st.sampled_from(["add_item", "change_price", "delete_item"]),
            line=LINES,
            quantity_left=QUANTITY,
        ),
        max_size=3,
    ).map(tuple),
)
STATUSES = st.lists(
    st.builds(
        LineStatus,
        st.sampled_from(["accepted", "backordered", "rejected_item"]),
        QUANTITY,
        CODE,
        st.just("promised"),
        DAY,
        IDS,
        st.sampled_from(["", "REASON"]),
    ),
    max_size=3,
).map(tuple)
ANSWERS = st.builds(
    PurchaseOrderAcknowledgement,
    head=HEADS,
    verdict=st.sampled_from(["accepted", "rejected", "exceptions_only"]),
    lines=st.lists(st.builds(AcknowledgedLine, line=LINES, statuses=STATUSES), max_size=3).map(
        tuple
    ),
    supplier_order=WORD,
    acknowledged_on=DAY,
)
INVOICES = st.builds(
    Invoice,
    number=WORD,
    kind=st.sampled_from(["invoice", "credit_memo", "debit_memo"]),
    issued_on=DAY,
    total=AMOUNT,
    lines=st.lists(
        st.builds(
            InvoiceLine,
            number=st.just("1"),
            quantity=QUANTITY,
            unit=CODE,
            price=PRICE,
            price_basis=st.just("each"),
            ids=IDS,
            description=WORD,
            dates=DATES,
            references=REFERENCES,
            charges=CHARGES,
            taxes=TAXES,
            parties=PARTIES,
            texts=TEXTS,
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    purchase_order=WORD,
    ordered_on=DAY,
    purpose=st.just("original"),
    currency=st.just("USD"),
    discountable=AMOUNT,
    parties=PARTIES,
    references=REFERENCES,
    dates=DATES,
    terms=TERMS,
    charges=CHARGES,
    taxes=TAXES,
    texts=TEXTS,
)
ITEMS = st.builds(
    ShipmentNode,
    id=st.just("4"),
    parent=st.just("3"),
    level=st.just("item"),
    number=st.just("1"),
    purchase_order=st.just("PO-1"),
    ordered_on=st.just(date(2026, 3, 1)),
    packages=st.just(("00006141411234567890",)),
    ids=IDS,
    lot=WORD,
    serials=st.lists(WORD, max_size=2).map(tuple),
    quantity=QUANTITY,
    unit=CODE,
    ordered=QUANTITY,
    ordered_unit=CODE,
    status=st.just("balance_backordered"),
    description=WORD,
    dates=DATES,
    references=REFERENCES,
)


def _of_kind(head: OrderHead, kind: str) -> OrderHead:
    return OrderHead(**{**{f: getattr(head, f) for f in head.__slots__}, "kind": kind})


def a_notice(item: ShipmentNode) -> ShipNotice:
    order, day = "PO-1", date(2026, 3, 1)
    mark = "00006141411234567890"
    return ShipNotice(
        number="ASN-1",
        purpose="original",
        created_on=date(2026, 3, 4),
        created_at="0815",
        structure="0001",
        nodes=(
            ShipmentNode(
                id="1",
                parent="",
                level="shipment",
                loads=(Load(Decimal(2), "CTN", Decimal("14.5"), "LB"),),
                carriers=(Carrier("FDEG", "M", "GROUND"), Carrier(equipment="TR1")),
            ),
            ShipmentNode(id="2", parent="1", level="order", purchase_order=order, ordered_on=day),
            ShipmentNode(
                id="3",
                parent="2",
                level="pack",
                purchase_order=order,
                ordered_on=day,
                packages=(mark,),
                marks=(("GM", mark),),
            ),
            item,
        ),
        dates=item.dates,
    )


def written(*each: Document, profile: PartnerProfile = DEFAULT_PROFILE) -> bytes:
    return write(each, profile, CONTROLS, at=NOON)


def assert_reads_back(document: Document, *allowed: str) -> None:
    for profile in (DEFAULT_PROFILE, NEWER):
        body = written(document, profile=profile)
        assert documents(body) == [document]
        assert set(codes(body)) <= set(allowed)


@FEW
@given(ORDERS)
def test_an_order_reads_back_as_itself(order: PurchaseOrder) -> None:
    assert_reads_back(order, "LINE_NUMBER_REPEATED")


@FEW
@given(CHANGES)
def test_a_change_reads_back_as_itself(change: PurchaseOrderChange) -> None:
    assert_reads_back(change)


@FEW
@given(ANSWERS)
def test_an_acknowledgement_reads_back_as_itself(answer: PurchaseOrderAcknowledgement) -> None:
    assert_reads_back(answer)


@FEW
@given(INVOICES)
def test_an_invoice_reads_back_as_itself(invoice: Invoice) -> None:
    assert_reads_back(invoice, "TOTAL_DIFFERS")
    assert computed_total(invoice) is not None


@FEW
@given(ITEMS)
def test_a_ship_notice_reads_back_as_itself(item: ShipmentNode) -> None:
    assert_reads_back(a_notice(item))


@pytest.mark.parametrize("path", x12_samples(), ids=lambda path: path.stem)
def test_what_was_read_and_written_reads_the_same(path: object) -> None:
    body = path.read_bytes()  # type: ignore[attr-defined]
    for each in documents(body):
        if isinstance(each, get_args(Document)) and not getattr(each, "broken", ()):
            assert documents(written(each)) == [each]


def test_a_partner_gets_his_own_envelope() -> None:
    (order,) = documents((x12_samples()[0].parent / "purchase_order.edi").read_bytes())
    partner = find_profile("example_supplier")
    assert partner is not None
    assert isinstance(order, PurchaseOrder)

    lines = written(order, order, profile=partner).decode().split("~\r\n")

    assert lines[0] == (
        "ISA*00*          *00*          *ZZ*HOSPITAL1      *ZZ*SUPPLIER1      *260304*1200*U*00401"
        "*000000041*1*P*>"
    )
    assert lines[1] == "GS*PO*HOSPITAL1*SUPPLIER1*20260304*1200*7*X*004010"
    assert [line for line in lines if line[:3] in ("ST*", "SE*")] == [
        "ST*850*0001",
        "SE*23*0001",
        "ST*850*0002",
        "SE*23*0002",
    ]
    assert lines[-3:] == ["GE*2*7", "IEA*1*000000041", ""]


def test_documents_of_different_functions_stand_in_groups_of_their_own() -> None:
    found = {
        path.stem: documents(path.read_bytes())[0]
        for path in x12_samples()
        if path.stem in ("purchase_order", "purchase_order_change")
    }
    body = written(found["purchase_order"], found["purchase_order_change"])  # type: ignore[arg-type]

    assert b"GE*1*7~GS*PC" in body
    assert b"GE*1*8~IEA*2*" in body
    assert [kind_of(each) for each in documents(body)] == ["850", "860"]  # type: ignore[arg-type]
    assert not [each for each in read(body) if isinstance(each, Diagnostic)]


def test_a_partner_gets_his_own_qualifiers_of_item_numbers() -> None:
    partner = PartnerProfile(name="partner", item_qualifiers={"supplier": "VP"})
    for name in ("purchase_order", "acknowledgement", "invoice", "ship_notice"):
        (document,) = documents((x12_samples()[0].parent / f"{name}.edi").read_bytes())
        assert isinstance(document, get_args(Document))

        body = written(document, profile=partner)

        assert b"*VP*" in body
        assert b"*VN*SUT" not in body
        assert documents(body) == [document]


@pytest.mark.parametrize("value", ["A*B", "A~B", "A>B", "A\nB", "A\x00B"])
def test_a_value_that_would_break_the_interchange_is_not_written(value: str) -> None:
    head = OrderHead(number=value, purpose="original", kind="stand_alone")

    with pytest.raises(UnwritableError, match="BEG"):
        written(PurchaseOrder(head=head, lines=()))
