"""An ERP in memory, of whatever class its traits say, that fails when it is told to.

Its documents are the judge of every test: what is in them happened, whatever the caller was told.
One that enforces our reference (E1) looks before it writes; any other writes what it is sent, so
that whoever sends twice has two documents.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from shared.canonical.effect import Effect, EffectType
from shared.canonical.money import extended
from shared.canonical.outcome import ErpDocument, ErpLine, SubmitOutcome, SubmitResult
from shared.effects.identity import external_reference
from shared.errors import BatchRefusedError
from shared.ports.clock import Clock
from shared.ports.erp import EffectClass, Found, TargetTraits
from shared.simulation.clock import VirtualClock
from shared.simulation.erp_faults import WRITES, Fault, FaultKind, Refusal, error_of

__all__ = [
    "E1_TRAITS",
    "E2_TRAITS",
    "E3_TRAITS",
    "Call",
    "Fault",
    "FaultKind",
    "PostedEffect",
    "Refusal",
    "SimulatedErp",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it arrived."""

    operation: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedEffect:
    """A document of the ERP, the effect it came from and what it is worth in the books.

    `made_at` is the second it was committed: a look-up shows it once the ERP's lag is over.
    """

    effect: Effect
    document: ErpDocument
    amount: Decimal
    made_at: float = 0.0


E1_TRAITS = TargetTraits(
    effect_class=EffectClass.E1,
    call_timeout_seconds=20,
    lookup_lag_seconds=0,
    latest_commit_seconds=None,
    reference_length=34,
    answers_line_by_line=True,
    outage_after_calls=3,
)
E2_TRAITS = replace(
    E1_TRAITS,
    effect_class=EffectClass.E2,
    lookup_lag_seconds=2,
    latest_commit_seconds=30,
)
E3_TRAITS = replace(E1_TRAITS, effect_class=EffectClass.E3)


