"""What reversals took before a loss is asked of the target, and reserved again (section 4).

A reservation is lost with its original's row, and what another reversal may take depends on it. So
while a recovery is under way no reversal is reserved: each waits under the recovery's key, and this
step reserves for those that the target holds what it holds. What is then left is for the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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

    def __call__(self) -> int:
        """Reserve what is found; how many lines are left, for which to ask again later.

        Left are reversals whose original is not DONE in the ledger yet, lines of cases that no
        order of their versions explains, and all that waits while the target does not answer or may
        still commit what was under way when the recovery began.

        Raises:
            ThrottledError: something could not be written; call again.
        """
        waiting = self._waiting()
        if waiting and not self._shows_all():
            return len(waiting)
        try:
            return self._left(waiting)
        except (NotWrittenError, OutcomeUnknownError):
            return len(waiting)

    def _waiting(self) -> Mapping[str, SupplyUsage]:
        """All reversals and versions that wait, by their place to wait."""
        keys = [key for key in self.parking.missing_keys() if key.startswith(KEYS)]
        line_ids = [line_id for key in keys for line_id in self.parking.parked_on(key)]
        records = self.parking.records([*dict.fromkeys(line_ids)]) if line_ids else {}
        return {key: from_json(SupplyUsage, each.payload) for key, each in records.items()}

    def _shows_all(self) -> bool:
        begun = self.breakers.read(self.target)
        return self.clock.now() >= shows_all_from(begun, self.holdings.connector.traits)

    def _left(self, waiting: Mapping[str, SupplyUsage]) -> int:
        versions = [each for each in waiting.values() if each.snapshot is not None]
        recalled = self._versions()(versions)
        originals = {**dict(_originals(waiting.values())), **recalled.takings}
        held = self.holdings.of([*originals])
        entries = self.ledger.read([*dict.fromkeys(originals[each] for each in held)])
        # What is booked before drafts, which take what is left.
        in_order = sorted(held.items(), key=lambda each: each[1].amount is None)
        known = [self._reserved(key, found, entries.get(originals[key])) for key, found in in_order]
        return known.count(False) + recalled.unexplained

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
