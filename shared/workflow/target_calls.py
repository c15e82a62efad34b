"""Effects in, the target's answers out, whatever the wire and single effects do to the calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, ErpDocument, SubmitOutcome, SubmitResult
from shared.effects.companions import calls_of, is_suspect
from shared.effects.decisions import Answer, Deferral
from shared.effects.identity import external_reference
from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.ports.clock import Clock
from shared.ports.erp import ErpConnector, Found
from shared.ports.hold_store import HoldStore
from shared.workflow.posting_holds import target_access_hold
from shared.workflow.target_gate import TargetGate


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCalls:
    """One batch's calls. `attempts` are those of earlier deliveries, by effect id."""

    connector: ErpConnector
    gate: TargetGate
    holds: HoldStore
    clock: Clock
    attempts: Mapping[str, int]

    def answers(self, effects: Sequence[Effect]) -> dict[str, Answer]:
        """One answer an effect, each effect once; a refusal stands only after a look."""
        answers: dict[str, Answer] = {}
        for call in self.calls_of(effects):
            answers |= self.submit(call, {})
        refused = [effect for effect in effects if _is_refused(answers[effect.effect_id])]
        return answers | self._looked_up(refused) if refused else answers

    def calls_of(self, effects: Sequence[Effect]) -> Sequence[Sequence[Effect]]:
        """Which effects share a call."""
        return calls_of(effects, self.attempts, most=self.connector.traits.effects_a_call)

    def submit(self, effects: Sequence[Effect], found: Found) -> dict[str, Answer]:
        """One call, or halves of it when the target refuses it whole (section 6)."""
        if held := self.gate.held_back(effects):
            return _all(effects, held)
        try:
            results = self.connector.submit(effects, found)
        except OutcomeUnknownError as error:
            return self._unknown(effects, error)
        except NotWrittenError as error:
            return _all(effects, self._kept_out(effects, error))
        except BatchRefusedError as error:
            self.gate.answered()
            return self._halved(effects, found, error)
        self.gate.answered()
        return {effect.effect_id: result for effect, result in zip(effects, results, strict=True)}

    def _halved(
        self, effects: Sequence[Effect], found: Found, error: BatchRefusedError
    ) -> dict[str, Answer]:
        if len(effects) == 1:
            return {effects[0].effect_id: _refused(error)}
        middle = len(effects) // 2
        return self.submit(effects[:middle], found) | self.submit(effects[middle:], found)

    def _unknown(self, effects: Sequence[Effect], error: OutcomeUnknownError) -> dict[str, Answer]:
        if not (is_suspect(effects[0], self.attempts) and self._answers_a_look_up(effects)):
            self.gate.failed()
        return _all(effects, Deferral(state=EffectState.SENT, reason=str(error)))

    def _answers_a_look_up(self, effects: Sequence[Effect]) -> bool:
        """What fails alone, again and again, while the target answers, is no outage."""
        if self.gate.out_of_time():
            return False
        try:
            self.connector.find([self.reference(effect) for effect in effects])
        except OutcomeUnknownError:
            return False
        except NotWrittenError as error:
            return not error.unreachable
        return True

    def look_up(self, effects: Sequence[Effect]) -> Found | Deferral:
        """What the target holds under the references of these, or why that is not known."""
        try:
            found = self.connector.find([self.reference(effect) for effect in effects])
        except OutcomeUnknownError as error:
            self.gate.failed()
            return Deferral(state=EffectState.SENT, reason=f"not looked up: {error}")
        except NotWrittenError as error:
            return self._kept_out(effects, error)
        self.gate.answered()
        return found

    def _kept_out(self, effects: Sequence[Effect], error: NotWrittenError) -> Deferral:
        if error.unreachable:
            self.gate.failed()
        if error.target_access:
            self.holds.open([target_access_hold(effects[0], str(error), self.clock.now())])
        return Deferral(
            state=EffectState.FREE,
            reason=str(error),
            retry_after_seconds=error.retry_after_seconds,
        )

    def _looked_up(self, refused: Sequence[Effect]) -> dict[str, Answer]:
        """A refusal stands only if the reference is absent: a racing first send may have won."""
        if held := self.gate.held_back(refused):
            return _all(refused, held)
        references = {effect.effect_id: self.reference(effect) for effect in refused}
        try:
            found = self.connector.find(list(references.values()))
        except (OutcomeUnknownError, NotWrittenError) as error:
            reason = f"refused, but not looked up: {error}"
            return _all(refused, Deferral(state=EffectState.FREE, reason=reason))
        return {
            effect.effect_id: _as_found(effect, found[references[effect.effect_id]][0])
            for effect in refused
            if found.get(references[effect.effect_id])
        }

    def reference(self, effect: Effect) -> str:
        """The reference that the target keeps with an effect."""
        return external_reference(effect.effect_id, self.connector.traits.reference_length)


def _all(effects: Sequence[Effect], answer: Answer) -> dict[str, Answer]:
    return {effect.effect_id: answer for effect in effects}


def _refused(error: BatchRefusedError) -> SubmitResult:
    return SubmitResult(outcome=SubmitOutcome.REFUSED, code="VALIDATION", text=error.refusal)


def _is_refused(answer: Answer) -> bool:
    return isinstance(answer, SubmitResult) and answer.outcome is SubmitOutcome.REFUSED


def _as_found(effect: Effect, document: ErpDocument) -> SubmitResult:
    same = document.content_hash == effect.content_hash
    outcome = SubmitOutcome.DUPLICATE if same else SubmitOutcome.CONFLICT
    return SubmitResult(outcome=outcome, document=document)
