"""A sighting as object metadata: at most 2 KB of ASCII, and nothing that cannot be read back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from shared.canonical.message import ClientScope, Sighting

MOST_FACILITY_BYTES = 1000
MOST_CONTENT_TYPE = 100
MOST_DELIVERY_ID = 600  # of a file's key the client and profile, which stand first, must remain


def facilities_text(facilities: Iterable[str]) -> str:
    """Facilities as one header value."""
    return ",".join(quote(facility, safe="") for facility in facilities)


def metadata_of(sighting: Sighting) -> dict[str, str]:
    """The envelope, percent-encoded. The sender's own texts are cut: the type, a file's key."""
    content_type = sighting.content_type.encode("ascii", "replace").decode()[:MOST_CONTENT_TYPE]
    delivery_id = quote(sighting.delivery_id)[:MOST_DELIVERY_ID]
    optional = {
        "delivery-id": delivery_id,
        "address": quote(sighting.address),
        "fhir-profile": quote(sighting.client.fhir_profile),
        "hl7v2-profile": quote(sighting.client.hl7v2_profile),
    }
    return {
        "message-id": quote(sighting.message_id),
        "source": quote(sighting.source),
        "client-id": quote(sighting.client.client_id),
        "tenant": quote(sighting.client.tenant),
        "facilities": facilities_text(sighting.client.facilities),
        "content-type": quote(content_type),
        "received-at": sighting.received_at.isoformat(),
        "sha256": sighting.sha256,
        **{name: text for name, text in optional.items() if text},
    }


def sighting_of(metadata: Mapping[str, str]) -> Sighting:
    """The envelope read back: what recovery sends through again."""
    facilities = metadata.get("facilities", "")
    return Sighting(
        message_id=unquote(metadata["message-id"]),
        source=unquote(metadata["source"]),
        client=ClientScope(
            client_id=unquote(metadata["client-id"]),
            tenant=unquote(metadata["tenant"]),
            facilities=tuple(map(unquote, facilities.split(","))) if facilities else (),
            fhir_profile=unquote(metadata.get("fhir-profile", "")),
            hl7v2_profile=unquote(metadata.get("hl7v2-profile", "")),
        ),
        content_type=unquote(metadata["content-type"]),
        received_at=datetime.fromisoformat(metadata["received-at"]),
        sha256=metadata["sha256"],
        delivery_id=unquote(metadata.get("delivery-id", "")),
        address=unquote(metadata.get("address", "")),
    )
