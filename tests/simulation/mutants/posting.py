"""Mutants of what the ledger keeps, the queues hold and people are asked, on every class."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import shared.mapping.usage as usage_module
import shared.simulation.effect_ledger as ledger_module
import shared.workflow.pair_reversal as pair_module
import shared.workflow.post_effect as post_module
from shared.canonical.effect import Effect, EffectType
from shared.canonical.money import CENT
from shared.canonical.outcome import LedgerEntry, Reservation
from shared.canonical.usage import UsageLine
from shared.effects.decisions import Answer, Step, entry_after, step_for
from shared.effects.identity import content_hash, effect_id, line_effect_id
from shared.effects.reversals import reservation_for
from shared.errors import ThrottledError
from shared.ports.clock import Deadline
from shared.simulation.histories.queue import SimulatedQueue
from shared.workflow.post_effect import PostEffect
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.redrive_dead_letters import Redrive, RedriveDeadLetters
from shared.workflow.sweep_effects import SweepEffects
from shared.workflow.target_calls import TargetCalls
from tests.simulation.mutants.mutant import Patch

Breaks = Sequence[Patch]


def refusal_without_find() -> Breaks:
    """A refusal stands at once, though it may be the loser's of two first sends (E1)."""
    return [(TargetCalls, "_looked_up", lambda _self, _refused: {})]


def no_bisection() -> Breaks:
    """A batch that is refused whole is refused for all that are in it."""
    halved = TargetCalls._halved  # noqa: SLF001 - a mutant

    def whole(self: TargetCalls, effects: Sequence[Effect], *rest: Any) -> dict[str, Answer]:  # noqa: ANN401
        told: dict[str, Answer] = {}
        for effect in effects:
            told |= halved(self, [effect], *rest)
        return told

    return [(TargetCalls, "_halved", whole)]


def acknowledged_unwritten() -> Breaks:
    """A delivery that could not be written is acknowledged like one that was."""
    post = PostEffect.__call__

    def careless(self: PostEffect, effects: Sequence[Effect], deadline: Deadline) -> Sequence[Any]:
        try:
            return post(self, effects, deadline)
        except ThrottledError:
            return []

    return [(PostEffect, "__call__", careless)]


def deleted_on_receipt() -> Breaks:
    """A message leaves its queue when it is received, before anything is done for it."""
    received = SimulatedQueue._received  # noqa: SLF001 - a mutant

    def taken(self: SimulatedQueue) -> Any:  # noqa: ANN401
        batch = received(self)
        for message in batch:
            self._delete(message)
        return batch

    return [(SimulatedQueue, "_received", taken)]


def answered_before_durable() -> Breaks:
    """A source is told that its message was taken although it is in no queue yet."""
    take_in = ReceiveMessage.take_in

    def hopeful(self: ReceiveMessage, *sighted: Any) -> Any:  # noqa: ANN401
        try:
            return take_in(self, *sighted)
        except ThrottledError:
            nowhere: Any = _Nowhere()
            return take_in(replace(self, documents=nowhere, journal=nowhere), *sighted)

    return [(ReceiveMessage, "take_in", hopeful)]


class _Nowhere:
    """Takes anything and keeps nothing."""

    def send(self, _documents: object) -> None:
        """Forgotten."""

    def append(self, _document_id: str, _facts: object, **_guess: object) -> None:
        """Forgotten."""


def message_inside_the_key() -> Breaks:
    """An effect's id is minted with its sighting's position: each telling is another intent."""

    def minted(tenant: str, line: UsageLine) -> str:
        plain = line_effect_id(tenant, line)
        return (
            plain
            if line.reverses
            else effect_id(tenant, EffectType.ISSUE, (*line.key, str(line.position)))
        )

    return [(usage_module, "line_effect_id", minted)]


def version_inside_the_key() -> Breaks:
    """What a line says is part of its id: a second version of it is a second effect (USE2)."""

    def minted(tenant: str, line: UsageLine) -> str:
        plain = line_effect_id(tenant, line)
        said = format(line.quantity.normalize(), "f")
        return (
            plain
            if line.reverses or said == "3"
            else effect_id(tenant, EffectType.ISSUE, (plain, said))
        )

    return [(usage_module, "line_effect_id", minted)]


def hash_of_mapped_output() -> Breaks:
    """The content hash covers what mapping made of a line: costs and units change under it."""
    issue = usage_module._issue  # noqa: SLF001 - a mutant

    def hashed(*asked: Any) -> Effect:  # noqa: ANN401
        effect = issue(*asked)
        made = f"{effect.content_hash} {effect.item} {effect.quantity} {effect.unit_cost}"
        return replace(effect, content_hash=effect_id("", EffectType.ISSUE, (made,)))

    return [(usage_module, "_issue", hashed)]


