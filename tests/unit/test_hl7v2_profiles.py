"""A sender's profile is checked before anything is read by it, and refused by field and reason."""

import json

import pytest

from shared.formats.hl7v2.loading import (
    SenderProfileError,
    find_profile,
    profile_from,
    profile_names,
)
from shared.formats.hl7v2.profile import DEFAULT_PROFILE, FieldPlace
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import ReadContext
from tests.hl7 import a_dft, an_ft1

PLACE = {"segment": "ZXX", "field": 4}


def refused(said: object, file: str = "sender.json") -> str:
    with pytest.raises(SenderProfileError) as caught:
        profile_from(said if isinstance(said, str) else json.dumps(said), file=file)
    return str(caught.value)


def test_the_profiles_that_are_shipped_can_be_read_by() -> None:
    assert profile_names() == ("example_case_requisitions", "example_dispensing_cabinet")
    for name in profile_names():
        found = find_profile(name)
        assert found is not None
        assert found.name == name
    assert find_profile("nobody") is None


def test_a_profile_says_where_facts_stand() -> None:
    place = {**PLACE, "component": 2, "only_if_field": 1, "only_if_value": "LOT"}
    text = json.dumps({"version": 3, "lot": [place, PLACE], "has_numeric_units": True})

    found = profile_from(text, file="sender.json")

    assert (found.name, found.version, found.has_numeric_units) == ("sender", 3, True)
    assert found.lot[1] == FieldPlace(segment="ZXX", field=4)
    assert found.segments == {"ZXX"}
    for body, lot in (("ZXX|LOT|||a^L-7", "L-7"), ("ZXX|EXP|||L-8^L-7", "L-8")):
        reading = read_message(a_dft(an_ft1(), body), ReadContext(profile=found))
        stated = [line.lot for line in reading.lines]
        held = [line.diagnostic.code for line in reading.malformed]
        assert stated == ([lot] if lot == "L-8" else [])
        assert lot == "L-8" or reading.is_refused or held == ["VALUES_SEVERAL"]


def test_the_segments_of_the_default_are_those_it_names() -> None:
    assert DEFAULT_PROFILE.segments == {"PRT", "ZLW", "OBX"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("{", "is no JSON"),
        ([], "the profile is no object"),
        ({}, "version is missing"),
        ({"version": True}, "version is no whole number"),
        ({"version": 1, "colour": []}, "colour is no field of a profile"),
        ({"version": 1, "name": "x"}, "name is no field of a profile"),
        ({"version": 1, "lot": {}}, "lot is no list of places"),
        ({"version": 1, "lot": []}, "lot is no list of places"),
        ({"version": 1, "lot": ["ZXX"]}, "lot[0] is no object"),
        ({"version": 1, "lot": [{"segment": "ZXX"}]}, "lot[0] states segment, field"),
        ({"version": 1, "lot": [{**PLACE, "x": 1}]}, "lot[0] states segment, field"),
        ({"version": 1, "lot": [{**PLACE, "segment": "zx"}]}, "lot[0].segment is no name"),
        ({"version": 1, "lot": [{**PLACE, "field": 0}]}, "lot[0].field is no whole number"),
        ({"version": 1, "lot": [{**PLACE, "component": "2"}]}, "lot[0].component is no whole"),
        ({"version": 1, "lot": [{**PLACE, "only_if_field": 1}]}, "states only_if_field and"),
        ({"version": 1, "lot": [{**PLACE, "only_if_value": "x"}]}, "states only_if_field and"),
        ({"version": 1, "dispenses_are_uses": 1}, "dispenses_are_uses is neither true nor false"),
    ],
)
def test_what_cannot_be_read_by_is_refused_with_its_field_and_reason(
    said: object, reason: str
) -> None:
    assert reason in refused(said)
    assert refused(said).startswith("profile sender.json: ")


def test_a_profile_is_named_like_its_file() -> None:
    assert "has a name" in refused({"version": 1}, file="Not This.json")
