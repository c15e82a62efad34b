"""What a message as a whole may be: its sender, its patient, how many lines, and its limits."""

import pytest

from shared.formats.hl7v2.codes import DIAGNOSTIC_CODES
from shared.formats.hl7v2.lines import LINE_LIMIT
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading, ReadContext
from tests.hl7 import ACCOUNT, PATIENT, PID, PV1, VISIT, a_dft, a_header, an_ft1


def codes(reading: MessageReading) -> list[str]:
    return [found.code for found in reading.diagnostics]


@pytest.mark.parametrize(
    ("header", "code", "field"),
    [
        (a_header(kind="ADT^A01"), "MESSAGE_TYPE_UNSUPPORTED", 9),
        (a_header(kind=""), "MESSAGE_TYPE_UNSUPPORTED", 9),
        (a_header(kind="DFT^P99"), "EVENT_UNSUPPORTED", 9),
        (a_header(application=""), "SENDER_MISSING", 3),
        (a_header(facility='""'), "SENDER_MISSING", 4),
        (a_header(control_id="C" * 129), "HEADER_TOO_LONG", 10),
    ],
)
def test_an_envelope_we_cannot_take_refuses_the_message(header: str, code: str, field: int) -> None:
    reading = read_message(a_dft(an_ft1(), header=header))

    assert codes(reading) == [code]
    assert reading.diagnostics[0].position.field == field
    assert reading.lines == ()


@pytest.mark.parametrize("kind", ["DFT^P03", "DFT^P03^DFT_P03", "dft^p03"])
def test_dft_p03_is_taken_with_or_without_its_structure(kind: str) -> None:
    assert len(read_message(a_dft(an_ft1(), header=a_header(kind=kind))).lines) == 1


def test_a_universal_id_names_a_sender_without_a_namespace() -> None:
    header = a_header(application="^2.16.840.1^ISO")

    assert read_message(a_dft(an_ft1(), header=header)).lines[0].key[0] == "2.16.840.1"


def test_a_second_message_in_the_body_is_not_read_under_the_first_ones_header() -> None:
    assert "MESSAGES_SEVERAL" in codes(read_message(a_dft(an_ft1()) + a_dft(an_ft1("T-2"))))


def test_a_second_patient_is_not_taken_for_the_first() -> None:
    other = PID.replace(PATIENT, "MRN000999")

    assert codes(read_message(a_dft(an_ft1(), other, an_ft1("T-2")))) == ["PATIENTS_SEVERAL"]


def test_several_visits_leave_the_case_open() -> None:
    reading = read_message(a_dft(an_ft1(), PV1.replace(VISIT, "VISIT000999")))

    assert codes(reading) == ["VISITS_SEVERAL"]
    assert reading.patient.case == ""
    assert len(reading.lines) == 1


def test_no_lines_and_no_readable_line_are_errors() -> None:
    assert codes(read_message(a_dft())) == ["LINES_ABSENT"]
    unreadable = read_message(a_dft(an_ft1("")))
    assert codes(unreadable) == ["LINES_UNREADABLE", "TRANSACTION_ID_MISSING"]
    assert unreadable.malformed == ()


def test_more_lines_than_one_run_can_carry_are_refused() -> None:
    lines = [f"FT1|1|T-{n}||20260304||CG|C|||||||OR" for n in range(LINE_LIMIT + 1)]

    assert codes(read_message(a_dft(*lines))) == ["LINES_TOO_MANY"]
    assert len(read_message(a_dft(*lines[:-1])).lines) == LINE_LIMIT


def test_a_test_message_is_noted_and_read_all_the_same() -> None:
    header = a_header(rest="T|2.5.1")

    reading = read_message(a_dft(an_ft1(), header=header))

    assert codes(reading) == ["NOT_PRODUCTION"]
    assert len(reading.lines) == 1
    elsewhere = read_message(a_dft(an_ft1(), header=header), ReadContext(is_production=False))
    assert elsewhere.diagnostics == ()


def test_a_missing_control_id_is_noted() -> None:
    assert codes(read_message(a_dft(an_ft1(), header=a_header(control_id="")))) == [
        "CONTROL_ID_MISSING"
    ]


def test_the_case_is_the_visit_else_the_account() -> None:
    both = read_message(a_dft(an_ft1())).patient
    account_only = read_message(a_dft(an_ft1()).replace(VISIT.encode(), b"")).patient

    assert (both.patient, both.case) == (PATIENT, VISIT)
    assert account_only.case == ACCOUNT


def test_patient_identifiers_never_show_themselves() -> None:
    reading = read_message(a_dft(an_ft1()))

    assert PATIENT not in f"{reading.patient} {reading!r}"
    assert VISIT not in f"{reading.patient!r} {reading}"


def test_every_finding_is_explained_and_asks_for_something() -> None:
    for code, entry in DIAGNOSTIC_CODES.items():
        assert entry.code == code
        assert entry.message.endswith(".")
        assert entry.remedy.endswith(".")
        assert entry.rule
