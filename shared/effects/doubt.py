"""What a loss makes doubtful where the target does not enforce our reference: pure (section 5).

A row that is absent or old may have been lost or rolled back after the target had committed. So
after a recovery such an effect enters as SENT, never as absent or FREE, and is looked up before it
is sent.
"""

from dataclasses import replace
from datetime import UTC, datetime

from shared.canonical.breaker import Breaker
from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.effects.claims import SKEW_SECONDS, quiet_until
from shared.ports.erp import TargetTraits

DELIVERY_SECONDS = 30  # that a worker lives which was sending when the recovery began
UNKNOWN_COMMIT_SECONDS = 30  # after which a target commits nothing that does not say; POLICY
TIME_DIGITS = 12  # hex digits at the start of a message id: milliseconds of its arrival


def is_lost_track_of(effect: Effect, entry: LedgerEntry | None, target: Breaker) -> bool:
    """Whether the ledger may have forgotten what became of it.

    What it says of an open effect from before the recovery is no proof. What it does not know at
    all, or was never tried, is new only if its message came after the recovery began, and if the
    recovery is over: else it may be a copy of something that is being driven again.
    """
    if not target.doubt_from:
        return False
    begun = target.doubt_from + SKEW_SECONDS
    if entry is None:
        return target.is_doubted or is_told_long_ago(effect, target)
    if entry.is_settled:
        return False
    return _recorded_at(entry) < begun or (_is_untried(entry) and is_told_long_ago(effect, target))


def is_told_long_ago(effect: Effect, target: Breaker) -> bool:
    """Whether a loss may have undone what led to this delivery of it."""
    return bool(target.doubt_from) and _arrived_at(effect) < target.doubt_from + SKEW_SECONDS


def is_undone(
    effect: Effect, entry: LedgerEntry | None, original: LedgerEntry | None, target: Breaker
) -> bool:
    """Whether a copy has outlived what a loss undid: it is not to be sent, for that is mapped anew.

    What a version posts is written with its line's head, and what a reversal takes is reserved on
    its original, both before it is sent. So neither is sent otherwise than it is written there.
    """
    if not is_told_long_ago(effect, target) or (entry is not None and entry.is_settled):
        return False
    if effect.reverses:
        reservations = original.reservations if original else ()
        return (effect.effect_id, effect.quantity.in_base_units, effect.amount) not in (
            (each.reversal_id, each.quantity, each.amount) for each in reservations
        )
    return bool(effect.part) and (entry is None or entry.effect.quantity != effect.quantity)


def may_be_posted(line_received_at: datetime, target: Breaker) -> bool:
    """Whether a line that waits here may have been posted before a loss made it wait again."""
    return line_received_at.timestamp() < target.doubt_from + SKEW_SECONDS


def is_looked_up_first(entry: LedgerEntry, target: Breaker) -> bool:
    """Whether a claimed effect may have been written although no attempt of it is known.

    A reversal waits for its original, so it may come long after the recovery that drove it again.
    One that was put off, before its claim or after it, has been neither looked up nor sent.
    """
    is_reversal = entry.effect.effect_type is EffectType.REVERSAL
    return is_reversal and entry.attempts == 1 and bool(target.doubt_from)


def shows_all_from(target: Breaker, traits: TargetTraits) -> datetime:
    """From when on a look-up shows what was under way when the recovery began."""
    living = DELIVERY_SECONDS
    if traits.latest_commit_seconds is None:
        living += UNKNOWN_COMMIT_SECONDS
    begun = datetime.fromtimestamp(target.doubt_from, UTC)
    return datetime.fromtimestamp(quiet_until(traits, now=begun, living_seconds=living), UTC)


def raised_entry(
    effect: Effect, entry: LedgerEntry | None, *, quiet_until: int, now: datetime
) -> LedgerEntry:
    """The effect in doubt, to be looked up once whatever was under way must show."""
    before = entry or LedgerEntry(effect=effect, state=EffectState.FREE)
    return replace(
        before,
        effect=effect,
        state=EffectState.SENT,
        fence=before.fence + 1,
        owner="",
        prior=None,
        quiet_until=quiet_until,
        next_at=quiet_until + 1,
        reason="driven again after a loss",
        recorded_at=now.isoformat(),
    )


def _is_untried(entry: LedgerEntry) -> bool:
    """Written with its line's head, before anybody sent it (USE4)."""
    return entry.state is EffectState.FREE and not entry.attempts


def _recorded_at(entry: LedgerEntry) -> float:
    return datetime.fromisoformat(entry.recorded_at).timestamp() if entry.recorded_at else 0.0


def _arrived_at(effect: Effect) -> float:
    """By the id of the message that caused it; unknown is long ago."""
    try:
        return int(effect.correlation_id[:TIME_DIGITS], 16) / 1000
    except ValueError:
        return 0.0