def content_ignored() -> Breaks:
    """Another content under a line id is taken for the same again."""

    def trusting(effect: Effect, entry: LedgerEntry | None) -> Step:
        step = step_for(effect, entry)
        return Step.ACKNOWLEDGE if step is Step.CONFLICT else step

    return [
        (post_module, "step_for", trusting),
        (
            usage_module,
            "content_hash",
            lambda line: content_hash(replace(line, quantity=Decimal(1))),
        ),
    ]


def no_next_at() -> Breaks:
    """An effect that is to be tried again is acknowledged, and nothing says when."""

    def unmarked(effect: Effect, previous: Any, answer: Answer, *, now: datetime) -> LedgerEntry:  # noqa: ANN401
        return replace(entry_after(effect, previous, answer, now=now), next_at=None)

    return [(post_module, "entry_after", unmarked)]


def no_sweeper() -> Breaks:
    """Nobody sends again what is owed."""
    return [(SweepEffects, "__call__", lambda _self, _deadline: 0)]


def swept_without_a_mark() -> Breaks:
    """The sweeper takes the mark off what it sends back, before it does so."""
    put_back = SweepEffects._return  # noqa: SLF001 - a mutant

    def unmarked(self: SweepEffects, due: Sequence[LedgerEntry]) -> int:
        ledger = self.ledger
        for entry in due:
            ledger.postpone(entry, next_at=10**11)
        return put_back(replace(self, ledger=_Postponed(ledger)), due)

    return [(SweepEffects, "_return", unmarked)]


class _Postponed:
    """A ledger in which everything is postponed already."""

    def __init__(self, ledger: Any) -> None:  # noqa: ANN401
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._ledger, name)

    def postpone(self, _entry: LedgerEntry, *, next_at: int) -> bool:
        """Done before."""
        return next_at > 0


def dead_letters_dropped() -> Breaks:
    """What crashed its workers is thrown away."""
    return [(RedriveDeadLetters, "__call__", lambda _self, _letter: Redrive.RETURNED)]


def hold_after_the_state() -> Breaks:
    """REJECTED is written first and its hold later: a crash in between leaves nobody to ask."""
    record = PostEffect._record  # noqa: SLF001 - a mutant

    def late(self: PostEffect, *asked: Any) -> None:  # noqa: ANN401
        opened: list[Any] = []
        record(replace(self, holds=_Later(self.holds, opened)), *asked)
        if opened:
            self.holds.open(opened)

    return [(PostEffect, "_record", late)]


class _Later:
    """Holds that are remembered instead of opened."""

    def __init__(self, holds: Any, opened: list[Any]) -> None:  # noqa: ANN401
        self._holds, self._opened = holds, opened

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._holds, name)

    def open(self, holds: Sequence[Any]) -> None:
        """Not yet."""
        self._opened.extend(holds)


def rank_ignored() -> Breaks:
    """The last outcome wins, whatever stands (section 4), on a target that enforces the reference.

    It survives there: what a late copy writes over DONE is FREE or SENT and is owed, so it is sent
    once more and the target answers with the document that it has; over REJECTED it is refused
    again. The books do not change, only the ledger says DONE a minute later and costs a call.
    """
    return [(ledger_module, "may_replace", lambda _old, _new: True)]


def reservation_unconditional() -> Breaks:
    """Two reversals may both take what is left of their original."""

    def reserve(self: Any, original: LedgerEntry, reservation: Reservation) -> bool:  # noqa: ANN401
        key = original.effect.effect_id
        standing = self.entries[key]
        reservations = (*original.reservations, reservation)
        self.entries[key] = replace(
            standing, reservations=reservations, revision=standing.revision + 1
        )
        return True

    return [(ledger_module.SimulatedEffectLedger, "reserve", reserve)]


def reserved_anew() -> Breaks:
    """A reversal that is mapped again reserves again, instead of taking what it has."""

    def anew(original: LedgerEntry, reversal_id: str, requested: Decimal) -> Reservation | None:
        others = tuple(
            replace(each, reversal_id=f"{each.reversal_id}'") for each in original.reservations
        )
        return reservation_for(replace(original, reservations=others), reversal_id, requested)

    return [(pair_module, "reservation_for", anew)]


def share_of_its_own() -> Breaks:
    """Each reversal rounds its own share, so that the cents of the parts do not add up (USE6)."""

    def rounded(original: LedgerEntry, reversal_id: str, requested: Decimal) -> Reservation | None:
        found = reservation_for(original, reversal_id, requested)
        if found is None or found in original.reservations:
            return found
        effect = original.effect
        part = Fraction(found.quantity) / Fraction(effect.quantity.in_base_units)
        share = round(Fraction(effect.amount) / Fraction(CENT) * part) * CENT
        return replace(found, amount=share)

    return [(pair_module, "reservation_for", rounded)]


def conflict_hold_forgotten() -> Breaks:
    """Nobody is told of the other content that came under a line id."""
    return [(PostEffect, "_hold_conflicts", lambda _self, _effects, _outcomes: None)]
