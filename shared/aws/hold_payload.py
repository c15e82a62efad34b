"""A payload may be a whole message, which is larger than an item: packed when it is long."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

from shared.aws.attributes import Value

PLAIN_CHARACTERS = 32_000
MOST_PACKED = 300_000  # an item ends at 400 KB


def packed_payload(payload: str) -> dict[str, Value]:
    """The payload's attributes.

    Raises:
        ValueError: it does not fit into an item even when packed.
    """
    if len(payload) <= PLAIN_CHARACTERS:
        return {"payload": payload}
    packed = base64.b85encode(zlib.compress(payload.encode(), level=9)).decode()
    if len(packed) > MOST_PACKED:
        raise ValueError(f"a payload of {len(payload)} characters does not fit into an item")
    return {"payload_packed": packed}


def hold_payload(payload: str) -> dict[str, Value]:
    """The attributes of a hold's payload.

    What does not fit is named by its hash: the hold must stand, and the bytes are in the raw
    archive.
    """
    try:
        return packed_payload(payload)
    except ValueError:
        digest = hashlib.sha256(payload.encode()).hexdigest()
        return {"payload": f"{len(payload)} characters, too long to keep here; sha256 {digest}"}


def unpacked_payload(values: Mapping[str, Any]) -> str:
    """The payload as it was."""
    if "payload_packed" in values:
        return zlib.decompress(base64.b85decode(values["payload_packed"])).decode()
    payload: str = values.get("payload", "")
    return payload
