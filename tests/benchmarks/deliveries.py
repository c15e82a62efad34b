"""What Lambda hands to each function: HTTPS requests, queue batches, stream batches."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.hl7 import a_dft, a_header, an_ft1


@dataclass(frozen=True, slots=True)
class Invocation:
    """The context of one invocation, far from its end."""

    aws_request_id: str = "r-1"
    function_name: str = "function"
    function_version: str = "1"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:function"
    client_context: object = field(default=None)

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def a_message(number: int) -> bytes:
    """One use of one lot of a suture, as an EHR charges it."""
    line = an_ft1(f"T-{number}", code="C-SUT^Suture", more="\rZLW|L-1")
    return a_dft(line, header=a_header(control_id=f"CTL-{number}"))


def a_request(body: bytes) -> dict[str, Any]:
    """A proxy event of API Gateway's."""
    return {
        "resource": "/messages/hl7v2",
        "path": "/messages/hl7v2",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/hl7-v2", "X-Amzn-Trace-Id": "Root=1-0-0"},
        "requestContext": {"authorizer": {"claims": {"client_id": "ehr"}}, "requestId": "r-1"},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def a_queue_batch(bodies: Sequence[str], *, first: int) -> dict[str, Any]:
    """Messages of a queue; no two batches have a message id in common."""
    return {"Records": [_queued(body, first + place) for place, body in enumerate(bodies)]}


def a_stream_batch(images: Sequence[Mapping[str, Any]], *, first: int) -> dict[str, Any]:
    """New items of the effect ledger."""
    return {"Records": [_streamed(image, first + place) for place, image in enumerate(images)]}


def _queued(body: str, number: int) -> dict[str, Any]:
    return {
        "messageId": f"m-{number}",
        "receiptHandle": f"h-{number}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1772712000000"},
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:queue",
        "awsRegion": "us-east-1",
    }


def _streamed(image: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "eventID": f"e-{number}",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "Keys": {"pk": image["pk"]},
            "NewImage": image,
            "SequenceNumber": f"{number:021d}",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
