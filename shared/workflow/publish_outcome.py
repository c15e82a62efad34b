"""The ledger's stream.

Each change becomes a journal fact and news on the bus (section 9).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.canonical.hold import HoldKind
from shared.canonical.journal import JournalFact
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.holds.identity import CONFLICT
from shared.ports.events import EventPublisher, OutcomeNews
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.status_queue import StatusNews, StatusQueue
from shared.workflow.posting_holds import conflict_hold
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.still_missing import effect_key


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """One write of one effect's item: what it was (None if new) and what it is."""

    before: LedgerEntry | None
    after: LedgerEntry


Document = Sequence[LedgerChange]  # the changes of one, in their order
Each = Callable[[Callable[[Document], None], Iterable[Document]], Iterable[None]]
EVENT_KINDS = {
    EffectState.DONE: "EffectPosted",
    EffectState.REJECTED: "EffectRejected",
    EffectState.REVIEW: "EffectInReview",
    EffectState.OFFSET: "EffectOffset",
    EffectState.FREE: "EffectDeferred",
    EffectState.SENT: "EffectInDoubt",
}
STATUS_STATES = {
    EffectState.DONE: "posted",
    EffectState.REJECTED: "rejected",
    EffectState.REVIEW: "held",
    EffectState.OFFSET: "offset",
    EffectState.FREE: "deferred",
    EffectState.SENT: "deferred",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOutcome:
    """Idempotent by (effect id, revision): the stream repeats, and the item is the truth.

    `each` does the work of every document: in turn, or side by side, since none needs another.
    """

    journal: Journal
    holds: HoldStore
    release: ReleaseParked
    events: EventPublisher
    statuses: StatusQueue
    each: Each = map

    def __call__(self, changes: Sequence[LedgerChange]) -> int:
        """Tell of each change; returns how many were told."""
        self._hold_overwritten(changes)
        news = [change for change in changes if _is_news(change)]
        list(self.each(self._note, _by_document(news)))
        self._tell([change.after for change in news])
        return len(news)

    def _note(self, changes: Document) -> None:
        """What one document's changes mean: its journal, its holds, and what waited for them."""
        entries = [change.after for change in changes]
        self.journal.append(entries[0].effect.document_id, [_fact(entry) for entry in entries])
        for entry in entries:
            if entry.state is EffectState.DONE:
                self._close_answered_holds(entry)
                self.release.release(effect_key(entry.effect.effect_id))

    def _hold_overwritten(self, changes: Sequence[LedgerChange]) -> None:
        """Content that another one took the item from, before it was settled, is a CONFLICT.

        Two workers that both found no item write one after the other: who came first is owed no
        attempt any more, and was acknowledged.
        """
        lost = [each.before for each in changes if each.before and _is_overwritten(each)]
        if lost:
            self.holds.open(
                [
                    conflict_hold(each.effect, datetime.fromisoformat(each.recorded_at))
                    for each in lost
                ]
            )

    def _tell(self, entries: Sequence[LedgerEntry]) -> None:
        if entries:
            self.events.publish([_news(entry) for entry in entries])
        asked_for = [_status(entry) for entry in entries if entry.effect.status_to]
        if asked_for:
            self.statuses.send(asked_for)

    def _close_answered_holds(self, entry: LedgerEntry) -> None:
        """What is posted waits for nobody: not the refusal it overtook, not the cut line before it.

        Advisory work stays open, and so does a CONFLICT: the books do not say which content is
        true.
        """
        for hold in self.holds.of_line(entry.effect.effect_id):
            if hold.kind is HoldKind.BLOCKING and hold.code != CONFLICT:
                self.holds.close(hold.line_id, hold.code, "the line is posted")


def _is_overwritten(change: LedgerChange) -> bool:
    before, after = change.before, change.after
    if before is None or before.is_settled or before.effect.part != after.effect.part:
        return False
    return before.effect.content_hash != after.effect.content_hash


def _is_news(change: LedgerChange) -> bool:
    """An attempt's end is news; a claim is not, nor a postponed effect, nor a reservation.

    Nor is it that a version's difference is about to be sent (USE4).
    """
    before, after = change.before, change.after
    if after.state is EffectState.SENT and after.owner:
        return False
    if before is None:
        return bool(after.attempts or after.reason)
    return _told_of(before) != _told_of(after)


def _told_of(entry: LedgerEntry) -> tuple[EffectState, int, bool]:
    return entry.state, entry.attempts, bool(entry.owner)


def _by_document(changes: Sequence[LedgerChange]) -> Iterable[Document]:
    documents: dict[str, list[LedgerChange]] = defaultdict(list)
    for change in changes:
        documents[change.after.effect.document_id].append(change)
    return documents.values()


def _fact(entry: LedgerEntry) -> JournalFact:
    data: dict[str, object] = {
        "effect_id": entry.effect.effect_id,
        "state": entry.state.value,
        "revision": entry.revision,
        "attempts": entry.attempts,
    }
    if entry.reason:
        data["reason"] = entry.reason
    if entry.document:
        data |= {
            "reference": entry.document.reference,
            "erp_id": entry.document.erp_id,
            "journals": [line.journal for line in entry.document.lines if line.journal],
        }
    return JournalFact(
        fact_id=f"outcome:{entry.effect.effect_id}:{entry.revision}",
        kind="outcome",
        at=entry.recorded_at,
        data=data,
    )


def _news(entry: LedgerEntry) -> OutcomeNews:
    return OutcomeNews(
        kind=EVENT_KINDS[entry.state],
        effect_id=entry.effect.effect_id,
        revision=entry.revision,
        at=entry.recorded_at,
        data={
            "document_id": entry.effect.document_id,
            "correlation_id": entry.effect.correlation_id,
            "facility": entry.effect.dimensions.facility,
            "erp_id": entry.document.erp_id if entry.document else "",
        },
    )


def _status(entry: LedgerEntry) -> StatusNews:
    code, _, detail = entry.reason.partition(": ")
    return StatusNews(
        news_id=f"{entry.effect.effect_id}:{entry.revision}",
        source=entry.effect.status_to,
        document_id=entry.effect.document_id,
        line=entry.effect.source_line,
        state=STATUS_STATES[entry.state],
        at=entry.recorded_at,
        code=code if entry.state is EffectState.REJECTED else "",
        detail=detail if entry.state is EffectState.REJECTED else "",
        erp_reference=entry.document.reference if entry.document else "",
    )
