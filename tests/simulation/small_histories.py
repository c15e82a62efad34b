"""Histories of a few lines each, small enough to be crashed at every point and pair of points."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from shared.canonical.master import ItemRecord
from shared.canonical.usage import Direction
from shared.simulation.histories.cases import Case, uses_of
from shared.simulation.histories.facts import (
    Facts,
    Fate,
    Item,
    Line,
    Told,
    Use,
    charge_code,
    late_code,
    replaced,
)
from shared.simulation.histories.faults import FaultLevel
from shared.simulation.histories.history import Plan, Scene
from shared.simulation.histories.messages import TEN_THOUSANDTH

ITEMS = tuple(Item(name=f"ITM-{number:03}", cost=237_567, in_box=5) for number in range(3))
REFUSED, REFUSED_WHOLE, GOOD = ITEMS
RULE_AT = 20.0
TAKEN_AT, BACK_AT = 8.0, 40.0
CHANGED_AT, AGAIN_AT = 20.0, 40.0
DEARER = ItemRecord(item=GOOD.name, base_unit="EA", unit_cost=999_999 * TEN_THOUSANDTH)


def a_use(number: int = 1, *, item: Item = GOOD, units: int = 3, code: str = "") -> Line:
    return Line(
        transaction=f"T{number:06}",
        direction=Direction.CHARGE,
        facility="NORTH",
        department="OR",
        charge_code=code or charge_code(item, is_box=False),
        quantity=units,
        lot=f"L{number:06}",
        day=3,
    )


def a_credit(of: Line, units: int, *, own: str = "") -> Line:
    named = replaced(of, quantity=units, transaction=own or of.transaction)
    return replaced(named, reverses=of.transaction, direction=Direction.CREDIT)


def told(*messages: tuple[float, Sequence[Line]]) -> list[Told]:
    return [
        Told(number=number, at=at, facility="NORTH", lines=tuple(lines))
        for number, (at, lines) in enumerate(messages, start=1)
    ]


def of(
    line: Line, *, fate: Fate = Fate.PLAIN, credits_of: tuple[int, ...] = (), rivals: int = 0
) -> Use:
    return Use(
        lot=line.lot,
        facility=line.facility,
        fate=fate,
        item={"ITM-000": REFUSED, "ITM-001": REFUSED_WHOLE}.get(line.charge_code[3:], GOOD),
        units=line.quantity,
        credits=credits_of,
        rivals=(rivals,) if rivals else (),
    )


def a_scene(uses: Sequence[Use], messages: list[Told], *, late: bool = False) -> Scene:
    rules = {late_code(0): RULE_AT} if late else {}
    facts = Facts(items=ITEMS, uses=list(uses), messages=messages, rules_at=rules)
    return Scene(facts=facts)


def use() -> Scene:
    """One use."""
    line = a_use()
    return a_scene([of(line)], told((1.0, [line])))


def use_sent_twice() -> Scene:
    """One use that its source sends twice."""
    line = a_use()
    return a_scene([of(line)], told((1.0, [line]), (1.2, [line])))


def reversal() -> Scene:
    """A use, and later a credit of a part of it."""
    line = a_use()
    messages = told((1.0, [line]), (6.0, [a_credit(line, 2)]))
    return a_scene([of(line, credits_of=(2,))], messages)


def reversal_first() -> Scene:
    """A credit that comes before what it takes back."""
    line = a_use()
    messages = told((1.0, [a_credit(line, 3)]), (6.0, [line]))
    return a_scene([of(line, credits_of=(3,))], messages)


def two_reversals() -> Scene:
    """Two credits that together ask for more than there is."""
    line = a_use()
    first, second = a_credit(line, 2), a_credit(line, 2, own="T000001-1")
    messages = told((1.0, [line]), (6.0, [first]), (6.7, [second]))
    return a_scene([of(line, credits_of=(2, 2))], messages)


def thirds() -> Scene:
    """Three credits of one piece each, whose cents do not divide."""
    line = a_use()
    returns = [a_credit(line, 1, own=f"T000001-{number}") for number in range(3)]
    messages = told((1.0, [line]), *((6.0 + number, [each]) for number, each in enumerate(returns)))
    return a_scene([of(line, credits_of=(1, 1, 1))], messages)


def parked_and_released() -> Scene:
    """A use whose rule comes later."""
    line = a_use(code=late_code(0))
    return a_scene([of(line, fate=Fate.RULE_COMES_LATE)], told((1.0, [line])), late=True)


def parked_and_offset() -> Scene:
    """A use whose rule comes later still than the credit that takes all of it back."""
    line = a_use(code=late_code(0))
    lines = told((1.0, [line]), (6.0, [a_credit(line, 3)]))
    return a_scene([of(line, fate=Fate.RULE_COMES_LATE, credits_of=(3,))], lines, late=True)


def released_and_reversed() -> Scene:
    """A full credit that comes just when its use is released."""
    line = a_use(code=late_code(0))
    lines = told((1.0, [line]), (RULE_AT + 0.3, [a_credit(line, 3)]))
    return a_scene([of(line, fate=Fate.RULE_COMES_LATE, credits_of=(3,))], lines, late=True)


def conflict() -> Scene:
    """The same line id with another quantity."""
    line = a_use()
    messages = told((1.0, [line]), (3.0, [replaced(line, quantity=4)]))
    return a_scene([of(line, fate=Fate.CONFLICT, rivals=4)], messages)


def refusal() -> Scene:
    """Two that the target refuses, one of them without saying for whose sake, and one it takes."""
    lines = [a_use(1, item=REFUSED), a_use(2, item=REFUSED_WHOLE), a_use(3)]
    fates = (Fate.REFUSED, Fate.REFUSED_WHOLE, Fate.PLAIN)
    uses = [of(line, fate=fate) for line, fate in zip(lines, fates, strict=True)]
    return a_scene(uses, told((1.0, lines)))


def recovery() -> Scene:
    """A use and its credit, rolled back after they were posted and driven again."""
    line, second = a_use(1), a_use(2)
    messages = told((1.0, [line]), (10.0, [second]), (14.0, [a_credit(second, 2)]))
    scene = a_scene([of(line), of(second, credits_of=(2,))], messages)
    return replace(scene, rolls_back=(TAKEN_AT, BACK_AT))


def credits_lost() -> Scene:
    """Uses with two credits each that ask for too much, mapped in some other order after a loss."""
    lines = [a_use(number) for number in range(1, 4)]
    firsts = [a_credit(line, 2) for line in lines]
    seconds = [a_credit(line, 2, own=f"{line.transaction}-1") for line in lines]
    messages = told((1.0, lines), *((10.0, [each]) for each in firsts), (14.0, seconds))
    scene = a_scene([of(line, credits_of=(2, 2)) for line in lines], messages)
    return replace(scene, rolls_back=(TAKEN_AT, BACK_AT))


def changed_mapping() -> Scene:
    """A use that is sent again after its item's cost has changed: not one to crash."""
    line = a_use()
    scene = a_scene([of(line)], told((1.0, [line]), (AGAIN_AT, [line])))
    return replace(scene, changes=[(CHANGED_AT, DEARER)])


