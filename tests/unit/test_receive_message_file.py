"""A file of HL7 v2 messages in the inbox: each counts as if it had come alone, and is answered."""

from dataclasses import replace

import pytest

from shared.canonical.message import ClientScope
from shared.workflow import file_progress
from shared.workflow.completeness import FILE_SOURCES
from tests.hl7 import a_batch, a_dft, a_header, a_message, a_requisition, an_ft1
from tests.inbox import AT, Patience, WorkerDiedError, World
from tests.unit.test_receive_message import World as Edge

KEY = "cabinet/hl7v2/night/2026-03-04.hl7"
REQUISITION = a_requisition("RQD|1|27000004^Gloves^ERP|||2|EA")


def a_charge(number: int, *, quantity: str = "2") -> bytes:
    header = a_header(control_id=f"CTL-{number}")
    return a_dft(an_ft1(f"T-{number}", quantity=quantity), header=header)


BODY = a_batch(
    a_charge(1),
    REQUISITION,
    a_dft(an_ft1("T-2"), an_ft1("T-3", quantity="x"), header=a_header(control_id="CTL-2")),
    a_message("ADT^A01", "EVN|A01", control_id="CTL-3"),
)


def received(body: bytes, key: str = KEY) -> World:
    world = World()
    world.receive(world.drop(body, key=key))
    return world


def test_each_message_goes_on_rests_or_is_refused_and_is_answered() -> None:
    world = received(BODY)

    told = [
        (row["row"], row["transaction"], row["kind"], row["outcome"], row["code"])
        for row in world.results()
    ]
    assert told == [
        (1, "CTL-1", "DFT^P03", "read", ""),
        (2, "CTL-1", "OMS^O05", "read", ""),
        (3, "CTL-2", "DFT^P03", "held", "QUANTITY_INVALID"),
        (4, "", "", "refused", "MESSAGE_TYPE_UNSUPPORTED"),
    ]
    assert [document.control_id for document in world.documents.sent] == ["CTL-1", "CTL-2"]
    for row in world.results():
        (entry,) = world.journal.read(row["document_id"])
        assert entry.fact.kind == ("rejected" if row["outcome"] == "refused" else "received")
        assert entry.fact.data["file"] == "2026-03-04.hl7"
    summary = world.summary()
    assert (summary["outcome"], summary["counts"]["messages"]) == ("read", 4)
    assert [each["code"] for each in summary["findings"]] == ["MESSAGE_TYPE_UNSUPPORTED"]
    assert not world.inbox.files[KEY]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"], ids=["CR", "LF", "CRLF"])
@pytest.mark.parametrize("last", ["", "ZZZ|x", "ZZZ|x "], ids=["", "more", "blank"])
def test_a_message_has_the_document_that_the_same_bytes_have_alone(end: bytes, last: str) -> None:
    segments = (an_ft1("T-1"), last) if last else (an_ft1("T-1"),)
    whole = [a_dft(*segments, header=a_header(control_id="A")), REQUISITION]
    alone = [each.replace(b"\r", end) for each in whole]
    edge = Edge()
    expected = [edge.receive(each).document_id for each in alone]

    batch = a_batch(a_charge(7), *whole, a_charge(8)).replace(b"\r", end)
    told = [row["document_id"] for row in received(batch).results()]

    assert told[1:3] == expected


def test_a_message_that_only_mllp_ended_is_the_one_without_a_last_end() -> None:
    bare = a_charge(1).rstrip(b"\r")

    (row, _) = received(b"\x0b" + bare + b"\x1c\r\x0b" + a_charge(2) + b"\x1c\r").results()

    assert row["document_id"] == Edge().receive(bare).document_id


@pytest.mark.parametrize("between", [b"", b"\r\r", b"\x1c\r\x0b", b"\r \t\r"])
def test_what_stands_between_messages_makes_no_other_document(between: bytes) -> None:
    plain = received(a_charge(1) + a_charge(2))

    apart = received(between + a_charge(1) + between + a_charge(2) + between)

    assert {each.document_id for each in apart.documents.sent} == set(plain.books())


def test_lines_name_their_bytes_in_the_file_that_the_archive_keeps() -> None:
    world = received(BODY)

    (archived,) = world.archive.objects.values()
    assert archived.body == BODY
    assert archived.sighting.source in FILE_SOURCES
    for document in world.documents.sent:
        assert document.raw_key == archived.sighting.key
        for line in document.lines:
            assert BODY[line.position.byte :].startswith(b"FT1|")


def test_what_a_trailer_contradicts_waits_for_a_person_and_the_messages_go_on() -> None:
    world = received(a_batch(a_charge(1), a_charge(2), stated="3"))

    (hold,) = world.holds.standing.values()
    assert (hold.code, "BATCH_COUNT_WRONG" in hold.detail) == ("LINE_MALFORMED", True)
    assert len(world.documents.sent) == 2
    assert [each["code"] for each in world.summary()["findings"]] == ["BATCH_COUNT_WRONG"]
    (entry,) = world.journal.read(hold.document_id)
    assert entry.fact.data["holds"] == [f"LINE_MALFORMED {hold.line_id}"]


