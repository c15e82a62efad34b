"""The simulated ERP as a network shows it: slow, silent, away for a quarter of an hour."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.canonical.effect import Effect
from shared.canonical.outcome import SubmitResult
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.ports.erp import EffectClass, Found, TargetTraits
from shared.simulation.erp import FaultKind, SimulatedErp
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.mishaps import Mishaps

CALL_SECONDS = 0.05
EFFECT_SECONDS = 0.01


@dataclass(slots=True, kw_only=True)
class TargetAtRisk:
    """Implements the ErpConnector port: the dice say what becomes of a call."""

    erp: SimulatedErp
    kernel: Kernel
    away_until: float = 0.0
    mishaps: Mishaps = field(default_factory=Mishaps)

    @property
    def traits(self) -> TargetTraits:
        """The ERP's own."""
        return self.erp.traits

    def find(self, references: Sequence[str]) -> Found:
        """Look up, if anybody answers."""
        self._reach()
        return self.erp.find(references)

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        """Send, and perhaps never hear of it."""
        try:
            return self._submitted(effects, found)
        except (OutcomeUnknownError, NotWrittenError):  # one attempt is all that class E3 gets
            self.mishaps.grieve(effect.effect_id for effect in effects)
            raise

    def _submitted(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        self._reach()
        self.kernel.now += EFFECT_SECONDS * len(effects)
        kind = self._drawn()
        if kind is not None:
            self.kernel.tell(f"target: {kind.value}")
            late = self.kernel.faults.commits_within_seconds * self.kernel.random.random()
            # Late is later than its caller waits for it.
            late += self.traits.call_timeout_seconds
            self.erp.fail_next(kind, late_seconds=late)
        try:
            return self.erp.submit(effects, found)
        except OutcomeUnknownError:
            self.kernel.now += self.traits.call_timeout_seconds
            raise

    def _reach(self) -> None:
        kernel = self.kernel
        kernel.now += CALL_SECONDS * (1 + kernel.random.random())
        if kernel.now >= self.away_until:
            return
        if kernel.chance(0.5):
            raise NotWrittenError("nobody answers there", unreachable=True)
        kernel.now += self.traits.call_timeout_seconds
        raise OutcomeUnknownError("no answer came")

    @property
    def _drafts(self) -> bool:
        """One that enforces our reference does so in one step."""
        return self.traits.effect_class is not EffectClass.E1

    def _drawn(self) -> FaultKind | None:
        faults, thrown = self.kernel.faults, self.kernel.random.random()
        for rate, kind in (
            (faults.target_answer_lost, FaultKind.ANSWER_LOST),
            (faults.target_unknown, FaultKind.OUTCOME_UNKNOWN),
            (faults.target_late, FaultKind.LATE_COMMIT),
            (self._drafts * faults.target_draft_left, FaultKind.DRAFT_LEFT),
            (faults.target_not_written, FaultKind.NOT_WRITTEN),
            (faults.target_throttled, FaultKind.THROTTLED),
        ):
            thrown -= rate
            if thrown < 0:
                return kind
        return None
