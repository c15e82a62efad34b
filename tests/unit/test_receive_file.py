"""A file of the inbox: archived first, handed on by transaction, answered, and then cleared."""

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.receive_file import handler
from infra.local.cabinet import cabinet_csv
from shared.aws.file_arrivals import dropped_files_of
from shared.workflow import file_progress
from shared.workflow import receive_file as step_module
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_answers import FileOutcome
from tests.flatfile import PLAIN, a_return, a_row, raw_file, raw_row
from tests.inbox import AT, KEY, Patience, WorkerDiedError, World

BODY = cabinet_csv(
    [a_row(), a_row(line="2", item="GLV-001"), a_return(), a_row(transaction="T-3", quantity="x")]
)


def test_a_file_is_archived_handed_on_answered_and_cleared() -> None:
    world = World()

    outcome = world.receive(world.drop(BODY))

    assert (outcome.code, outcome.is_finished) == ("read", True)
    (archived,) = world.archive.objects.values()
    assert archived.body == BODY
    assert [document.control_id for document in world.documents.sent] == ["T-1", "T-2", "T-3"]
    assert {document.raw_key for document in world.documents.sent} == {archived.sighting.key}
    assert not world.inbox.files[KEY]
    assert world.chain_kinds() == ["file"]


def test_every_row_is_answered_with_its_outcome_code_column_and_document() -> None:
    world = World()

    world.receive(world.drop(raw_file(raw_row(), raw_row(), raw_row(Line="2", Item="=1"), b"x")))

    (document, orphans) = world.documents.sent
    told = [
        (each["row"], each["outcome"], each["code"], each["column"], each["document_id"])
        for each in world.results()
    ]
    assert told == [
        (2, "read", "", "", document.document_id),
        (3, "repeated", "ROW_REPEATED", "", document.document_id),
        (4, "held", "FORMULA", "Item", document.document_id),
        (5, "held", "ROW_TOO_SHORT", "", orphans.document_id),
    ]
    assert world.summary()["counts"] == {
        "rows": 4,
        "read": 1,
        "repeated": 1,
        "held": 2,
        "documents": 2,
    }
    (result,) = world.answer(".result.jsonl")
    assert result.startswith("cabinet/cabinet/2026-03-04.csv.")
    assert world.summary()["result"] == result


def test_name_transaction_lot_and_sighting_lead_to_the_documents() -> None:
    world = World()

    outcome = world.receive(world.drop(BODY))

    ids = {document.control_id: document.document_id for document in world.documents.sent}
    assert world.journal.find("transaction:T-1") == (ids["T-1"],)
    assert world.journal.find("transaction:T-3") == (ids["T-3"],)
    assert set(world.journal.find("lot:L-1")) == {ids["T-1"], ids["T-2"]}
    by_name = set(world.journal.find("file:2026-03-04.csv"))
    assert by_name > set(ids.values())
    assert by_name == set(world.journal.find(f"correlation:{outcome.message_id}"))


def test_patients_are_tokens_from_here_on() -> None:
    world = World()

    world.receive(world.drop(cabinet_csv([a_row(), a_row(line="2", quantity="x")])))

    (document,) = world.documents.sent
    assert document.case_token.startswith("C1-")
    assert document.patient_token.startswith("P1-")
    told = (*world.documents.bodies, repr(world.journal), *map(str, world.outbox.files.values()))
    assert not any("MRN000123" in text or "VISIT-9" in text for text in told)


def test_a_transaction_of_several_cases_goes_without_one_and_says_so() -> None:
    world = World()

    world.receive(world.drop(cabinet_csv([a_row(), a_row(line="2", case="VISIT-8")])))

    (document,) = world.documents.sent
    assert (document.case_token, len(document.lines)) == ("", 2)
    assert [each["code"] for each in world.results()] == ["CASES_SEVERAL", "CASES_SEVERAL"]


def test_the_same_file_three_times_two_at_once_and_renamed_is_the_same_books() -> None:
    once, often = World(), World()
    once.receive(once.drop(BODY))

    first, at_once = often.drop(BODY), often.drop(BODY)
    often.receive(first)
    often.receive(at_once)
    often.receive(often.drop(BODY, key="cabinet/cabinet/renamed.csv"))
    often.receive(often.drop(BODY, key="cabinet/cabinet/again/renamed.csv", at=AT.replace(day=6)))

    assert often.books() == once.books()
    assert len(often.archive.objects) == 4
    assert not any(often.inbox.files.values())


