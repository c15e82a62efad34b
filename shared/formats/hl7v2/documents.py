"""From a reading to SupplyUsage documents: one for each message, in pieces that fit a queue."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import chain

from shared.canonical.message import Sighting
from shared.canonical.usage import (
    EvidenceLine,
    MalformedLine,
    SourceSystem,
    SupplyUsage,
    UsageLine,
)
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.reading import UsageReading

CHUNK_LINES = 200
CHUNK_BYTES = 150_000  # of the lines as text: their JSON stays well under a queue's 256 KiB
_ID_LENGTH = 26

Line = UsageLine | MalformedLine | EvidenceLine


def document_id(tenant: str, header: HeaderFacts, sha256: str) -> str:
    """The id of this document for ever: every sighting of the same bytes has the same."""
    identity = [
        tenant,
        "SupplyUsage",
        header.application,
        header.facility,
        header.control_id,
        sha256,
    ]
    text = json.dumps(identity, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b32encode(digest).decode()[:_ID_LENGTH]


def chunked(
    reading: UsageReading, sighting: Sighting, *, case_token: str, patient_token: str
) -> tuple[SupplyUsage, ...]:
    """The document of a message that was not refused; none of one that was.

    Equal bytes give equal pieces, so a piece's number may be pinned.
    """
    header = reading.header
    if header is None or reading.is_refused:
        return ()
    pieces = list(_pieces(reading))
    identity = document_id(sighting.client.tenant, header, sighting.sha256)
    return tuple(
        SupplyUsage(
            document_id=identity,
            message_id=sighting.message_id,
            raw_key=sighting.key,
            tenant=sighting.client.tenant,
            facilities=sighting.client.facilities,
            source=SourceSystem(application=header.application, facility=header.facility),
            control_id=header.control_id,
            received_at=sighting.received_at.isoformat(),
            case_token=case_token,
            patient_token=patient_token,
            lines=tuple(line for line in piece if isinstance(line, UsageLine)),
            malformed=tuple(line for line in piece if isinstance(line, MalformedLine)),
            evidence=tuple(line for line in piece if isinstance(line, EvidenceLine)),
            chunk=number,
            chunks=len(pieces),
        )
        for number, piece in enumerate(pieces, start=1)
    )


def _pieces(reading: UsageReading) -> Iterator[list[Line]]:
    piece: list[Line] = []
    weight = 0
    lines: Iterable[Line] = chain[Line](reading.lines, reading.malformed, reading.evidence)
    for line in lines:
        added = _weight(line)
        if piece and (len(piece) == CHUNK_LINES or weight + added > CHUNK_BYTES):
            yield piece
            piece, weight = [], 0
        piece.append(line)
        weight += added
    yield piece


def _weight(line: Line) -> int:
    return len(repr(line).encode())
