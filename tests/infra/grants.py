"""Questions about who may do what, as several test files ask them."""

import re
from collections.abc import Mapping
from typing import Any

from tests.infra.assembly import Assembly, Grant, Resource


def short(resource: str) -> str:
    """A resolved resource by its purpose: `LedgerwardData-prod.JournalTable1A2B.Arn` is Journal."""
    if ":s3:::" in resource:
        return resource.split("ledgerward-")[1].split("-")[1]
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
