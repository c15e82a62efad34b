"""What every receiver does alike: number a sighting, tell the journal of it, answer its sender."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.journal import JournalFact
from shared.canonical.message import ClientScope, Sighting
from shared.canonical.usage import SupplyUsage

PROBLEM = "application/problem+json"
KEYS_AT_ONCE = 500  # in one entry of the journal, which holds 400 KB at most
TOLD_DIAGNOSTICS = 100  # in one journal entry; the archive has the bytes for the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """What came in: the exact bytes, and the client that the edge authenticated."""

    body: bytes
    content_type: str
    client_id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundWebhook:
    """What came in: the exact bytes, the headers, and the name of the source in the path."""

    source: str
    body: bytes
    headers: Mapping[str, str]
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundResource:
    """What came in: the exact bytes, the client that the edge authenticated, and the path.

    `release` and `kind` are what the path says: `r4` or `r5`, and a type or "" for a Bundle.
    `preferred` is what its sender wants to hear of it (`Prefer: return=`).
    """

    body: bytes
    content_type: str
    client_id: str
    release: str
    kind: str = ""
    preferred: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedResource:
    """What a client asks for: one resource by type and id, or a search if there is no id.

    `version` is that of a read of a version; empty for the newest.
    """

    client_id: str
    release: str
    kind: str
    id: str = ""
    version: str = ""
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back. `code` says in one word what became of the message, for people and counts.

    `is_audited` is false for a refusal that its audit left out, to keep within its bounds.
    """

    status: int
    content_type: str
    body: bytes
    code: str
    message_id: str = ""
    document_id: str = ""
    lines: int = 0
    is_audited: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_taken_in(self) -> bool:
        """Whether its documents went on: then the journal says of it all that a log could."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFacts:
    """What a reader found out about a sighting, as the journal tells it.

    `keys` are business keys beside those of the documents, `more` facts that only this kind of
    source has. Neither may hold patient data.
    """

    control_id: str
    diagnostics: Sequence[Diagnostic]
    keys: tuple[str, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)


def new_sighting(
    body: bytes,
    *,
    message_id: str,
    source: str,
    client: ClientScope,
    content_type: str,
    received_at: datetime,
    delivery_id: str = "",
    address: str = "",
) -> Sighting:
    """One arrival of these bytes."""
    return Sighting(
        message_id=message_id,
        source=source,
        client=client,
        content_type=content_type,
        received_at=received_at,
        sha256=hashlib.sha256(body).hexdigest(),
        delivery_id=delivery_id,
        address=address,
    )


def sighting_facts(
    sighting: Sighting, documents: Sequence[SupplyUsage], read: ReadFacts
) -> tuple[JournalFact, ...]:
    """A sighting in the journal: `received`, or `rejected` with the reasons."""
    data = {
        **sighted(sighting),
        "control_id": read.control_id,
        "lines": sum(len(document.lines) for document in documents),
        "malformed": sum(len(document.malformed) for document in documents),
        "evidence": sum(len(document.evidence) for document in documents),
        "diagnostics": told(read.diagnostics),
        **read.more,
    }
    keys = tuple(dict.fromkeys(_keys(sighting, documents, read)))
    return facts_of(sighting, "received" if documents else "rejected", data, keys)


def facts_of(
    sighting: Sighting, kind: str, data: Mapping[str, object], keys: Sequence[str]
) -> tuple[JournalFact, ...]:
    """The fact of a document, with its keys in as many entries as they need."""
    message, at = sighting.message_id, sighting.received_at.isoformat()
    first, *rest = [
        keys[place : place + KEYS_AT_ONCE] for place in range(0, len(keys), KEYS_AT_ONCE)
    ]
    opening = JournalFact(
        fact_id=f"{kind}:{message}", kind=kind, at=at, data=dict(data), keys=tuple(first)
    )
    more = (
        JournalFact(
            fact_id=f"keys:{message}:{number}",
            kind="keys",
            at=at,
            data={"message_id": message},
            keys=tuple(others),
        )
        for number, others in enumerate(rest, start=2)
    )
    return (opening, *more)


def sighted(sighting: Sighting) -> dict[str, object]:
    """Which bytes of the archive a fact of the journal speaks of, and whose."""
    return {
        "message_id": sighting.message_id,
        "raw_key": sighting.key,
        "sha256": sighting.sha256,
        "client_id": sighting.client.client_id,
    }


def told(findings: Sequence[Diagnostic]) -> list[str]:
    """The first findings, as the journal keeps them: which, and where."""
    return [f"{found.code} {found.position}" for found in findings[:TOLD_DIAGNOSTICS]]


def problem(status: HTTPStatus, code: str, title: str, detail: str, **more: object) -> Answer:
    """A refusal as problem+json with a stable code."""
    body = {
        "type": "about:blank",
        "status": status.value,
        "code": code,
        "title": title,
        "detail": detail,
        **more,
    }
    return Answer(status=status, content_type=PROBLEM, body=json.dumps(body).encode(), code=code)


def _keys(sighting: Sighting, documents: Sequence[SupplyUsage], read: ReadFacts) -> Iterator[str]:
    """The business keys that lead to this document; tokens where a patient is meant."""
    yield f"correlation:{sighting.message_id}"
    if read.control_id:
        yield f"control:{read.control_id}"
    yield from read.keys
    for document in documents:
        if document.case_token:
            yield f"case:{document.case_token}"
        for line in document.lines:
            yield f"transaction:{line.key[2]}"
            yield from (f"{kind}:{value}" for kind, value in _identified(line.lot, line.serial))


def _identified(lot: str, serial: str) -> Iterator[tuple[str, str]]:
    if lot:
        yield "lot", lot
    if serial:
        yield "serial", serial
