"""Standard Webhooks v1: signing and verifying over the exact bytes. Pure; the caller has the clock.

What is signed is `id.timestamp.body`, with HMAC-SHA256. The header carries a signature for each
key that stands, so a key can be rotated without a gap.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
TOLERANCE = timedelta(seconds=300)
SECRET_PREFIX = "whsec_"  # noqa: S105 - the marker, not a secret
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes
_VERSION = "v1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A full stop in an id would let one signature stand for two readings of `id.timestamp.body`.
_ID = re.compile(r"[!-\-/-~]{1,128}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class Refusal(StrEnum):
    """Why a webhook is not believed."""

    MISSING = "missing"  # a header is absent or empty
    MALFORMED = "malformed"  # an id, time or signature that no sender makes
    STALE = "stale"  # further from our clock than the tolerance, either way
    WRONG = "wrong"  # no signature is ours


@dataclass(frozen=True, slots=True)
class WebhookKey:
    """A key shared with one source. Its text never shows it."""

    value: bytes = field(repr=False)


_NOBODYS_KEY = WebhookKey(b"\x00" * SHORTEST_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a webhook is its sender's. `webhook_id` is empty if it is absent or malformed."""

    webhook_id: str
    refusal: Refusal | None = None


def key_of(secret: str) -> WebhookKey:
    """The key in a secret `whsec_<base64>`.

    Raises:
        ValueError: the secret is not such a thing; its content is not shown.
    """
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError(f"a webhook secret begins with {SECRET_PREFIX}")
    try:
        value = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is base64 after its prefix") from None
    if not SHORTEST_KEY <= len(value) <= LONGEST_KEY:
        raise ValueError(f"a webhook key has {SHORTEST_KEY} to {LONGEST_KEY} bytes")
    return WebhookKey(value)


def signed_headers(
    body: bytes, webhook_id: str, at: datetime, keys: Sequence[WebhookKey]
) -> dict[str, str]:
    """The three headers of a webhook sent `at`, signed with each key, the first one first.

    Raises:
        ValueError: the id is not one that a receiver may accept, or there is no key.
    """
    if not _ID.fullmatch(webhook_id) or not keys:
        raise ValueError("a webhook needs a key and an id of visible characters without full stops")
    timestamp = str((at - _EPOCH) // timedelta(seconds=1))
    content = _signed_content(webhook_id, timestamp, body)
    return {
        ID_HEADER: webhook_id,
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: " ".join(f"{_VERSION},{_signature(key, content)}" for key in keys),
    }


def verify(
    body: bytes, headers: Mapping[str, str], keys: Sequence[WebhookKey], *, now: datetime
) -> Verdict:
    """Whether one of the signatures is made with one of the keys, and lately. Never raises.

    Without keys nothing is believed, after as much work as with one: a name that has no key cannot
    be told from one that has.
    """
    stated = {name.lower(): value.strip() for name, value in headers.items()}
    webhook_id = stated.get(ID_HEADER, "")
    timestamp = stated.get(TIMESTAMP_HEADER, "")
    signatures = stated.get(SIGNATURE_HEADER, "")
    if not webhook_id or not timestamp or not signatures:
        known = webhook_id if _ID.fullmatch(webhook_id) else ""
        return Verdict(webhook_id=known, refusal=Refusal.MISSING)
    if not _ID.fullmatch(webhook_id):
        return Verdict(webhook_id="", refusal=Refusal.MALFORMED)
    content = _signed_content(webhook_id, timestamp, body)
    refusal = _time_refusal(timestamp, now) or _signature_refusal(signatures, keys, content)
    return Verdict(webhook_id=webhook_id, refusal=refusal)


def _time_refusal(timestamp: str, now: datetime) -> Refusal | None:
    if not _TIMESTAMP.fullmatch(timestamp):
        return Refusal.MALFORMED
    apart = abs(now - _EPOCH - timedelta(seconds=int(timestamp)))
    return Refusal.STALE if apart > TOLERANCE else None


def _signature_refusal(
    signatures: str, keys: Sequence[WebhookKey], content: bytes
) -> Refusal | None:
    """Every signature is compared with every key's, in constant time.

    Signatures of other versions are passed over. The texts are compared, not the bytes they stand
    for: base64 has several texts for the same bytes.
    """
    parted = [signature.partition(",") for signature in signatures.split()]
    candidates = [text.encode("utf-8", "replace") for version, _, text in parted if version == "v1"]
    if not candidates:
        return Refusal.MALFORMED
    ours = [_signature(key, content).encode() for key in keys or (_NOBODYS_KEY,)]
    matches = [hmac.compare_digest(mine, theirs) for mine in ours for theirs in candidates]
    return None if keys and any(matches) else Refusal.WRONG


def _signed_content(webhook_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{webhook_id}.{timestamp}.".encode("utf-8", "replace") + body


def _signature(key: WebhookKey, content: bytes) -> str:
    return base64.b64encode(hmac.new(key.value, content, hashlib.sha256).digest()).decode()
