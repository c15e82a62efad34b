"""Claims on targets that do not enforce our reference: pure (effect-protocol sections 2 and 3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil

from shared.canonical.claim import Claim
from shared.canonical.effect import Effect
from shared.canonical.outcome import (
    EffectState,
    ErpDocument,
    LedgerEntry,
    SubmitOutcome,
    SubmitResult,
)
from shared.effects.decisions import Answer, Deferral, Review, Step, due_at, is_final
from shared.ports.erp import EffectClass, TargetTraits

MOST_UNDECIDED = 20  # attempts in a row that nobody knows the outcome of; POLICY
SKEW_SECONDS = 5  # by which two clocks differ at most (assumption A4); POLICY


def quiet_until(traits: TargetTraits, *, now: datetime, living_seconds: float) -> int:
    """Epoch second from which a look-up shows what a worker writes that dies in so long.

    Its deadline, then the latest commit, the look-up's lag and the skew of two clocks.
    """
    settling = (traits.latest_commit_seconds or 0) + traits.lookup_lag_seconds
    return ceil(now.timestamp() + living_seconds + settling + 2 * SKEW_SECONDS)


def may_claim(standing: LedgerEntry | None, claim: Claim) -> bool:
    """Absent, or the same content that is FREE or in doubt since long enough.

    Doubt without a quiet time is nobody's: what left it is unknown, so it must get one first.
    """
    if standing is None:
        return True
    if standing.effect.content_hash != claim.effect.content_hash or standing.is_settled:
        return False
    return not is_quiet_time(standing, now=claim.at)


def is_quiet_time(entry: LedgerEntry, *, now: datetime) -> bool:
    """Whether an attempt is under way, or so young that no look-up shows yet what it wrote."""
    is_overdue = 0 < entry.quiet_until < int(now.timestamp())
    return entry.state is EffectState.SENT and not is_overdue


def claimed_entry(standing: LedgerEntry | None, claim: Claim) -> LedgerEntry:
    """The item once it is claimed. What is owed stays owed until an outcome is written."""
    before = standing or LedgerEntry(effect=claim.effect, state=EffectState.FREE)
    return replace(
        before,
        effect=claim.effect,
        state=EffectState.SENT,
        prior=standing.state if standing else None,
        revision=before.revision + 1,
        attempts=before.attempts + 1,
        undecided=before.undecided + 1,
        fence=before.fence + 1,
        owner=claim.owner,
        quiet_until=claim.quiet_until,
        recorded_at=claim.at.isoformat(),
    )


def kept_outcome(outcome: LedgerEntry) -> LedgerEntry:
    """What is kept of an outcome: the claim is over, only the count of claims goes on.

    Until a look-up can tell what was written, neither a worker nor a person may say.
    """
    is_open = outcome.state in (EffectState.SENT, EffectState.REVIEW)
    quiet = outcome.quiet_until if is_open else 0
    return replace(outcome, owner="", prior=None, quiet_until=quiet)


def step_after(claim: Claim, standing: LedgerEntry) -> Step:
    """What the item that stands after a claim asks for.

    One that names us is ours, also when the write was refused: then it was our own, and only its
    reply was lost.
    """
    if standing.state is EffectState.SENT and standing.owner == claim.owner:
        return Step.SEND
    if standing.effect.content_hash != claim.effect.content_hash:
        return Step.CONFLICT
    return Step.ACKNOWLEDGE if standing.is_settled else Step.WAIT


def answer_of_look_up(
    effect: Effect, found: Sequence[ErpDocument], traits: TargetTraits
) -> Answer | None:
    """What a look-up says of an effect in doubt; None: send it, or finish the draft that is there.

    Absence is decisive only where the target says until when it may commit.
    """
    if len(found) > 1:
        return Review(reason=_too_many(found))
    if not found:
        if traits.latest_commit_seconds is not None:
            return None
        reason = "not found, but nobody knows until when the target may commit it"
        return Deferral(state=EffectState.SENT, reason=reason)
    (document,) = found
    if document.content_hash not in ("", effect.content_hash):
        return SubmitResult(outcome=SubmitOutcome.CONFLICT, document=document)
    if document.is_final:
        return SubmitResult(outcome=SubmitOutcome.DUPLICATE, document=document)
    return None


def concluded_entry(
    claimed: LedgerEntry, answer: Answer, *, effect_class: EffectClass, now: datetime
) -> LedgerEntry:
    """The outcome of a claim. It names the claim by fence and owner, which the write checks.

    Other content in the target leaves the item in doubt and owed: the hold tells of it.
    """
    entry = replace(
        claimed, reason="", next_at=None, document=None, undecided=0, recorded_at=now.isoformat()
    )
    match answer:
        case Review():
            return replace(entry, state=EffectState.REVIEW, reason=answer.reason)
        case Deferral():
            return _deferred(entry, claimed, answer, effect_class=effect_class, now=now)
        case SubmitResult(outcome=SubmitOutcome.REFUSED):
            reason = f"{answer.code}: {answer.text}"
            return replace(entry, state=EffectState.REJECTED, reason=reason)
        case SubmitResult() if is_final(answer):
            return replace(entry, state=EffectState.DONE, document=answer.document)
        case SubmitResult():
            is_other = answer.outcome is SubmitOutcome.CONFLICT
            reason = "other content in the target" if is_other else "not final in the target yet"
            unfinished = Deferral(state=EffectState.SENT, reason=reason)
            return _deferred(entry, claimed, unfinished, effect_class=effect_class, now=now)
        case _:
            raise ValueError(f"unknown answer {answer}")


def owed_entry(
    effect: Effect, known: LedgerEntry | None, deferral: Deferral, *, now: datetime
) -> LedgerEntry:
    """An effect that is not even claimed: what there is of it, owed from then on."""
    entry = known or LedgerEntry(
        effect=effect, state=EffectState.FREE, recorded_at=now.isoformat(), reason=deferral.reason
    )
    return replace(entry, next_at=_next_at(entry, deferral, now=now))


def waiting_entry(standing: LedgerEntry, *, quiet: int) -> LedgerEntry:
    """Somebody else's attempt: it is due once a look-up can tell what that one wrote."""
    until = standing.quiet_until or quiet
    return replace(standing, quiet_until=until, next_at=until + 1)


