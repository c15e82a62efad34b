"""FHIR to read and to compare: resources and Bundles from their parts."""

import json
from pathlib import Path
from typing import Any

from shared.canonical.diagnostic import Diagnostic
from shared.formats.fhir.profile import DEFAULT_PROFILE, FhirProfile
from shared.formats.fhir.reader import follow
from shared.formats.fhir.reading import FhirDocument, FhirReading
from shared.formats.fhir.window import Source
from tests.golden import INBOUND, plain

YEAR = 2026
GTIN = "00614141123452"


def fhir_samples() -> list[Path]:
    """Every sample of FHIR."""
    return sorted((INBOUND / "fhir").glob("*.fhir"))


def sample(name: str) -> bytes:
    """The bytes of one sample."""
    return (INBOUND / "fhir" / f"{name}.fhir").read_bytes()


def fhir_as_golden(body: bytes) -> object:
    """Documents and findings as JSON, in their order; nothing of a patient is in it."""
    return [_told(each) for each in follow(body, year=YEAR)]


def _told(told: FhirReading | Diagnostic) -> object:
    if isinstance(told, Diagnostic):
        found = {"finding": told.code, "severity": told.severity.value, "at": str(told.position)}
        return {**found, "value": told.value} if told.value else found
    return {
        type(told.document).__name__: plain(told.document),
        "version": told.version.value,
        "revision": told.revision,
    }


def readings(source: Source, profile: FhirProfile = DEFAULT_PROFILE) -> list[FhirReading]:
    """What was read, without the findings."""
    told = follow(source, year=YEAR, profile=profile)
    return [each for each in told if isinstance(each, FhirReading)]


def documents(source: Source, profile: FhirProfile = DEFAULT_PROFILE) -> list[FhirDocument]:
    """The documents alone."""
    return [each.document for each in readings(source, profile)]


def findings(source: Source, profile: FhirProfile = DEFAULT_PROFILE) -> list[Diagnostic]:
    """What was found, in order."""
    told = follow(source, year=YEAR, profile=profile)
    return [each for each in told if isinstance(each, Diagnostic)]


def codes(source: Source, profile: FhirProfile = DEFAULT_PROFILE) -> list[str]:
    """The codes of what was found, in order."""
    return [each.code for each in findings(source, profile)]


def body_of(*resources: dict[str, Any]) -> bytes:
    """One resource, or several as one a line."""
    return b"\n".join(json.dumps(each).encode() for each in resources)


def a_bundle(*entries: dict[str, Any], kind: str = "transaction") -> bytes:
    """A Bundle of resources, or of entries that have one."""
    listed = [each if "resource" in each else {"resource": each} for each in entries]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": listed}).encode()


def a_concept(code: str = "SCREW-4", system: str = "urn:example:items") -> dict[str, Any]:
    """A CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code}]}


def a_request(number: str = "r-1", **changed: object) -> dict[str, Any]:
    """A SupplyRequest of R5."""
    request = {
        "resourceType": "SupplyRequest",
        "id": number,
        "status": "active",
        "item": {"concept": a_concept()},
        "quantity": {"value": 2, "unit": "EA"},
    }
    return {**request, **changed}


def a_charge(number: str = "c-1", **changed: object) -> dict[str, Any]:
    """A ChargeItem of R4."""
    charge = {
        "resourceType": "ChargeItem",
        "id": number,
        "status": "billable",
        "code": a_concept("CDM-77"),
        "subject": {"reference": "Patient/1"},
        "occurrenceDateTime": "2026-03-04T10:15:00-08:00",
    }
    return {**charge, **changed}
