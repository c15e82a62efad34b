"""From a reading to SupplyUsage documents: one for each resource, in pieces that fit a queue."""

from shared.canonical.message import Sighting
from shared.canonical.usage import SupplyUsage
from shared.formats.documents import ReadUsage, document_id, in_pieces
from shared.formats.fhir.reading import FhirReading


def usage_documents(
    reading: FhirReading, sighting: Sighting, *, case_token: str, patient_token: str
) -> tuple[SupplyUsage, ...]:
    """The document of a resource that tells of uses; none of one that does not, or tells of none.

    Its id is that of its place among these bytes: two resources of a Bundle may share a number.
    """
    read = reading.document
    if not isinstance(read, ReadUsage) or not (read.lines or read.malformed or read.evidence):
        return ()
    tenant = sighting.client.tenant
    return in_pieces(
        SupplyUsage(
            document_id=document_id(tenant, reading.source, reading.place, sighting.sha256),
            message_id=sighting.message_id,
            raw_key=sighting.key,
            tenant=tenant,
            facilities=sighting.client.facilities,
            source=reading.source,
            control_id=read.number,
            received_at=sighting.received_at.isoformat(),
            case_token=case_token,
            patient_token=patient_token,
            lines=read.lines,
            malformed=read.malformed,
            evidence=read.evidence,
        )
    )
