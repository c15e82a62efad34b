"""Partner profiles are data: each is checked before anything is read or written by it."""

import json
from typing import Any

import pytest

from shared.formats.x12.loading import (
    PartnerProfileError,
    find_profile,
    profile_from,
    profile_names,
)

BOX = {"qualifier": "ZZ", "id": "US", "application": "US-APP"}
LEAST: dict[str, Any] = {"version": 1, "ours": BOX, "theirs": {**BOX, "id": "THEM"}}


def loaded(**changes: object) -> object:
    return profile_from(json.dumps({**LEAST, **changes}), file="partner.json")


def test_every_profile_that_is_shipped_is_sound() -> None:
    assert profile_names()
    assert all(find_profile(name) for name in profile_names())
    assert find_profile("nobody") is None


def test_a_profile_may_say_no_more_than_who_trades() -> None:
    profile = profile_from(json.dumps(LEAST), file="partner.json")

    assert (profile.name, profile.version, profile.theirs.id) == ("partner", 1, "THEM")
    assert (profile.standard, profile.acknowledges) == ("004010", "997")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"version": "one"}, "version"),
        ({"version": -1}, "version"),
        ({"is_test": 1}, "is_test"),
        ({"ours": {"id": "US"}}, "ours"),
        ({"ours": {**BOX, "id": "LONGER THAN FIFTEEN"}}, "ours.id"),
        ({"standard": "003010"}, "standard"),
        ({"acknowledges": "824"}, "acknowledges"),
        ({"delimiters": {"element": "*", "component": ">"}}, "delimiters"),
        ({"delimiters": {"element": "*", "component": "*", "segment": "~"}}, "delimiters"),
        ({"delimiters": {"element": "A", "component": ">", "segment": "~"}}, "delimiters.element"),
        ({"delimiters": {"element": "**", "component": ">", "segment": "~"}}, "delimiters.element"),
        ({"tolerated": ["NO_SUCH_FINDING"]}, "tolerated"),
        ({"tolerated": "SET_COUNT_WRONG"}, "tolerated"),
        ({"element_codes": {"355": ["ZZ"]}}, "element_codes.355"),
        ({"element_codes": {"349": "Q"}}, "element_codes.349"),
        ({"stock_kinds": {"01": ""}}, "stock_kinds.01"),
        ({"item_qualifiers": {"supplier": "IN"}}, "item_qualifiers.supplier"),
        ({"item_qualifiers": {"colour": "VC"}}, "item_qualifiers.colour"),
    ],
)
def test_a_profile_that_says_something_wrong_is_refused_by_file_and_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(PartnerProfileError) as refused:
        loaded(**changes)

    assert f"partner profile partner.json: {field} " in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 1}'])
def test_what_is_no_profile_is_refused(text: str) -> None:
    with pytest.raises(PartnerProfileError, match=r"partner profile partner\.json"):
        profile_from(text, file="partner.json")


def test_a_file_name_is_a_partners_name() -> None:
    with pytest.raises(PartnerProfileError, match="name"):
        profile_from(json.dumps(LEAST), file="A Partner.json")
