"""What orders, cases, drugs and items mean, line by line, and what is held instead of guessed."""

from decimal import Decimal

import pytest

from shared.canonical.appointment import CaseSchedule
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.requisition import Requisition, RequisitionAction
from shared.formats.hl7v2.lines import LINE_LIMIT
from shared.formats.hl7v2.order_control import ACTIONS
from shared.formats.hl7v2.profile import SenderProfile
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading, ReadContext
from shared.formats.hl7v2.schedules import EVENTS, RESOURCES_LIMIT
from shared.formats.hl7v2.structures import BY_EVENT
from tests.hl7 import PID, PV1, VISIT, a_message, a_requisition

GOOD = "RQD|1|GOOD|||1|EA"


def held(*segments: str) -> list[str]:
    """The codes of lines that are held, beside one good line."""
    reading = read_message(a_requisition(GOOD, *segments))
    assert len(requisition(reading).lines) >= 1
    return [line.diagnostic.code for line in reading.malformed]


def requisition(reading: MessageReading) -> Requisition:
    assert isinstance(reading.document, Requisition), reading.diagnostics
    return reading.document


def case(body: bytes) -> CaseSchedule:
    document = read_message(body).document
    assert isinstance(document, CaseSchedule)
    return document


def items(body: bytes) -> ItemMasterUpdate:
    document = read_message(body).document
    assert isinstance(document, ItemMasterUpdate)
    return document


@pytest.mark.parametrize(
    ("rqd", "code"),
    [
        ("RQD|2|A||H|3|BX|4010|6200|OR|20260306", ""),
        ("RQD|2|A|||3|BX|||20260306|", "FIELDS_SHIFTED"),  # the date where the place belongs
        ("RQD|2|A||3|BX|4010|6200|OR|20260306", "FIELDS_SHIFTED"),  # one to the left
        ("RQD|2|A|3|BX|4010|6200|OR|20260306", "FIELDS_SHIFTED"),  # two
        ("RQD|2|3|BX|4010|6200|OR|20260306", "FIELDS_SHIFTED"),  # three
        ("RQD|2|A|3||BX", "FIELDS_SHIFTED"),  # the quantity in RQD-3, the unit in RQD-5
        ("RQD|2|A|3", "FIELDS_SHIFTED"),
        ("RQD|2|A|||3|4010", "FIELDS_SHIFTED"),
        ("RQD|2|27000004|CAT-1|4711-B|3|BX", ""),
        ("RQD|2|4711^Gloves^ERP|ABC|H-1|3|BX", ""),
        ("RQD|2|A|||three|BX", "QUANTITY_INVALID"),
        ("RQD|2|A||||BX", "QUANTITY_MISSING"),
        ("RQD|2|A", "QUANTITY_MISSING"),
        ("RQD|2|A|||0|BX", "QUANTITY_ZERO"),
        ("RQD|2|A|||0.00|BX", "QUANTITY_ZERO"),
        ("RQD|2|A|||-3|BX", "QUANTITY_INVALID"),
        ('RQD|2|A|||""|BX', "QUANTITY_INVALID"),
        ("RQD|2|A|||1234567890|BX", "QUANTITY_TOO_LARGE"),
        ("RQD|2||||3|BX", "ITEM_MISSING"),
        ("RQD|2|A|||3|BX||||tomorrow", "TIME_INVALID"),
        ("RQD|2|" + "A" * 129 + "|||3|BX", "VALUE_TOO_LONG"),
        ("RQD|2|A\\X00\\|||3|BX", "CHARACTER_INVALID"),
    ],
)
def test_a_line_whose_fields_are_not_where_they_belong_is_held_and_never_asks_for_nothing(
    rqd: str, code: str
) -> None:
    assert held(rqd) == ([code] if code else [])


def test_a_sender_with_numbers_for_units_is_read_by_its_profile() -> None:
    profile = SenderProfile(name="x", has_numeric_units=True)

    reading = read_message(a_requisition("RQD|1|A|||3|10"), ReadContext(profile=profile))

    assert requisition(reading).lines[0].unit == "10"


