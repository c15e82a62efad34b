"""Whatever a partner's file holds, each set of it is told once or held, and answered right."""

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.exchange import Partner
from shared.formats.edifact.reader import read as read_edifact
from shared.formats.partners import find_partner
from shared.formats.x12.reader import read as read_x12
from tests.edifact import ORDER as EDIFACT_ORDER
from tests.edifact import TO_US, a_message, edifact_samples
from tests.edifact import an_interchange as an_edifact_interchange
from tests.inbox import World
from tests.partner_files import a_world, answers, fact_of, held, kinds
from tests.x12 import ORDER, a_set, an_interchange, x12_samples

FILES = 60  # of each seed and partner
X12 = [an_interchange(a_set("850", *ORDER)), *(each.read_bytes() for each in x12_samples())]
EDIFACT = [
    an_edifact_interchange(a_message("ORDERS", *EDIFACT_ORDER), between=TO_US),
    *(each.read_bytes() for each in edifact_samples()),
]
READ: dict[str, Callable[[bytes], Iterator[object]]] = {
    "x12": read_x12,
    "edifact": read_edifact,
}


def partner(name: str) -> Partner:
    found = find_partner(name)
    assert found is not None
    return found


def received(world: World, whose: Partner, body: bytes, name: str = "a.edi") -> str:
    return world.receive(world.drop(body, key=f"supplier/{whose.name}/{name}")).code


def damaged(chance: random.Random, samples: list[bytes], end: bytes) -> bytes:
    """A few samples in one file, with segments lost, doubled, cut, swapped or spoilt."""
    whole = b"".join(chance.choice(samples) for _ in range(chance.randint(1, 3)))
    segments = whole.split(end)
    for _ in range(chance.randint(0, 4)):
        at, other = chance.randrange(len(segments)), chance.randrange(len(segments))
        segment = segments[at]
        match chance.randrange(5):
            case 0:
                segments[at] = segment[: chance.randrange(len(segment) + 1)]
            case 1:
                segments.insert(other, segment)
            case 2:
                segments[at], segments[other] = segments[other], segment
            case 3:
                segments[at] = segment + bytes([chance.randrange(256)]) + segment
            case _:
                segments[at] = b""
    return end.join(segments)


@pytest.mark.parametrize(
    ("name", "samples", "end"),
    [("example_supplier", X12, b"~"), ("example_wholesaler", EDIFACT, b"'")],
)
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_is_taken_in_once_and_answered_without_a_fault(
    seed: int, name: str, samples: list[bytes], end: bytes
) -> None:
    chance, whose = random.Random(seed), partner(name)  # noqa: S311 - the same files each time
    for _ in range(FILES):
        body, world = damaged(chance, samples, end), a_world()

        first = received(world, whose, body)
        counted = kinds(world).count("received")
        again = received(world, whose, body, "again.edi")

        survey, parts = whose.survey(body), list(whose.parts(body))
        last = len(survey.interchanges) - 1
        sets = Counter(min(each.interchange, last) for each in parts if each.is_set)
        assert [sets[at] for at in range(last + 1)] == [len(i.sets) for i in survey.interchanges]
        assert counted == kinds(world).count("received") <= len(parts)
        assert first == "read" or world.holds.standing
        assert again != "read" or not counted
        for answer in answers(world):
            found = [each for each in READ[whose.source](answer) if isinstance(each, Diagnostic)]
            assert {each.severity for each in found} <= {Severity.NOTE}


def test_a_group_behind_its_interchange_is_none_of_the_next() -> None:
    whole = an_interchange(a_set("850", *ORDER), control="000000101")
    other = an_interchange(a_set("850", *ORDER, control="0009")).replace(b"PO-1001", b"PO-1002")
    group = other[other.index(b"GS*") : other.index(b"GE*")]
    following = an_interchange(a_set("850", *ORDER), control="000000102")
    world = a_world()

    received(world, partner("example_supplier"), whole + group + following)

    assert fact_of(world, "purchase_order:PO-1002")["kind"] == "rejected"
    assert [body.count(b"AK2") for body in answers(world)] == [1, 1]
    assert [code for code, _ in held(world)] == ["SET_REJECTED", "FILE_UNREAD"]


@pytest.mark.parametrize(("stated", "spoilt"), [(b"ST*850*0001", b"ST"), (b"*1*X*", b"**X*")])
def test_what_states_no_number_is_told_to_its_sender_by_a_person(
    stated: bytes, spoilt: bytes
) -> None:
    world = a_world()

    received(world, partner("example_supplier"), X12[0].replace(stated, spoilt))

    assert answers(world) == []
    assert "ANSWER_UNWRITABLE" in [code for code, _ in held(world)]
