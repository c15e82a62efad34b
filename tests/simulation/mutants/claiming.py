"""Mutants of what is claimed, looked up and sent where the target enforces nothing (E2, E3)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import Any

import shared.effects.claims as claims_module
import shared.simulation.effect_ledger as ledger_module
import shared.workflow.claimed_calls as calls_module
from shared.canonical.claim import Claim
from shared.canonical.effect import Effect
from shared.canonical.outcome import (
    EffectState,
    ErpDocument,
    LedgerEntry,
    SubmitOutcome,
    SubmitResult,
)
from shared.effects.claims import SKEW_SECONDS, answer_of_look_up, claimed_entry, step_after
from shared.effects.decisions import Answer, Deferral, Step
from shared.errors import OutcomeUnknownError
from shared.ports.erp import EffectClass, Found, TargetTraits
from shared.workflow.claimed_calls import ClaimedCalls, LookUp
from shared.workflow.target_calls import TargetCalls
from shared.workflow.target_gate import TargetGate
from tests.simulation.mutants.mutant import Patch

Breaks = Sequence[Patch]
CLAIM_OF = ClaimedCalls._claim_of  # noqa: SLF001 - a mutant's


def no_look_up() -> Breaks:
    """A claim over an attempt that may have been written sends without looking."""
    return [(ClaimedCalls, "_looked_up", lambda _self, _doubtful: LookUp())]


def no_quiescence() -> Breaks:
    """The claim of a dead worker is open at its deadline, whatever the target may still commit."""

    def until(_traits: TargetTraits, *, now: datetime, living_seconds: float) -> int:
        return ceil(now.timestamp() + living_seconds)

    return [(calls_module, "quiet_until", until)]


def short_lease() -> Breaks:
    """A claim lasts five seconds, as if every worker were fast."""

    def until(_traits: TargetTraits, *, now: datetime, living_seconds: float) -> int:
        return ceil(now.timestamp() + min(living_seconds, 5.0))

    return [(calls_module, "quiet_until", until)]


def no_latest_commit() -> Breaks:
    """The quiet time leaves out how late the target may commit (D)."""

    def until(traits: TargetTraits, *, now: datetime, living_seconds: float) -> int:
        settling = traits.lookup_lag_seconds + 2 * SKEW_SECONDS
        return ceil(now.timestamp() + living_seconds + settling)

    return [(calls_module, "quiet_until", until)]


def no_look_up_lag() -> Breaks:
    """The quiet time leaves out how long a look-up lags (L), on a target that lags a minute."""

    def until(traits: TargetTraits, *, now: datetime, living_seconds: float) -> int:
        settling = (traits.latest_commit_seconds or 0) + 2 * SKEW_SECONDS
        return ceil(now.timestamp() + living_seconds + settling)

    return [(calls_module, "quiet_until", until)]


def _unknown_as(answer: Answer) -> Breaks:
    def unknown(
        _self: TargetCalls, effects: Sequence[Effect], _error: Exception
    ) -> dict[str, Answer]:
        return {effect.effect_id: answer for effect in effects}

    return [(TargetCalls, "_unknown", unknown)]


def unknown_as_rejected() -> Breaks:
    """A time-out is taken for a refusal."""
    return _unknown_as(SubmitResult(outcome=SubmitOutcome.REFUSED, code="", text="timed out"))


def release_on_unknown() -> Breaks:
    """A time-out is taken for a proof that nothing was written."""
    return _unknown_as(Deferral(state=EffectState.FREE, reason="timed out"))


def repeated_by_the_client() -> Breaks:
    """The HTTP client sends once more by itself when no answer comes."""
    submit = TargetCalls.submit

    class Repeating:
        def __init__(self, connector: Any) -> None:  # noqa: ANN401
            self._connector = connector

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            return getattr(self._connector, name)

        def submit(self, effects: Sequence[Effect], found: Found) -> Any:  # noqa: ANN401
            try:
                return self._connector.submit(effects, found)
            except OutcomeUnknownError:
                return self._connector.submit(effects, found)

    def repeated(self: TargetCalls, effects: Sequence[Effect], found: Found) -> dict[str, Answer]:
        return submit(replace(self, connector=Repeating(self.connector)), effects, found)

    return [(TargetCalls, "submit", repeated)]


def no_deadline_guard() -> Breaks:
    """A worker sends however little time it has left, or none."""
    return [(TargetGate, "out_of_time", lambda _self: None)]


def no_fence() -> Breaks:
    """Whoever comes late writes the outcome of a claim that is another's by now."""

    def may(standing: LedgerEntry | None, outcome: LedgerEntry) -> bool:
        if standing is None:
            return False
        is_open = standing.state in (EffectState.SENT, EffectState.FREE)
        return is_open or outcome.state is EffectState.DONE

    return [(ledger_module, "may_conclude", may)]


