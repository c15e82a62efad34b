"""The shipped step `post_effect` on the shipped ledger, with a connector to this target.

What is owed comes back through the shipped sweeper, as each minute in the product.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from shared.aws import clients
from shared.aws.effect_ledger import DynamoEffectLedger
from shared.aws.hold_store import DynamoHoldStore
from shared.aws.target_breaker import DynamoTargetBreaker
from shared.aws.wiring.post_effect import new_token
from shared.canonical.effect import Effect
from shared.canonical.outcome import ErpDocument, ErpLine, SubmitOutcome, SubmitResult
from shared.effects.identity import external_reference
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.ports.erp import EffectClass, Found, TargetTraits
from shared.workflow.post_effect import PostEffect, PostOutcome
from shared.workflow.sweep_effects import SweepEffects
from shared.workflow.target_gate import Pace
from tests.benchmarks.exactly_once.peers import Peer
from tests.benchmarks.exactly_once.target import Document, Target
from tests.benchmarks.exactly_once.terms import Ended, Message, World
from tests.effects import an_issue

REFERENCE_LENGTH = 34
NAME = "erp"
ENDED = {
    PostOutcome.POSTED: Ended.DONE,
    PostOutcome.DUPLICATE: Ended.DONE,
    PostOutcome.DEFERRED: Ended.OWED,
    PostOutcome.REVIEW: Ended.LEFT,
    PostOutcome.REJECTED: Ended.LEFT,
    PostOutcome.CONFLICT: Ended.LEFT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """Implements the ErpConnector port. One document a call, as the target has it."""

    target: Target
    traits: TargetTraits

    def find(self, references: Sequence[str]) -> Found:
        """The documents under these references."""
        try:
            found = {reference: self.target.look(reference) for reference in references}
        except OSError as error:
            raise OutcomeUnknownError(f"no answer to a look: {type(error).__name__}") from error
        return {
            key: tuple(map(_document, documents)) for key, documents in found.items() if documents
        }

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:  # noqa: ARG002
        """Post it; a document that stands with this content is the effect's own."""
        (effect,) = effects
        try:
            document = _document(self.target.post(message_of(effect)))
        except ConnectionRefusedError as error:
            raise NotWrittenError("nobody listens", unreachable=True) from error
        except OSError as error:
            raise OutcomeUnknownError(f"no answer: {type(error).__name__}") from error
        is_ours = document.content_hash == effect.content_hash
        outcome = SubmitOutcome.POSTED if is_ours else SubmitOutcome.CONFLICT
        return (SubmitResult(outcome=outcome, document=document),)


@dataclass(frozen=True, slots=True)
class WorkersClock:
    """Implements the Clock port."""

    world: World

    def now(self) -> datetime:
        """Now, by the worker's clock."""
        return datetime.fromtimestamp(self.world.now(), UTC)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Implements the Deadline port: an invocation that has just begun."""

    ends_at: float

    def remaining_seconds(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self.ends_at - time.monotonic())


@dataclass(slots=True)
class Swept:
    """Implements the EffectQueue port: keeps what the sweeper sends back."""

    references: list[str] = field(default_factory=list)

    def send(self, effects: Sequence[Effect]) -> None:
        """Note their references."""
        self.references += [reference_of(effect) for effect in effects]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours(Peer):
    """The step and the sweeper."""

    step: PostEffect
    lambda_seconds: float

    def attempt(self, message: Message) -> Ended:
        """One delivery of one effect."""
        deadline = Lifetime(time.monotonic() + self.lambda_seconds)
        (outcome,) = self.step([effect_of(message)], deadline)
        return ENDED[outcome]

    def due(self) -> Collection[str]:
        """What the sweeper puts back into the queue."""
        queue = Swept()
        sweep = SweepEffects(
            target=NAME,
            breakers=self.step.breakers,
            ledger=self.step.ledger,
            effects=queue,
            clock=self.step.clock,
        )
        sweep(Lifetime(time.monotonic() + 60))
        return queue.references


def opened(world: World) -> Ours:
    """The step as it is wired, but for the connector and the tables' names."""
    clock, client = WorkersClock(world), clients.dynamodb()
    effects, holds = f"{world.prefix}.effects", f"{world.prefix}.holds"
    step = PostEffect(
        target=NAME,
        connector=Connector(
            target=Target(port=world.erp_port, timeout_seconds=world.call_timeout_seconds),
            traits=traits_of(world),
        ),
        breakers=DynamoTargetBreaker(client=client, table=effects),
        pace=Pace(documents_per_second=0, clock=clock, pause=time.sleep),
        ledger=DynamoEffectLedger(client=client, table=effects),
        holds=DynamoHoldStore(client=client, table=holds, clock=clock),
        clock=clock,
        new_token=new_token,
    )
    return Ours(step=step, lambda_seconds=world.lambda_seconds)


def traits_of(world: World) -> TargetTraits:
    """What the target says of itself.

    It is never left alone, so that every effect meets its fault: with the usual three failures in a
    row all others would wait for one probe.
    """
    return TargetTraits(
        effect_class=EffectClass.E1 if world.enforces_references else EffectClass.E2,
        call_timeout_seconds=world.call_timeout_seconds,
        lookup_lag_seconds=0.0,
        latest_commit_seconds=world.latest_commit_seconds,
        reference_length=REFERENCE_LENGTH,
        answers_line_by_line=True,
        outage_after_calls=1_000_000,
        effects_a_call=1,
    )


def message_of(effect: Effect, number: int = 0) -> Message:
    """What the target is sent of an effect."""
    return Message(
        number=number,
        reference=reference_of(effect),
        content_hash=effect.content_hash,
        item=effect.item,
        quantity=format(effect.quantity.in_base_units, "f"),
    )


def reference_of(effect: Effect) -> str:
    """The effect's name in the target."""
    return external_reference(effect.effect_id, REFERENCE_LENGTH)


def effect_of(message: Message) -> Effect:
    """The effect that a message stands for."""
    return an_issue(f"TX-{message.number}", quantity=message.quantity)


def _document(found: Document) -> ErpDocument:
    line = ErpLine(
        item=found["item"],
        quantity=Decimal(found["quantity"]),
        unit_cost=Decimal(0),
        lot="",
        journal="",
    )
    return ErpDocument(
        erp_id=str(found["id"]),
        reference=found["reference"],
        content_hash=found["content_hash"],
        is_final=True,
        lines=(line,),
    )
