"""Cases of a tracker that tells each several times: the highest version counts (USE4).

Each line of a case is a use with a lot of its own; what the judge expects of it is what the highest
version says, however the versions came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from shared.canonical.usage import Direction
from shared.simulation.histories.facts import (
    DEPARTMENTS,
    FACILITIES,
    ITEMS,
    MOST_STATED,
    Facts,
    Fate,
    Item,
    Line,
    Told,
    Use,
    charge_code,
    moment_near,
)

MOST_VERSIONS = 4
MOST_CASE_LINES = 4
NAMED = 0.8  # a line in a version
AS_BEFORE = 0.4  # a quantity from one version to the next
ANOTHER_ITEM = 0.05  # under the same line id


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: each version's lines, the first version first."""

    document: str
    facility: str
    versions: tuple[tuple[Line, ...], ...]


def uses_of(case: Case, items: Sequence[Item]) -> Iterator[Use]:
    """What is to stand of each line that any version names; nothing if the last does not."""
    by_code = {charge_code(item, is_box=False): item for item in items}
    last = {line.lot: line for line in case.versions[-1]}
    for line in {line.lot: line for version in case.versions for line in version}.values():
        stands = last.get(line.lot)
        yield Use(
            lot=line.lot,
            facility=case.facility,
            fate=Fate.VERSIONED,
            item=by_code[line.charge_code],
            units=stands.quantity if stands else 0,
        )


def told_in_versions(case: Case, moments: Sequence[float]) -> Iterator[Told]:
    """One message a version, each at its moment, whichever comes first."""
    for version, (at, lines) in enumerate(zip(moments, case.versions, strict=True), start=1):
        yield Told(
            number=version,
            at=at,
            facility=case.facility,
            lines=lines,
            document=case.document,
            version=version,
        )


def add_cases(random: Random, facts: Facts, *, lines: int, span_seconds: float) -> None:
    """Add cases until so many of their lines stand, or none would fit."""
    left, number = lines, 0
    while left > 0:
        number += 1
        case = _drawn_case(random, facts.items, number)
        uses = list(uses_of(case, facts.items))
        standing = sum(use.units > 0 for use in uses)
        if standing > left:
            continue
        left -= standing
        facts.uses += uses
        start = span_seconds * random.random()
        moments = [moment_near(random, start, span_seconds) for _ in case.versions]
        facts.messages += told_in_versions(case, moments)
    facts.messages.sort(key=lambda told: told.at)


def _drawn_case(random: Random, items: Sequence[Item], number: int) -> Case:
    facility, department = random.choice(FACILITIES), random.choice(DEPARTMENTS)
    lines = [
        Line(
            transaction=str(place),
            direction=Direction.CHARGE,
            facility=facility,
            department=department,
            charge_code=_drawn_code(random, items),
            quantity=random.randrange(1, MOST_STATED + 1),
            lot=f"L9{number:05}{place}",
            day=random.randrange(1, 14),
        )
        for place in range(1, random.randrange(1, MOST_CASE_LINES + 1) + 1)
    ]
    versions = []
    for _ in range(random.randrange(1, MOST_VERSIONS + 1)):
        versions.append(tuple(line for line in lines if random.random() < NAMED))
        lines = [_changed(random, items, line) for line in lines]
    return Case(document=f"CASE-{number:05}", facility=facility, versions=tuple(versions))


def _changed(random: Random, items: Sequence[Item], line: Line) -> Line:
    if random.random() < ANOTHER_ITEM:
        return replace(line, charge_code=_drawn_code(random, items))
    if random.random() < AS_BEFORE:
        return line
    return replace(line, quantity=random.randrange(1, MOST_STATED + 1))


def _drawn_code(random: Random, items: Sequence[Item]) -> str:
    return charge_code(items[random.randrange(2, ITEMS)], is_box=False)
