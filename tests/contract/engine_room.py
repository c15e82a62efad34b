"""The suite's own AWS engine, with and without our fixes, and small platforms to try it with."""
# ruff: noqa: ANN401 - AWS answers are what they are; the tests look into them

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.local.engine import FIXES
from infra.local.engine_process import engine_process, start_engine, stop_engine
from infra.local.ports import free_port
from infra.local.settings import BoxSettings

ALL_FIXES = tuple(fix.__name__ for fix in FIXES)
_LONG_ENOUGH_SECONDS = 20.0
_TRUST = {"Service": "lambda.amazonaws.com"}


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A running engine. Everything made in it gets a name of its own."""

    settings: BoxSettings
    left_out: tuple[str, ...]

    def client(self, service: str, **credentials: str) -> Any:
        """An administrator's client, or that of other credentials."""
        known = {"aws_access_key_id": self.settings.account, "aws_secret_access_key": "test"}
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.settings.endpoint,
            region_name=self.settings.region,
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
            **{**known, **credentials},
        )

    def role(self, *statements: Mapping[str, object]) -> str:
        """A role for functions; returns its ARN."""
        iam, name = self.client("iam"), a_name()
        trust = {"Effect": "Allow", "Principal": _TRUST, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
        return str(role["Role"]["Arn"])

    def function(
        self,
        source: str,
        *,
        role: str = "",
        layers: Sequence[str] = (),
        files: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """A function `handle(event, context)`; returns its name."""
        name = a_name()
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler="code.handle",
            Role=role or self.role(),
            Code={"ZipFile": archive({"code.py": source, **(files or {})})},
            Layers=list(layers),
            Timeout=15,
            Environment={"Variables": dict(variables or {})},
        )
        return name

    def invoke(self, function: str, event: object = None) -> Any:
        """What the function answers."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def queue(self, **attributes: str) -> tuple[str, str]:
        """A queue; returns its URL and ARN."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=a_name(), Attributes=attributes)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    def messages(self, url: str, count: int, seconds: float = _LONG_ENOUGH_SECONDS) -> list[Any]:
        """So many messages of a queue, or those that came in time."""
        sqs = self.client("sqs")
        found: list[Any] = []
        deadline = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def table_with_stream(self) -> tuple[str, str]:
        """A table; returns its name and the ARN of its stream."""
        made = self.client("dynamodb").create_table(
            TableName=a_name(),
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )["TableDescription"]
        return made["TableName"], made["LatestStreamArn"]

    def put(self, table: str, *keys: str) -> None:
        """Write items."""
        for key in keys:
            self.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": key}})

    def stack(
        self, resources: Mapping[str, object], outputs: Mapping[str, object]
    ) -> dict[str, str]:
        """Deploy a template; returns its outputs."""
        return self._settled(a_name(), resources, outputs, "create_stack")

    def change_stack(
        self, name: str, resources: Mapping[str, object], outputs: Mapping[str, object]
    ) -> dict[str, str]:
        """Deploy another template over it."""
        return self._settled(name, resources, outputs, "update_stack")

    def _settled(
        self,
        name: str,
        resources: Mapping[str, object],
        outputs: Mapping[str, object],
        call: str,
    ) -> dict[str, str]:
        cloudformation = self.client("cloudformation")
        template = {
            "Resources": resources,
            "Outputs": {key: {"Value": value} for key, value in outputs.items()},
        }
        getattr(cloudformation, call)(StackName=name, TemplateBody=json.dumps(template))

        def settled() -> Any:
            (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
            return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack

        stack = eventually(settled)
        assert stack["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, stack
        found = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        return {"StackName": name, **found}

    def restart(self) -> None:
        """A clean stop and a start."""
        stop_engine(self.settings)
        start_engine(self.settings, left_out=self.left_out)

    def crash(self) -> None:
        """A power cut."""
        engine_process(self.settings).kill()


@contextmanager
def running_engine(
    folder: Path, *, left_out: tuple[str, ...] = (), functions_port: int = 0
) -> Iterator[Engine]:
    """An engine of its own for as long as the context lasts."""
    settings = BoxSettings(
        state=folder,
        cache=folder / "cache",
        engine_port=free_port(),
        functions_port=functions_port,
    )
    start_engine(settings, left_out=left_out)
    try:
        yield Engine(settings=settings, left_out=left_out)
    finally:
        stop_engine(settings)


def allow(*actions: str, on: str = "*") -> dict[str, object]:
    """A statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def policy(*statements: Mapping[str, object]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def archive(files: Mapping[str, str]) -> bytes:
    """Files as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return buffer.getvalue()


def a_name() -> str:
    """A name that nothing else has."""
    return f"n{uuid.uuid4().hex[:12]}"


def eventually(look: Callable[[], Any], seconds: float = _LONG_ENOUGH_SECONDS) -> Any:
    """What `look` gives once it gives something; None if it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    return None
