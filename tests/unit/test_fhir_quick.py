"""What is found quickly is what is found without: the same documents, findings and places."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.formats.fhir.bundles import Library
from shared.formats.fhir.memory import Memory
from shared.formats.fhir.reader import follow
from shared.formats.fhir.text import Text
from tests.benchmarks.fhir_files import ROUND, generate
from tests.fhir import YEAR, fhir_samples
from tests.unit.test_fhir_properties import CHANGES, changed

GENERATED = [generate(3 * ROUND, sown=is_sown).text.encode() for is_sown in (False, True)]
SAMPLES = [path.read_bytes() for path in fhir_samples()]
SPREAD = [json.dumps(json.loads(body), indent=1).encode() for body in GENERATED[:1]]


@contextmanager
def carefully() -> Iterator[None]:
    """Nothing is remembered, no line is found by its name, no entry is kept at hand."""
    with (
        patch.object(Memory, "of", lambda _memory, _what, _members, _text, read: read()),
        patch.object(Text, "_alike", lambda _text, _name, _values: []),
        patch.object(Library, "keep", lambda _library, _entry: None),
    ):
        yield


def told_alike(body: bytes) -> Sequence[object]:
    """What is told of a body; the same with and without what makes it quick."""
    quick = list(follow(body, year=YEAR))
    with carefully():
        assert list(follow(body, year=YEAR)) == quick
    return quick


@pytest.mark.parametrize("body", [*SAMPLES, *GENERATED, *SPREAD])
def test_a_sample_is_read_alike(body: bytes) -> None:
    assert told_alike(body)


@settings(max_examples=200)
@given(st.sampled_from([*SAMPLES, *GENERATED, *SPREAD]), CHANGES)
def test_a_damaged_sample_is_read_alike(body: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    damaged = changed(body, changes)

    assert told_alike(damaged) == list(follow(damaged, year=YEAR))


@given(st.lists(st.integers(0, 2 * ROUND - 1), min_size=1, max_size=6))
def test_entries_in_any_order_are_read_alike(numbers: list[int]) -> None:
    entries = json.loads(GENERATED[0])["entry"]
    chosen = [entries[number] for number in numbers]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": chosen}

    assert told_alike(json.dumps(bundle, separators=(",", ":")).encode())
