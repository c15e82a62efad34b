"""From a reading to SupplyUsage documents: one for each message, in pieces that fit a queue."""

from shared.canonical.message import Sighting
from shared.canonical.usage import SourceSystem, SupplyUsage
from shared.formats.documents import ReadUsage, document_id, in_pieces
from shared.formats.hl7v2.reading import MessageReading


def chunked(
    reading: MessageReading, sighting: Sighting, *, case_token: str, patient_token: str
) -> tuple[SupplyUsage, ...]:
    """The document of a message whose uses are posted; none of one that is refused or rests."""
    header, read = reading.header, reading.document
    if header is None or not reading.is_posted or not isinstance(read, ReadUsage):
        return ()
    source = SourceSystem(application=header.application, facility=header.facility)
    tenant = sighting.client.tenant
    return in_pieces(
        SupplyUsage(
            document_id=document_id(tenant, source, header.control_id, sighting.sha256),
            message_id=sighting.message_id,
            raw_key=sighting.key,
            tenant=tenant,
            facilities=sighting.client.facilities,
            source=source,
            control_id=header.control_id,
            received_at=sighting.received_at.isoformat(),
            case_token=case_token,
            patient_token=patient_token,
            lines=read.lines,
            malformed=read.malformed,
            evidence=read.evidence,
        )
    )
