"""What the reader answers for each resource that it reads."""

from dataclasses import dataclass

from shared.canonical.appointment import CaseSchedule
from shared.canonical.device_record import DeviceRecord
from shared.canonical.inventory_report import InventoryReport
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.requisition import Requisition
from shared.canonical.supply_delivery import SupplyDelivery
from shared.formats.documents import ReadUsage
from shared.formats.fhir.profile import Version
from shared.formats.patient_identifiers import NOBODY, PatientIdentifiers

FhirDocument = (
    Requisition
    | SupplyDelivery
    | ReadUsage
    | DeviceRecord
    | ItemMasterUpdate
    | InventoryReport
    | CaseSchedule
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirReading:
    """One resource as read.

    `document` is free of patients, whose identifiers stand beside it for the edge to make tokens
    of. `revision` is meta.versionId where that is a number, else 0 (USE4). `place` is where the
    resource stands.
    """

    kind: str
    document: FhirDocument
    version: Version
    place: str
    patient: PatientIdentifiers = NOBODY
    revision: int = 0
