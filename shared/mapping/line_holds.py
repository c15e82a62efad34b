"""From what is the matter with a line to the holds that wait for people."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from shared.canonical.codec import to_json
from shared.canonical.effect import EffectType
from shared.canonical.hold import Hold, HoldKind
from shared.canonical.usage import Direction, MalformedLine, SupplyUsage, UsageLine
from shared.effects.identity import effect_id
from shared.holds.codes import HOLD_CODES
from shared.holds.opening import HoldFacts, hold_for
from shared.mapping.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContext:
    """One line being mapped, under the id it has for ever."""

    line: UsageLine
    document: SupplyUsage
    line_id: str
    content_hash: str
    now: datetime


def holds_of_line(
    context: LineContext, problems: tuple[Problem, ...], *, amount: Decimal | None
) -> tuple[Hold, ...]:
    """One hold for each problem; blocking ones carry the line, to be mapped again on release."""
    return tuple(_hold(context, problem, amount) for problem in problems)


def malformed_hold(line: MalformedLine, document: SupplyUsage, *, now: datetime) -> Hold:
    """The hold of a line that could not be read, with the place and rule of the first fault."""
    found = line.diagnostic
    reduced = replace(document.reduced_to(), malformed=(line,))
    stated = f" ({found.value})" if found.value else ""
    facts = HoldFacts(
        line_id=malformed_line_id(line, document),
        document_id=document.document_id,
        message_id=document.message_id,
        position=str(found.position),
        detail=f"{found.code}: {found.message}{stated}",
        rule=found.rule,
        payload=to_json(reduced),
    )
    return hold_for("LINE_MALFORMED", facts, now=now)


def malformed_line_id(line: MalformedLine, document: SupplyUsage) -> str:
    """The id that the line would have had; one of its place where its key cannot be read.

    The line sent again, whole, has the same id and so leads to this hold.
    """
    if not line.key:
        place = [document.tenant, "malformed", document.document_id, line.number]
        text = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
    charge = (*line.key[:-1], Direction.CHARGE.value)
    original = effect_id(document.tenant, EffectType.ISSUE, charge, document.part)
    if line.key == charge:
        return original
    return effect_id(document.tenant, EffectType.REVERSAL, (original, *line.key))


def _hold(context: LineContext, problem: Problem, amount: Decimal | None) -> Hold:
    line, document = context.line, context.document
    is_blocking = HOLD_CODES[problem.code].kind is HoldKind.BLOCKING
    reduced = document.reduced_to(line)
    facts = HoldFacts(
        line_id=context.line_id,
        document_id=document.document_id,
        message_id=document.message_id,
        position=str(line.position),
        detail=problem.detail,
        facility=line.facility,
        amount=amount,
        content_hash=context.content_hash,
        missing=problem.missing,
        payload=to_json(reduced) if is_blocking else "",
    )
    return hold_for(problem.code, facts, now=context.now)
