"""The recovery step, built on a platform with the operator's own rights."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from shared.aws.client_registry import DynamoClientRegistry
from shared.aws.clock import SystemClock
from shared.aws.file_boxes import S3FileInbox, S3FileOutbox
from shared.aws.master_data import DynamoMasterData, DynamoWebhookSources
from shared.aws.message_ids import new_message_id
from shared.aws.raw_archive import S3RawArchive
from shared.aws.secrets import read_secret
from shared.aws.tokens import tokenizer_of
from shared.aws.webhook_log import DynamoWebhookLog
from shared.cli.operations import (
    add_mapping,
    erp_books,
    erp_connector,
    operator_archive,
    raw_archive,
)
from shared.cli.platform import Platform
from shared.cli.targets import TARGETS
from shared.ports.queues import DocumentQueue
from shared.ports.tokens import Tokenizer
from shared.workflow.cast_doubt import CastDoubt
from shared.workflow.completeness import FILE_SOURCES, Completeness
from shared.workflow.decide_effect import DecideEffect
from shared.workflow.decide_hold import DecideHold
from shared.workflow.drive_again import Drive, DriveAgain
from shared.workflow.recall_reversals import RecallReversals
from shared.workflow.receive_file import ReceiveFile
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.receive_resource import ReceiveResource
from shared.workflow.receive_webhook import ReceiveWebhook
from shared.workflow.recover import Recover
from shared.workflow.source_lines import SourceLines
from shared.workflow.target_holdings import TargetHoldings
from shared.workflow.waiting_reversals import WaitingReversals
from shared.workflow.webhook_audit import WebhookAudit

OfClients = TypeVar("OfClients", ReceiveMessage, ReceiveResource)


@dataclass(frozen=True, slots=True)
class NoDeadline:
    """Implements the Deadline port for a process that nobody kills."""

    def remaining_seconds(self) -> float:
        """For ever."""
        return math.inf


def drives_into(platform: Platform, documents: DocumentQueue) -> Mapping[str, Drive]:
    """What takes a stored sighting in again, by kind of source, and where its documents go."""
    archive = raw_archive(platform)
    files = _files(platform, archive, documents)
    return {
        "hl7v2": _of_clients(ReceiveMessage, platform, archive, documents).take_in,
        "webhook": _webhooks(platform, archive, documents).take_in,
        "fhir": _of_clients(ReceiveResource, platform, archive, documents).take_in,
        **dict.fromkeys(FILE_SOURCES, partial(files.take_in, deadline=NoDeadline())),
    }


def decide_hold(platform: Platform) -> DecideHold:
    """The step that assigns, closes or releases a hold."""
    return DecideHold(
        archive=operator_archive(platform),
        journal=platform.journal,
        holds=platform.holds,
        parking=platform.parking,
        take_again=partial(_take_again, platform),
    )


def decide_effect(platform: Platform) -> DecideEffect:
    """The step that decides about a refused effect, or one in review."""
    archive = raw_archive(platform)
    return DecideEffect(
        archive=operator_archive(platform),
        journal=platform.journal,
        ledger=platform.ledger,
        holds=platform.holds,
        connector=erp_connector(platform),
        clock=SystemClock(),
        reversals=WaitingReversals(parking=platform.parking, holds=platform.holds),
        source_line=SourceLines(
            journal=platform.journal,
            listing=archive,
            archive=archive,
            drives=partial(drives_into, platform),
        ),
        documents=platform.documents,
    )


def recovery(platform: Platform) -> Recover:
    """Build the step."""
    archive = raw_archive(platform)
    files = _files(platform, archive, platform.documents)
    return Recover(
        listing=archive,
        archive=archive,
        is_complete=Completeness(
            journal=platform.journal,
            ledger=platform.ledger,
            holds=platform.holds,
            parking=platform.parking,
            heads=platform.heads,
            stock=platform.stock,
        ),
        rules=add_mapping(platform),
        decisions=decide_hold(platform),
        effect_decisions=decide_effect(platform),
        drives=drives_into(platform, platform.documents),
        inbox=files.inbox,
        take_file=partial(files, deadline=NoDeadline()),
        doubt=CastDoubt(targets=TARGETS, breakers=platform.breakers, clock=SystemClock()),
        recall=_recall(platform),
    )


def _recall(platform: Platform) -> RecallReversals:
    (target,) = TARGETS
    return RecallReversals(
        target=target,
        holdings=TargetHoldings(connector=erp_connector(platform), books=erp_books(platform)),
        heads=platform.heads,
        journal=platform.journal,
        master=DynamoMasterData(records=platform.records),
        ledger=platform.ledger,
        parking=platform.parking,
        breakers=platform.breakers,
        clock=SystemClock(),
    )


def _take_again(platform: Platform, raw_key: str) -> None:
    archive = raw_archive(platform)
    drives = drives_into(platform, platform.documents)
    DriveAgain(listing=archive, archive=archive, drives=drives)(raw_key)


def _of_clients(
    step: type[OfClients], platform: Platform, archive: S3RawArchive, documents: DocumentQueue
) -> OfClients:
    """What registered clients send over HTTPS."""
    return step(
        archive=archive,
        journal=platform.journal,
        documents=documents,
        holds=platform.holds,
        clients=_clients(platform),
        tokens=_tokens(platform),
        clock=SystemClock(),
        new_id=new_message_id,
    )


def _webhooks(
    platform: Platform, archive: S3RawArchive, documents: DocumentQueue
) -> ReceiveWebhook:
    """Signatures were checked when these came in, so it needs no keys."""
    return ReceiveWebhook(
        archive=archive,
        journal=platform.journal,
        documents=documents,
        sources=DynamoWebhookSources(records=platform.records, clock=SystemClock()),
        log=DynamoWebhookLog(
            client=platform.clients.dynamodb, table=platform.output("JournalTable")
        ),
        tokens=_tokens(platform),
        clock=SystemClock(),
        keys={},
        audit=WebhookAudit(journal=platform.journal),
        new_id=new_message_id,
    )


def _files(platform: Platform, archive: S3RawArchive, documents: DocumentQueue) -> ReceiveFile:
    s3 = platform.clients.s3
    return ReceiveFile(
        inbox=S3FileInbox(client=s3, bucket=platform.output("InboxBucket")),
        outbox=S3FileOutbox(client=s3, bucket=platform.output("OutboxBucket")),
        archive=archive,
        journal=platform.journal,
        documents=documents,
        holds=platform.holds,
        clients=_clients(platform),
        tokens=_tokens(platform),
    )


def _clients(platform: Platform) -> DynamoClientRegistry:
    return DynamoClientRegistry(records=platform.records, clock=SystemClock())


def _tokens(platform: Platform) -> Tokenizer:
    secret = read_secret(platform.clients.secrets, platform.output("TokenSecretArn"))
    return tokenizer_of(secret)
