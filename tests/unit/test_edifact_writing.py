"""What we write reads back as what was meant, and what nobody could read is not written."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.canonical.purchase_order import OrderHead, OrderLine, PurchaseOrder, Schedule
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
from shared.formats.edifact.profile import DEFAULT_PROFILE, PartnerProfile
from shared.formats.edifact.writing.interchange import UnwritableError, write
from tests.edifact import codes, documents, edifact_samples
from tests.unit.test_x12_writing import tuple_of

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NEWER = PartnerProfile(
    name="newer",
    directory="D.01B",
    charset="UNOY",
    syntax="4",
    delimiters=Delimiters(
        element="|", component=";", segment="\n", repetition="^", release="!", decimal=","
    ),
)
PROFILES = (DEFAULT_PROFILE, NEWER)
FEW = settings(max_examples=25, phases=[Phase.generate])
WORD = st.sampled_from(
    ["AB", "SUT-001", "3-0 ABSORBABLE", "O'NEILL + SONS?", "1:2 (A/B), 1.5!", "NÄHT;|^99"]
)
CODE = st.sampled_from(["EA", "BX", "CS"])
AMOUNT = st.decimals(0, 99_999, places=2)
QUANTITY = st.decimals(0, 99_999, places=3)
DAY = st.dates(date(2000, 1, 1), date(2098, 12, 31))
IDS = st.lists(
    st.one_of(
        st.builds(ItemId, st.sampled_from(["supplier", "buyer", "manufacturer", "ndc"]), WORD),
        st.just(ItemId("gtin", "10614141000019")),
    ),
    min_size=1,
    max_size=8,
).map(tuple)
DATES = st.lists(
    st.builds(
        Dated,
        st.sampled_from(["requested_delivery", "latest_delivery", "ZZ9"]),
        DAY,
        st.sampled_from(["", "0930", "093015"]),
    ),
    max_size=2,
).map(tuple)
REFERENCES = st.lists(
    tuple_of(Reference, st.sampled_from(["supplier_order", "line", "ABC"]), WORD), max_size=2
).map(tuple)
CHARGES = st.lists(
    st.builds(
        Charge,
        kind=st.sampled_from(["charge", "allowance"]),
        code=st.sampled_from(["FC", "D240"]),
        amount=st.none() | AMOUNT,
        percent=st.none() | st.decimals(0, 99, places=2),
        rate=st.none() | AMOUNT,
        text=WORD,
    ),
    max_size=2,
).map(tuple)
TAXES = st.lists(
    st.builds(
        Tax,
        kind=st.just("VAT"),
        amount=st.none() | AMOUNT,
        percent=st.decimals(0, 30, places=1),
    ),
    max_size=1,
).map(tuple)
TERMS = st.lists(
    st.sampled_from(
        [
            PaymentTerms(kind="1", basis="5", net_days="30"),
            PaymentTerms(kind="3", net_due=date(2026, 4, 1)),
            PaymentTerms(
                kind="22",
                basis="5",
                discount_percent=Decimal("2.5"),
                discount_days="10",
                discount_amount=Decimal(4),
                discount_due=date(2026, 3, 9),
                text="EARLY",
            ),
        ]
    ),
    max_size=3,
).map(tuple)
CONTACTS = st.lists(
    st.builds(
        Contact,
        st.just("PD"),
        WORD,
        st.lists(st.tuples(st.sampled_from(["telephone", "email"]), WORD), max_size=2).map(tuple),
    ),
    max_size=2,
).map(tuple)
PARTIES = st.lists(
    st.builds(
        Party,
        role=st.sampled_from(["ship_to", "buyer", "supplier", "XX"]),
        name=WORD,
        id=WORD,
        scheme=st.sampled_from(["gln", "buyer_assigned"]),
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
TEXTS = st.lists(st.lists(WORD, min_size=1, max_size=12).map(" ".join), max_size=2).map(tuple)
LINES = st.builds(
    OrderLine,
    number=st.just("1"),
    quantity=QUANTITY,
    unit=CODE,
    price=st.decimals(0, 9_999, places=4),
    price_basis=st.sampled_from(["", "each", "hundred", "12", "contract"]),
    ids=IDS,
    description=st.lists(WORD, max_size=6).map(" ".join),
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
    purpose=st.sampled_from(["original", "replacement"]),
    kind=st.sampled_from(["stand_alone", "release", "rush", "105"]),
    release=st.sampled_from(["", "R7"]),
    contract=st.sampled_from(["", "C-9"]),
    ordered_on=DAY,
    currency=st.sampled_from(["", "EUR"]),
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
    PurchaseOrder, head=HEADS, lines=st.lists(LINES, min_size=1, max_size=3).map(tuple)
)


def written(*each: PurchaseOrder, profile: PartnerProfile = DEFAULT_PROFILE) -> bytes:
    return write(each, profile, control=41, at=NOON)


def order_of(body: bytes) -> PurchaseOrder:
    (order,) = documents(body)
    assert isinstance(order, PurchaseOrder)
    return order


@FEW
@given(ORDERS)
def test_an_order_reads_back_as_itself(order: PurchaseOrder) -> None:
    for profile in PROFILES:
        body = written(order, profile=profile)
        assert documents(body) == [order]
        assert set(codes(body)) <= {"LINE_NUMBER_REPEATED"}


@pytest.mark.parametrize("path", edifact_samples(), ids=lambda path: path.stem)
def test_what_was_read_and_written_reads_the_same(path: object) -> None:
    for each in documents(path.read_bytes()):  # type: ignore[attr-defined]
        if isinstance(each, PurchaseOrder) and not each.broken:
            assert [documents(written(each, profile=profile)) for profile in PROFILES] == [
                [each],
                [each],
            ]


def test_a_partner_gets_his_own_envelope() -> None:
    order = PurchaseOrder(
        head=OrderHead(number="O'N", purpose="original", kind="stand_alone"), lines=()
    )
    partner = PartnerProfile(
        name="partner", association="EAN008", is_test=True, asks_acknowledgement=True
    )

    assert written(order, order, profile=partner).decode() == (
        "UNB+UNOC:3+HOSPITAL1:ZZZ+SUPPLIER1:ZZZ+260304:1200+000000041++++1++1'"
        "UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+O?'N+9'UNS+S'CNT+2:0'UNT+5+1'"
        "UNH+2+ORDERS:D:96A:UN:EAN008'BGM+220+O?'N+9'UNS+S'CNT+2:0'UNT+5+2'"
        "UNZ+2+000000041'"
    )
    assert written(order, profile=NEWER).startswith(b"UNA;|,!^\nUNB|UNOY;4|HOSPITAL1;ZZZ|")


def test_a_partner_gets_his_own_qualifiers_of_item_numbers() -> None:
    partner = replace(DEFAULT_PROFILE, item_qualifiers={"supplier": "VN"})
    order = order_of((edifact_samples()[0].parent / "order.edi").read_bytes())

    body = written(order, profile=partner)

    assert b"SUT-30:VN" in body
    assert b":SA" not in body
    assert documents(body) == [order]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (OrderHead(number="P" * 36, purpose="original"), "VALUE_TOO_LONG"),
        (OrderHead(number="A\x00B", purpose="original"), "CHARACTER_INVALID"),
        (OrderHead(number="A", purpose="resubmission"), "VALUE_TOO_LONG"),
        (OrderHead(number="A", purpose="original", texts=("缝合线",)), "UNOC"),
    ],
)
def test_a_value_that_nobody_could_read_is_not_written(head: OrderHead, why: str) -> None:
    with pytest.raises(UnwritableError, match=why):
        written(PurchaseOrder(head=head, lines=()))


def test_a_partner_without_release_character_gets_no_separator_as_text() -> None:
    partner = replace(DEFAULT_PROFILE, delimiters=DEFAULT_PROFILE.delimiters._replace(release=""))

    with pytest.raises(UnwritableError, match="release"):
        written(
            PurchaseOrder(head=OrderHead(number="A+B", purpose="original"), lines=()),
            profile=partner,
        )
