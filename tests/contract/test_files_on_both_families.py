"""A dropped file on both families of ports, and its answer as the command line reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from infra.local.cabinet import cabinet_csv
from shared.canonical.message import ClientScope
from shared.cli.deployment import Deployment
from shared.cli.file import drop_file, file_answer
from shared.simulation.clock import FixedDeadline
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.receive_file import ReceiveFile
from tests.contract.families import INBOX, OUTBOX, Aws, Family
from tests.flatfile import a_return, a_row
from tests.hl7 import a_batch, a_dft, a_requisition, an_ft1

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
NAME = "day ä+1.csv"
KEY = f"cabinet/cabinet/{NAME}"
BODY = cabinet_csv([a_row(), a_return(), a_row(transaction="T-3", quantity="x")])


@dataclass(frozen=True)
class _Clients:
    s3: "S3Client"


@dataclass(frozen=True)
class _Deployed:
    clients: _Clients

    def output(self, name: str) -> str:
        return {"InboxBucket": INBOX, "OutboxBucket": OUTBOX}[name]


def deployed(aws: Aws) -> Deployment:
    return cast(Deployment, _Deployed(_Clients(aws.s3)))


def received(family: Family, version: str, key: str = KEY) -> Mapping[str, Any]:
    family.register(ClientScope(client_id="cabinet", tenant="meridian", facilities=("NORTH",)))
    outcome = a_step(family)(
        DroppedFile(key=key, version=version, dropped_at=AT), FixedDeadline(120)
    )
    return {"code": outcome.code, **outcome.counts}


def a_step(family: Family) -> ReceiveFile:
    return ReceiveFile(
        inbox=family.inbox,
        outbox=family.outbox,
        archive=family.archive,
        journal=family.journal,
        documents=family.documents,
        holds=family.holds,
        clients=family.clients,
        tokens=family.tokens,
        journal_writers=1,
    )


def test_a_dropped_file_is_taken_in_and_leaves_the_inbox(family: Family) -> None:
    version = family.drop_file(KEY, BODY)

    outcome = received(family, version)

    assert outcome == {"code": "read", "rows": 3, "read": 2, "held": 1, "documents": 3}
    sent = family.documents_sent()
    assert {document.control_id for document in sent} == {"T-1", "T-2", "T-3"}
    assert {family.archive.read(document.raw_key) for document in sent} == {BODY}
    assert len(family.journal.find(f"file:{NAME}")) == 4
    with pytest.raises(KeyError):
        family.inbox.open(KEY, version)


def test_messages_of_a_file_are_taken_in_each_as_a_document(family: Family) -> None:
    key = "cabinet/hl7v2/night.hl7"
    body = a_batch(a_dft(an_ft1()), a_requisition("RQD|1|27000004^Gloves^ERP|||2|EA"), stated="3")

    outcome = received(family, family.drop_file(key, body), key)

    counts = {"messages": 2, "read": 2, "lines": 2, "held_lines": 0}
    assert outcome == {"code": "read"} | counts
    (document,) = family.documents_sent()
    assert family.archive.read(document.raw_key) == body
    assert len(family.journal.find("file:night.hl7")) == 4


def test_the_same_arrival_again_adds_nothing(family: Family) -> None:
    version = family.drop_file(KEY, BODY)
    received(family, version)
    (chain,) = [each for each in family.journal.find(f"file:{NAME}") if each.startswith("file:")]

    assert received(family, version) == {"code": "gone"}
    assert [entry.fact.kind for entry in family.journal.read(chain)] == ["file"]


def test_people_drop_a_file_and_are_shown_what_became_of_each_row(on_aws: Family, aws: Aws) -> None:
    key = drop_file(deployed(aws), NAME, BODY)
    versions = aws.s3.list_object_versions(Bucket=INBOX)["Versions"]

    received(on_aws, versions[0]["VersionId"], key)

    for asked in (NAME, KEY, f"cabinet/cabinet/north/{NAME}"):
        answer = file_answer(deployed(aws), asked)
        assert answer is not None
        assert [(row["row"], row["outcome"], row["column"]) for row in answer.rows] == [
            (2, "read", ""),
            (3, "read", ""),
            (4, "held", "Quantity"),
        ]
        assert answer.summary["counts"]["held"] == 1


@pytest.mark.usefixtures("on_aws")
def test_of_a_file_that_nobody_answered_nothing_is_shown(aws: Aws) -> None:
    drop_file(deployed(aws), NAME, BODY)

    assert file_answer(deployed(aws), NAME) is None


def test_what_lies_in_the_inbox_is_listed_by_version_unless_its_sender_deleted_it(
    family: Family,
) -> None:
    versions = {family.drop_file(KEY, b"first"), family.drop_file(KEY, b"second")}
    family.drop_file("cabinets/usage/gone.csv", b"x")
    family.remove_file("cabinets/usage/gone.csv")

    waiting = list(family.inbox.waiting())

    assert {(each.key, each.version) for each in waiting} == {(KEY, each) for each in versions}
    assert all(each.dropped_at.tzinfo for each in waiting)