def changed_under_way() -> Scene:
    """A use whose item's cost changes before a crashed mapping of it is delivered again."""
    line = a_use()
    return replace(a_scene([of(line)], told((1.0, [line]))), changes=[(CHANGED_AT, DEARER)])


def a_case(*versions: tuple[float, int, Sequence[Line]]) -> Scene:
    """A case of one line that is told in versions: when, which, and its lines."""
    messages = [
        Told(
            number=version,
            at=at,
            facility="NORTH",
            lines=tuple(lines),
            document="CASE-00001",
            version=version,
        )
        for at, version, lines in versions
    ]
    case = Case(
        document="CASE-00001",
        facility="NORTH",
        versions=tuple(tuple(lines) for _, _, lines in sorted(versions, key=lambda each: each[1])),
    )
    return a_scene(list(uses_of(case, ITEMS)), messages)


def versions() -> Scene:
    """A case whose second version names less of its line."""
    line = a_use()
    return a_case((1.0, 1, [line]), (6.0, 2, [replaced(line, quantity=1)]))


def versions_overtaken() -> Scene:
    """A case whose second version comes before its first."""
    line = a_use()
    return a_case((1.0, 2, [replaced(line, quantity=5)]), (1.7, 1, [line]))


def line_dropped() -> Scene:
    """A case whose second version does not name its line any more, and whose third does again."""
    line = a_use()
    return a_case((1.0, 1, [line]), (6.0, 2, []), (8.0, 3, [replaced(line, quantity=2)]))


def line_gone() -> Scene:
    """A case whose second and last version names one of its two lines no more."""
    line, other = a_use(1), a_use(2)
    return a_case((1.0, 1, [line, other]), (6.0, 2, [other]))


def versions_lost() -> Scene:
    """A case of two lines whose three versions are mapped in some other order after a loss."""
    line, other = a_use(1), a_use(2)
    scene = a_case(
        (9.0, 1, [line, other]),
        (13.0, 2, [replaced(line, quantity=5), replaced(other, quantity=1)]),
        (17.0, 3, [replaced(line, quantity=2)]),
    )
    return replace(scene, rolls_back=(TAKEN_AT, BACK_AT))


CRASHED: Mapping[str, Callable[[], Scene]] = MappingProxyType(
    {
        scene.__name__: scene
        for scene in (
            *(use, use_sent_twice, reversal, reversal_first, two_reversals, thirds),
            *(parked_and_released, parked_and_offset, released_and_reversed),
            *(conflict, refusal, recovery, credits_lost),
            *(versions, versions_overtaken, line_dropped, line_gone, versions_lost),
        )
    }
)
SCENES: Mapping[str, Callable[[], Scene]] = MappingProxyType(
    {**CRASHED, **{scene.__name__: scene for scene in (changed_mapping, changed_under_way)}}
)


def plan_of(
    name: str, target: str, crash_at: Sequence[int] = (), *, keeps_trace: bool = True
) -> Plan:
    """One scene's history without any fault but the crashes that are asked for."""
    return Plan(
        seed=1,
        effects=SCENES[name]().facts.effects,
        level=FaultLevel.NONE,
        target=target,
        crash_at=frozenset(crash_at),
        keeps_trace=keeps_trace,
    )
