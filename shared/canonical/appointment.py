"""CaseSchedule: a case that is planned, as far as its supplies depend on it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shared.canonical.coded import Coded
from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import SourceSystem


class CaseStatus(StrEnum):
    """Where the case stands: the HL7 SIU trigger, FHIR Appointment.status."""

    PROPOSED = "proposed"  # proposed, pending, waitlist
    BOOKED = "booked"  # S12, S13, S14, booked
    ARRIVED = "arrived"  # arrived, checked-in
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"  # S15
    NO_SHOW = "no_show"  # S26, noshow
    RETRACTED = "retracted"  # S17, entered-in-error: it was never meant


class CaseChange(StrEnum):
    """Which change a message tells, where it is one; a source of states tells none."""

    NONE = ""
    NEW = "new"  # S12
    RESCHEDULE = "reschedule"  # S13
    CHANGE = "change"  # S14
    CANCEL = "cancel"  # S15
    DELETE = "delete"  # S17
    NO_SHOW = "no_show"  # S26
    BLOCK = "block"  # S23: nobody may book this time
    UNBLOCK = "unblock"  # S24


class CaseResource(NamedTuple):
    """Who or what takes part: `room` (AIL), `person` (AIP), `equipment` (AIG), `service`, `other`.

    `role` and `need` (`required`, `optional`, `information-only`) are as the source says them. A
    patient is none of these.
    """

    kind: str
    id: str
    name: str = ""
    role: str = ""
    need: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseSchedule:
    """One case as its message alone says it: without sighting, tenant and tokens.

    `number` is the placer's (SCH-1, identifier), `filler_number` the scheduler's (SCH-2). `key` is
    of the source system and the number: the same for all that is told of the case. `minutes` is how
    long it takes, where that is stated.
    """

    number: str
    key: tuple[str, ...]
    source: SourceSystem
    status: CaseStatus
    position: Position
    change: CaseChange = CaseChange.NONE
    filler_number: str = ""
    starts: SourceTime | None = None
    ends: SourceTime | None = None
    minutes: int | None = None
    procedures: tuple[Coded, ...] = ()
    reasons: tuple[Coded, ...] = ()
    resources: tuple[CaseResource, ...] = ()
    facility: str = ""
    texts: tuple[str, ...] = ()
