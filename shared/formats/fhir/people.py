"""Whose case a resource is about: read here, tokenised at the edge, kept nowhere (USE9)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from shared.formats.fhir.bundles import known_as
from shared.formats.fhir.element import Element, FaultError
from shared.formats.fhir.resource import Resource, first_identifier, is_patient
from shared.formats.patient_identifiers import NOBODY, PatientIdentifiers

# By the resource: where the patient stands, the encounter, the account.
_PLACES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "SupplyRequest": (("deliverFor", "requester"), (), ()),
        "SupplyDelivery": (("patient",), (), ()),
        "DeviceUseStatement": (("subject",), (), ()),
        "DeviceUsage": (("patient", "subject"), ("context",), ()),
        "Device": (("patient",), (), ()),
        "ChargeItem": (("subject",), ("context", "encounter"), ("account",)),
        "Procedure": (("subject",), ("encounter",), ()),
        "Appointment": (("subject",), (), ()),
        "InventoryItem": ((), (), ()),
        "InventoryReport": ((), (), ()),
    }
)
_ONLY_PATIENTS = frozenset({"patient", "deliverFor"})


def people_of(resource: Resource) -> PatientIdentifiers:
    """The identifiers of patient, visit and account; what cannot be read is as good as absent."""
    patients, visits, accounts = _PLACES[resource.kind]
    root = resource.root
    subjects = [each for name in patients for each in _references(root, name)]
    if resource.kind == "Appointment":
        subjects += [
            actor for each in _objects(root, "participant") for actor in _references(each, "actor")
        ]
    identifiers = PatientIdentifiers(
        patient=_first(resource, [each for each in subjects if _may_be_patient(resource, each)]),
        visit=_first(resource, [each for name in visits for each in _references(root, name)]),
        account=_first(resource, [each for name in accounts for each in _references(root, name)]),
    )
    return identifiers if identifiers != NOBODY else NOBODY


def _objects(root: Element, name: str) -> Iterator[Element]:
    try:
        yield from root.each(name)
    except FaultError:
        return  # whatever reads the element says so


def _references(root: Element, name: str) -> Iterator[Element]:
    return _objects(root, name)


def _may_be_patient(resource: Resource, reference: Element) -> bool:
    """Whether it leads to a patient: by what it says, by what it finds, by where it stands."""
    if is_patient(reference) or reference.steps[-1:] in [(name,) for name in _ONLY_PATIENTS]:
        return True
    try:
        found = resource.resolved(reference)
    except FaultError:
        return False
    if found is not None:
        return found.members.get("resourceType") == "Patient"
    return reference.steps[-1:] == ("subject",)


def _first(resource: Resource, found: list[Element]) -> str:
    """By which name the first of them is known that has one."""
    return next(filter(None, (_name(resource, each) for each in found)), "")


def _name(resource: Resource, reference: Element) -> str:
    try:
        there = resource.resolved(reference)
        if there is not None:
            return first_identifier(there)[1] or there.identifier("id")
        logical = reference.child("identifier")
        stated = logical.identifier("value") if logical else ""
        return stated or known_as(reference.identifier("reference"))
    except FaultError:
        return ""
