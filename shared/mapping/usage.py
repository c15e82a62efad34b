"""SupplyUsage to effects or holds, line by line. Pure: equal rules give equal results, for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.canonical.effect import Dimensions, Effect, EffectType
from shared.canonical.hold import Hold
from shared.canonical.master import DepartmentRecord, ItemRecord
from shared.canonical.money import extended
from shared.canonical.quantity import Quantity
from shared.canonical.usage import Direction, SupplyUsage, UsageLine
from shared.effects.identity import content_hash, effect_id, line_effect_id
from shared.mapping.dimensions import department_of, invalid_dimension, zone_of_facility
from shared.mapping.items import MappedItem, item_of
from shared.mapping.keys import master_key
from shared.mapping.line_holds import LineContext, holds_of_line, malformed_hold
from shared.mapping.problems import Problem
from shared.ports.master_data import MasterData


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedLine:
    """What became of one line: an effect, perhaps with advisory holds; or blocking holds."""

    line_id: str
    content_hash: str
    effect: Effect | None
    holds: tuple[Hold, ...]


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
    def holds(self) -> tuple[Hold, ...]:
        """Everything that needs a person."""
        return (*(hold for line in self.lines for hold in line.holds), *self.malformed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What master data says about one line; a Problem where it has no answer."""

    zone: ZoneInfo | Problem
    accounting_date: date
    department: DepartmentRecord | Problem | None
    used: MappedItem
    dimension: Problem | None

    def problems(self) -> Iterator[Problem]:
        """All that blocks the line."""
        for answer in (self.zone, self.department, *self.used.problems, self.dimension):
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

    All that is missing is told at once, one hold for each code. A credit takes item, lot and cost
    from its original (USE5), so of it only the sender's right to its facility is checked.
    """
    context = LineContext(
        line=line,
        document=document,
        line_id=line_effect_id(document.tenant, line),
        content_hash=content_hash(line),
        now=now,
    )
    if line.direction is Direction.CREDIT:
        zone = zone_of_facility(line, document, master, as_of=as_of)
        refused = (zone,) if isinstance(zone, Problem) else ()
        return _held(context, (*refused, _unpaired(context)), None)
    answers = _answers(line, document, master, as_of=as_of)
    effect = _effect(context, answers)
    if effect is None:
        return _held(context, tuple(answers.problems()), answers.used)
    return MappedLine(
        line_id=context.line_id,
        content_hash=context.content_hash,
        effect=effect,
        holds=holds_of_line(context, answers.used.notices, amount=effect.amount),
    )


def _answers(line: UsageLine, document: SupplyUsage, master: MasterData, *, as_of: str) -> _Answers:
    """Ask for everything, so that all gaps show at once; without a zone the stated day counts."""
    zone = zone_of_facility(line, document, master, as_of=as_of)
    is_placed = isinstance(zone, ZoneInfo)
    on = line.used_at.facility_day(zone) if isinstance(zone, ZoneInfo) else line.used_at.day
    return _Answers(
        zone=zone,
        accounting_date=on,
        department=department_of(line, master, as_of=as_of) if is_placed else None,
        used=_used(line, document, master, on=on, as_of=as_of),
        dimension=invalid_dimension(line, master, on=on, as_of=as_of),
    )


def _used(
    line: UsageLine, document: SupplyUsage, master: MasterData, *, on: date, as_of: str
) -> MappedItem:
    if line.quantity.is_finite() and line.quantity > 0:
        return item_of(line, document, master, on=on, as_of=as_of)
    detail = "the quantity of a use is a positive number"
    return MappedItem(problems=(Problem(code="LINE_MALFORMED", detail=detail),))


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
        accounting_date=answers.accounting_date,
        unit_cost=item.unit_cost,
        amount=extended(quantity.in_base_units, item.unit_cost),
        lot=answers.used.lot,
        case_token=document.case_token,
    )


def _unpaired(context: LineContext) -> Problem:
    """A credit waits for its charge, under the key of that charge."""
    line, tenant = context.line, context.document.tenant
    original = effect_id(tenant, EffectType.ISSUE, line.reverses)
    transaction = line.reverses[2] if len(line.reverses) > 2 else ""  # noqa: PLR2004
    detail = f"takes back {line.quantity:f} of transaction {transaction}"
    missing = (master_key("effect", original),)
    return Problem(code="REVERSAL_UNPAIRED", detail=detail, missing=missing)


def _held(
    context: LineContext, problems: tuple[Problem, ...], used: MappedItem | None
) -> MappedLine:
    amount = None
    if used and used.item and used.quantity:
        amount = extended(used.quantity.in_base_units, used.item.unit_cost)
    return MappedLine(
        line_id=context.line_id,
        content_hash=context.content_hash,
        effect=None,
        holds=holds_of_line(context, problems, amount=amount),
    )