def _deferred(
    entry: LedgerEntry,
    claimed: LedgerEntry,
    deferral: Deferral,
    *,
    effect_class: EffectClass,
    now: datetime,
) -> LedgerEntry:
    """FREE only if this attempt proved it and none before it is in doubt."""
    is_free = deferral.state is EffectState.FREE and claimed.prior is not EffectState.SENT
    if effect_class is EffectClass.E3 and deferral.is_attempt:
        reason = f"one attempt only: {deferral.reason}"
        return replace(entry, state=EffectState.REVIEW, reason=reason)
    untried = not deferral.is_attempt
    undecided = 0 if is_free else claimed.undecided - untried
    if undecided >= MOST_UNDECIDED:
        reason = f"{undecided} attempts without an answer: {deferral.reason}"
        return replace(entry, state=EffectState.REVIEW, reason=reason, undecided=undecided)
    state = EffectState.FREE if is_free else EffectState.SENT
    owed = replace(
        entry,
        state=state,
        reason=deferral.reason,
        attempts=claimed.attempts - untried,
        undecided=undecided,
    )
    return replace(owed, next_at=_next_at(owed, deferral, now=now))


def _next_at(entry: LedgerEntry, deferral: Deferral, *, now: datetime) -> int:
    """Never before a look-up can be decisive."""
    due = due_at(entry, deferral, now=int(now.timestamp()))
    return max(due, entry.quiet_until + 1) if entry.state is EffectState.SENT else due


def _too_many(found: Sequence[ErpDocument]) -> str:
    """Keep the first that is final, or the first; name the others."""
    kept = next((each for each in found if each.is_final), found[0])
    extras = ", ".join(each.erp_id for each in found if each is not kept)
    return f"{len(found)} documents under one reference: keep {kept.erp_id}, reverse {extras}"
