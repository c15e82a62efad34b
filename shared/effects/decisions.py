"""What a delivery of an effect asks for, and what an answer makes of it.

Effect-protocol 2 and 4; what claims add to it is shared/effects/claims.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from shared.canonical.effect import Effect
from shared.canonical.outcome import (
    EffectState,
    LedgerEntry,
    SubmitOutcome,
    SubmitResult,
)
from shared.effects.backoff import SPREAD_SECONDS, next_attempt_at, spread_wait


class Step(Enum):
    """What to do with one delivery."""

    SEND = auto()
    ACKNOWLEDGE = auto()
    CONFLICT = auto()
    WAIT = auto()  # for an attempt that another claim has made; never on class E1


def step_for(effect: Effect, entry: LedgerEntry | None) -> Step:
    """Read the ledger first: settled is done, other content is a conflict, anything else is sent.

    SENT is sent again: a target that enforces our reference looks it up before it writes, which is
    LAW3's read-back; any other asks for a claim first.
    """
    if entry is None:
        return Step.SEND
    if entry.effect.content_hash != effect.content_hash and entry.effect.part == effect.part:
        return Step.CONFLICT
    return Step.ACKNOWLEDGE if entry.is_settled else Step.SEND


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferral:
    """No answer that settles the effect: `state` is FREE (proven not written) or SENT (unknown).

    What was not even tried is no attempt; `not_before` (epoch seconds) then says from when it may
    be, in place of the back-off.
    """

    state: EffectState
    reason: str
    retry_after_seconds: float | None = None
    not_before: int | None = None
    is_attempt: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Only a person can say what is true."""

    reason: str


Answer = SubmitResult | Deferral | Review


def is_final(answer: SubmitResult) -> bool:
    """Whether it settles the effect: its document is in its final state."""
    is_there = answer.outcome in (SubmitOutcome.POSTED, SubmitOutcome.DUPLICATE)
    return is_there and answer.document is not None and answer.document.is_final


def entry_after(
    effect: Effect, previous: LedgerEntry | None, answer: Answer, *, now: datetime
) -> LedgerEntry:
    """The ledger item that an answer leads to. A CONFLICT leads to none.

    The item stays as it is.
    """
    tried = not isinstance(answer, Deferral) or answer.is_attempt
    attempts = (previous.attempts if previous else 0) + tried
    entry = LedgerEntry(
        effect=effect, state=EffectState.FREE, attempts=attempts, recorded_at=now.isoformat()
    )
    if isinstance(answer, Deferral):
        return _owed(entry, previous, answer, now=now)
    if isinstance(answer, Review):
        return replace(entry, state=EffectState.REVIEW, reason=answer.reason)
    match answer.outcome:
        case SubmitOutcome.POSTED | SubmitOutcome.DUPLICATE if is_final(answer):
            return replace(entry, state=EffectState.DONE, document=answer.document)
        case SubmitOutcome.POSTED | SubmitOutcome.DUPLICATE | SubmitOutcome.ACCEPTED:
            unfinished = Deferral(state=EffectState.SENT, reason="not final in the target yet")
            return _owed(entry, previous, unfinished, now=now)
        case SubmitOutcome.REFUSED:
            reason = f"{answer.code}: {answer.text}"
            return replace(entry, state=EffectState.REJECTED, reason=reason)
        case _:
            raise ValueError(f"{answer.outcome} does not change the ledger")


def _owed(
    entry: LedgerEntry, previous: LedgerEntry | None, deferral: Deferral, *, now: datetime
) -> LedgerEntry:
    # An earlier attempt that may have been written stays in doubt, whatever this one proved.
    in_doubt = previous is not None and previous.state is EffectState.SENT
    return replace(
        entry,
        state=EffectState.SENT if in_doubt else deferral.state,
        reason=deferral.reason,
        next_at=due_at(entry, deferral, now=int(now.timestamp())),
    )


def due_at(entry: LedgerEntry, deferral: Deferral, *, now: int) -> int:
    """When it is tried again: by the moment the deferral names, or by back-off."""
    effect_id = entry.effect.effect_id
    if deferral.not_before is not None:
        return deferral.not_before + spread_wait(effect_id, SPREAD_SECONDS)
    return next_attempt_at(
        effect_id,
        max(entry.attempts, 1),
        now=now,
        retry_after_seconds=deferral.retry_after_seconds,
    )
