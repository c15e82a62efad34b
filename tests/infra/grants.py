"""Questions about who may do what, as several test files ask them."""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.infra.assembly import Assembly, Grant, Resource


def short(resource: str) -> str:
    """A resolved resource by its purpose: `LedgerwardData-prod.JournalTable1A2B.Arn` is Journal."""
    if ":s3:::" in resource:
        return resource.split("ledgerward-")[1].split("-")[1]
    if ":repository/" in resource:
        return resource.split(":repository/")[1]
    name, _, rest = resource.partition(".")[2].partition(".")
    purpose = re.sub(r"[0-9A-F]{8}$", "", name)
    purpose = re.sub(r"(?<=.)(Table|Queue)$", "", purpose)
    return purpose + rest.removeprefix("Arn")


def named(assembly: Assembly, reference: str) -> Resource:
    """The resource that a resolved reference is about."""
    stack, logical_id = reference.split(".")[:2]
    return next(each for each in assembly.resources if each.name == f"{stack}.{logical_id}")


def mappings(assembly: Assembly) -> list[tuple[Resource, Resource, str]]:
    """Every event source mapping with its function and the resolved ARN of its source."""
    functions = {function.name: function for function in assembly.functions().values()}
    return [
        (
            mapping,
            functions[assembly.reference(mapping, "FunctionName")],
            assembly.reference(mapping, "EventSourceArn"),
        )
        for mapping in assembly.of_kind("AWS::Lambda::EventSourceMapping")
    ]


def senders(assembly: Assembly, queue: Resource) -> list[Mapping[str, Any]]:
    """The statements that let others than our own roles send to a queue."""
    return [
        statement
        for policy in assembly.of_kind("AWS::SQS::QueuePolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        and assembly.resolved(policy.stack, statement["Resource"]) == f"{queue.name}.Arn"
    ]


def served_by_key_of(assembly: Assembly, queue: Resource) -> set[str]:
    """The services that may use the key of a queue."""
    key = named(assembly, assembly.reference(queue, "KmsMasterKeyId"))
    return {
        assembly.resolved(key.stack, statement["Principal"]["Service"])
        for statement in key.properties["KeyPolicy"]["Statement"]
        if "Service" in statement["Principal"]
    }


def may_send(assembly: Assembly, function: Resource, queue: str) -> bool:
    key = assembly.reference(named(assembly, queue), "KmsMasterKeyId")
    needed = {
        Grant(action="sqs:SendMessage", resource=queue),
        Grant(action="kms:GenerateDataKey", resource=key),
        Grant(action="kms:Decrypt", resource=key),
    }
    return needed <= assembly.grants_of(function)


def without(assembly: Assembly, folder: Path, *, role: str, action: str, purpose: str) -> Assembly:
    """A copy in which one role may no longer do one thing on one resource."""
    for path in assembly.folder.glob("*.template.json"):
        shutil.copy(path, folder)
    (policy,) = assembly.policies_of(role)
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
    assert len(assembly.grants_of_role(role) - poorer.grants_of_role(role)) == 1
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
