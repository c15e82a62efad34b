"""SupplyUsage to effects, evidence, reversals or holds, line by line.

Pure: equal rules give equal results, for ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.canonical.effect import Dimensions, Effect, EffectType
from shared.canonical.hold import Hold
from shared.canonical.master import DepartmentRecord, ItemRecord
from shared.canonical.money import extended
from shared.canonical.quantity import Quantity
from shared.canonical.source_time import utc_second
from shared.canonical.usage import Direction, SupplyUsage, UsageLine
from shared.effects.identity import content_hash, line_effect_id
from shared.mapping.dimensions import department_of, invalid_dimension, zone_of_facility
from shared.mapping.evidence import NO_RULE, Standing, standing_of
from shared.mapping.items import ChargedItem, MappedItem, charged_item, used_item
from shared.mapping.line_holds import LineContext, holds_of_line, malformed_hold
from shared.mapping.problems import Problem
from shared.mapping.reversals import ReversalIntent, reversal_intent, reversal_problems
from shared.ports.master_data import MasterData


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedLine:
    """What became of one line.

    One of: an effect, perhaps with advisory holds; blocking holds; evidence, with the reason; a
    reversal on its way to its original. `beside` is the journal key that all reports of one use
    share, where master data names the source that moves stock (USE2a).
    """

    line: UsageLine
    line_id: str
    content_hash: str
    effect: Effect | None = None
    holds: tuple[Hold, ...] = ()
    evidence: str = ""
    reversal: ReversalIntent | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedUsage:
    """What became of a document (or chunk): each line, and the holds of those never read."""

    lines: tuple[MappedLine, ...]
    malformed: tuple[Hold, ...]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What is to be posted, in the order of the lines."""
        return tuple(line.effect for line in self.lines if line.effect)

    @property
    def reversals(self) -> tuple[ReversalIntent, ...]:
        """What takes back an original, in the order of the lines."""
        return tuple(line.reversal for line in self.lines if line.reversal)

    @property
    def evidence(self) -> tuple[tuple[UsageLine, str], ...]:
        """Lines that another source posts, each with the reason."""
        return tuple((line.line, line.evidence) for line in self.lines if line.evidence)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Everything that needs a person."""
        return (*(hold for line in self.lines for hold in line.holds), *self.malformed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where and when a line happened; without a zone the stated day counts."""

    zone: ZoneInfo | Problem
    day: date
    moved_at: str = ""

    @property
    def problem(self) -> Problem | None:
        """Why the sender's word does not count here."""
        return self.zone if isinstance(self.zone, Problem) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What master data says about one line; a Problem where it has no answer."""

    place: _Place
    department: DepartmentRecord | Problem | None
    used: MappedItem
    dimension: Problem | None

    def problems(self) -> Iterator[Problem]:
        """All that blocks the line."""
        found = (self.place.problem, self.department, *self.used.problems, self.dimension)
        for answer in found:
            if isinstance(answer, Problem):
                yield answer


def map_usage(
    document: SupplyUsage, master: MasterData, *, as_of: str, now: datetime
) -> MappedUsage:
    """Map every line of a document; a hold belongs to its line and the others go on."""
    return MappedUsage(
        lines=tuple(
            map_line(line, document, master, as_of=as_of, now=now) for line in document.lines
        ),
        malformed=tuple(malformed_hold(line, document, now=now) for line in document.malformed),
    )


def map_line(
    line: UsageLine, document: SupplyUsage, master: MasterData, *, as_of: str, now: datetime
) -> MappedLine:
    """Map one line by the rules as they stood at `as_of`; `now` starts the clocks of its holds.

    Whether another source moves the stock is asked first: such a line is evidence, whatever else it
    lacks. Of any other line all that is missing is told at once, one hold for each code.
    """
    context = LineContext(
        line=line,
        document=document,
        line_id=line_effect_id(document.tenant, line, document.part),
        content_hash=content_hash(line),
        now=now,
    )
    place = _place(line, document, master, as_of=as_of)
    charged = charged_item(line, document, master, as_of=as_of)
    standing = NO_RULE
    if line.facility in document.facilities and isinstance(charged, ChargedItem):
        standing = standing_of(line, document, charged.item, master, on=place.day, as_of=as_of)
    if standing.evidence:
        return _mapped(context, standing)
    if line.direction is Direction.CREDIT:
        return _reversal(context, standing, place)
    answers = _answers(line, place, charged, master, as_of=as_of)
    return _use(context, standing, answers)


def _place(line: UsageLine, document: SupplyUsage, master: MasterData, *, as_of: str) -> _Place:
    zone = zone_of_facility(line, document, master, as_of=as_of)
    if isinstance(zone, Problem):
        return _Place(zone=zone, day=line.used_at.day)
    moved_at = utc_second(line.used_at.latest_moment(zone))
    return _Place(zone=zone, day=line.used_at.facility_day(zone), moved_at=moved_at)


def _answers(
    line: UsageLine,
    place: _Place,
    charged: ChargedItem | Problem,
    master: MasterData,
    *,
    as_of: str,
) -> _Answers:
    """Ask for everything, so that all gaps show at once."""
    on = place.day
    return _Answers(
        place=place,
        department=None if place.problem else department_of(line, master, as_of=as_of),
        used=used_item(line, charged, master, on=on, as_of=as_of),
        dimension=invalid_dimension(line, master, on=on, as_of=as_of),
    )


def _mapped(context: LineContext, standing: Standing) -> MappedLine:
    """What is true of a line whatever becomes of it."""
    return MappedLine(
        line=context.line,
        line_id=context.line_id,
        content_hash=context.content_hash,
        evidence=standing.evidence,
        beside=standing.beside,
    )


def _use(context: LineContext, standing: Standing, answers: _Answers) -> MappedLine:
    """An issue with its advisory holds, or all the holds that block it."""
    effect = _effect(context, answers)
    problems = answers.used.notices if effect else tuple(answers.problems())
    used, amount = answers.used, None
    if used.item and used.quantity:
        amount = extended(used.quantity.in_base_units, used.item.unit_cost)
    holds = holds_of_line(context, problems, amount=amount)
    return replace(_mapped(context, standing), effect=effect, holds=holds)


def _reversal(context: LineContext, standing: Standing, place: _Place) -> MappedLine:
    """A credit takes item, lot, cost and dimensions from its original (USE5), so asks for none."""
    refused = tuple(reversal_problems(context.line))
    problems = (place.problem, *refused) if place.problem else refused
    if problems:
        holds = holds_of_line(context, problems, amount=None)
        return replace(_mapped(context, standing), holds=holds)
    intent = reversal_intent(context, place.day, place.moved_at)
    return replace(_mapped(context, standing), reversal=intent)


def _effect(context: LineContext, answers: _Answers) -> Effect | None:
    """The issue, if nothing blocks it."""
    department, item, quantity = answers.department, answers.used.item, answers.used.quantity
    if next(answers.problems(), None) or not isinstance(department, DepartmentRecord):
        return None
    if item is None or quantity is None:
        return None
    return _issue(context, answers, department, item, quantity)


def _issue(
    context: LineContext,
    answers: _Answers,
    department: DepartmentRecord,
    item: ItemRecord,
    quantity: Quantity,
) -> Effect:
    line, document = context.line, context.document
    return Effect(
        effect_id=context.line_id,
        effect_type=EffectType.ISSUE,
        tenant=document.tenant,
        content_hash=context.content_hash,
        document_id=document.document_id,
        correlation_id=document.message_id,
        item=item.item,
        quantity=quantity,
        from_place=department.from_place,
        to_place=department.to_place,
        dimensions=Dimensions(
            facility=line.facility,
            department=line.department,
            cost_centre=department.cost_centre,
            project=line.project,
            grant=line.grant,
            service_line=line.service_line,
        ),
        accounting_date=answers.place.day,
        unit_cost=item.unit_cost,
        amount=extended(quantity.in_base_units, item.unit_cost),
        lot=answers.used.lot,
        case_token=document.case_token,
        part=document.part,
        status_to=document.status_to,
        source_line="/".join(line.key) if document.status_to else "",
        moved_at=answers.place.moved_at,
    )
