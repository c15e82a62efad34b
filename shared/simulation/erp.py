"""An ERP in memory that enforces our reference (class E1) and fails when it is told to.

Its documents are the judge of every test: what is in them happened, whatever the caller was told.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from shared.canonical.effect import Effect, EffectType
from shared.canonical.money import extended
from shared.canonical.outcome import ErpDocument, ErpLine, SubmitOutcome, SubmitResult
from shared.effects.identity import external_reference
from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.ports.erp import EffectClass, Found, TargetTraits


class FaultKind(StrEnum):
    """How one call of the ERP goes wrong."""

    ANSWER_LOST = "answer_lost"  # it commits, and nobody is told
    OUTCOME_UNKNOWN = "outcome_unknown"  # it commits nothing, and nobody is told
    NOT_WRITTEN = "not_written"
    THROTTLED = "throttled"
    ACCESS_DENIED = "access_denied"
    BATCH_REFUSED = "batch_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What befalls the next call of one operation."""

    kind: FaultKind
    operation: str = "submit"
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the ERP says to every effect of an item. Unnamed: it refuses the whole call instead."""

    code: str
    text: str = "refused"
    is_named: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it arrived."""

    operation: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedEffect:
    """A document of the ERP, the effect it came from and what it is worth in the books."""

    effect: Effect
    document: ErpDocument
    amount: Decimal


E1_TRAITS = TargetTraits(
    effect_class=EffectClass.E1,
    call_timeout_seconds=20,
    lookup_lag_seconds=0,
    latest_commit_seconds=None,
    reference_length=34,
    answers_line_by_line=True,
    outage_after_calls=3,
)


@dataclass(slots=True)
class SimulatedErp:
    """Implements the ErpConnector port. `faults` befall the coming calls, first in, first out."""

    traits: TargetTraits = E1_TRAITS
    posted: dict[str, PostedEffect] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    refusals: dict[str, Refusal] = field(default_factory=dict)

    @property
    def documents(self) -> tuple[ErpDocument, ...]:
        """Every document there is, in the order it was made."""
        return tuple(posted.document for posted in self.posted.values())

    def fail_next(self, *kinds: FaultKind, operation: str = "submit") -> None:
        """Let the next calls of an operation go wrong, one kind each."""
        self.faults.extend(Fault(kind=kind, operation=operation) for kind in kinds)

    def refuse(self, item: str, *, code: str, text: str = "refused", is_named: bool = True) -> None:
        """Refuse every effect of an item until `accept`."""
        self.refusals[item] = Refusal(code=code, text=text, is_named=is_named)

    def accept(self, item: str) -> None:
        """Stop refusing an item."""
        self.refusals.pop(item, None)

    def find(self, references: Sequence[str]) -> Found:
        """Documents by our references; absent ones are left out."""
        self.calls.append(Call(operation="find", references=tuple(references)))
        fault = self._next_fault("find")
        if fault:
            raise _error_of(fault)
        return {
            reference: (self.posted[reference].document,)
            for reference in references
            if reference in self.posted
        }

    def submit(
        self,
        effects: Sequence[Effect],
        found: Found,  # noqa: ARG002 - it looks for itself
    ) -> Sequence[SubmitResult]:
        """One document per effect, in one transaction; each is looked up before it is written."""
        references = tuple(self.reference_of(effect) for effect in effects)
        self.calls.append(Call(operation="submit", references=references))
        fault = self._next_fault("submit")
        if fault and fault.kind is not FaultKind.ANSWER_LOST:
            raise _error_of(fault)
        self._refuse_the_call(effects)
        results = [self._post(effect) for effect in effects]
        if fault:
            raise _error_of(fault)
        return results

    def reference_of(self, effect: Effect) -> str:
        """The reference under which this ERP keeps an effect."""
        return external_reference(effect.effect_id, self.traits.reference_length)

    def _next_fault(self, operation: str) -> Fault | None:
        for fault in self.faults:
            if fault.operation == operation:
                self.faults.remove(fault)
                return fault
        return None

    def _refuse_the_call(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            refusal = self.refusals.get(effect.item)
            if refusal and not refusal.is_named and self.reference_of(effect) not in self.posted:
                raise BatchRefusedError("the ERP refused the call", refusal=refusal.text)

    def _post(self, effect: Effect) -> SubmitResult:
        reference = self.reference_of(effect)
        if reference in self.posted:
            document = self.posted[reference].document
            if document.content_hash != effect.content_hash:
                return SubmitResult(outcome=SubmitOutcome.CONFLICT, document=document)
            return SubmitResult(outcome=SubmitOutcome.DUPLICATE, document=document)
        if refusal := self.refusals.get(effect.item):
            return SubmitResult(outcome=SubmitOutcome.REFUSED, code=refusal.code, text=refusal.text)
        posted = self._made(effect, reference)
        self.posted[reference] = posted
        return SubmitResult(outcome=SubmitOutcome.POSTED, document=posted.document)

    def _made(self, effect: Effect, reference: str) -> PostedEffect:
        number = len(self.posted) + 1
        quantity = effect.quantity.in_base_units
        is_return = effect.effect_type is EffectType.REVERSAL
        amount = effect.amount if is_return else extended(quantity, effect.unit_cost)
        line = ErpLine(
            item=effect.item,
            quantity=quantity,
            unit_cost=effect.unit_cost,
            lot=effect.lot,
            # A move worth less than half a cent has no journal.
            journal=f"GL-{number}" if amount else "",
        )
        document = ErpDocument(
            erp_id=str(number),
            reference=reference,
            content_hash=effect.content_hash,
            is_final=True,
            lines=(line,),
        )
        return PostedEffect(effect=effect, document=document, amount=amount)


def _error_of(fault: Fault) -> Exception:
    match fault.kind:
        case FaultKind.ANSWER_LOST | FaultKind.OUTCOME_UNKNOWN:
            return OutcomeUnknownError("the ERP did not answer")
        case FaultKind.NOT_WRITTEN:
            return NotWrittenError("the ERP could not be reached", unreachable=True)
        case FaultKind.THROTTLED:
            wait = fault.retry_after_seconds or 30.0
            return NotWrittenError("the ERP asked us to wait", retry_after_seconds=wait)
        case FaultKind.ACCESS_DENIED:
            return NotWrittenError("the ERP let nobody in", target_access=True)
        case FaultKind.BATCH_REFUSED:
            return BatchRefusedError("the ERP refused the call", refusal="refused as a whole")
        case _:
            raise ValueError(f"unknown fault {fault.kind}")