def test_another_file_under_the_same_name_is_not_cleared_with_the_first() -> None:
    world = World()
    first, second = world.drop(BODY), world.drop(cabinet_csv([a_row(transaction="T-9")]))

    world.receive(first)

    assert list(world.inbox.files[KEY]) == [second.version]
    world.receive(second)
    assert [document.control_id for document in world.documents.sent][-1] == "T-9"
    assert len(world.answer(".result.jsonl")) == 2


def test_a_transaction_that_comes_again_in_another_file_is_the_same_document() -> None:
    world = World()

    world.receive(world.drop(cabinet_csv([a_row(), a_row(transaction="T-5")])))
    world.receive(
        world.drop(cabinet_csv([a_row(transaction="T-6"), a_row()]), key="cabinet/cabinet/b")
    )

    ids = [document.document_id for document in world.documents.sent]
    assert (len(ids), len(set(ids))) == (4, 3)


def all_calls() -> int:
    world = World()
    world.receive(world.drop(BODY))
    return world.calls


@pytest.mark.parametrize("dies_after", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("dies_at", range(1, all_calls() + 1))
def test_a_crash_at_any_call_and_another_delivery_end_as_one_delivery_does(
    dies_at: int, *, dies_after: bool
) -> None:
    whole, broken = World(), World(dies_at=dies_at, dies_after=dies_after)
    whole.receive(whole.drop(BODY))
    file = broken.drop(BODY)

    with pytest.raises(WorkerDiedError):
        broken.receive(file)
    broken.receive(file)

    assert broken.end == whole.end
    assert broken.left == []


@pytest.mark.parametrize("at", range(1, all_calls() + 1))
def test_two_workers_on_the_same_file_at_once_end_as_one_does(at: int) -> None:
    whole, world = World(), World(dies_at=at)
    whole.receive(whole.drop(BODY))
    first, second = world.drop(BODY), world.drop(BODY)
    world.meanwhile = lambda: (world.receive(first), world.receive(second))

    world.receive(first)

    assert world.books() == whole.books()
    assert [row["outcome"] for row in world.results()] == ["read", "read", "read", "held"]
    assert world.chain_kinds() == ["file", "file"]
    assert not any(world.inbox.files.values())


def test_nothing_leaves_the_inbox_before_it_is_answered() -> None:
    world = World()
    calls: list[str] = []
    file = world.drop(BODY)
    step = world.step()
    for port in ("inbox", "outbox", "archive", "journal", "documents"):
        _told(getattr(step, port), calls)

    step(file, Patience())

    order = [call for call in calls if call != "inbox.size"]
    assert order[:2] == ["inbox.open", "archive.store"]
    assert order[-4:] == ["journal.append", "outbox.put", "outbox.put", "inbox.clear"]


def _told(mortal: Any, calls: list[str]) -> None:  # noqa: ANN401
    real, port = mortal.real, mortal.port

    class Telling:
        def __getattr__(self, name: str) -> object:
            calls.append(f"{port}.{name}")
            return getattr(real, name)

    mortal.real = Telling()


def test_a_file_too_long_for_one_run_goes_on_in_the_next_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_progress, "DOCUMENTS_AT_ONCE", 2)
    world, whole = World(), World()
    body = cabinet_csv([a_row(transaction=f"T-{number}") for number in range(7)])
    whole.receive(whole.drop(body))
    file = world.drop(body)

    outcomes = [world.receive(file, seconds=1.0).code for _ in range(4)]

    assert outcomes == ["unfinished", "unfinished", "unfinished", "read"]
    assert [document.control_id for document in world.documents.sent] == [
        f"T-{number}" for number in range(7)
    ]
    assert world.outbox.files == whole.outbox.files
    assert world.chain_kinds() == ["progress", "progress", "progress", "file"]


def test_what_is_unfinished_stays_in_its_queue_and_everything_else_leaves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = iter(["read", "unfinished", "gone", "refused"])
    monkeypatch.setattr(
        handler, "receive_file", lambda: lambda _file, _deadline: FileOutcome(code=next(codes))
    )
    files = [(DroppedFile(key=KEY, version=str(number), dropped_at=AT),) for number in range(4)]

    kept = handler.receive_files([*files, ()], Patience())

    assert kept == [False, True, False, False, False]


def test_a_delivery_of_what_is_done_already_does_nothing() -> None:
    world = World()
    file = world.drop(BODY)
    world.receive(file)

    again = world.receive(file)

    assert (again.code, again.is_finished) == ("gone", True)
    assert len(world.documents.sent) == 3


