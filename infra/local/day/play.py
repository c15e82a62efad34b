"""The day in its order: a morning, rules that people add at noon, an afternoon."""

import random
from dataclasses import dataclass, replace
from datetime import date

from infra.local.day.cabinets import (
    cabinet_messages,
    evening_file,
    morning_file,
    shared_uses,
)
from infra.local.day.devices import device_uses, encoded, in_error
from infra.local.day.ehr import (
    HOSPITALS,
    Charge,
    Message,
    conflicting,
    cut,
    noon_of,
    ordinary_messages,
    plain_code,
    troubles,
)
from infra.local.day.materials import CANCEL, requisitions
from infra.local.day.storeroom import storeroom_reports
from infra.local.day.tracker import returned_case, tracker_events
from infra.local.network import Network
from shared.canonical.master import ChargeCodeRecord, DepartmentRecord
from shared.mapping.keys import master_key
from shared.workflow.add_mapping import Entered

SENT_TWICE_IN = 7  # one message in so many
COPIES_AT_ONCE = 8
LATE_CODE, LATE_DEPARTMENT = "C-MAPPED-AT-NOON", "ANNEX"
STEWARD, WHY = "steward", "reported this morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFile:
    """A file as it is dropped."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """A webhook as it is sent."""

    webhook_id: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """What arrives in one half of the day; messages stand in the order of their arrival."""

    messages: tuple[bytes, ...]
    files: tuple[DayFile, ...]
    events: tuple[DayEvent, ...]

    def __len__(self) -> int:
        """How many arrivals."""
        return len(self.messages) + len(self.files) + len(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A whole day."""

    morning: DayPart
    rules: tuple[Entered, ...]
    afternoon: DayPart


def play_day(network: Network, day: date, *, seed: int = 1) -> Day:
    """The same day from the same network and seed."""
    chance = random.Random(f"{seed} {day}")  # noqa: S311 - synthetic traffic, not a secret
    ordinary = [
        message
        for facility in HOSPITALS
        for message in ordinary_messages(network, facility, day, chance)
    ]
    early, late = _reversals(network, day)
    cases = list(tracker_events(network, day, chance))
    of_cabinets = cabinet_messages(network, day, chance)
    asked_for = list(requisitions(network, day, chance))
    devices = list(device_uses(network, day, chance))
    charged = (*ordinary, *troubles(network, day), *early, *of_cabinets)
    bodies = [message.encoded() for message in charged]
    bodies += [each.encoded() for each in asked_for] + [encoded(each) for each in devices]
    return Day(
        morning=DayPart(
            messages=_arrivals(bodies, chance),
            files=_morning_files(network, day, chance),
            events=_events(cases, day),
        ),
        rules=_rules(network),
        afternoon=DayPart(
            messages=(
                *(message.encoded() for message in (*late, *_told_twice(network, day))),
                conflicting(ordinary[1]).encoded(),
                replace(asked_for[0], control=CANCEL).encoded(),
                encoded(in_error(devices[-1])),
                *(encoded(report) for report in storeroom_reports(network, day)),
                cut(ordinary[2], day),
                b"this is not HL7 at all\r",
            ),
            files=(DayFile(name=f"{day:%Y%m%d}-evening.csv", body=evening_file(network, day)),),
            events=_events([returned_case(cases[-1], day)], day, first=900),
        ),
    )


def _arrivals(bodies: list[bytes], chance: random.Random) -> tuple[bytes, ...]:
    """Shuffled, some twice; copies that are sent at once stand together."""
    again = chance.sample(bodies, len(bodies) // SENT_TWICE_IN)
    at_once = [bodies[0]] * COPIES_AT_ONCE
    groups = [*([body] for body in (*bodies, *again)), at_once]
    chance.shuffle(groups)
    return tuple(body for group in groups for body in group)


def _morning_files(network: Network, day: date, chance: random.Random) -> tuple[DayFile, ...]:
    """The same content under two names: a cabinet that was not sure whether it had sent it."""
    body = morning_file(network, day, chance)
    names = (f"{day:%Y%m%d}-morning.csv", f"{day:%Y%m%d}-morning-again.csv")
    return tuple(DayFile(name=name, body=body) for name in names)


def _events(bodies: list[bytes], day: date, *, first: int = 1) -> tuple[DayEvent, ...]:
    """Each under its own id, the first of them twice."""
    events = [
        DayEvent(webhook_id=f"msg_{day:%Y%m%d}_{number:04d}", body=body)
        for number, body in enumerate(bodies, start=first)
    ]
    return (*events, events[0])


def _rules(network: Network) -> tuple[Entered, ...]:
    plain = plain_code(network)
    code = ChargeCodeRecord(
        application="EHR", charge_code=LATE_CODE, item=plain.item, unit=plain.unit
    )
    known = next(
        each for each in network.departments if (each.facility, each.department) == ("NORTH", "OR")
    )
    department: DepartmentRecord = replace(known, department=LATE_DEPARTMENT)
    return (
        Entered(record=code, key=master_key("charge", "EHR", LATE_CODE), who=STEWARD, reason=WHY),
        Entered(
            record=department,
            key=master_key("department", "NORTH", LATE_DEPARTMENT),
            who=STEWARD,
            reason=WHY,
        ),
    )


def _reversals(network: Network, day: date) -> tuple[list[Message], list[Message]]:
    """Credits in parts: one part comes before its charge; and lines that wait for noon."""
    use = Charge(
        transaction=f"{day:%Y%m%d}-PARTS",
        at=noon_of(day),
        charge_code=plain_code(network).charge_code,
        department="OR",
        quantity="5",
    )
    first = replace(
        use, transaction=f"{use.transaction}-A", kind="CD", quantity="3", reverses=use.transaction
    )
    second = replace(first, transaction=f"{use.transaction}-B", quantity="2")
    waiting = replace(use, transaction=f"{day:%Y%m%d}-NOON", charge_code=LATE_CODE, quantity="1")
    lacking_two = replace(
        waiting, transaction=f"{waiting.transaction}-2", department=LATE_DEPARTMENT
    )
    never = replace(use, transaction=f"{day:%Y%m%d}-NEVER", charge_code="C-NOBODY-MAPPED-3")
    taken_back = replace(never, kind="CD")
    early = [
        _message(day, "credit-early", first),
        _message(day, "noon", waiting, lacking_two),
        _message(day, "never", never),
    ]
    late = [
        _message(day, "charge", use),
        _message(day, "credit-late", second),
        _message(day, "never-back", taken_back),
    ]
    return early, late


def _told_twice(network: Network, day: date) -> list[Message]:
    """Charges of uses that the cabinet of NORTH has told of: evidence."""
    codes = {each.item: each.charge_code for each in network.charge_codes}
    return [
        Message(
            control_id=f"{transaction}-E",
            facility="NORTH",
            visit=visit,
            charges=(
                Charge(
                    transaction=f"{transaction}-E",
                    at=noon_of(day),
                    charge_code=codes[item.item],
                    department="OR",
                ),
            ),
        )
        for item, visit, transaction in shared_uses(network, day)
    ]


def _message(day: date, name: str, *charges: Charge) -> Message:
    return Message(
        control_id=f"{day:%Y%m%d}-{name}-M",
        facility="NORTH",
        visit=f"V{day:%y%m%d}7{len(name):05d}",
        charges=charges,
    )