@dataclass(slots=True)
class SimulatedErp:
    """Implements the ErpConnector port. `faults` befall the coming calls, first in, first out.

    Everything that happens later than its call happens by the clock. `lag_seconds` is how long a
    look-up really lags, whatever the traits promise; `late` is what has not been committed yet.
    """

    traits: TargetTraits = E1_TRAITS
    clock: Clock = field(default_factory=VirtualClock)
    lag_seconds: float = 0.0
    made: dict[str, list[PostedEffect]] = field(default_factory=dict)
    late: list[tuple[float, Effect]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    numbered: int = 0

    @property
    def posted(self) -> Mapping[str, PostedEffect]:
        """The first document under each reference, in the order they were made."""
        self._commit_what_is_due()
        return {reference: held[0] for reference, held in self.made.items() if held}

    @property
    def documents(self) -> tuple[ErpDocument, ...]:
        """Every document there is, drafts and doubles too, in the order it was made."""
        self._commit_what_is_due()
        documents = [each.document for held in self.made.values() for each in held]
        return tuple(sorted(documents, key=lambda document: int(document.erp_id)))

    @property
    def booked(self) -> tuple[PostedEffect, ...]:
        """What stands in the books: doubles too, drafts not."""
        self._commit_what_is_due()
        return tuple(self._final(self.made))

    def booked_under(self, references: Iterable[str]) -> tuple[PostedEffect, ...]:
        """The same of these references alone."""
        self._commit_what_is_due()
        return tuple(self._final(references))

    def _final(self, references: Iterable[str]) -> Iterator[PostedEffect]:
        for reference in references:
            held = self.made.get(reference, ())
            yield from (each for each in held if each.document.is_final)

    def fail_next(
        self, *kinds: FaultKind, operation: str = "submit", late_seconds: float = 0.0
    ) -> None:
        """Let the next calls of an operation go wrong, one kind each."""
        self.faults.extend(
            Fault(kind=kind, operation=operation, late_seconds=late_seconds) for kind in kinds
        )

    def refuse(
        self,
        item: str,
        *,
        code: str,
        text: str = "refused",
        is_named: bool = True,
        after_draft: bool = False,
    ) -> None:
        """Refuse every effect of an item until `accept`."""
        self.refusals[item] = Refusal(
            code=code, text=text, is_named=is_named, after_draft=after_draft
        )

    def accept(self, item: str) -> None:
        """Stop refusing an item."""
        self.refusals.pop(item, None)

    def find(self, references: Sequence[str]) -> Found:
        """Documents by our references as far as they show already; absent ones are left out."""
        self._commit_what_is_due()
        self.calls.append(Call(operation="find", references=tuple(references)))
        fault = self._next_fault("find")
        if fault:
            raise error_of(fault)
        if self.traits.effect_class is EffectClass.E3:
            return {}
        shown = {reference: tuple(self._shown(reference)) for reference in references}
        return {reference: documents for reference, documents in shown.items() if documents}

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        """One document per effect; what is found as a draft is finished."""
        self._commit_what_is_due()
        references = tuple(self.reference_of(effect) for effect in effects)
        self.calls.append(Call(operation="submit", references=references))
        fault = self._next_fault("submit")
        if fault and fault.kind not in WRITES:
            raise error_of(fault)
        self._refuse_the_call(effects)
        results = [self._post(effect, found, fault) for effect in effects]
        if fault:
            raise error_of(fault)
        return results

    def reference_of(self, effect: Effect) -> str:
        """The reference under which this ERP keeps an effect."""
        return external_reference(effect.effect_id, self.traits.reference_length)

    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _commit_what_is_due(self) -> None:
        now = self._now()
        due = sorted((each for each in self.late if each[0] <= now), key=lambda each: each[0])
        self.late = [each for each in self.late if each[0] > now]
        for moment, effect in due:
            if not (self._enforces and self.made.get(self.reference_of(effect))):
                self._keep(effect, made_at=moment)

    def _shown(self, reference: str) -> Iterator[ErpDocument]:
        for each in self.made.get(reference, ()):
            if each.made_at + self.lag_seconds <= self._now():
                yield each.document

    @property
    def _enforces(self) -> bool:
        return self.traits.effect_class is EffectClass.E1

    def _next_fault(self, operation: str) -> Fault | None:
        for fault in self.faults:
            if fault.operation == operation:
                self.faults.remove(fault)
                return fault
        return None

    def _refuse_the_call(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            refusal = self.refusals.get(effect.item)
            is_there = self._enforces and self.made.get(self.reference_of(effect))
            if refusal and not refusal.is_named and not is_there:
                raise BatchRefusedError("the ERP refused the call", refusal=refusal.text)

    def _post(self, effect: Effect, found: Found, fault: Fault | None) -> SubmitResult:
        reference = self.reference_of(effect)
        if self._enforces and self.made.get(reference):
            return self._already_there(effect, self.made[reference][0].document)
        if self._enforces and self._lost_race(reference):
            text = "this reference exists already"
            return SubmitResult(outcome=SubmitOutcome.REFUSED, code="", text=text)
        draft = next((each for each in found.get(reference, ()) if not each.is_final), None)
        if refusal := self.refusals.get(effect.item):
            return self._refused(effect, refusal, draft)
        if draft is not None:  # at once, whoever hears of it: there is no second document
            return self._finished(reference, draft)
        if fault and fault.kind is FaultKind.LATE_COMMIT:
            self.late.append((self._now() + fault.late_seconds, effect))
            return SubmitResult(outcome=SubmitOutcome.ACCEPTED)
        is_final = not (fault and fault.kind is FaultKind.DRAFT_LEFT)
        posted = self._keep(effect, made_at=self._now(), is_final=is_final)
        return SubmitResult(outcome=SubmitOutcome.POSTED, document=posted.document)

    def _lost_race(self, reference: str) -> bool:
        """Another call is still writing it: this one waits for that, and hits its reference."""
        winners = [each for each in self.late if self.reference_of(each[1]) == reference]
        for winner in winners[:1]:
            self.late = [each for each in self.late if each not in winners]
            self._keep(winner[1], made_at=self._now())
        return bool(winners)

    def _already_there(self, effect: Effect, document: ErpDocument) -> SubmitResult:
        is_same = document.content_hash == effect.content_hash
        outcome = SubmitOutcome.DUPLICATE if is_same else SubmitOutcome.CONFLICT
        return SubmitResult(outcome=outcome, document=document)

    def _refused(self, effect: Effect, refusal: Refusal, draft: ErpDocument | None) -> SubmitResult:
        """A draft is cancelled before the refusal is told; while that is undecided, so is all."""
        reference = self.reference_of(effect)
        if refusal.after_draft and draft is None:
            draft = self._keep(effect, made_at=self._now(), is_final=False).document
        if draft is not None:
            if fault := self._next_fault("cancel"):
                raise error_of(fault)
            held = self.made.get(reference, [])
            self.made[reference] = [each for each in held if each.document != draft]
        return SubmitResult(outcome=SubmitOutcome.REFUSED, code=refusal.code, text=refusal.text)

    def _finished(self, reference: str, draft: ErpDocument) -> SubmitResult:
        final = replace(draft, is_final=True)
        self.made[reference] = [
            replace(each, document=final) if each.document == draft else each
            for each in self.made.get(reference, [])
        ]
        return SubmitResult(outcome=SubmitOutcome.POSTED, document=final)

    def _keep(self, effect: Effect, *, made_at: float, is_final: bool = True) -> PostedEffect:
        reference = self.reference_of(effect)
        self.numbered += 1
        number = self.numbered
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
            is_final=is_final,
            lines=(line,),
        )
        posted = PostedEffect(effect=effect, document=document, amount=amount, made_at=made_at)
        self.made.setdefault(reference, []).append(posted)
        return posted
