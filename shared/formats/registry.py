"""The formats that are read here. Exactly one recognises a message."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.formats.flatfile.recognition import is_flat_file
from shared.formats.hl7v2.recognition import is_hl7v2
from shared.formats.webhook.recognition import is_supply_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way of writing messages. `source` names its golden pairs and its archive keys."""

    name: str
    source: str
    recognises: Callable[[bytes, str], bool]


FORMATS = (
    Format(name="HL7 v2", source="hl7v2", recognises=is_hl7v2),
    Format(name="usage event", source="webhook", recognises=is_supply_event),
    Format(name="flat file", source="flatfile", recognises=is_flat_file),
)


def recognise(body: bytes, content_type: str) -> Format | None:
    """The one format that this message is in; None if there is none, or if more than one claims it.

    Which of two it is, nobody may guess: formats that overlap are a mistake in this list.
    """
    claims = [each for each in FORMATS if each.recognises(body, content_type)]
    return claims[0] if len(claims) == 1 else None
