"""Nothing in a sealed period can be changed by a single byte without being named."""

import random
import re
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.seal import journal_line, lines_between, sealed
from shared.canonical.seal_check import Finding, FindingKind
from shared.canonical.seal_export import check_export, export_of
from shared.simulation.clock import START
from tests.sealing import SealedWorld

CHANGES = 1_000
PLACES = re.compile(rb'"document_id":"(D-\d+)".*"sequence":(\d+)}')


@cache
def an_export(documents: int = 7, entries: int = 5) -> bytes:
    world = SealedWorld()
    for number in range(entries):
        for document in range(documents):
            world.append(f"D-{document}", f"{document}-{number}")
    world.pass_hours(2)
    (seal,) = world.seal()
    return world.export(seal.name)


def lines_of(body: bytes) -> list[bytes]:
    return body.split(b"\n")


def name_at(body: bytes, number: int) -> tuple[str, int] | None:
    """The entry that stands in a line of the file; None in the seal and its index."""
    found = PLACES.search(lines_of(body)[number - 1])
    return (found[1].decode(), int(found[2])) if found else None


def names(findings: Sequence[Finding]) -> set[tuple[str, int]]:
    return {(each.document_id, each.sequence) for each in findings}


def test_an_untouched_export_verifies() -> None:
    assert check_export(an_export()) == ()


def test_every_single_byte_change_in_a_thousand_places_is_found_and_named() -> None:
    body, seed = an_export(), random.SystemRandom().getrandbits(32)
    print(f"seed {seed}: {CHANGES} changes in {len(body)} bytes")  # noqa: T201 - repeats a failure
    chance = random.Random(seed)  # noqa: S311 - no secret
    ends = [at for at, byte in enumerate(body) if byte == 0x0A]
    seal = chance.sample(range(body.index(b"\n")), 100)
    chosen = [*ends, *seal, *chance.sample(range(len(body)), CHANGES - len(ends) - len(seal))]

    for at in chosen:
        assert_found_and_named(body, at, chance.choice([b for b in range(256) if b != body[at]]))


def test_every_byte_of_a_small_export_is_watched() -> None:
    body = an_export(documents=2, entries=2)

    for at, before in enumerate(body):
        for byte in {before ^ 1, 0x0A, ord("{"), ord("[")} - {before}:
            assert_found_and_named(body, at, byte)


def assert_found_and_named(body: bytes, at: int, byte: int) -> None:
    changed = body[:at] + bytes([byte]) + body[at + 1 :]
    line = body.count(b"\n", 0, at) + 1
    findings, where = check_export(changed), f"byte {at} to {byte:#x}, line {line}"
    assert findings, where
    told = {each.line for each in findings}
    name = name_at(body, line)
    if name and body[at] != 0x0A and byte != 0x0A:
        (only,) = findings
        assert (only.document_id, only.sequence) == name, where
        assert (only.kind, only.line) == (FindingKind.ALTERED, line), where
    elif name:
        assert name in names(findings), where  # two lines became one, or one became two
    else:
        assert line in told or line + 1 in told, where


def test_the_field_that_was_altered_is_named() -> None:
    body = an_export()
    altered = body.replace(b'"kind":"mapped"', b'"kind":"mopped"', 1)

    (found,) = check_export(altered)

    assert (found.kind, found.fields) == (FindingKind.ALTERED, ("kind",))
    assert (found.document_id, found.sequence) == ("D-0", 1)


def test_a_missing_entry_is_named() -> None:
    lines = lines_of(an_export())
    name = name_at(b"\n".join(lines), len(lines) - 3)
    del lines[-4]

    (found,) = check_export(b"\n".join(lines))

    assert found.kind is FindingKind.MISSING
    assert (found.document_id, found.sequence) == name


def test_an_added_entry_is_named_even_if_it_is_a_copy() -> None:
    lines = lines_of(an_export())
    lines.insert(-2, lines[-3])

    (found,) = check_export(b"\n".join(lines))

    assert found.kind is FindingKind.ADDED
    assert (found.document_id, found.sequence) == name_at(an_export(), len(lines) - 3)


def test_two_entries_that_changed_places_are_named() -> None:
    lines = lines_of(an_export())
    lines[-3], lines[-2] = lines[-2], lines[-3]

    found = check_export(b"\n".join(lines))

    assert [each.kind for each in found] == [FindingKind.MOVED] * 2
    assert {each.line for each in found} == {len(lines) - 2, len(lines) - 1}


def test_a_seal_with_a_true_hash_of_its_own_over_a_false_root_is_found() -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    world.pass_hours(0.5)
    (seal,) = world.seal(to_now=True)
    lines = lines_between(world.lines.chains(["D-1", "D-2"]), seal.since, seal.until)
    texts = [line.text for line in lines]
    forged, index = sealed([], since=seal.since, until=seal.until, after=None, now=START)

    kinds = {(each.kind, each.what) for each in check_export(export_of(forged.line, index, texts))}

    assert kinds == {(FindingKind.ADDED, "entry")}


def test_an_end_that_was_cut_off_is_found() -> None:
    body = an_export()

    assert [each.what for each in check_export(body[:-1])] == ["line end"]
    assert check_export(body[: len(body) // 2])
    assert check_export(body[:10])
    with pytest.raises(ValueError, match="nothing was exported"):
        check_export(b"")


@given(st.binary(max_size=40), st.data())
def test_any_bytes_anywhere_end_in_findings_and_never_in_an_error(
    piece: bytes, data: st.DataObject
) -> None:
    body = an_export(documents=2, entries=2)
    begin = data.draw(st.integers(0, len(body) - 1))
    end = data.draw(st.integers(begin, len(body)))
    changed = body[:begin] + piece + body[end:]

    if changed and changed != body:
        assert check_export(changed)


def test_lines_spelled_in_another_way_are_altered_in_their_bytes() -> None:
    line = journal_line({"document_id": "D-1", "sequence": 1, "appended": "2026", "kind": "k"})
    seal, index = sealed([line.text], since="2025", until=UNTIL, after=None, now=START)
    spelled = line.text.replace(b",", b", ", 1)

    (found,) = check_export(export_of(seal.line, index, [spelled]))

    assert (found.kind, found.fields) == (FindingKind.ALTERED, ())
    assert (found.document_id, found.detail) == ("D-1", "its bytes, not its fields")


UNTIL = "2026-03-14T13:00:00.000000Z"