@pytest.mark.parametrize(("control", "action"), [*ACTIONS.items()])
def test_each_order_control_says_what_is_to_be_done(
    control: str, action: RequisitionAction
) -> None:
    body = a_message("OMS^O05", f"ORC|{control}|PO-1", "RQD|1|A|||3|BX")

    (line,) = requisition(read_message(body)).lines

    assert (line.action, line.quantity) == (action, Decimal(3))


@pytest.mark.parametrize(
    ("control", "codes"), [("CA", []), ("OK", []), ("XO", ["QUANTITY_MISSING"])]
)
def test_only_where_an_order_ends_or_is_told_of_no_quantity_is_needed(
    control: str, codes: list[str]
) -> None:
    body = a_message("OMS^O05", f"ORC|{control}|PO-1", "RQD|1|A", "ORC|NW|PO-2", GOOD)

    reading = read_message(body)

    assert [line.diagnostic.code for line in reading.malformed] == codes


@pytest.mark.parametrize(
    ("orc", "code"),
    [
        ("ORC||PO-9", "ORDER_CONTROL_MISSING"),
        ("ORC|??|PO-9", "ORDER_CONTROL_UNKNOWN"),
        ("ORC|NW", "ORDER_NUMBER_MISSING"),
    ],
)
def test_an_order_that_nobody_can_name_or_understand_is_held(orc: str, code: str) -> None:
    assert held(orc, "RQD|1|A|||3|BX") == [code]


def test_a_line_without_an_order_is_held() -> None:
    reading = read_message(a_message("OMS^O05", "RQD|1|A|||3|BX", "ORC|NW|PO-1", GOOD))

    assert [line.diagnostic.code for line in reading.malformed] == ["ORDER_MISSING"]


def test_several_lines_of_one_order_and_several_orders_are_told_apart() -> None:
    lines = requisition(
        read_message(
            a_message(
                "OMN^O07",
                *("ORC|NW|PO-1||G-1", GOOD, "RQ1|1.5", "RQD|2|A|||2|EA"),
                *("ORC|NW||F-2", "RQD|1|A|||2|EA", "RQ1|||||V-9"),
            )
        )
    ).lines

    assert [line.key[2:] for line in lines] == [("PO-1", "1"), ("PO-1", "2"), ("F-2", "1")]
    assert [line.price for line in lines] == [Decimal("1.5"), None, None]
    assert [line.is_stocked for line in lines] == [False] * 3
    assert lines[2].ids[1] == ("supplier", "V-9")


def test_the_same_line_twice_counts_once() -> None:
    reading = read_message(a_requisition(GOOD, GOOD))

    assert len(requisition(reading).lines) == 1
    assert [found.code for found in reading.diagnostics] == ["LINE_REPEATED"]


def test_the_case_of_a_requisition_is_the_visit_of_its_patient() -> None:
    assert read_message(a_message("OMS^O05", PID, PV1, "ORC|NW|1", GOOD)).patient.case == VISIT


@pytest.mark.parametrize("kind", ["OMS^O05", "OMN^O07", "ORM^O01"])
def test_more_lines_than_one_message_may_have_are_refused(kind: str) -> None:
    lines = [f"RQD|{number}|A|||1|EA" for number in range(LINE_LIMIT + 1)]

    reading = read_message(a_requisition(*lines, kind=kind))

    assert [found.code for found in reading.diagnostics] == ["LINES_TOO_MANY"]


@pytest.mark.parametrize("event", [*EVENTS])
def test_each_event_of_a_case_is_read(event: str) -> None:
    found = case(a_message(f"SIU^{event}", "SCH|A-1"))

    assert found.change is EVENTS[event].change
    assert found.status == (EVENTS[event].status or "booked")


