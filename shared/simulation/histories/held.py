"""Who waits for a person at the end, against what was seeded: line by line."""

import re
from collections.abc import Collection, Iterator

from shared.canonical.hold import Hold, HoldKind
from shared.simulation.histories.facts import Facts, Fate
from shared.simulation.histories.platform import Platform

POISON = "POISON"
NAMES = {
    "ERP_REFUSED": "refused",
    "VALIDATION": "refused",
    "REVERSAL_EXCESS": "too much",
    "REVERSAL_NOTHING_LEFT": "too much",
}
SEEDED = {
    Fate.NEVER_MAPPED: "ITEM_UNMAPPED",
    Fate.REFUSED: "refused",
    Fate.REFUSED_WHOLE: "refused",
    Fate.CONFLICT: "CONFLICT",
}
LOT = re.compile(r'"lot":"(L[0-9]+)"')


def hold_differences(
    platform: Platform, facts: Facts, reviewed: Collection[str], *, poisoned: int
) -> Iterator[str]:
    """Each hold that was seeded and does not stand, and each that stands and was not seeded.

    What a person is asked about anyway (`reviewed` lots) is left out: anything may wait for that.
    """
    seeded = {(name, lot) for name, lot in _seeded(facts) if lot not in reviewed}
    standing = {(name, lot) for name, lot in _standing(platform) if lot not in reviewed}
    for name, lot in sorted(seeded - standing):
        yield f"{name} of {lot} was seeded and is not open"
    for name, lot in sorted(standing - seeded):
        yield f"{name} of {lot} is open and was not seeded"
    bodies = {hold.payload for hold in platform.stores.holds.standing.values() if _is_poison(hold)}
    if len(bodies) != poisoned:
        yield f"{poisoned} poisoned messages were sent, {len(bodies)} are held"


def _seeded(facts: Facts) -> Iterator[tuple[str, str]]:
    for use in facts.uses:
        if use.fate in SEEDED:
            yield SEEDED[use.fate], use.lot
        if sum(use.credits) > use.units:
            yield "too much", use.lot


def _standing(platform: Platform) -> Iterator[tuple[str, str]]:
    for hold in platform.stores.holds.standing.values():
        is_work = hold.kind is HoldKind.BLOCKING or hold.code in NAMES
        if is_work and not _is_poison(hold):
            found = LOT.search(hold.payload)
            yield NAMES.get(hold.code, hold.code), found.group(1) if found else hold.line_id


def _is_poison(hold: Hold) -> bool:
    return hold.code == POISON