@pytest.mark.parametrize("body", [b"", b"\r\n", b"\xef\xbb\xbf", b"Item,Quantity\r\nC-1,2\r\n"])
def test_a_file_without_any_message_is_refused_with_the_reason(body: bytes) -> None:
    world = received(body)

    assert world.summary()["outcome"] == "refused"
    assert [each["code"] for each in world.summary()["findings"]] == ["MSH_UNREADABLE"]
    assert len(world.archive.objects) == 1
    assert not world.documents.sent


def test_a_batch_of_no_messages_is_read() -> None:
    assert received(a_batch()).summary()["outcome"] == "read"


def test_the_outbox_has_no_word_of_a_message_that_is_refused() -> None:
    shifted = a_message("DOE^JANE", "EVN|A01", control_id="JONES")

    world = received(shifted + a_dft(an_ft1(), header=a_header(control_id="C" * 3000)))

    told = [*map(str, world.outbox.files.values())]
    assert not any(text in each for text in ("JANE", "JONES", "CCCC") for each in told)
    assert [row["outcome"] for row in world.results()] == ["refused", "refused"]


def test_a_profile_that_there_is_not_leaves_the_file_where_it_is() -> None:
    world = World()
    (scope,) = world.clients.scopes.values()
    world.clients.register(replace(scope, hl7v2_profile="gone"))

    outcome = world.receive(world.drop(BODY, key=KEY))

    assert outcome.code == "refused"
    assert [each["code"] for each in world.summary()["findings"]] == ["PROFILE_UNKNOWN"]
    assert world.inbox.files[KEY]
    assert not world.archive.objects


def test_large_messages_are_handed_on_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_progress, "DOCUMENTS_AT_ONCE", 4)
    large = [
        a_dft(*(an_ft1(f"T-{n}-{m}") for m in range(500)), header=a_header(control_id=f"C{n}"))
        for n in range(3)
    ]
    world = World()

    file = world.drop(b"".join(large), key=KEY)
    outcomes = [world.receive(file, seconds=1.0).code for _ in range(2)]

    assert outcomes == ["unfinished", "read"]
    assert len({each.document_id for each in world.documents.sent}) == 3


def test_patients_are_tokens_from_here_on() -> None:
    world = received(BODY)

    told = (*world.documents.bodies, repr(world.journal), *map(str, world.outbox.files.values()))
    for identifier in ("MRN000123", "VISIT000123", "ACC000123", "TEST"):
        assert not any(identifier in text for text in told)


def test_messages_are_read_as_the_registration_of_their_client_says() -> None:
    world = World()
    world.clients.register(
        ClientScope(
            client_id="cabinet",
            tenant="meridian",
            facilities=("NORTH",),
            hl7v2_profile="example_dispensing_cabinet",
        )
    )

    world.receive(world.drop(a_dft(an_ft1(), "ZPM|V|||||||L-77"), key=KEY))

    assert world.documents.sent[0].lines[0].lot == "L-77"


def all_calls() -> int:
    return received(BODY).calls


@pytest.mark.parametrize("dies_after", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("dies_at", range(1, all_calls() + 1))
def test_a_crash_at_any_call_and_another_delivery_end_as_one_delivery_does(
    dies_at: int, *, dies_after: bool
) -> None:
    whole, broken = received(BODY), World(dies_at=dies_at, dies_after=dies_after)
    file = broken.drop(BODY, key=KEY)

    with pytest.raises(WorkerDiedError):
        broken.receive(file)
    broken.receive(file)

    assert broken.end == whole.end
    assert broken.left == []


def test_a_message_twice_in_a_file_is_one_sighting_of_one_document() -> None:
    world = received(a_batch(a_charge(1), a_charge(2), a_charge(1)))

    assert len({row["document_id"] for row in world.results()}) == 2
    for document in world.books():
        assert [entry.fact.kind for entry in world.journal.read(document)] == ["received"]


def test_the_same_messages_in_another_file_are_other_sightings_of_the_same_documents() -> None:
    world = received(BODY)

    world.receive(world.drop(a_batch(a_charge(1)), key="cabinet/hl7v2/b.hl7", at=AT.replace(day=6)))

    first = world.documents.sent[0].document_id
    assert world.documents.sent[-1].document_id == first
    assert [entry.fact.kind for entry in world.journal.read(first)] == ["received", "received"]


def test_a_file_too_long_for_one_run_goes_on_in_the_next_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_progress, "DOCUMENTS_AT_ONCE", 2)
    world, body = World(), b"".join(map(a_charge, range(7)))
    file = world.drop(body, key=KEY)

    outcomes = [world.receive(file, seconds=1.0).code for _ in range(4)]

    assert outcomes == ["unfinished", "unfinished", "unfinished", "read"]
    assert [each.control_id for each in world.documents.sent] == [f"CTL-{n}" for n in range(7)]
    assert world.outbox.files == received(body).outbox.files


def test_what_is_driven_again_from_the_archive_makes_the_same_books() -> None:
    world = received(BODY)
    (archived,) = world.archive.objects.values()
    emptied = replace(world, documents=type(world.documents)())

    emptied.step().take_in(archived.sighting, archived.body, Patience())

    assert emptied.books() == world.books()
