"""Files, documents and what waits: the functions that come before an effect."""

from infra.constructs.platform_function import FOLLOWS_ITS_SENDER_BECAUSE, PlatformFunction
from infra.stacks import limits
from infra.stacks.core_parts import ERP_TARGET, CoreParts, permit_release


def receive_file(parts: CoreParts) -> PlatformFunction:
    """Files of the inbox, one at a time: each is whole in the archive before it leaves."""
    data, documents = parts.data, parts.queues.documents.main
    made = PlatformFunction(
        parts.scope,
        "ReceiveFile",
        name="receive_file",
        variables={
            "INBOX_BUCKET": data.inbox.bucket.bucket_name,
            "OUTBOX_BUCKET": data.outbox.bucket.bucket_name,
            "RAW_BUCKET": data.raw.bucket.bucket_name,
            "JOURNAL_TABLE": data.journal.table.table_name,
            "HOLDS_TABLE": data.holds.table.table_name,
            "MASTER_DATA_TABLE": data.master_data.table.table_name,
            "DOCUMENTS_QUEUE_URL": documents.queue.queue_url,
            "TOKEN_SECRET_ARN": parts.secrets.token.secret.secret_arn,
        },
        platform=parts.platform,
        timeout_seconds=limits.RECEIVE_FILE_TIMEOUT_SECONDS,
        reserved_concurrency=limits.AT_ONCE,
        memory_mb=1024,  # a file is read whole
    )
    data.inbox.permit_take(made.identity)
    data.outbox.permit_put(made.identity)
    data.raw.permit_store(made.identity)
    data.journal.permit(made.identity, "BatchWriteItem", "PutItem", "Query")
    data.holds.permit(made.identity, "PutItem")
    data.master_data.permit(made.identity, "Query")
    documents.permit_send(made.identity)
    parts.secrets.token.permit_read(made.identity)
    made.consume("Files", parts.queues.files.main, batch_size=1, concurrency=limits.AT_ONCE)
    return made


def map_document(parts: CoreParts) -> PlatformFunction:
    """Documents to effects, holds, or a place to wait."""
    data, queues = parts.data, parts.queues
    made = PlatformFunction(
        parts.scope,
        "MapDocument",
        name="map_document",
        variables={
            "JOURNAL_TABLE": data.journal.table.table_name,
            "HOLDS_TABLE": data.holds.table.table_name,
            "MASTER_DATA_TABLE": data.master_data.table.table_name,
            "EFFECTS_TABLE": data.effects.table.table_name,
            "POSITIONS_TABLE": data.positions.table.table_name,
            "DOCUMENTS_QUEUE_URL": queues.documents.main.queue.queue_url,
            "EFFECTS_QUEUE_URL": queues.effects.main.queue.queue_url,
            "STATUS_QUEUE_URL": queues.statuses.main.queue.queue_url,
            "REVERSAL_WAIT_HOURS": str(parts.environment.reversal_wait_hours),
            "ERP_TARGET": ERP_TARGET,
        },
        platform=parts.platform,
        timeout_seconds=limits.MAP_TIMEOUT_SECONDS,
        reserved_concurrency=10,
    )
    made.begin_no_trace(because=FOLLOWS_ITS_SENDER_BECAUSE)
    permit_release(parts, made.identity)  # what arrives while a line is being parked
    data.effects.permit(made.identity, "UpdateItem")  # what a reversal reserves
    # A line's head moves together with its effect, if its case's head allows.
    data.effects.permit(made.identity, "ConditionCheckItem", "PutItem")
    # Counts, receipts, and what takes them back.
    data.positions.permit(made.identity, "BatchGetItem", "BatchWriteItem", "PutItem")
    queues.effects.main.permit_send(made.identity)
    queues.statuses.main.permit_send(made.identity)
    made.consume("Documents", queues.documents.main, batch_size=10, concurrency=limits.AT_ONCE)
    return made


def release_parked(parts: CoreParts) -> PlatformFunction:
    """Each minute: what waits for a key that has arrived goes on."""
    data, queues = parts.data, parts.queues
    made = PlatformFunction(
        parts.scope,
        "ReleaseParked",
        name="release_parked",
        variables={
            "HOLDS_TABLE": data.holds.table.table_name,
            "EFFECTS_TABLE": data.effects.table.table_name,
            "MASTER_DATA_TABLE": data.master_data.table.table_name,
            "JOURNAL_TABLE": data.journal.table.table_name,
            "ERP_TARGET": ERP_TARGET,
            "DOCUMENTS_QUEUE_URL": queues.documents.main.queue.queue_url,
        },
        platform=parts.platform,
        timeout_seconds=limits.EVERY_MINUTE_TIMEOUT_SECONDS,
        reserved_concurrency=2,
    )
    permit_release(parts, made.identity)
    made.run_every_minute(
        why="What waits for a key that has arrived goes on", failures=queues.failed_invocations
    )
    return made
