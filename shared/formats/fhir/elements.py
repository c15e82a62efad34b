"""Which elements each resource has in R4 and in R5 (FHIR 4.0.1 and 5.0.0)."""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import NamedTuple

EVERY = frozenset(
    {
        *("resourceType", "id", "meta", "implicitRules", "language", "text", "contained"),
        *("extension", "modifierExtension", "fhir_comments"),
    }
)


def is_one_of(value: object, names: Container[str]) -> bool:
    """Whether a value, which may be anything that JSON is, is one of these texts."""
    return isinstance(value, str) and value in names


class Elements(NamedTuple):
    """The elements of a resource that both versions have, and those that one has alone."""

    both: frozenset[str]
    r4: frozenset[str] = frozenset()
    r5: frozenset[str] = frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TIMING = "timingDateTime timingPeriod timingTiming"
_OCCURRENCE = "occurrenceDateTime occurrencePeriod occurrenceTiming"

ELEMENTS: Mapping[str, Elements] = MappingProxyType(
    {
        "SupplyRequest": Elements(
            both=_names(
                f"authoredOn category deliverFrom deliverTo identifier {_OCCURRENCE} parameter"
                " priority quantity requester status supplier"
            ),
            r4=_names("itemCodeableConcept itemReference reasonCode reasonReference"),
            r5=_names("basedOn deliverFor item reason"),
        ),
        "SupplyDelivery": Elements(
            both=_names(
                f"basedOn destination identifier {_OCCURRENCE} partOf patient receiver status"
                " suppliedItem supplier type"
            ),
            r5=_names("stage"),  # of IHE; the release after R5 has it too
        ),
        "DeviceUseStatement": Elements(
            both=frozenset(),
            r4=_names(
                f"basedOn bodySite derivedFrom device identifier note reasonCode reasonReference"
                f" recordedOn source status subject {_TIMING}"
            ),
        ),
        "DeviceUsage": Elements(
            both=frozenset(),
            r4=_names("subject"),  # of drafts of R5, and of its own example
            r5=_names(
                f"adherence basedOn bodySite category context dateAsserted derivedFrom device"
                f" identifier informationSource note patient reason status {_TIMING} usageReason"
                " usageStatus"
            ),
        ),
        "Device": Elements(
            both=_names(
                "contact definition expirationDate identifier location lotNumber manufactureDate"
                " manufacturer modelNumber note owner parent partNumber property safety"
                " serialNumber status type udiCarrier url version"
            ),
            r4=_names("deviceName distinctIdentifier patient specialization statusReason"),
            r5=_names(
                "availabilityStatus biologicalSourceEvent category conformsTo cycle displayName"
                " duration endpoint gateway mode name"
            ),
        ),
        "ChargeItem": Elements(
            both=_names(
                "account bodysite code costCenter definitionCanonical definitionUri enteredDate"
                f" enterer identifier note {_OCCURRENCE} overrideReason partOf performer"
                " performingOrganization quantity reason requestingOrganization service status"
                " subject supportingInformation"
            ),
            r4=_names(
                "context factorOverride priceOverride productCodeableConcept productReference"
            ),
            r5=_names("encounter product totalPriceComponent unitPriceComponent"),
        ),
        "InventoryItem": Elements(
            both=frozenset(),
            r5=_names(
                "association baseUnit category characteristic code description identifier instance"
                " inventoryStatus name netContent productReference responsibleOrganization status"
            ),
        ),
        "InventoryReport": Elements(
            both=frozenset(),
            r5=_names(
                "countType identifier inventoryListing note operationType operationTypeReason"
                " reportedDateTime reporter reportingPeriod status"
            ),
        ),
        "Procedure": Elements(
            both=_names(
                "basedOn bodySite category code complication encounter focalDevice followUp"
                " identifier instantiatesCanonical instantiatesUri location note outcome partOf"
                " performer recorder report status statusReason subject"
            ),
            r4=_names(
                "asserter complicationDetail performedAge performedDateTime performedPeriod"
                " performedRange performedString reasonCode reasonReference usedCode usedReference"
            ),
            r5=_names(
                f"focus occurrenceAge occurrenceRange occurrenceString {_OCCURRENCE} reason"
                " recorded reportedBoolean reportedReference supportingInfo used"
            ),
        ),
        "Appointment": Elements(
            both=_names(
                "appointmentType basedOn created description end identifier minutesDuration"
                " participant patientInstruction priority requestedPeriod serviceCategory"
                " serviceType slot specialty start status supportingInformation"
            ),
            r4=_names("cancelationReason comment reasonCode reasonReference"),
            r5=_names(
                "account cancellationDate cancellationReason class note occurrenceChanged"
                " originatingAppointment previousAppointment reason recurrenceId"
                " recurrenceTemplate replaces subject virtualService"
            ),
        ),
    }
)

# What stands in a message for others to refer to, and is no fact of its own.
SUPPORTING = frozenset(
    {
        *("Patient", "Encounter", "EpisodeOfCare", "Account", "Person", "RelatedPerson", "Group"),
        *("Location", "Organization", "HealthcareService", "Practitioner", "PractitionerRole"),
        *("Medication", "Substance", "DeviceDefinition", "BiologicallyDerivedProduct"),
        *("MessageHeader", "OperationOutcome", "Provenance", "Slot", "Schedule", "Binary"),
    }
)
REFERABLE = SUPPORTING - {"MessageHeader", "OperationOutcome", "Provenance", "Binary"} | {
    *("Device", "InventoryItem", "SupplyRequest"),
}
