"""What holds of every text: it is read to its end, whatever it is, and no finding is beyond it."""

import io
import json
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.canonical.requisition import Requisition
from shared.canonical.usage import Direction
from shared.formats.documents import ReadUsage
from shared.formats.fhir.reader import follow
from tests.fhir import (
    YEAR,
    a_bundle,
    a_charge,
    a_concept,
    a_request,
    body_of,
    documents,
    fhir_samples,
    findings,
)

SAMPLES = [path.read_bytes() for path in fhir_samples()]
JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 9), st.binary(max_size=6)), max_size=5
)
NUMBERS = st.decimals("-999999999", "999999999", places=6)


def changed(body: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """A text with some stretches of it replaced."""
    for at, length, put in changes:
        start = at % (len(body) + 1)
        body = body[:start] + put + body[start + length :]
    return body


def checked(body: bytes) -> list[object]:
    told: list[object] = list(follow(body, year=YEAR))
    assert all(0 <= each.position.byte <= len(body) for each in findings(body))
    assert list(follow(io.BytesIO(body), year=YEAR)) == told
    return told


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
@example(b"\xef\xbb\xbf")
@example(b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Device"},')
def test_no_text_raises_and_every_text_gives_something(body: bytes) -> None:
    assert checked(body)


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), CHANGES)
def test_no_damage_to_a_sample_raises(sample: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    checked(changed(sample, changes))


@given(st.sampled_from(SAMPLES), st.data())
def test_any_value_at_any_place_raises_nothing(sample: bytes, data: st.DataObject) -> None:
    try:
        value: Any = json.loads(sample)
    except ValueError:
        return
    here = value
    while isinstance(here, dict | list) and here:
        keys = sorted(here) if isinstance(here, dict) else list(range(len(here)))
        key: Any = data.draw(st.sampled_from(keys))
        if not isinstance(here[key], dict | list) or data.draw(st.booleans()):
            here[key] = data.draw(JSON)
            break
        here = here[key]
    checked(json.dumps(value).encode())


@given(NUMBERS.filter(lambda number: number > 0))
def test_a_quantity_is_the_one_that_was_written(number: Decimal) -> None:
    body = body_of(a_request()).replace(b'"value": 2', f'"value": {number:f}'.encode())

    (document,) = documents(body)
    assert isinstance(document, Requisition)
    assert format(document.lines[0].quantity, "f") == format(number, "f")


@given(NUMBERS.filter(bool))
def test_the_sign_of_a_charge_is_its_direction(number: Decimal) -> None:
    body = body_of(a_charge(quantity={"value": 7})).replace(b": 7", f": {number:f}".encode())

    (usage,) = documents(body)
    assert isinstance(usage, ReadUsage)
    (line,) = usage.lines
    assert line.quantity == abs(number)
    assert line.direction is (Direction.CREDIT if number < 0 else Direction.CHARGE)


@given(st.permutations(range(5)))
def test_what_a_resource_says_does_not_depend_on_where_it_stands(order: list[int]) -> None:
    devices = [
        {"resourceType": "Device", "id": f"d-{n}", "type": a_concept(f"D-{n}")} for n in range(2)
    ]
    requests = [
        a_request(f"r-{n}", item={"reference": {"reference": f"Device/d-{n % 2}"}})
        for n in range(3)
    ]
    entries = [*devices, *requests]

    read = documents(a_bundle(*(entries[n] for n in order)))

    lines = [line for each in read if isinstance(each, Requisition) for line in each.lines]
    assert {line.order: line.ids[0].value for line in lines} == {
        f"r-{n}": f"D-{n % 2}" for n in range(3)
    }


@given(st.permutations(sorted(a_charge())))
def test_the_order_of_elements_says_nothing(names: list[str]) -> None:
    charge = a_charge()

    (usage,) = documents(body_of({name: charge[name] for name in names}))

    (sound,) = documents(body_of(charge))
    assert usage == sound


@given(st.text('{}[]\\":, \n\u00e4\U0001f600', max_size=40), st.integers(1, 9))
def test_whatever_a_text_holds_the_entries_beside_it_are_found(words: str, many: int) -> None:
    entries = [a_request(f"r-{n}", note=[{"text": words}]) for n in range(many)]
    body = json.dumps(json.loads(a_bundle(*entries)), ensure_ascii=False).encode()

    read = [each for each in documents(body) if isinstance(each, Requisition)]

    assert [each.number for each in read] == [f"r-{n}" for n in range(many)]
    for each in read:
        assert body[each.lines[0].position.byte :].startswith(b'{"resourceType"')
