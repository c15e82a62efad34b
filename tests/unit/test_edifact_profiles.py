"""Partner profiles are data: each is checked before anything is read or written by it."""

import json
from typing import Any

import pytest

from shared.formats.edifact.loading import (
    PartnerProfileError,
    find_profile,
    profile_from,
    profile_names,
)
from tests.edifact import ORDER, codes, one_message

LEAST: dict[str, Any] = {"version": 1, "ours": {"id": "US"}, "theirs": {"id": "THEM"}}
PLAIN = {"element": "+", "component": ":", "segment": "'"}


def loaded(**changes: object) -> object:
    return profile_from(json.dumps({**LEAST, **changes}), file="partner.json")


def test_every_profile_that_is_shipped_is_sound() -> None:
    assert profile_names()
    assert all(find_profile(name) for name in profile_names())
    assert find_profile("nobody") is None


def test_a_profile_may_say_no_more_than_who_trades() -> None:
    profile = profile_from(json.dumps(LEAST), file="partner.json")

    assert (profile.name, profile.version, profile.theirs.id) == ("partner", 1, "THEM")
    assert (profile.directory, profile.charset, profile.acknowledges) == ("D.96A", "UNOC", "always")


def test_a_code_that_the_partner_added_is_known() -> None:
    body = one_message("ORDERS", *ORDER[:8], "ALC+Z", *ORDER[8:])
    profile = profile_from(
        json.dumps({**LEAST, "element_codes": {"5463": ["Z"]}}), file="partner.json"
    )

    assert codes(body) == ["CODE_UNKNOWN"]
    assert codes(body, profile) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"version": "one"}, "version"),
        ({"is_test": 1}, "is_test"),
        ({"ours": {}}, "ours"),
        ({"ours": {"id": "X" * 36}}, "ours.id"),
        ({"ours": {"id": "US", "name": "X"}}, "ours"),
        ({"directory": "D.97A"}, "directory"),
        ({"charset": "UNOX"}, "charset"),
        ({"syntax": "5"}, "syntax"),
        ({"acknowledges": "997"}, "acknowledges"),
        ({"association": ""}, "association"),
        ({"delimiters": {"element": "+", "component": ":"}}, "delimiters"),
        ({"delimiters": {**PLAIN, "release": "+"}}, "delimiters"),
        ({"delimiters": {**PLAIN, "release": "AB"}}, "delimiters.release"),
        ({"tolerated": ["NO_SUCH_FINDING"]}, "tolerated"),
        ({"element_codes": {"3035": ["ZZ"]}}, "element_codes.3035"),
        ({"item_qualifiers": {"supplier": "IN"}}, "item_qualifiers.supplier"),
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
