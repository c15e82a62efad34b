"""Opening a hold: owner, clock and release come from the table, the facts from the step."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from shared.canonical.hold import Hold
from shared.holds.codes import HOLD_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFacts:
    """What a step knows of the line that waits. `detail` is shown to people: no patient data."""

    line_id: str
    document_id: str
    message_id: str
    position: str = ""
    detail: str = ""
    rule: str = ""
    facility: str = ""
    amount: Decimal | None = None
    content_hash: str = ""
    missing: tuple[str, ...] = ()
    payload: str = ""


def hold_for(code: str, facts: HoldFacts, *, now: datetime) -> Hold:
    """The hold that a line goes into at this moment.

    `rule` is the table's unless the step names a closer one.

    Raises:
        KeyError: no such code; a step may open only what the table explains.
    """
    entry = HOLD_CODES[code]
    return Hold(
        code=code,
        kind=entry.kind,
        owner=entry.owner.value,
        line_id=facts.line_id,
        document_id=facts.document_id,
        message_id=facts.message_id,
        opened_at=now,
        due_at=now + timedelta(hours=entry.due_hours),
        position=facts.position,
        rule=facts.rule or entry.rule,
        detail=facts.detail or entry.meaning,
        releases=entry.releases,
        facility=facts.facility,
        amount=facts.amount,
        content_hash=facts.content_hash,
        missing=facts.missing,
        payload=facts.payload,
    )