@pytest.mark.parametrize(
    ("key", "body", "code", "is_archived"),
    [
        ("stranger/cabinet/a.csv", BODY, "CLIENT_UNKNOWN", False),
        ("a.csv", BODY, "PATH_UNKNOWN", False),
        ("cabinet/a.csv", BODY, "PATH_UNKNOWN", False),
        ("cabinet//a.csv", BODY, "PATH_UNKNOWN", False),
        ("cabinet/unknown/a.csv", BODY, "PROFILE_UNKNOWN", True),
        ("cabinet/../a.csv", BODY, "PROFILE_UNKNOWN", True),
        (KEY, b"", "FILE_EMPTY", True),
        (KEY, raw_file(raw_row(), header=PLAIN.replace("Lot", "Log")), "COLUMN_MISSING", True),
        (KEY, raw_file(raw_row(Quantity="x")), "ROWS_UNREADABLE", True),
    ],
)
def test_what_is_refused_is_answered_and_kept_in_the_archive_or_else_in_the_inbox(
    key: str, body: bytes, code: str, *, is_archived: bool
) -> None:
    world = World()

    outcome = world.receive(world.drop(body, key=key))

    assert (outcome.code, outcome.is_finished) == ("refused", True)
    assert not world.documents.sent
    summary = world.summary()
    assert [each["code"] for each in summary["findings"]] == [code]
    assert (summary["outcome"], summary["is_archived"]) == ("refused", is_archived)
    assert bool(world.archive.objects) == is_archived
    assert bool(world.inbox.files[key]) != is_archived


def test_a_file_over_the_limit_is_never_read_and_stays_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(step_module, "SIZE_LIMIT", len(BODY) - 1)
    world = World()

    outcome = world.receive(world.drop(BODY))

    assert outcome.code == "refused"
    assert [each["code"] for each in world.summary()["findings"]] == ["FILE_TOO_LARGE"]
    assert world.chain_kinds() == ["file"]
    assert world.inbox.files[KEY]
    assert not world.archive.objects


def test_the_rows_of_a_file_none_of_which_can_be_read_say_why() -> None:
    world = World()

    world.receive(world.drop(raw_file(raw_row(Quantity="x"), raw_row(Lot="=1"))))

    assert [(each["row"], each["outcome"], each["code"]) for each in world.results()] == [
        (2, "refused", "QUANTITY_INVALID"),
        (3, "refused", "FORMULA"),
    ]


def test_a_file_without_rows_is_read_and_says_so() -> None:
    world = World()

    outcome = world.receive(world.drop(cabinet_csv([])))

    assert outcome.code == "read"
    assert [each["code"] for each in world.summary()["findings"]] == ["ROWS_ABSENT"]
    assert not world.inbox.files[KEY]


def test_many_rows_of_no_known_transaction_travel_in_documents_that_fit() -> None:
    world = World()

    world.receive(world.drop(raw_file(raw_row(), *[b"x"] * 450)))

    assert [len(document.malformed) for document in world.documents.sent] == [0, 200, 200, 50]
    assert len(world.books()) == 4


def news(**changes: Any) -> str:  # noqa: ANN401
    record = {
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-03-05T12:00:00.000Z",
        "s3": {"object": {"key": "cabinet/cabinet/a+b%2B%C3%A4.csv", "versionId": "v1"}},
    }
    return json.dumps({"Records": [{**record, **changes}]})


def test_news_of_a_file_name_it_as_its_sender_did() -> None:
    assert dropped_files_of(news()) == (
        DroppedFile(key="cabinet/cabinet/a b+ä.csv", version="v1", dropped_at=AT),
    )


def test_the_first_news_of_a_bucket_only_try_the_way() -> None:
    assert dropped_files_of('{"Service": "Amazon S3", "Event": "s3:TestEvent"}') == ()


@pytest.mark.parametrize(
    "body",
    [
        "no JSON",
        "[]",
        "{}",
        news(eventName="ObjectRemoved:Delete"),
        news(eventTime="2026-03-05T12:00:00"),
        news(s3={}),
    ],
)
def test_what_is_no_news_of_a_file_is_not_passed_over_in_silence(body: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        dropped_files_of(body)


def test_a_sighting_has_one_id_however_often_it_is_delivered() -> None:
    file = DroppedFile(key=KEY, version="v1", dropped_at=AT)
    others = (
        replace(file, version="v2"),
        replace(file, key="x"),
        replace(file, dropped_at=AT.replace(hour=13)),
    )

    assert file.message_id("0") == replace(file).message_id("0")
    assert (
        len(
            {file.message_id("0"), file.message_id("1"), *(each.message_id("0") for each in others)}
        )
        == 5
    )
    assert file.message_id() < replace(file, dropped_at=AT.replace(day=6)).message_id()
