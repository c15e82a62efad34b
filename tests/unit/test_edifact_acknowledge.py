"""CONTRL says whether the form is right, where it is not, and never more (ACK1)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    ElementError,
    FunctionalAcknowledgement,
    SegmentError,
)
from shared.formats.edi.codes import EDI_CODES
from shared.formats.edifact.acknowledge import (
    IF_ASKED,
    NEVER,
    OF_ELEMENT,
    OF_INTERCHANGE,
    OF_MESSAGE,
    OF_SEGMENT,
    acknowledge,
)
from shared.formats.edifact.profile import DEFAULT_PROFILE, PartnerProfile
from shared.formats.edifact.reader import follow
from shared.formats.edifact.writing.interchange import write
from tests.edifact import ORDER, a_message, an_interchange, codes, documents, one_message

SOUND = one_message("ORDERS", *ORDER)
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def answers(
    body: bytes, profile: PartnerProfile = DEFAULT_PROFILE
) -> list[FunctionalAcknowledgement]:
    return list(acknowledge(follow(body, profile), profile))


def answer_to(body: bytes, profile: PartnerProfile = DEFAULT_PROFILE) -> FunctionalAcknowledgement:
    (answer,) = answers(body, profile)
    return answer


def test_a_sound_interchange_is_accepted() -> None:
    assert answer_to(SOUND) == FunctionalAcknowledgement(
        function="",
        group="77",
        verdict="accepted",
        included=1,
        received=1,
        accepted=1,
        sets=(AcknowledgedSet("ORDERS", "1", "accepted", version="D.96A"),),
        form="CONTRL",
    )


def test_each_error_is_told_at_its_segment_element_and_component() -> None:
    wrong = [*ORDER]
    wrong[2] = "DTM+2:20260230:102"
    wrong[11] = "QTY+21:ten:BX"
    wrong.insert(13, "ZZZ+1")

    (told,) = answer_to(one_message("ORDERS", *wrong)).sets

    assert (told.verdict, told.codes) == ("accepted_with_errors", ())
    assert told.errors == (
        SegmentError("", 4, "", "18", (ElementError(1, 2, 0, "", "12"),)),
        SegmentError("", 13, "", "18", (ElementError(1, 2, 0, "", "37"),)),
        SegmentError("", 15, "", "15"),
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"ORDERS:D", b"PRICAT:D", "14"),
        (b"UNT+21+1'\n", b"", "13"),
        (b"UNT+21+1'", b"UNT+21+9'", "28"),
        (b"UNT+21+1'", b"UNT+99+1'", "29"),
    ],
)
def test_a_message_that_is_wrong_as_a_whole_is_rejected(old: bytes, new: bytes, code: str) -> None:
    answer = answer_to(SOUND.replace(old, new))

    assert (answer.verdict, answer.accepted) == ("rejected", 0)
    assert answer.sets[0].codes == (code,)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"UNZ+1+77", b"UNZ+1+78", "28"),
        (b"UNZ+1+77", b"UNZ+2+77", "29"),
        (b"UNZ+1+77'\n", b"", "13"),
        (b"UNZ+1+77", b"ZZZ+1'\nUNZ+1+77", "33"),
    ],
)
def test_an_interchange_that_is_wrong_as_a_whole_is_rejected(
    old: bytes, new: bytes, code: str
) -> None:
    answer = answer_to(SOUND.replace(old, new))

    assert (answer.verdict, answer.accepted, answer.codes) == ("rejected", 0, (code,))
    assert b"+4+" + code.encode() in write([answer], DEFAULT_PROFILE, control=1, at=NOON)


def test_an_interchange_of_sound_and_wrong_messages_is_accepted_in_part() -> None:
    body = an_interchange(
        a_message("ORDERS", *ORDER), a_message("ORDERS", *ORDER, control="2", count=9)
    )

    answer = answer_to(body)

    assert (answer.verdict, answer.received, answer.accepted) == ("partially_accepted", 2, 1)
    assert [each.verdict for each in answer.sets] == ["accepted", "rejected"]


def test_a_partner_may_want_a_message_with_a_wrong_line_rejected() -> None:
    body = SOUND.replace(b"21:10:BX", b"21:ten:BX")
    strict = PartnerProfile(name="strict", rejects_on_error=True)

    assert answer_to(body).verdict == "accepted_with_errors"
    assert answer_to(body, strict).verdict == "rejected"


def test_what_a_partner_is_tolerated_for_is_not_told_to_him() -> None:
    body = one_message("ORDERS", *ORDER[:17], "ZZZ+1", *ORDER[17:])
    tolerant = PartnerProfile(name="tolerant", tolerated=frozenset({"SEGMENT_UNKNOWN"}))

    assert answer_to(body).verdict == "accepted_with_errors"
    assert answer_to(body, tolerant).verdict == "accepted"


def test_an_acknowledgement_is_never_acknowledged() -> None:
    body = write([answer_to(SOUND)], DEFAULT_PROFILE, control=5, at=NOON)

    assert answers(body) == []
    assert len(documents(body)) == 1


def test_no_acknowledgement_is_asked_for_an_acknowledgement() -> None:
    partner = replace(DEFAULT_PROFILE, asks_acknowledgement=True)

    body = write([answer_to(SOUND)], partner, control=5, at=NOON)

    assert body.startswith(b"UNB+UNOC:3+HOSPITAL1:ZZZ+SUPPLIER1:ZZZ+260304:1200+000000005'")


@pytest.mark.parametrize(
    "body", [SOUND.replace(b"+77", b"+"), SOUND[SOUND.index(b"UNH") : SOUND.index(b"UNZ")]]
)
def test_an_interchange_without_a_reference_cannot_be_answered(body: bytes) -> None:
    assert answers(body) == []
    assert len(documents(body)) == 1


def test_of_a_rejected_interchange_nothing_below_is_told() -> None:
    answer = answer_to(SOUND.replace(b"UNZ+1+77", b"UNZ+2+77"))

    written = write([answer], DEFAULT_PROFILE, control=1, at=NOON)

    assert [each.verdict for each in answer.sets] == ["accepted"]
    assert b"UCM" not in written


def test_a_partner_is_answered_always_or_if_he_asks_or_never() -> None:
    asked = one_message("ORDERS", *ORDER, asks="1")
    for body, policy, count in ((SOUND, IF_ASKED, 0), (asked, IF_ASKED, 1), (asked, NEVER, 0)):
        partner = replace(DEFAULT_PROFILE, acknowledges=policy)
        assert len(answers(body, partner)) == count


def test_an_acknowledgement_reads_back_as_itself() -> None:
    wrong = [*ORDER]
    wrong[11] = "QTY+21:ten:BX"
    body = an_interchange(
        a_message("ORDERS", *ORDER),
        a_message("ORDERS", *wrong, control="2"),
        a_message("ORDERS", *ORDER, "ZZZ+1", control="3", count=4),
    )
    grouped = body.replace(b"UNH+1", b"UNG+ORDERS+A+B+260115:1200+5+UN+D:96A'\nUNH+1").replace(
        b"UNZ+3", b"UNE+3+5'\nUNZ+1"
    )

    for each in (body, grouped):
        answer = answer_to(each)
        written = write([answer], DEFAULT_PROFILE, control=6, at=NOON)
        (again,) = documents(written)
        assert isinstance(again, FunctionalAcknowledgement)
        assert replace(again, included=answer.included) == answer
        assert codes(written) == []
    assert answer_to(grouped).sets[0].group == "5"


def test_every_code_of_an_acknowledgement_is_a_finding_of_ours() -> None:
    told = {*OF_MESSAGE, *OF_SEGMENT, *OF_ELEMENT, *OF_INTERCHANGE}

    assert told - EDI_CODES.keys() == set()
    assert all(entry.message and entry.remedy and entry.rule for entry in EDI_CODES.values())
