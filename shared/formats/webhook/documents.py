"""From a reading to SupplyUsage documents: one for each event, in pieces that fit a queue."""

from shared.canonical.message import Sighting
from shared.canonical.snapshot import Snapshot, line_name
from shared.canonical.usage import SourceSystem, SupplyUsage
from shared.formats.documents import document_id, in_pieces
from shared.formats.webhook.reading import EventReading


def event_documents(
    reading: EventReading,
    sighting: Sighting,
    *,
    case_token: str,
    patient_token: str,
    conflicts_with: str = "",
    status_to: str = "",
) -> tuple[SupplyUsage, ...]:
    """The document of an event that was not refused; none of one that was.

    `conflicts_with` is the webhook id under which another body came before; `status_to` names the
    source if it wants to hear what becomes of the document.
    """
    facts = reading.facts
    if facts is None or reading.is_refused:
        return ()
    source = SourceSystem(application=facts.application, facility=facts.facility)
    tenant = sighting.client.tenant
    return in_pieces(
        SupplyUsage(
            document_id=document_id(tenant, source, facts.document, sighting.sha256),
            message_id=sighting.message_id,
            raw_key=sighting.key,
            tenant=tenant,
            facilities=sighting.client.facilities,
            source=source,
            control_id=facts.document,
            received_at=sighting.received_at.isoformat(),
            case_token=case_token,
            patient_token=patient_token,
            lines=reading.lines,
            malformed=reading.malformed,
            conflicts_with=conflicts_with,
            status_to=status_to,
            snapshot=_snapshot(reading, facts.version) if facts.version else None,
        )
    )


def _snapshot(reading: EventReading, version: int) -> Snapshot:
    """The version with the names of all its lines; whole, if every line's id could be read."""
    keys = [*(line.key for line in reading.lines), *(line.key for line in reading.malformed)]
    return Snapshot(
        version=version,
        named=tuple(sorted({line_name(key) for key in keys if key})),
        is_whole=all(keys),
    )
