"""Effects into a Tryton without our reference module: it only looks our references up (class E2).

One effect is one internal shipment. A batch is made as drafts in one call and looked at again
before any of them is finished, one by one. So a draft that an earlier call wrote late, or another
worker at the same moment, is seen before anything is booked, and the newcomer is withdrawn.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.canonical.effect import Effect
from shared.canonical.outcome import SubmitOutcome, SubmitResult
from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.ports.clock import Clock
from shared.ports.erp import EffectClass, Found, TargetTraits
from shared.targets.tryton.client import CALL_TIMEOUT_SECONDS, Row, TrytonClient
from shared.targets.tryton.connector import held_to_its_content
from shared.targets.tryton.plain_masters import VALIDATION, PlainMasters, RefusedLineError
from shared.targets.tryton.references import REFERENCE_LENGTH, content_hash_in
from shared.targets.tryton.shipments import (
    FINAL_STATE,
    FORCING_BUTTON,
    NEXT_BUTTON,
    Shipments,
    document_of,
    draft_of,
    is_final,
    reference_of,
)

# A call that its client gave up on is served by one of gunicorn's four threads once one is free,
# and then waits for a locked database (retry + 1) x 5 s at most: 20 s, and its own work. Nothing
# bounds the wait in gunicorn's backlog or a server that is stopped: there this is an assumption
# (A2). Breaking it leaves a draft, which books nothing, since only its own attempt would finish it.
LATEST_COMMIT_SECONDS: Final = 30.0
TRAITS: Final = TargetTraits(
    effect_class=EffectClass.E2,
    call_timeout_seconds=CALL_TIMEOUT_SECONDS,  # of all calls of one submit together
    lookup_lag_seconds=0.0,  # one database: what is committed is read
    latest_commit_seconds=LATEST_COMMIT_SECONDS,
    reference_length=REFERENCE_LENGTH,
    answers_line_by_line=True,
    outage_after_calls=3,
    effects_a_call=5,  # one by one: up to three seconds each where the machine is busy
)
Answers = dict[str, SubmitResult]


class PlainTrytonConnector:
    """One company of a Tryton that has our `ledgerward_accounting` module only."""

    def __init__(self, client: TrytonClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._shipments = Shipments(client)

    @property
    def traits(self) -> TargetTraits:
        """It can look our reference up, and answers each line by itself."""
        return TRAITS

    def find(self, references: Sequence[str]) -> Found:
        """The shipments under these references, whatever their state, but for cancelled ones."""
        standing = self._shipments.standing(references)
        return {
            reference: tuple(document_of(row) for row in rows)
            for reference, rows in standing.items()
        }

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        """Make what is not found, then finish all, each by itself."""
        if not effects:
            return ()
        first = {reference_of(effect): effect for effect in reversed(effects)}
        with self._client.sharing(self._client.timeout_seconds):
            answers = self._answers(first, [each for each in first if found.get(each)])
        return tuple(
            held_to_its_content(effect, answers[reference_of(effect)]) for effect in effects
        )

    def _answers(self, effects: Mapping[str, Effect], found: Sequence[str]) -> Answers:
        answers: Answers = {}
        mine: dict[str, Row] = {}
        for reference, rows in self._read(found).items():
            if len(rows) == 1 and _is_unfinished(rows[0], effects[reference]):
                mine[reference] = rows[0]
            else:
                answers[reference] = _as_standing(rows)
        fresh = {ref: e for ref, e in effects.items() if ref not in mine and ref not in answers}
        made = self._make(fresh, answers)
        mine |= self._alone(made, answers)
        return answers | self._finish_each(mine, is_all=not answers)

    def _read(self, found: Sequence[str]) -> dict[str, list[Row]]:
        """As they are now: a state that was found before may have gone on."""
        return self._shipments.standing(found) if found else {}

    def _make(self, effects: Mapping[str, Effect], answers: Answers) -> dict[str, int]:
        """Make drafts of what can be booked; answer what cannot."""
        if not effects:
            return {}
        try:
            drafts = self._drafts(effects, answers)
        except OutcomeUnknownError as error:  # masters and lots are no effect's own
            raise NotWrittenError(str(error), unreachable=True) from error
        made: dict[str, int] = {}
        groups = [drafts] if drafts else []
        while groups:
            group = groups.pop()
            try:
                made |= zip(group, self._shipments.create(list(group.values())), strict=True)
            except BatchRefusedError as error:
                groups += _halves(group)
                if len(group) == 1:
                    answers[next(iter(group))] = _refused(VALIDATION, error.refusal)
            except NotWrittenError as error:
                if made:
                    raise OutcomeUnknownError(f"some are drafts, others not: {error}") from error
                raise
        return made

    def _drafts(
        self, effects: Mapping[str, Effect], answers: Answers
    ) -> dict[str, Mapping[str, object]]:
        masters = PlainMasters(self._client, list(effects.values()), self._clock.now().date())
        bookable = {}
        for reference, effect in effects.items():
            try:
                bookable[reference] = (effect, masters.ids(effect))
            except RefusedLineError as refusal:
                answers[reference] = _refused(refusal.code, refusal.text)
        wanted = {(ids.product, e.lot) for e, ids in bookable.values() if e.lot}
        lots = masters.lots(wanted) if wanted else {}
        return {
            reference: draft_of(
                effect, ids, lots.get((ids.product, effect.lot)), self._client.company
            )
            for reference, (effect, ids) in bookable.items()
        }

    def _alone(self, made: Mapping[str, int], answers: Answers) -> dict[str, Row]:
        """Those of these drafts that are the only ones under their references.

        Whoever makes a draft looks after that, so of two at least one sees the other: at most one
        goes on, in whatever order they were written.
        """
        if not made:
            return {}
        try:
            standing = self._shipments.standing(list(made))
        except (NotWrittenError, OutcomeUnknownError) as error:
            raise OutcomeUnknownError(f"made, but not looked at again: {error}") from error
        alone: dict[str, Row] = {}
        for reference, shipment in made.items():
            rows = standing.get(reference, [])
            others = [row for row in rows if row["id"] != shipment]
            if rows and not others:
                alone[reference] = rows[0]
            else:
                answers[reference] = self._made_way(shipment, others)
        return alone

    def _made_way(self, shipment: int, others: Sequence[Row]) -> SubmitResult:
        """Withdraw a draft that stands beside others, or that somebody has withdrawn already."""
        try:
            self._shipments.press(shipment, "cancel")
        except (BatchRefusedError, NotWrittenError, OutcomeUnknownError) as error:
            return _doubtful(error)
        return _as_standing(others)

    def _finish_each(self, mine: Mapping[str, Row], *, is_all: bool) -> Answers:
        """Finish these one by one; what is in doubt about one says nothing about the next.

        Raises:
            OutcomeUnknownError: nothing was settled of the whole batch.
            NotWrittenError: the same, for want of a right, and every draft is withdrawn.
        """
        answers: Answers = {}
        doubts: dict[str, NotWrittenError | OutcomeUnknownError] = {}
        for reference, row in mine.items():
            try:
                answers[reference] = self._finish(row)
            except (NotWrittenError, OutcomeUnknownError) as error:
                doubts[reference] = error
                answers[reference] = _doubtful(error)
        if doubts and len(doubts) == len(mine):
            self._raise_for_all(list(mine.values()), list(doubts.values()), is_all=is_all)
        return answers

    def _finish(self, row: Row) -> SubmitResult:
        """Go on from the state that a document is in; a refused one is withdrawn."""
        while button := NEXT_BUTTON.get(row["state"]):
            try:
                row = self._shipments.press(row["id"], button)
            except BatchRefusedError as error:
                now = self._shipments.read(row["id"])
                if now is None or now["state"] == row["state"]:
                    return self._withdrawn(row, button, error)
                row = now  # an earlier call had pressed it meanwhile
        if row["state"] == FINAL_STATE and not is_final(row):
            row = self._journals_posted(row)
        if not is_final(row):
            return _doubtful(f"it stands at {row['state']} in the ERP")
        return SubmitResult(outcome=SubmitOutcome.POSTED, document=document_of(row))

    def _journals_posted(self, row: Row) -> Row:
        try:
            return self._shipments.post_journals(row)
        except BatchRefusedError as error:
            raise OutcomeUnknownError(f"booked, but not in the ledger: {error}") from error

    def _withdrawn(self, row: Row, button: str, refusal: BatchRefusedError) -> SubmitResult:
        if button == FORCING_BUTTON:
            raise NotWrittenError(str(refusal), target_access=True) from refusal
        try:
            self._shipments.press(row["id"], "cancel")
        except BatchRefusedError as error:
            raise OutcomeUnknownError(f"refused, but not withdrawn: {error}") from error
        return _refused(VALIDATION, refusal.refusal)

    def _raise_for_all(
        self,
        rows: Sequence[Row],
        doubts: Sequence[NotWrittenError | OutcomeUnknownError],
        *,
        is_all: bool,
    ) -> None:
        """Say of the whole batch what was the same for each; not if others of it are settled."""
        denied = [e for e in doubts if isinstance(e, NotWrittenError) and e.target_access]
        if len(denied) == len(doubts):
            self._withdraw(rows)
            raise denied[0]
        if is_all:
            raise OutcomeUnknownError(str(doubts[-1])) from doubts[-1]

    def _withdraw(self, rows: Sequence[Row]) -> None:
        try:
            for row in rows:
                self._shipments.press(row["id"], "cancel")
        except (BatchRefusedError, NotWrittenError) as error:
            raise OutcomeUnknownError(f"not allowed, and not withdrawn: {error}") from error


def _is_unfinished(row: Row, effect: Effect) -> bool:
    is_ours = content_hash_in(row["reference"]) == effect.content_hash
    return is_ours and not is_final(row)


def _as_standing(rows: Sequence[Row]) -> SubmitResult:
    """What the documents that stand already say; other content is told apart by its hash."""
    match rows:
        case [row]:
            outcome = SubmitOutcome.DUPLICATE if is_final(row) else SubmitOutcome.ACCEPTED
            return SubmitResult(outcome=outcome, document=document_of(row))
        case _:
            return _doubtful(f"{len(rows)} documents stand under this reference")


def _doubtful(reason: object) -> SubmitResult:
    """It may yet be written: another attempt looks it up."""
    return SubmitResult(outcome=SubmitOutcome.ACCEPTED, text=str(reason))


def _refused(code: str, text: str) -> SubmitResult:
    return SubmitResult(outcome=SubmitOutcome.REFUSED, code=code, text=text)


def _halves(group: Mapping[str, Mapping[str, object]]) -> list[dict[str, Mapping[str, object]]]:
    entries, middle = list(group.items()), len(group) // 2
    return [dict(entries[:middle]), dict(entries[middle:])] if middle else []
