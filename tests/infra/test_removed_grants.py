"""The box lets AWS's own work pass ungranted, so each guard of it must see one grant taken away."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra import test_service_grants as guards
from tests.infra.assembly import Assembly
from tests.infra.grants import short

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

    poorer = without(prod, tmp_path, name=name, action=action, purpose=purpose)

    with pytest.raises(AssertionError):
        guard(poorer)


def without(assembly: Assembly, folder: Path, *, name: str, action: str, purpose: str) -> Assembly:
    """A copy in which one function may no longer do one thing on one resource."""
    for path in assembly.folder.glob("*.template.json"):
        shutil.copy(path, folder)
    (policy,) = assembly.policies_of(assembly.role_of(assembly.functions()[name]))
    path = folder / f"{policy.stack}.template.json"
    template = json.loads(path.read_text())
    document = template["Resources"][policy.logical_id]["Properties"]["PolicyDocument"]

    def is_meant(resource: object) -> bool:
        resolved = assembly.resolved(policy.stack, resource)
        return purpose == ("*" if resolved == "*" else short(resolved))

    kept = [part for each in document["Statement"] for part in split(each, action, is_meant)]
    path.write_text(
        json.dumps(template | {"Resources": replaced(template, policy.logical_id, kept)})
    )
    poorer = Assembly(folder)
    function, poor_function = assembly.functions()[name], poorer.functions()[name]
    assert len(assembly.grants_of(function) - poorer.grants_of(poor_function)) == 1
    return poorer


def split(
    statement: Mapping[str, Any], action: str, is_meant: Callable[[object], bool]
) -> Iterator[Mapping[str, Any]]:
    """A statement's grants but for one action on what is meant."""
    actions, resources = listed(statement["Action"]), listed(statement["Resource"])
    others = [each for each in resources if not is_meant(each)]
    if others:
        yield {**statement, "Resource": others}
    remaining = [each for each in actions if each != action]
    if remaining and len(others) < len(resources):
        yield {
            **statement,
            "Action": remaining,
            "Resource": [each for each in resources if is_meant(each)],
        }


def replaced(template: Mapping[str, Any], policy: str, kept: list[Any]) -> dict[str, Any]:
    resources = dict(template["Resources"])
    resources[policy]["Properties"]["PolicyDocument"]["Statement"] = kept
    return resources


def listed(value: Any) -> list[Any]:  # noqa: ANN401 - a policy's own JSON
    return value if isinstance(value, list) else [value]
