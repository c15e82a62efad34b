"""API Gateway's events and answers: bodies arrive byte-exact, answers carry their correlation."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from shared.workflow.receiving import (
    Answer,
    AskedResource,
    InboundMessage,
    InboundResource,
    InboundWebhook,
)

_RETURN = re.compile(r"return=([A-Za-z]+)")


def inbound_message(event: Mapping[str, Any], *, source: str) -> InboundMessage:
    """The exact bytes and the client that the authorizer vouches for."""
    return InboundMessage(
        body=_body(event),
        content_type=_headers(event).get("content-type", ""),
        client_id=_client_of(event),
        source=source,
    )


def inbound_resource(event: Mapping[str, Any]) -> InboundResource:
    """The exact bytes, the client, and the release and type that the path names."""
    headers, path = _headers(event), event["pathParameters"]
    preferred = _RETURN.search(headers.get("prefer", ""))
    return InboundResource(
        body=_body(event),
        content_type=headers.get("content-type", ""),
        client_id=_client_of(event),
        release=path["release"],
        kind=path.get("type", ""),
        preferred=preferred[1] if preferred else "",
    )


def asked_resource(event: Mapping[str, Any]) -> AskedResource:
    """The client, and what its path and its parameters ask for."""
    path = event["pathParameters"]
    return AskedResource(
        client_id=_client_of(event),
        release=path["release"],
        kind=path["type"],
        id=path.get("id", ""),
        version=path.get("version", ""),
        parameters=event.get("multiValueQueryStringParameters") or {},
    )


def inbound_webhook(event: Mapping[str, Any]) -> InboundWebhook:
    """The exact bytes, the headers, and the source that the path names; nobody vouches for it."""
    headers = _headers(event)
    return InboundWebhook(
        source=event["pathParameters"]["source"],
        body=_body(event),
        headers=headers,
        content_type=headers.get("content-type", ""),
    )


def http_response(answer: Answer) -> dict[str, object]:
    """The proxy integration's answer."""
    return {
        "statusCode": answer.status,
        "headers": {
            "Content-Type": answer.content_type,
            "X-Ledgerward-Message-Id": answer.message_id,
            "X-Ledgerward-Document-Id": answer.document_id,
            **answer.headers,
        },
        "body": base64.b64encode(answer.body).decode(),
        "isBase64Encoded": True,  # an acknowledgement is in its sender's character set
    }


def _client_of(event: Mapping[str, Any]) -> str:
    return str(event["requestContext"]["authorizer"]["claims"]["client_id"])


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}
