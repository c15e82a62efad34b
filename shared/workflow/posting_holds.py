"""The holds that posting opens: other content, a refusal, a target that lets nobody in."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.canonical.codec import from_json, to_json
from shared.canonical.effect import Effect
from shared.canonical.hold import Hold
from shared.canonical.outcome import EffectState, LedgerEntry, SubmitOutcome, SubmitResult
from shared.effects.decisions import Answer
from shared.holds.codes import HOLD_CODES
from shared.holds.identity import CONFLICT
from shared.holds.opening import HoldFacts, hold_for
from shared.ports.hold_store import HoldStore

TARGET_LINE = "target:erp"  # one hold for the whole target, however many effects wait behind it


def conflict_hold(effect: Effect, now: datetime) -> Hold:
    """The same line id, the same version, other content (USE2): what stands stays as it is."""
    detail = f"other content under line id {effect.effect_id}, sighted in {effect.correlation_id}"
    return hold_for(CONFLICT, _facts(effect, detail), now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentInTarget:
    """The content that the target holds in place of another one of the same line id."""

    effect: Effect
    answer: SubmitResult


def content_in_target(holds: HoldStore, effect: Effect, answer: Answer) -> ContentInTarget | None:
    """What a CONFLICT says is posted, if that content waits on hold and so is known.

    Two contents of one line id may be on their way at once. If the target took one and the ledger
    owes the other, that one would be tried for ever: what the target holds is true.
    """
    if not isinstance(answer, SubmitResult) or answer.outcome is not SubmitOutcome.CONFLICT:
        return None
    content = answer.document.content_hash if answer.document else ""
    for hold in holds.of_line(effect.effect_id):
        if content and hold.code == CONFLICT and hold.content_hash == content:
            known = _effect_of(hold.payload)
            posted = replace(answer, outcome=SubmitOutcome.DUPLICATE)
            return ContentInTarget(effect=known, answer=posted) if known else None
    return None


def owned_hold(entry: LedgerEntry, now: datetime) -> Hold:
    """Who owns an effect that waits for a person.

    In REVIEW somebody must say what is true; REJECTED has the target's own code if the table
    explains it.
    """
    if entry.state is EffectState.REVIEW:
        return hold_for("REVIEW", _facts(entry.effect, entry.reason), now=now)
    code = entry.reason.split(":", 1)[0]
    known = code if code in HOLD_CODES else "ERP_REFUSED"
    return hold_for(known, _facts(entry.effect, entry.reason), now=now)


def target_access_hold(effect: Effect, reason: str, now: datetime) -> Hold:
    """Credentials or rights are wrong: every effect waits FREE and goes by itself once mended."""
    facts = HoldFacts(
        line_id=TARGET_LINE,
        document_id=effect.document_id,
        message_id=effect.correlation_id,
        detail=reason,
    )
    return hold_for("TARGET_ACCESS", facts, now=now)


def _effect_of(payload: str) -> Effect | None:
    """None if its line never became an effect."""
    try:
        return from_json(Effect, payload)
    except ValueError:
        return None


def _facts(effect: Effect, detail: str) -> HoldFacts:
    return HoldFacts(
        line_id=effect.effect_id,
        document_id=effect.document_id,
        message_id=effect.correlation_id,
        position=f"item {effect.item}",
        detail=detail,
        facility=effect.dimensions.facility,
        amount=effect.amount,
        content_hash=effect.content_hash,
        payload=to_json(effect),
    )
