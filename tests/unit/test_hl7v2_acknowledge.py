"""The ACK that goes back: what it says, where it points, and that it can always be written."""

from datetime import UTC, datetime

import pytest

from shared.formats.hl7v2.acknowledge import ERROR_LIMIT, Acknowledgement, acknowledge
from shared.formats.hl7v2.codes import DIAGNOSTIC_CODES
from shared.formats.hl7v2.costing import AckCode
from shared.formats.hl7v2.message import Segment, parsed
from shared.formats.hl7v2.reader import read_message
from tests.golden import sample
from tests.hl7 import a_dft, a_header, an_ft1

AT = datetime(2026, 3, 5, 12, 0, 1, tzinfo=UTC)


def answer(body: bytes) -> Acknowledgement:
    reading = read_message(body)
    return acknowledge(reading.header, reading.diagnostics, control_id="LW-1", at=AT)


def segments(body: bytes) -> list[Segment]:
    return list(parsed(answer(body).body).segments)


def test_an_accepted_message_is_answered_aa_under_its_control_id() -> None:
    ack = answer(a_dft(an_ft1(), header=a_header(control_id="CTL-7")))

    assert ack.code is AckCode.ACCEPT
    assert ack.body == (
        b"MSH|^~\\&|LEDGERWARD|MERIDIAN|EHR|NORTH|20260305120001+0000||ACK^P03^ACK|LW-1|P|2.5.1\r"
        b"MSA|AA|CTL-7\r"
    )


def test_a_held_line_is_a_warning_that_names_segment_field_and_condition() -> None:
    msh, msa, err = segments(a_dft(an_ft1("T-1"), an_ft1("T-2", quantity="two")))

    assert msh.name == "MSH"
    assert msa.value(1) == "AA"
    assert err.raw(2) == "FT1^2^10^1"
    assert err.raw(3) == "102^Data type error^HL70357"
    assert err.value(4) == "W"
    assert err.value(5) == "QUANTITY_INVALID"
    assert err.value(7).startswith("FT1[2]-10 @ byte ")
    assert err.value(8).startswith("The quantity is no number")


@pytest.mark.parametrize(
    ("name", "code", "location", "condition"),
    [
        ("no_lines_dft", "AE", "FT1^1", "100"),
        ("wrong_event_dft", "AE", "MSH^1^9^1^2", "201"),
        ("no_sender_dft", "AE", "MSH^1^4^1", "101"),
        ("two_messages_dft", "AE", "MSH^2", "100"),
        ("unknown_charset_dft", "AR", "MSH^1^18^1", "103"),
        ("batch_of_dft", "AR", "MSH^1^1^1", "200"),
    ],
)
def test_a_refused_message_is_told_where_and_why(
    name: str, code: str, location: str, condition: str
) -> None:
    _, msa, err, *_ = segments(sample(name))

    assert msa.value(1) == code
    assert err.raw(2) == location
    assert err.value(3) == condition
    assert err.value(4) == "E"


def test_every_unreadable_line_of_a_refused_message_is_named() -> None:
    _, msa, whole, first, second = segments(sample("unreadable_lines_dft"))

    assert msa.value(1) == "AE"
    assert whole.value(5) == "LINES_UNREADABLE"
    assert (first.raw(2), second.raw(2)) == ("FT1^1^2^1", "FT1^2^10^1")
    assert {first.value(4), second.value(4)} == {"E"}


def test_bytes_without_an_envelope_still_get_a_well_formed_ack() -> None:
    msh, msa, err = segments(b"\x00\x01 nothing of ours")

    assert (msh.value(9), msh.value(10), msh.value(12)) == ("ACK", "LW-1", "2.5.1")
    assert (msa.value(1), msa.value(2)) == ("AR", "")
    assert err.value(5) == "MSH_UNREADABLE"


def test_notes_do_not_reach_the_sender() -> None:
    assert [each.name for each in segments(a_dft(an_ft1())[:-1])] == ["MSH", "MSA"]


def test_the_ack_speaks_the_senders_delimiters() -> None:
    ack = answer(sample("own_delimiters_dft"))

    assert ack.body.startswith(b"MSH$%*!?$LEDGERWARD$MERIDIAN$EHR$SOUTH$")
    assert b"\rMSA$AA$SOUTH-000001\r" in ack.body


def test_the_ack_speaks_the_senders_character_set() -> None:
    header = a_header(facility="NÖRD", rest="P|2.3||||||8859/1")
    ack = answer(a_dft(an_ft1(), header=header).decode().encode("iso8859-1"))

    assert "|EHR|NÖRD|".encode("iso8859-1") in ack.body
    assert b"|P|2.3||||||8859/1\r" in ack.body


def test_escapes_in_what_is_echoed_stay_escapes() -> None:
    ack = answer(a_dft(an_ft1(), header=a_header(control_id=r"C\F\1")))

    assert b"MSA|AA|C\\F\\1\r" in ack.body
    assert ack.body.count(b"\r") == 2


def test_a_thousand_bad_lines_do_not_make_an_endless_ack() -> None:
    bad = [an_ft1(f"T-{n}", quantity="x") for n in range(ERROR_LIMIT + 50)]

    names = [each.name for each in segments(a_dft(an_ft1(), *bad))]

    assert names.count("ERR") == ERROR_LIMIT


def test_every_finding_that_costs_something_has_a_condition_of_table_0357() -> None:
    costly = [entry for entry in DIAGNOSTIC_CODES.values() if entry.severity != "note"]

    assert {entry.condition for entry in costly} <= {100, 101, 102, 103, 104, 200, 201, 207}
