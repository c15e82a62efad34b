"""Profiles of FHIR senders are data: each is checked before anything is read by it."""

import json
from typing import Any

import pytest

from shared.formats.fhir.loading import (
    FhirProfileError,
    find_profile,
    profile_from,
    profile_names,
)
from shared.formats.fhir.profile import FhirProfile, Version

LEAST: dict[str, Any] = {"version": 1, "application": "EHR"}


def loaded(**changes: object) -> FhirProfile:
    return profile_from(json.dumps({**LEAST, **changes}), file="sender.json")


def test_every_profile_that_is_shipped_is_sound() -> None:
    assert profile_names() == ("ehr_north_or", "example_ehr")
    assert all(find_profile(name) for name in profile_names())
    assert find_profile("nobody") is None


def test_a_profile_may_say_no_more_than_who_sends() -> None:
    assert loaded() == FhirProfile(name="sender", version=1, application="EHR")


def test_a_profile_says_what_its_sender_does_not() -> None:
    profile = loaded(
        fhir="R5",
        profiles={"urn:own": "R4"},
        systems={"urn:items": "hospital"},
        modifiers=["urn:harmless"],
        department="OR",
    )

    assert (profile.fhir, profile.profiles["urn:own"]) == (Version.R5, Version.R4)
    assert profile.systems["urn:items"] == "hospital"
    assert (profile.modifiers, profile.department) == (frozenset({"urn:harmless"}), "OR")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"version": "one"}, "version"),
        ({"application": ""}, "application"),
        ({"facility": 7}, "facility"),
        ({"fhir": "STU3"}, "fhir"),
        ({"profiles": ["urn:own"]}, "profiles"),
        ({"profiles": {"urn:own": "R3"}}, "profiles.urn:own"),
        ({"systems": {"urn:items": "colour"}}, "systems.urn:items"),
        ({"modifiers": "urn:harmless"}, "modifiers"),
    ],
)
def test_a_profile_that_says_something_wrong_is_refused_by_file_and_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(FhirProfileError, match=f"sender.json: {field} "):
        loaded(**changes)


@pytest.mark.parametrize("missing", sorted(LEAST))
def test_a_profile_without_what_it_must_say_is_refused(missing: str) -> None:
    text = json.dumps({name: value for name, value in LEAST.items() if name != missing})

    with pytest.raises(FhirProfileError, match=f"{missing} is missing"):
        profile_from(text, file="sender.json")
