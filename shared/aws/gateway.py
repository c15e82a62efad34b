"""API Gateway's events and answers: bodies arrive byte-exact, answers carry their correlation."""

import base64
from collections.abc import Mapping
from typing import Any

from shared.workflow.receive_message import Answer, InboundMessage


def inbound_message(event: Mapping[str, Any], *, source: str) -> InboundMessage:
    """The exact bytes and the client that the authorizer vouches for."""
    body = event.get("body") or ""
    is_binary = bool(event.get("isBase64Encoded"))
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return InboundMessage(
        body=base64.b64decode(body) if is_binary else body.encode(),
        content_type=headers.get("content-type", ""),
        client_id=event["requestContext"]["authorizer"]["claims"]["client_id"],
        source=source,
    )


def http_response(answer: Answer) -> dict[str, object]:
    """The proxy integration's answer."""
    return {
        "statusCode": answer.status,
        "headers": {
            "Content-Type": answer.content_type,
            "X-Ledgerward-Message-Id": answer.message_id,
            "X-Ledgerward-Document-Id": answer.document_id,
        },
        "body": base64.b64encode(answer.body).decode(),
        "isBase64Encoded": True,  # an acknowledgement is in its sender's character set
    }