@pytest.mark.parametrize(
    ("stated", "status"),
    [("Pending", "proposed"), ("STARTED", "arrived"), ("Complete", "fulfilled"), ("?", "booked")],
)
def test_a_case_stands_as_its_filler_says(stated: str, status: str) -> None:
    assert case(a_message("SIU^S14", f"SCH|A-1{'|' * 24}{stated}^x")).status == status


@pytest.mark.parametrize(
    ("duration", "unit", "minutes"),
    [("90", "MIN", 90), ("90", "", 90), ("1.5", "HR", 90), ("2", "H", 120), ("2", "D", None)],
)
def test_a_duration_is_in_minutes_or_not_stated(
    duration: str, unit: str, minutes: int | None
) -> None:
    assert case(a_message("SIU^S12", f"SCH|A-1{'|' * 8}{duration}|{unit}")).minutes == minutes


def test_no_more_resources_than_a_case_has_are_read() -> None:
    rooms = [f"AIL|{number}||OR^R{number}" for number in range(RESOURCES_LIMIT + 5)]

    assert len(case(a_message("SIU^S12", "SCH|A-1", *rooms)).resources) == RESOURCES_LIMIT


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        (("SCH",), "CASE_NUMBER_MISSING"),
        (("SCH|A-1||||||||||^^^soon",), "TIME_INVALID"),
        (("SCH|A-1", "AIP|1||" + "P" * 200), "VALUE_TOO_LONG"),
    ],
)
def test_a_case_that_cannot_be_read_is_refused_with_its_reason(
    segments: tuple[str, ...], code: str
) -> None:
    reading = read_message(a_message("SIU^S12", *segments))

    assert [found.code for found in reading.diagnostics] == ["SCHEDULE_UNREADABLE", code]


def test_a_resource_that_the_message_ends_in_is_left_out() -> None:
    body = a_message("SIU^S12", "SCH|A-1", "AIP|1||P-1|", "AIP|2||P-22")[:-2]

    reading = read_message(body)

    assert [each.id for each in getattr(reading.document, "resources", ())] == ["P-1"]
    assert [found.code for found in reading.diagnostics] == ["LINE_CUT", "END_UNTERMINATED"]


@pytest.mark.parametrize("code", ["M16", "M15", "M04"])
def test_an_end_of_a_record_needs_no_record(code: str) -> None:
    (gone,) = items(a_message(f"MFN^{code}", "MFI|X", "MFE|MDL|1||K-1")).items

    assert (gone.number, gone.action) == ("K-1", "delete")


def test_what_a_record_deletes_is_told_apart_from_what_it_leaves_out() -> None:
    (item,) = items(a_message("MFN^M16", "MFE|MUP|1||K-1", 'ITM|K-1|""||')).items

    assert (item.description, item.status, item.deleted) == ("", "", ("description",))


def test_a_package_before_any_vendor_belongs_to_nobody() -> None:
    (item,) = items(a_message("MFN^M16", "MFE|MUP|1||K-1", "ITM|K-1", "PKG|1|BX", "VND|1|S")).items

    assert [vendor.packs for vendor in item.vendors] == [()]


@pytest.mark.parametrize(("code", "event"), [*BY_EVENT])
def test_every_message_of_the_table_is_read_or_says_what_it_lacks(code: str, event: str) -> None:
    reading = read_message(a_message(f"{code}^{event}", "NTE|1||nothing"))

    assert [found.code for found in reading.diagnostics] == [
        "SCHEDULE_MISSING" if code == "SIU" else "LINES_ABSENT"
    ]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("ADT^A01", "MESSAGE_TYPE_UNSUPPORTED"),
        ("ORU^R01", "MESSAGE_TYPE_UNSUPPORTED"),
        ("SIU^S11", "EVENT_UNSUPPORTED"),
        ("MFN^M02", "EVENT_UNSUPPORTED"),
        ("OMS^O07", "EVENT_UNSUPPORTED"),
    ],
)
def test_what_nobody_reads_is_a_clear_finding(kind: str, code: str) -> None:
    reading = read_message(a_message(kind, GOOD))

    assert [found.code for found in reading.diagnostics] == [code]
