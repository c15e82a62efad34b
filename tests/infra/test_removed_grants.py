"""The box lets AWS's own work pass ungranted, so each guard of it must see one grant taken away."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.infra import test_service_grants as guards
from tests.infra.assembly import Assembly
from tests.infra.grants import without

Guard = Callable[[Assembly], None]

# Whose grant is taken: the function, the action, the resource; and which guard must see it.
REMOVED: Mapping[str, tuple[str, str, str, Guard]] = {
    "taking a message": (
        "map_document",
        "sqs:ReceiveMessage",
        "DocumentsMain",
        guards.test_a_mapping_may_take_what_its_queue_holds,
    ),
    "removing a message": (
        "map_document",
        "sqs:DeleteMessage",
        "DocumentsMain",
        guards.test_a_mapping_may_take_what_its_queue_holds,
    ),
    "counting messages": (
        "map_document",
        "sqs:GetQueueAttributes",
        "DocumentsMain",
        guards.test_a_mapping_may_take_what_its_queue_holds,
    ),
    "decrypting a message": (
        "map_document",
        "kms:Decrypt",
        "QueueKey",
        guards.test_a_mapping_may_take_what_its_queue_holds,
    ),
    "following the ledger": (
        "publish_outcome",
        "dynamodb:GetRecords",
        "EffectsStreamArn",
        guards.test_the_outcomes_mapping_may_read_the_stream_and_its_key,
    ),
    "telling of failed records": (
        "publish_outcome",
        "sqs:SendMessage",
        "OutcomeFailures",
        guards.test_failed_stream_records_may_be_sent_where_the_mapping_says,
    ),
    "telling of a failed invocation": (
        "sweep_effects",
        "sqs:SendMessage",
        "FailedInvocations",
        guards.test_every_function_may_use_its_own_dead_letter_queue,
    ),
    "reading the variables": (
        "map_document",
        "kms:Decrypt",
        "PlatformKey",
        guards.test_every_function_may_read_its_own_variables,
    ),
    "writing the log": (
        "map_document",
        "logs:PutLogEvents",
        "MapDocumentLogs",
        guards.test_every_function_may_write_its_own_log_and_no_other,
    ),
    "tracing": (
        "map_document",
        "xray:PutTraceSegments",
        "*",
        guards.test_every_function_traces,
    ),
    "the key of tables": (
        "map_document",
        "kms:Decrypt",
        "DataKey",
        guards.test_whoever_uses_an_encrypted_table_may_use_its_key,
    ),
    "the key of the archive": (
        "receive_message",
        "kms:GenerateDataKey",
        "DataKey",
        guards.test_whoever_reads_or_writes_a_bucket_may_use_its_key,
    ),
}


@pytest.mark.parametrize("kind", REMOVED)
def test_a_removed_grant_is_seen(prod: Assembly, tmp_path: Path, kind: str) -> None:
    name, action, purpose, guard = REMOVED[kind]
    guard(prod)

    role = prod.role_of(prod.functions()[name])
    poorer = without(prod, tmp_path, role=role, action=action, purpose=purpose)

    with pytest.raises(AssertionError):
        guard(poorer)
