"""What reversals took before a loss is asked of the target, and reserved again (section 4).

A reservation is lost with its original's row, and what another reversal may take depends on it. So
while a recovery is under way no reversal is reserved: each waits under the recovery's key, and this
step reserves for those that the target holds what it holds. What is then left is for the others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.canonical.codec import from_json
from shared.canonical.effect import EffectType
from shared.canonical.outcome import EffectState, LedgerEntry, Reservation
from shared.canonical.usage import SupplyUsage
from shared.effects.doubt import shows_all_from
from shared.effects.identity import effect_id, line_effect_id
from shared.effects.reversals import reservation_for
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.journal import Journal
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot
from shared.ports.snapshot_heads import SnapshotHeads
from shared.ports.target_breaker import TargetBreaker
from shared.workflow.recall_versions import RecallVersions
from shared.workflow.reserving import reserved
from shared.workflow.still_missing import DOUBT_KEY, EFFECT_KEY
from shared.workflow.target_holdings import Holding, TargetHoldings

KEYS = (EFFECT_KEY, DOUBT_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What the target holds of one reversal."""

    reversal_id: str
    original_id: str
    held: Holding


@dataclass(slots=True, kw_only=True)
class _Asked:
    """What the target was asked since a recovery began, by the lines that waited.

    `open` is what is not reserved yet. What the target holds of what waits does not change until
    the doubt ends, so it is asked once.
    """

    doubt_from: float
    waiting: frozenset[str]
    unexplained: int
    open: list[_Taken]

    def answers(self, doubt_from: float, waiting: frozenset[str]) -> bool:
        """Whether asking again would find the same."""
        return not self.unexplained and (self.doubt_from, self.waiting) == (doubt_from, waiting)


@dataclass(slots=True, kw_only=True)
class RecallReversals:
    """Asked by whoever recovers, once all that was driven again has been mapped.

    `target` names the target whose breaker tells of the recovery. Where lines of cases stood is
    asked first, since it says what their versions take back.
    """

    target: str
    holdings: TargetHoldings
    heads: SnapshotHeads
    ledger: EffectLedger
    journal: Journal
    master: MasterData
    parking: ParkingLot
    breakers: TargetBreaker
    clock: Clock
    _asked: _Asked | None = field(default=None, init=False)

    def __call__(self) -> int:
        """Reserve what is found; how many lines are left, for which to ask again later.

        Left are reversals whose original is not DONE in the ledger yet, lines of cases that no
        order of their versions explains, and all that waits while the target does not answer or may
        still commit what was under way when the recovery began.

        Raises:
            ThrottledError: something could not be written; call again.
        """
        waiting = self._waiting()
        if not waiting:
            return 0
        begun = self.breakers.read(self.target)
        if self.clock.now() < shows_all_from(begun, self.holdings.connector.traits):
            return len(waiting)
        if self._asked is None or not self._asked.answers(begun.doubt_from, waiting):
            try:
                self._asked = self._ask(begun.doubt_from, waiting)
            except (NotWrittenError, OutcomeUnknownError):
                return len(waiting)
        return self._left(self._asked)

    def _waiting(self) -> frozenset[str]:
        """The ids of all lines that are reversals or versions and wait."""
        keys = [key for key in self.parking.missing_keys() if key.startswith(KEYS)]
        return frozenset(line_id for key in keys for line_id in self.parking.parked_on(key))

    def _ask(self, doubt_from: float, waiting: frozenset[str]) -> _Asked:
        records = self.parking.records(sorted(waiting))
        documents = [from_json(SupplyUsage, each.payload) for each in records.values()]
        recalled = self._versions()([each for each in documents if each.snapshot is not None])
        originals = {**dict(_originals(documents)), **recalled.takings}
        held = self.holdings.of([*originals])
        taken = [
            _Taken(reversal_id=key, original_id=originals[key], held=each)
            for key, each in held.items()
        ]
        # What is booked before drafts, which take what is left.
        taken.sort(key=lambda each: each.held.amount is None)
        return _Asked(
            doubt_from=doubt_from, waiting=waiting, unexplained=recalled.unexplained, open=taken
        )

    def _left(self, asked: _Asked) -> int:
        originals = [*dict.fromkeys(each.original_id for each in asked.open)]
        entries = self.ledger.read(originals) if originals else {}
        asked.open = [
            each
            for each in asked.open
            if not self._reserved(each.reversal_id, each.held, entries.get(each.original_id))
        ]
        return len(asked.open) + asked.unexplained

    def _versions(self) -> RecallVersions:
        return RecallVersions(
            holdings=self.holdings,
            heads=self.heads,
            ledger=self.ledger,
            journal=self.journal,
            master=self.master,
            clock=self.clock,
        )

    def _reserved(self, reversal_id: str, held: Holding, original: LedgerEntry | None) -> bool:
        if original is None or original.state is not EffectState.DONE:
            return False

        def found(standing: LedgerEntry) -> Reservation | None:
            return _reservation_on(standing, reversal_id, held)

        reserved(self.ledger, original, found)
        return True


def _reservation_on(original: LedgerEntry, reversal_id: str, held: Holding) -> Reservation | None:
    """What a reversal has taken of its original: to the cent what the target booked."""
    computed = reservation_for(original, reversal_id, held.quantity)
    if computed is None or computed in original.reservations or held.amount is None:
        return computed
    return Reservation(reversal_id=reversal_id, quantity=held.quantity, amount=held.amount)


def _originals(waiting: Iterable[SupplyUsage]) -> Iterator[tuple[str, str]]:
    """Each reversal that waits, with its original."""
    for document in waiting:
        for line in document.lines:
            if line.reverses:
                original_id = effect_id(document.tenant, EffectType.ISSUE, line.reverses)
                yield line_effect_id(document.tenant, line), original_id
