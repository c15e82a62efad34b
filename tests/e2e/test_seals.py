"""The journal of a running stack is sealed, verifies, and gives away a single altered byte."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.e2e.messages import a_charge, a_message
from tests.e2e.stack import Stack

pytestmark = pytest.mark.stack
SEQUENCE = 2


def table_key(document_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"document#{document_id}"}, "sk": {"S": f"entry#{SEQUENCE:08d}"}}


def read_data(stack: Stack, document_id: str) -> str:
    answer = stack.deployment.clients.dynamodb.get_item(
        TableName=stack.deployment.output("JournalTable"), Key=table_key(document_id)
    )
    return answer["Item"]["data"]["S"]


def put_data(stack: Stack, document_id: str, text: str) -> None:
    stack.deployment.clients.dynamodb.update_item(
        TableName=stack.deployment.output("JournalTable"),
        Key=table_key(document_id),
        UpdateExpression="SET #data = :data",
        ExpressionAttributeNames={"#data": "data"},
        ExpressionAttributeValues={":data": {"S": text}},
    )


def sent_and_settled(stack: Stack) -> str:
    charge = a_charge(stack.deployment.network)
    document_id: str = stack.run("send", "-", typed=a_message(charge).encoded()).result[
        "document_id"
    ]
    stack.settle()
    return document_id


def test_one_altered_byte_of_one_journal_item_is_named(stack: Stack, tmp_path: Path) -> None:
    document_id = sent_and_settled(stack)
    (*_, seal) = stack.run("seal", "--now").result["seals"]
    name, file = f"{seal['period']}.{seal['number']}", tmp_path / "period.jsonl"
    whole = stack.run("verify")
    exported = stack.run("export", "--period", name, "--to", str(file))
    before = read_data(stack, document_id)

    put_data(stack, document_id, before[:-2] + chr(ord(before[-2]) ^ 1) + before[-1])
    altered = stack.run("verify", "--period", name)
    put_data(stack, document_id, before)

    assert (whole.status, whole.result["findings"]) == (0, [])
    assert whole.result["entries"] >= seal["count"] >= 3
    (found,) = altered.result["findings"]
    assert (altered.status, found["kind"], found["fields"]) == (1, "altered", ["data"])
    assert (found["document_id"], found["sequence"]) == (document_id, SEQUENCE)
    assert stack.run("verify").status == exported.status == 0
    assert stack.run("verify", "--export", str(file)).status == 0


def test_the_function_of_each_hour_may_do_what_it_must(stack: Stack) -> None:
    """Whatever has ended is sealed now, so a second run finds nothing to do."""
    settings = stack.settings
    client = boto3.client(
        "lambda",
        endpoint_url=settings.endpoint,
        region_name=settings.region,
        aws_access_key_id=settings.account,
        aws_secret_access_key="test",  # noqa: S106 - the engine's fixed word, on loopback only
    )
    function = stack.deployment.output("SealJournalFunctionName")

    answers = [client.invoke(FunctionName=function, Payload=b"{}") for _ in range(2)]

    told = [json.loads(answer["Payload"].read()) for answer in answers]
    client.close()
    assert [answer.get("FunctionError") for answer in answers] == [None, None]
    assert told[1] == {"seals": 0, "entries": 0}
    assert stack.run("verify").status == 0
