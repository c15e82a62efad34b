"""Whose case a resource is about: read here, tokenised at the edge, kept nowhere (USE9)."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from shared.formats.fhir.bundles import known_as
from shared.formats.fhir.element import Element, FaultError
from shared.formats.fhir.resource import Resource, is_patient, name_of
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
_ONLY_PATIENTS = frozenset({("patient",), ("deliverFor",)})
_Reads = Callable[[Resource, Element], str]


def people_of(resource: Resource) -> PatientIdentifiers:
    """The identifiers of patient, visit and account; what cannot be read is as good as absent."""
    patients, visits, accounts = _PLACES[resource.kind]
    root = resource.root
    subjects = [_remembered(resource, root, name, _patient) for name in patients]
    if resource.kind == "Appointment":
        taking_part = _objects(root, "participant")
        subjects += [_remembered(resource, each, "actor", _patient) for each in taking_part]
    patient = next(filter(None, subjects), "")
    visit, account = (_first_of(resource, root, names) for names in (visits, accounts))
    if not (patient or visit or account):
        return NOBODY
    return PatientIdentifiers(patient=patient, visit=visit, account=account)


def _first_of(resource: Resource, root: Element, names: tuple[str, ...]) -> str:
    """The first name that one of these elements leads to."""
    for name in names:
        found = _remembered(resource, root, name, _name)
        if found:
            return found
    return ""


def _remembered(resource: Resource, element: Element, name: str, read: _Reads) -> str:
    """The first name that references of an element lead to."""
    members = element.members.get(name)
    if members is None:
        return ""

    def found() -> str:
        names = (read(resource, each) for each in _objects(element, name))
        return next(filter(None, names), "")

    return resource.memory.of(f"people {name}", members, element.text, found)


def _patient(resource: Resource, reference: Element) -> str:
    return _name(resource, reference) if _may_be_patient(resource, reference) else ""


def _objects(root: Element, name: str) -> Iterator[Element]:
    try:
        yield from root.each(name)
    except FaultError:
        return  # whatever reads the element says so


def _may_be_patient(resource: Resource, reference: Element) -> bool:
    """Whether it leads to a patient: by what it says, by what it finds, by where it stands."""
    if is_patient(reference) or reference.steps[-1:] in _ONLY_PATIENTS:
        return True
    try:
        found = resource.resolved(reference)
    except FaultError:
        return False
    if found is not None:
        return found.members.get("resourceType") == "Patient"
    return reference.steps[-1:] == ("subject",)


def _name(resource: Resource, reference: Element) -> str:
    try:
        there = resource.resolved(reference)
        if there is not None:
            return resource.once("name", there, lambda: name_of(there))
        logical = reference.child("identifier")
        stated = logical.identifier("value") if logical else ""
        return stated or known_as(reference.identifier("reference"))
    except FaultError:
        return ""
