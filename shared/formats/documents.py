"""From what a reader found to documents that fit a queue, whatever the format."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from shared.canonical.usage import (
    EvidenceLine,
    MalformedLine,
    SourceSystem,
    SupplyUsage,
    UsageLine,
)

CHUNK_LINES = 200
CHUNK_BYTES = 150_000  # of the lines as text: their JSON stays well under a queue's 256 KiB
_ID_LENGTH = 26

Line = UsageLine | MalformedLine | EvidenceLine
LineT = TypeVar("LineT")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUsage:
    """A usage document as its message alone says it: without sighting, tenant and tokens."""

    number: str
    lines: tuple[UsageLine, ...]
    malformed: tuple[MalformedLine, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()


def document_id(tenant: str, source: SourceSystem, control_id: str, sha256: str) -> str:
    """The id of a document for ever: every sighting of the same bytes has the same.

    `control_id` is the source's own number of it, `sha256` that of the bytes it stands in.
    """
    identity = [tenant, "SupplyUsage", source.application, source.facility, control_id, sha256]
    text = json.dumps(identity, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b32encode(digest).decode()[:_ID_LENGTH]


def in_pieces(document: SupplyUsage) -> tuple[SupplyUsage, ...]:
    """A document in pieces that a queue takes.

    Equal lines give equal pieces, so the journal may name a piece by its number.
    """
    lines = chain[Line](document.lines, document.malformed, document.evidence)
    pieces = list(pieces_of(lines))
    return tuple(
        replace(
            document,
            lines=tuple(line for line in piece if isinstance(line, UsageLine)),
            malformed=tuple(line for line in piece if isinstance(line, MalformedLine)),
            evidence=tuple(line for line in piece if isinstance(line, EvidenceLine)),
            chunk=number,
            chunks=len(pieces),
        )
        for number, piece in enumerate(pieces, start=1)
    )


def pieces_of(lines: Iterable[LineT]) -> Iterator[list[LineT]]:
    """Lines in their order, as many together as a message of a queue takes."""
    piece: list[LineT] = []
    weight = 0
    for line in lines:
        added = _weight(line)
        if piece and (len(piece) == CHUNK_LINES or weight + added > CHUNK_BYTES):
            yield piece
            piece, weight = [], 0
        piece.append(line)
        weight += added
    yield piece


def _weight(line: object) -> int:
    return len(repr(line).encode())
