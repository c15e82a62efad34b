"""What was read before is not read again, unless it may say another thing in another place."""

import json
from collections.abc import Callable
from typing import Any

from shared.canonical.diagnostic import Position
from shared.canonical.requisition import Requisition
from shared.formats.fhir.codes import FHIR_CODES
from shared.formats.fhir.memory import Memory
from shared.formats.fhir.profile import DEFAULT_PROFILE
from shared.formats.fhir.text import Text
from tests.fhir import a_bundle, a_concept, a_request, documents

CONCEPT = '{"coding": [{"system": "urn:a", "code": "A-1"}, {"system": "urn:a", "code": "A-2"}]}'


class Reads:
    """Counts the readings."""

    def __init__(self, also: Callable[[], Any] = lambda: None) -> None:
        self.times = 0
        self._also = also

    def __call__(self) -> str:
        self.times += 1
        self._also()
        return "read"


def a_text() -> Text:
    return Text(raw="{}", byte=0, path="x", root=(), profile=DEFAULT_PROFILE)


def test_equal_members_are_read_once_whoever_else_holds_parts_of_them() -> None:
    memory, reads = Memory(), Reads()
    members = json.loads(CONCEPT)
    parts = [dict(each) for each in members["coding"]]

    first = memory.of("item", members, a_text(), reads)
    again = memory.of("item", {"coding": parts}, a_text(), reads)

    assert (first, again, reads.times) == ("read", "read", 1)


def test_what_gives_a_finding_is_read_each_time() -> None:
    text = a_text()
    at = Position(segment="x")
    reads = Reads(lambda: text.tell(FHIR_CODES["ELEMENT_EMPTY"].found(at, str(reads.times))))
    memory = Memory()

    for _ in range(2):
        memory.of("item", {}, text, reads)

    assert reads.times == 2


def test_what_leads_into_its_own_resource_is_another_thing_in_each() -> None:
    items = [{"resourceType": "Device", "id": "c", "type": a_concept(f"D-{n}")} for n in (1, 2)]
    reference = {"reference": {"reference": "#c"}}
    requests = [
        a_request(f"r-{number}", contained=[item], item=reference)
        for number, item in enumerate(items)
    ]

    read = [each for each in documents(a_bundle(*requests)) if isinstance(each, Requisition)]

    assert [each.lines[0].ids[0].value for each in read] == ["D-1", "D-2"]
