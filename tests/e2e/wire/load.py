"""What the wire check sends in waves: three sources, repeats, credits; what must come of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from uuid import uuid4

from infra.local.cabinet import RETURN, cabinet_csv
from infra.local.day import Charge, DayEvent, DayFile, DayPart
from infra.local.network import Network
from tests.e2e.messages import (
    TRACKER,
    a_charge,
    a_credit,
    a_message,
    a_row,
    an_event,
    erp_reference,
    id_of_return,
    id_of_use,
)

CHARGES, CREDITS, OF_NOWHERE = 45, 15, 2  # lines of the EHR
CASES = 8  # events of the tracker, with two lines each
WITHDRAWALS, RETURNS = 20, 4  # rows of the cabinet's file
EFFECTS_OF_WAVE = CHARGES + CREDITS + 2 * CASES + WITHDRAWALS + RETURNS
LINES_OF_MESSAGE = 3
SENT_TWICE_IN = 4  # one message, one event in so many
EHR, CABINET, CASE = ("EHR", "NORTH"), ("CABINET", "SOUTH"), (TRACKER, "EAST")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Arrivals, and what they must lead to.

    Attributes:
        part: What arrives.
        effects: Ids of the effects that the ERP must have, once each.
        held: Ids of the lines that must be held, as their department is unknown.
    """

    part: DayPart
    effects: frozenset[str]
    held: frozenset[str]

    @property
    def repeats(self) -> int:
        """Arrivals that bring nothing new."""
        part = self.part
        events = len(part.events) - CASES
        return len(part.messages) - len(set(part.messages)) + events + len(part.files) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What all waves together must lead to: references in the ERP with their line; lines held."""

    lines: Mapping[str, str]
    held: frozenset[str]

    @classmethod
    def by(cls, waves: Sequence[Wave]) -> "Promised":
        """The sum."""
        effects = frozenset[str]().union(*(wave.effects for wave in waves))
        held = frozenset[str]().union(*(wave.held for wave in waves))
        return cls(lines={erp_reference(each): each for each in effects}, held=held)


def a_wave(network: Network, chance: Random) -> Wave:
    """Everything under ids of its own; chance decides the order and what is sent again."""
    charges = [a_charge(network, quantity="5") for _ in range(CHARGES)]
    credits_ = [a_credit(each, f"{each.transaction}-C", "2") for each in charges[:CREDITS]]
    nowhere = [a_charge(network, department="NOWHERE") for _ in range(OF_NOWHERE)]
    cases = [f"D-{uuid4().hex[:12]}" for _ in range(CASES)]
    stem = f"W-{uuid4().hex[:12]}"
    return Wave(
        part=DayPart(
            messages=_messages([*charges, *credits_, *nowhere], chance),
            events=_events(network, cases, chance),
            files=_files(network, stem),
        ),
        effects=frozenset({*_of_charges(charges, credits_), *_of_cases(cases), *_of_rows(stem)}),
        held=frozenset(id_of_use(*EHR, each.transaction) for each in nowhere),
    )


def _messages(charges: Sequence[Charge], chance: Random) -> tuple[bytes, ...]:
    """In any order: half of the credits come before what they take back."""
    mixed = chance.sample(charges, len(charges))
    bodies = [
        a_message(*mixed[first : first + LINES_OF_MESSAGE]).encoded()
        for first in range(0, len(mixed), LINES_OF_MESSAGE)
    ]
    arrivals = [*bodies, *chance.sample(bodies, len(bodies) // SENT_TWICE_IN)]
    chance.shuffle(arrivals)
    return tuple(arrivals)


def _events(network: Network, cases: Sequence[str], chance: Random) -> tuple[DayEvent, ...]:
    """Some again under the id that they had, some under another."""
    events = [
        DayEvent(webhook_id=f"msg_{case}", body=an_event(network, case, quantities=("2", "1")))
        for case in cases
    ]
    again = chance.sample(events, len(events) // SENT_TWICE_IN)
    renamed = [DayEvent(webhook_id=f"{each.webhook_id}-R", body=each.body) for each in again]
    arrivals = [*events, *again, *renamed]
    chance.shuffle(arrivals)
    return tuple(arrivals)


def _files(network: Network, stem: str) -> tuple[DayFile, ...]:
    """One content: dropped, dropped again, and renamed."""
    taken = [a_row(network, f"{stem}-{number}", quantity="2") for number in range(WITHDRAWALS)]
    back = [
        a_row(
            network,
            f"{stem}-{number}-R",
            kind=RETURN,
            original_transaction=f"{stem}-{number}",
            original_line="1",
        )
        for number in range(RETURNS)
    ]
    body = cabinet_csv([*back, *taken])
    return tuple(
        DayFile(name=name, body=body) for name in (f"{stem}.csv", f"{stem}.csv", f"{stem}-R.csv")
    )


def _of_charges(charges: Sequence[Charge], credits_: Sequence[Charge]) -> Iterator[str]:
    for each in charges:
        yield id_of_use(*EHR, each.transaction)
    for each in credits_:
        yield id_of_return(*EHR, each.transaction, of=(*EHR, each.reverses))


def _of_cases(cases: Sequence[str]) -> Iterator[str]:
    return (id_of_use(*CASE, case, line) for case in cases for line in ("1", "2"))


def _of_rows(stem: str) -> Iterator[str]:
    for number in range(WITHDRAWALS):
        yield id_of_use(*CABINET, f"{stem}-{number}", "1")
    for number in range(RETURNS):
        of = (*CABINET, f"{stem}-{number}", "1")
        yield id_of_return(*CABINET, f"{stem}-{number}-R", "1", of=of)
