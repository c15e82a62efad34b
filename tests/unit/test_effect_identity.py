"""Identity never changes: these digests were written down once and stand for ever."""

import pytest

from shared.canonical.effect import EffectType
from shared.effects.identity import (
    effect_id,
    external_reference,
    is_named,
    lineage_key,
    lineage_key_of,
)

CHARGE = ("EHR", "NORTH", "TX-1", "charge")


def test_an_issue_has_the_id_it_always_had() -> None:
    assert effect_id("meridian", EffectType.ISSUE, CHARGE) == (
        "836b4f65bc2c2de51fd63ca8f16a593b7b7f351e26a6c7f4bc2760349be4ce7b"
    )


def test_a_reversal_is_its_original_and_its_own_line() -> None:
    original = effect_id("meridian", EffectType.ISSUE, CHARGE)
    credit = (original, "EHR", "NORTH", "TX-1", "credit")

    assert effect_id("meridian", EffectType.REVERSAL, credit) == (
        "c283552457ae36a06611373bc4ccbe78d4dec9416e9840910f1f50c995d6f566"
    )


def test_the_separator_cannot_be_forged_by_content() -> None:
    assert effect_id("t", EffectType.ISSUE, ("a", "b")) != effect_id(
        "t", EffectType.ISSUE, ('a","b',)
    )


def test_a_reference_is_a_prefix_of_the_id_as_long_as_the_field_allows() -> None:
    known = effect_id("meridian", EffectType.ISSUE, CHARGE)

    assert external_reference(known, 34).startswith(external_reference(known, 16))
    assert external_reference(known, 34).startswith("LW")
    assert len(external_reference(known, 34)) == 34


def test_a_reference_too_short_to_be_unique_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        external_reference("00" * 32, 15)


@pytest.mark.parametrize("length", [16, 20, 34, 54])
def test_an_id_and_a_reference_of_any_length_lead_to_one_key(length: int) -> None:
    known = effect_id("meridian", EffectType.ISSUE, CHARGE)
    reference = external_reference(known, length)

    assert lineage_key(known) == "effect:LWQNVU6ZN4FQW6KH"
    assert lineage_key_of(known) == lineage_key_of(reference) == lineage_key(known)
    assert is_named(known, known)
    assert is_named(known, reference)
    assert not is_named(known, f"{reference[:-1]}{'A' if reference[-1] != 'A' else 'B'}")


@pytest.mark.parametrize("name", ["", "TX-1", "LWSHORT", "lwqnvu6zn4fqw6kh", "LWQNVU6ZN4FQW6K1"])
def test_what_is_no_id_and_no_reference_leads_to_no_effect(name: str) -> None:
    assert lineage_key_of(name) is None
