"""A message: bytes exactly as received, and the envelope that says where they came from."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientScope:
    """What a registered client may speak for.

    Read from its registration, never from the message. `fhir_profile` names what its FHIR resources
    are read by; empty for one that says in each of them who it is. `hl7v2_profile` names what its
    HL7 v2 messages are read by; empty for one that writes as the standard does.
    """

    client_id: str
    tenant: str
    facilities: tuple[str, ...]
    fhir_profile: str = ""
    hl7v2_profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One arrival of a message.

    The archive keeps the bytes under `key` with these facts beside them.

    `message_id` is the correlation id of everything that this arrival causes. `delivery_id` is the
    sender's own id of the delivery, where its channel has one: a webhook's id. `address` is what
    the path said of the body, where it says how to read it: release and type of a FHIR resource.
    """

    message_id: str
    source: str
    client: ClientScope
    content_type: str
    received_at: datetime
    sha256: str
    delivery_id: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """tenant/source/date and hour/message id: what recovery lists from a given time on."""
        hour = archived_hour(self.received_at)
        return f"{self.client.tenant}/{self.source}/{hour}/{self.message_id}"


def archived_hour(moment: datetime) -> str:
    """The date and hour in UTC, as keys of the archive hold it: in order of time when sorted."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H}"
