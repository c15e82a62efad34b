"""Cases that are planned: SIU^S12 to S26 (HL7 ch. 10)."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from shared.canonical.appointment import CaseChange, CaseResource, CaseSchedule, CaseStatus
from shared.canonical.coded import Coded
from shared.canonical.diagnostic import Diagnostic
from shared.canonical.source_time import SourceTime
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.facts import (
    LineFaultError,
    coded,
    described,
    either,
    fail,
    identifier,
    moment,
    number,
    written_texts,
)
from shared.formats.hl7v2.fields import plain_text
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.lines import message_notes
from shared.formats.hl7v2.message import Message, Segment
from shared.formats.hl7v2.profile import SenderProfile
from shared.formats.hl7v2.reading import Found
from shared.formats.making import made

RESOURCES_LIMIT = 500  # of one case
TEXTS_LIMIT = 50


class Event(NamedTuple):
    """What a trigger says of a case; without a status SCH-25 says how it stands."""

    change: CaseChange
    status: CaseStatus | None


EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        "S12": Event(CaseChange.NEW, None),
        "S13": Event(CaseChange.RESCHEDULE, None),
        "S14": Event(CaseChange.CHANGE, None),
        "S15": Event(CaseChange.CANCEL, CaseStatus.CANCELLED),
        "S16": Event(CaseChange.CANCEL, CaseStatus.CANCELLED),  # what is left of it
        "S17": Event(CaseChange.DELETE, CaseStatus.RETRACTED),
        **{f"S{number}": Event(CaseChange.CHANGE, None) for number in range(18, 23)},  # resources
        "S23": Event(CaseChange.BLOCK, None),
        "S24": Event(CaseChange.UNBLOCK, CaseStatus.CANCELLED),
        "S26": Event(CaseChange.NO_SHOW, CaseStatus.NO_SHOW),
    }
)
_STATUSES: Mapping[str, CaseStatus] = MappingProxyType(  # SCH-25, table 0278
    {
        "PENDING": CaseStatus.PROPOSED,
        "WAITLIST": CaseStatus.PROPOSED,
        "STARTED": CaseStatus.ARRIVED,
        "ARRIVED": CaseStatus.ARRIVED,
        "COMPLETE": CaseStatus.FULFILLED,
        "CANCELLED": CaseStatus.CANCELLED,
        "DC": CaseStatus.CANCELLED,
        "DELETED": CaseStatus.RETRACTED,
        "NOSHOW": CaseStatus.NO_SHOW,
    }
)
_RESOURCE = 3  # in AIS, AIG, AIL and AIP
_LONGEST_CASE = 100_000  # minutes
_MINUTES = {"MIN": 1, "M": 1, "MINUTE": 1, "MINUTES": 1, "H": 60, "HR": 60, "HOUR": 60, "HOURS": 60}


def read_schedule(message: Message, header: HeaderFacts, profile: SenderProfile) -> Found:  # noqa: ARG001
    """One message is one case; what cannot be read of it refuses it whole."""
    sch = message.first("SCH")
    if sch is None:
        return Found(None, (finding("SCHEDULE_MISSING", header.position),))
    try:
        document, cut = _schedule(message, header, sch)
    except LineFaultError as fault:
        return Found(None, (finding("SCHEDULE_UNREADABLE", sch.position()), fault.diagnostic))
    return Found(document, (*cut, *message_notes(message)))


def _schedule(
    message: Message, header: HeaderFacts, sch: Segment
) -> tuple[CaseSchedule, list[Diagnostic]]:
    placer, filler = identifier(sch, 1), identifier(sch, 2)
    number_of_case = placer or filler or fail("CASE_NUMBER_MISSING", sch, 1)
    event = EVENTS[header.trigger_event]
    starts, ends = _times(message, sch)
    resources, rooms, cut = _resources(message)
    document = made(
        CaseSchedule,
        {
            "number": placer,
            "key": (header.application, header.facility, number_of_case),
            "source": header.source,
            "status": event.status or _STATUSES.get(sch.value(25).upper(), CaseStatus.BOOKED),
            "position": sch.position(),
            "change": event.change,
            "filler_number": filler,
            "starts": starts,
            "ends": ends,
            "minutes": _minutes(sch, 9) or _minutes(message.first("AIS"), 7),
            "procedures": tuple(_procedures(message)),
            "reasons": (*coded(sch, 6), *coded(sch, 7)),
            "resources": resources,
            "facility": rooms or header.facility,
            "texts": written_texts(message.named("NTE"), 3, TEXTS_LIMIT),
        },
    )
    return document, cut


def _times(message: Message, sch: Segment) -> tuple[SourceTime | None, SourceTime | None]:
    """SCH-11 before version 2.5, then TQ1-7 and 8, else the first service's start."""
    starts, ends = moment(sch, 11, 4), moment(sch, 11, 5)
    tq1, ais = message.first("TQ1"), message.first("AIS")
    if tq1:
        starts, ends = starts or moment(tq1, 7), ends or moment(tq1, 8)
    return starts or (moment(ais, 4) if ais else None), ends


def _minutes(segment: Segment | None, field: int) -> int | None:
    """A duration in whole minutes; None if none is stated, or in a unit that is not read."""
    stated = number(segment.value(field)) if segment else None
    unit = segment.value(field + 1).upper() if segment else ""
    factor = _MINUTES.get(unit or "MIN")
    if stated is None or factor is None or not 0 < stated * factor <= _LONGEST_CASE:
        return None
    return int(stated * factor)


def _procedures(message: Message) -> Iterator[Coded]:
    for ais, _ in zip(message.named("AIS"), range(RESOURCES_LIMIT), strict=False):
        yield from coded(ais, 3)


def _resources(message: Message) -> tuple[tuple[CaseResource, ...], str, list[Diagnostic]]:
    """Who and what takes part, the facility of the first room that has one, and what is cut off."""
    resources, facility, cut = [], "", []
    for index in _places(message):
        segment = Segment(message, index)
        if not segment.is_terminated and len(segment.fields) <= _RESOURCE + 1:
            cut.append(finding("LINE_CUT", segment.position()))
            continue
        resources.append(_READ[segment.name](segment))
        if segment.name == "AIL":
            facility = facility or identifier(segment, _RESOURCE, 4)
    return tuple(resources), facility, cut


def _places(message: Message) -> list[int]:
    found = [index for index, name in enumerate(message.names) if name in _READ]
    return found[:RESOURCES_LIMIT]


def _equipment(aig: Segment) -> CaseResource:
    return CaseResource(
        kind="equipment",
        id=either(aig, _RESOURCE),
        name=described(aig, _RESOURCE),
        role=identifier(aig, 4),
        status=identifier(aig, 14),
    )


def _room(ail: Segment) -> CaseResource:
    """A PL: the room, else the ward."""
    return CaseResource(
        kind="room",
        id=identifier(ail, _RESOURCE, 2) or identifier(ail, _RESOURCE),
        name=identifier(ail, _RESOURCE),
        role=identifier(ail, 4),
        status=identifier(ail, 12),
    )


def _person(aip: Segment) -> CaseResource:
    """An XCN: the id, and the name of a member of the staff."""
    names = (plain_text(aip.value(_RESOURCE, part)) for part in (2, 3))
    return CaseResource(
        kind="person",
        id=identifier(aip, _RESOURCE),
        name=" ".join(each for each in names if each),
        role=identifier(aip, 4),
        status=identifier(aip, 12),
    )


_READ: Mapping[str, Callable[[Segment], CaseResource]] = MappingProxyType(
    {"AIG": _equipment, "AIL": _room, "AIP": _person}
)
