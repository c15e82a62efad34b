"""No finding about FHIR shows what was sent, and no document has anything of a patient."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.formats.fhir.kinds import READERS
from tests.fhir import body_of, fhir_samples, findings, readings

# No message, rule or place of ours has a Q followed by a digit: what has one was sent.
SECRET = st.builds("Q{}{}".format, st.integers(10, 10**9), st.text("abcXYZ ^,'-\n", max_size=9))
WRONG = st.sampled_from(["text", "list", "object", "name", "repeated"])
SAMPLES = [path.read_bytes() for path in fhir_samples()]


def resources() -> Iterator[dict[str, Any]]:
    """Every sample that is one resource."""
    for body in SAMPLES:
        try:
            value = json.loads(body)
        except ValueError:
            continue
        if value["resourceType"] in READERS:
            yield value


RESOURCES = list(resources())


def places(value: object, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a resource."""
    if steps:
        yield steps
    if isinstance(value, dict | list):
        named = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in named:
            yield from places(each, (*steps, name))


def spoilt(
    resource: dict[str, Any], steps: tuple[str | int, ...], secret: str, wrong: str
) -> bytes:
    """A resource with a secret at one of its places."""
    copy = json.loads(json.dumps(resource))
    here: Any = copy
    for step in steps[:-1]:
        here = here[step]
    here[steps[-1]] = {
        "text": secret,
        "list": [secret],
        "object": {secret: secret},
        "name": {**(here[steps[-1]] if isinstance(here[steps[-1]], dict) else {}), secret: 1},
        "repeated": secret,
    }[wrong]
    body = json.dumps(copy)
    return (body.replace("{", f'{{"{secret!s}": 1, ', 1) if wrong == "repeated" else body).encode()


@settings(max_examples=300)
@given(st.data(), st.sampled_from(RESOURCES), SECRET, WRONG)
def test_no_finding_shows_what_stands_anywhere(
    data: st.DataObject, resource: dict[str, Any], secret: str, wrong: str
) -> None:
    steps = data.draw(st.sampled_from(list(places(resource))))
    escaped = secret.replace("\n", " ")

    told = findings(spoilt(resource, steps, escaped, wrong))

    assert escaped not in repr(told)


@given(SECRET)
def test_no_patient_is_in_a_document_however_he_is_named(secret: str) -> None:
    named = secret.replace("\n", " ").strip()
    references: list[dict[str, Any]] = [
        {"reference": f"Patient/{named}"},
        {"reference": f"https://ehr.example/Patient/{named}/_history/2"},
        {"reference": f"Patient?identifier={named}"},
        {"type": "Patient", "display": named, "identifier": {"value": named}},
    ]
    for resource in RESOURCES:
        for reference in references:
            body = body_of({name: _with(value, reference) for name, value in resource.items()})
            for reading in readings(body):
                assert named not in repr(reading)


def _with(value: object, reference: dict[str, Any]) -> object:
    """A value with another reference in place of each."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            return reference
        return {name: _with(each, reference) for name, each in value.items()}
    return [_with(each, reference) for each in value] if isinstance(value, list) else value
