"""Whose case a message is about: read here, tokenised at the edge, kept nowhere."""

from shared.canonical.diagnostic import Diagnostic
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.message import Message, Segment
from shared.formats.patient_identifiers import PatientIdentifiers

_PATIENT_IDS, _ACCOUNT, _VISIT = 3, 18, 19


def patient_of(message: Message) -> tuple[PatientIdentifiers, list[Diagnostic]]:
    """The patient's identifiers; findings if there is more than one patient or visit."""
    people, visits = list(message.named("PID")), list(message.named("PV1"))
    found = []
    if len(people) > 1 and len({_patient_id(pid) for pid in people}) > 1:
        found.append(finding("PATIENTS_SEVERAL", people[1].position(_PATIENT_IDS)))
    has_several_visits = len(visits) > 1 and len({pv1.value(_VISIT) for pv1 in visits}) > 1
    if has_several_visits:
        found.append(finding("VISITS_SEVERAL", visits[1].position(_VISIT)))
    identifiers = PatientIdentifiers(
        patient=_patient_id(people[0]) if people else "",
        visit=visits[0].value(_VISIT) if visits and not has_several_visits else "",
        account=people[0].value(_ACCOUNT) if people and not has_several_visits else "",
    )
    return identifiers, found


def _patient_id(pid: Segment) -> str:
    """The id of the first repetition that has one."""
    first = pid.value(_PATIENT_IDS)
    if first:
        return first
    count = len(pid.repetitions(_PATIENT_IDS))
    ids = (pid.value(_PATIENT_IDS, repetition=n) for n in range(2, count + 1))
    return next((each for each in ids if each), "")
