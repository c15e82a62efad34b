"""Acknowledgements say whether the form is right, where it is not, and never more (ACK1)."""

from dataclasses import replace

import pytest

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    ElementError,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
)
from shared.formats.edi.codes import EDI_CODES
from shared.formats.x12.acknowledge import (
    OF_ELEMENT,
    OF_GROUP,
    OF_INTERCHANGE,
    OF_SEGMENT,
    OF_SET,
    acknowledge,
)
from shared.formats.x12.profile import DEFAULT_PROFILE, PartnerProfile
from shared.formats.x12.reader import follow
from shared.formats.x12.writing.interchange import ControlNumbers, write
from tests.unit.test_x12_writing import NOON
from tests.x12 import ORDER, a_set, an_interchange, codes, documents, one_set

SOUND = one_set("850", *ORDER)
CONTROLS = ControlNumbers(interchange=1, group=1)


def answers(body: bytes, profile: PartnerProfile = DEFAULT_PROFILE) -> list[object]:
    return list(acknowledge(follow(body, profile), profile))


def answer_to(body: bytes, profile: PartnerProfile = DEFAULT_PROFILE) -> FunctionalAcknowledgement:
    (answer,) = answers(body, profile)
    assert isinstance(answer, FunctionalAcknowledgement)
    return answer


def test_a_sound_group_is_accepted() -> None:
    assert answer_to(SOUND) == FunctionalAcknowledgement(
        function="PO",
        group="1",
        verdict="accepted",
        included=1,
        received=1,
        accepted=1,
        sets=(AcknowledgedSet("850", "0001", "accepted"),),
        form="997",
    )


def test_each_error_is_told_at_its_segment_and_element() -> None:
    wrong = [*ORDER]
    wrong[2] = "DTM*002*20260230"
    wrong[6] = "PO1*1*ten*BX*12.5*PE*VN"
    wrong.insert(8, "ZZZ*1")

    (told,) = answer_to(one_set("850", *wrong)).sets

    assert told.verdict == "accepted_with_errors"
    assert told.codes == ("5",)
    assert told.errors == (
        SegmentError("DTM", 4, "", "8", (ElementError(2, 0, 0, "373", "8"),)),
        SegmentError(
            "PO1",
            8,
            "PO1",
            "8",
            (ElementError(2, 0, 0, "330", "6"), ElementError(7, 0, 0, "234", "2")),
        ),
        SegmentError("???", 10, "", "1"),
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"ST*850", b"ST*940", "1"),
        (b"SE*12*0001~\n", b"", "2"),
        (b"SE*12*0001", b"SE*12*0009", "3"),
        (b"SE*12*0001", b"SE*99*0001", "4"),
    ],
)
def test_a_set_that_is_wrong_as_a_whole_is_rejected(old: bytes, new: bytes, code: str) -> None:
    answer = answer_to(SOUND.replace(old, new))

    assert (answer.verdict, answer.accepted) == ("rejected", 0)
    assert answer.sets[0].codes == (code,)


def test_a_group_of_sound_and_wrong_sets_is_accepted_in_part() -> None:
    body = an_interchange(a_set("850", *ORDER), a_set("850", *ORDER, control="0002", count=9))

    answer = answer_to(body)

    assert (answer.verdict, answer.received, answer.accepted) == ("partially_accepted", 2, 1)
    assert [each.verdict for each in answer.sets] == ["accepted", "rejected"]


def test_a_partner_may_want_a_set_with_a_wrong_line_rejected() -> None:
    body = SOUND.replace(b"*10*BX", b"*ten*BX")
    strict = PartnerProfile(name="strict", rejects_on_error=True)

    assert answer_to(body).verdict == "accepted_with_errors"
    assert answer_to(body, strict).verdict == "rejected"


def test_what_a_partner_is_tolerated_for_is_not_told_to_him() -> None:
    body = one_set("850", *ORDER[:7], "REF*LI*1", *ORDER[7:])
    tolerant = PartnerProfile(name="tolerant", tolerated=frozenset({"SEGMENT_OUT_OF_ORDER"}))

    assert answer_to(body).verdict == "accepted_with_errors"
    assert answer_to(body, tolerant).verdict == "accepted"


def test_a_group_whose_trailer_is_wrong_is_rejected_with_the_reason() -> None:
    answer = answer_to(SOUND.replace(b"GE*1*1", b"GE*3*1"))

    assert (answer.verdict, answer.codes, answer.included, answer.received) == (
        *("rejected", ("5",)),
        *(3, 1),
    )


def test_an_acknowledgement_is_never_acknowledged() -> None:
    body = write([answer_to(SOUND)], DEFAULT_PROFILE, CONTROLS, at=NOON)

    assert answers(body) == []
    assert len(documents(body)) == 1


@pytest.mark.parametrize(
    ("old", "new", "verdict", "code"),
    [
        (b"", b"", "accepted", "000"),
        (b"IEA*1*000000001", b"IEA*1*000000002", "rejected", "001"),
        (b"IEA*1*", b"IEA*2*", "rejected", "021"),
        (b"IEA*1*000000001~\n", b"", "rejected", "023"),
    ],
)
def test_an_interchange_that_asks_is_answered(
    old: bytes, new: bytes, verdict: str, code: str
) -> None:
    body = one_set("850", *ORDER, asks="1").replace(old, new)

    assert answers(body)[-1] == InterchangeAcknowledgement(
        interchange="000000001", sent_on="260115", sent_at="1200", verdict=verdict, code=code
    )


@pytest.mark.parametrize("form", ["997", "999"])
def test_an_acknowledgement_reads_back_as_itself(form: str) -> None:
    partner = PartnerProfile(name="partner", acknowledges=form, standard="005010")
    wrong = one_set("850", *ORDER[:6], "PO1*1*ten*BX*12.5*PE*VN", "REF*DP**X*P>1", *ORDER[8:])
    asked = answers(one_set("850", *ORDER, asks="1"))[-1]
    assert isinstance(asked, InterchangeAcknowledgement)

    answer = answer_to(wrong, partner)
    body = write([answer], partner, CONTROLS, at=NOON, answers=[asked])

    assert documents(body) == [asked, answer]
    assert answer.form == form
    assert codes(body) == []


def test_a_partner_who_wants_no_acknowledgement_gets_none() -> None:
    assert answers(SOUND, replace(DEFAULT_PROFILE, acknowledges="")) == []


def test_every_code_of_an_acknowledgement_is_a_finding_of_ours() -> None:
    told = {*OF_SET, *OF_SEGMENT, *OF_ELEMENT, *OF_GROUP, *OF_INTERCHANGE}

    assert told - EDI_CODES.keys() == set()
    assert all(entry.message and entry.remedy and entry.rule for entry in EDI_CODES.values())