def owner_is_the_message() -> Breaks:
    """The owner of a claim is named after its message: two copies of one are one owner."""

    def claim(self: ClaimedCalls, effect: Effect) -> Claim:
        return CLAIM_OF(replace(self, new_token=lambda: effect.correlation_id), effect)

    return [(ClaimedCalls, "_claim_of", claim)]


def owner_is_the_sandbox() -> Breaks:
    """The owner of a claim is named after the sandbox, which lives on between deliveries."""

    def claim(self: ClaimedCalls, effect: Effect) -> Claim:
        return CLAIM_OF(replace(self, new_token=lambda: "sandbox"), effect)

    return [(ClaimedCalls, "_claim_of", claim)]


def prior_forgotten() -> Breaks:
    """A claim does not remember that the effect was in doubt when it was made."""

    def forgetful(standing: LedgerEntry | None, claim: Claim) -> LedgerEntry:
        return replace(claimed_entry(standing, claim), prior=None)

    return [(ledger_module, "claimed_entry", forgetful)]


def doubt_forgotten_when_not_written() -> Breaks:
    """This attempt is proven not written, so the effect is FREE: the one before is forgotten."""
    deferred = claims_module._deferred  # noqa: SLF001 - a mutant

    def forgetful(entry: LedgerEntry, claimed: LedgerEntry, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
        return deferred(entry, replace(claimed, prior=None), *rest, **more)

    return [(claims_module, "_deferred", forgetful)]


def copies_enter_the_call() -> Breaks:
    """What another has claimed is sent with the rest of the batch (section 6)."""

    def careless(claim: Claim, standing: LedgerEntry) -> Step:
        step = step_after(claim, standing)
        return Step.SEND if step is Step.WAIT else step

    return [(calls_module, "step_after", careless)]


def draft_taken_for_done() -> Breaks:
    """A document that is found is enough, whatever state it is in."""

    def told(effect: Effect, found: Sequence[ErpDocument], traits: TargetTraits) -> Answer | Any:  # noqa: ANN401
        final = [replace(each, is_final=True) for each in found]
        return answer_of_look_up(effect, final, traits)

    return [(calls_module, "answer_of_look_up", told)]


def draft_made_again() -> Breaks:
    """A draft that a look-up found is not finished: a new document is made."""
    submit = TargetCalls.submit

    def forgetful(
        self: TargetCalls, effects: Sequence[Effect], _found: Mapping[str, Any]
    ) -> dict[str, Answer]:
        return submit(self, effects, {})

    return [(TargetCalls, "submit", forgetful)]


def failed_look_up_taken_for_absent() -> Breaks:
    """A look-up that nobody answers has found nothing."""
    look_up = TargetCalls.look_up

    def hasty(self: TargetCalls, effects: Sequence[Effect]) -> Any:  # noqa: ANN401
        found = look_up(self, effects)
        return {} if isinstance(found, Deferral) else found

    return [(TargetCalls, "look_up", hasty)]


def tried_again_on_e3() -> Breaks:
    """Where nobody can look, a second attempt is made like anywhere else."""
    concluded = claims_module.concluded_entry

    def hopeful(entry: LedgerEntry, answer: Answer, **more: Any) -> LedgerEntry:  # noqa: ANN401
        return concluded(entry, answer, **{**more, "effect_class": EffectClass.E2})

    return [
        (calls_module, "concluded_entry", hopeful),
        (ClaimedCalls, "_looked_up", lambda _self, _doubtful: LookUp()),
    ]
