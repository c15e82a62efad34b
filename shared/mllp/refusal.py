"""The answer to a message that is too long to be handed on."""

from datetime import datetime
from uuid import uuid4

from shared.canonical.diagnostic import Position
from shared.formats.hl7v2.acknowledge import acknowledge
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.header import header_of
from shared.formats.hl7v2.message import parsed

_CONTROL_ID = 20  # characters of MSH-10 that every version of HL7 v2 allows


def refusal(beginning: bytes, *, at: datetime) -> bytes:
    """AR to a message of which only its beginning was kept; its sender knows nothing was taken."""
    found = finding("BODY_TOO_LARGE", Position(segment="MSH", occurrence=1, byte=0))
    control_id = uuid4().hex[:_CONTROL_ID]
    return acknowledge(header_of(parsed(beginning)), [found], control_id=control_id, at=at).body
