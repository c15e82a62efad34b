"""Appointment: a case that is planned, from which its supplies follow."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from shared.canonical.appointment import CaseResource, CaseSchedule, CaseStatus
from shared.formats.fhir.bundles import known_as
from shared.formats.fhir.datatypes import coded_of, concepts
from shared.formats.fhir.element import Element
from shared.formats.fhir.profile import Version
from shared.formats.fhir.resource import PATIENTS, Resource, is_patient

_STATUSES: Mapping[str, CaseStatus] = MappingProxyType(
    {
        "proposed": CaseStatus.PROPOSED,
        "pending": CaseStatus.PROPOSED,
        "waitlist": CaseStatus.PROPOSED,
        "booked": CaseStatus.BOOKED,
        "arrived": CaseStatus.ARRIVED,
        "checked-in": CaseStatus.ARRIVED,
        "fulfilled": CaseStatus.FULFILLED,
        "cancelled": CaseStatus.CANCELLED,
        "noshow": CaseStatus.NO_SHOW,
        "entered-in-error": CaseStatus.RETRACTED,
    }
)
_ANSWERS = frozenset({"accepted", "declined", "tentative", "needs-action"})
_NEEDS = frozenset({"required", "optional", "information-only"})
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "Location": "room",
        "Practitioner": "person",
        "PractitionerRole": "person",
        "CareTeam": "person",
        "Device": "equipment",
        "HealthcareService": "service",
    }
)
_OTHER_VERSION: Mapping[type, Version] = MappingProxyType({bool: Version.R4, str: Version.R5})
_MOST_MINUTES = 100_000


def read_appointment(resource: Resource) -> CaseSchedule:
    """The case that an appointment plans.

    Raises:
        FaultError: it has no identity, or an element of it is of no use.
    """
    root = resource.root
    root.check_modifiers()
    return CaseSchedule(
        number=resource.identity.number,
        key=resource.key(),
        source=resource.source,
        status=root.code("status", _STATUSES),
        position=root.position(),
        starts=root.time("start"),
        ends=root.time("end"),
        minutes=_minutes(root),
        procedures=tuple(concepts(root, "serviceType")),
        reasons=tuple(concepts(root, "reasonCode", "reason")),
        resources=tuple(_resources(resource)),
        facility=resource.source.facility,
    )


def _minutes(root: Element) -> int | None:
    stated = root.number("minutesDuration")
    if stated is None:
        return None
    if stated != stated.to_integral_value() or not 0 < stated < _MOST_MINUTES:
        root.fault("NUMBER_INVALID", "minutesDuration", stated)
    return int(stated)


def _resources(resource: Resource) -> Iterator[CaseResource]:
    """Who and what takes part, but for the patient."""
    for each in resource.root.each("participant"):
        each.check_modifiers()
        actor = each.child("actor")
        kind = _kind_of(resource, actor) if actor else ""
        if kind in PATIENTS:
            continue
        role = coded_of(next(iter(each.each("type")), None))
        name = resource.named(actor)
        if name or role:
            yield CaseResource(
                kind=_KINDS.get(kind, "other"),
                id=name,
                name=actor.prose("display") if actor and kind in _KINDS else "",
                role=(role.code or role.text) if role else "",
                need=_need(each),
                status=each.listed("status", _ANSWERS),
            )


def _kind_of(resource: Resource, actor: Element) -> str:
    """The type of what takes part, as its reference or what that leads to says it."""
    if is_patient(actor):
        return "Patient"
    found = resource.resolved(actor)
    stated = found.members.get("resourceType") if found else actor.members.get("type")
    return stated if isinstance(stated, str) else _of_text(actor.identifier("reference"))


def _of_text(reference: str) -> str:
    kind, mark, _ = known_as(reference).partition("/")
    return kind if mark else ""


def _need(participant: Element) -> str:
    """R4 has a code, R5 a boolean; either is read, and told where it is of the other version."""
    stated = participant.members.get("required")
    if stated is not None and participant.version is _OTHER_VERSION.get(type(stated)):
        participant.note("VERSION_CONTRADICTED", "required")
    if not isinstance(stated, bool):
        return participant.listed("required", _NEEDS)
    return "required" if stated else "optional"
