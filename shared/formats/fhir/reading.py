"""What the reader answers for each resource that it reads."""

from dataclasses import dataclass

from shared.canonical.appointment import CaseSchedule
from shared.canonical.device_record import DeviceRecord
from shared.canonical.inventory_report import InventoryReport
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.requisition import Requisition
from shared.canonical.supply_delivery import SupplyDelivery
from shared.canonical.usage import MalformedLine, SourceSystem
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
    of. `source` is who says it. `revision` is meta.versionId where that is a number, else 0 (USE4).
    `place` is where the resource stands.
    """

    kind: str
    document: FhirDocument
    source: SourceSystem
    version: Version
    place: str
    patient: PatientIdentifiers = NOBODY
    revision: int = 0

    @property
    def malformed(self) -> tuple[MalformedLine, ...]:
        """The lines that are held; what has no lines of its own has none."""
        match self.document:
            case CaseSchedule() | DeviceRecord():
                return ()
            case document:
                return document.malformed

    @property
    def line_count(self) -> int:
        """How many lines could be read, those that are mere evidence among them; a case is one."""
        match self.document:
            case CaseSchedule() | DeviceRecord():
                return 1
            case ItemMasterUpdate(items=items):
                return len(items)
            case ReadUsage(lines=lines, evidence=evidence):
                return len(lines) + len(evidence)
            case document:
                return len(document.lines)

    @property
    def is_usable(self) -> bool:
        """Whether a line of it can be used, or none is wrong."""
        return bool(self.line_count) or not self.malformed
