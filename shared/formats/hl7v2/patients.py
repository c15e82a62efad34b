"""Whose case a message is about: read here, tokenised at the edge, kept nowhere."""

from collections.abc import Iterator

from shared.canonical.diagnostic import Diagnostic
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.message import Message, Segment
from shared.formats.patient_identifiers import PatientIdentifiers

_PATIENT_IDS, _ACCOUNT, _VISIT = 3, 18, 19


def patient_of(message: Message) -> tuple[PatientIdentifiers, list[Diagnostic]]:
    """The patient's identifiers; findings if there is more than one patient or visit."""
    pid, pv1 = message.first("PID"), message.first("PV1")
    found = list(_several(message))
    has_one_visit = "VISITS_SEVERAL" not in [each.code for each in found]
    identifiers = PatientIdentifiers(
        patient=_patient_id(pid) if pid else "",
        visit=_visit(pv1) if pv1 and has_one_visit else "",
        account=pid.repeated(_ACCOUNT, 1) if pid and has_one_visit else "",
    )
    return identifiers, found


def _several(message: Message) -> Iterator[Diagnostic]:
    for name, code, field, identify in (
        ("PID", "PATIENTS_SEVERAL", _PATIENT_IDS, _patient_id),
        ("PV1", "VISITS_SEVERAL", _VISIT, _visit),
    ):
        if message.names.count(name) > 1:
            first, *others = message.named(name)
            if {identify(each) for each in others} != {identify(first)}:
                yield finding(code, others[0].position(field))


def _visit(pv1: Segment) -> str:
    return pv1.repeated(_VISIT, 1)


def _patient_id(pid: Segment) -> str:
    """The id of the first repetition that has one."""
    first = pid.repeated(_PATIENT_IDS, 1)
    if first:
        return first
    count = len(pid.repetitions(_PATIENT_IDS))
    ids = (pid.repeated(_PATIENT_IDS, n) for n in range(2, count + 1))
    return next((each for each in ids if each), "")
