"""What the fuzzer asks of every reader holds for the golden samples, under each profile."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from tests.fuzzing.checking import checked, format_named, profiles_of, samples_of
from tests.fuzzing.readers import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_the_samples_of_a_format_are_read_under_each_of_its_profiles(name: str) -> None:
    by = format_named(name)
    samples = [sample.read_bytes() for sample in samples_of(name)]

    told = {
        profile: sum(checked(by, sample, profile) for sample in samples)
        for profile in profiles_of(by)
    }

    assert samples
    assert all(told.values()), told


def test_a_finding_outside_the_bytes_is_seen() -> None:
    def read(body: bytes, _profile: str) -> Iterator[object]:
        yield Diagnostic(
            code="X",
            severity=Severity.NOTE,
            position=Position(segment="ISA", byte=len(body) + 1),
            rule="",
            message="",
        )

    with pytest.raises(AssertionError):
        checked(replace(format_named("X12"), read=read), b"ISA", "")
