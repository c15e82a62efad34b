"""Each row of the protocol's state table for a target that enforces our reference."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from shared.canonical.outcome import EffectState, SubmitOutcome, SubmitResult
from shared.effects.backoff import LONGEST_SECONDS, SPREAD_SECONDS, next_attempt_at
from shared.effects.decisions import Deferral, Step, entry_after, step_for
from tests.effects import a_document_of, an_entry, an_issue

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


def test_an_effect_never_seen_is_sent() -> None:
    assert step_for(an_issue(), None) is Step.SEND


@pytest.mark.parametrize("state", [EffectState.FREE, EffectState.SENT])
def test_an_unsettled_effect_is_sent_again(state: EffectState) -> None:
    assert step_for(an_issue(), an_entry(an_issue(), state)) is Step.SEND


@pytest.mark.parametrize(
    "state",
    [EffectState.DONE, EffectState.OFFSET, EffectState.REJECTED, EffectState.REVIEW],
)
def test_a_settled_effect_is_only_acknowledged(state: EffectState) -> None:
    assert step_for(an_issue(), an_entry(an_issue(), state)) is Step.ACKNOWLEDGE


@pytest.mark.parametrize("state", list(EffectState))
def test_other_content_under_a_known_id_is_a_conflict_in_every_state(state: EffectState) -> None:
    assert step_for(an_issue(content_hash="b" * 64), an_entry(an_issue(), state)) is Step.CONFLICT


def test_a_higher_version_of_the_same_line_is_no_conflict() -> None:
    later = replace(an_issue(content_hash="b" * 64), part="2")

    assert step_for(later, an_entry(an_issue(), EffectState.FREE)) is Step.SEND


@pytest.mark.parametrize("outcome", [SubmitOutcome.POSTED, SubmitOutcome.DUPLICATE])
def test_a_final_document_is_done_with_the_lines_the_erp_holds(outcome: SubmitOutcome) -> None:
    answer = SubmitResult(outcome=outcome, document=a_document_of(an_issue()))

    entry = entry_after(an_issue(), None, answer, now=NOW)

    assert (entry.state, entry.document, entry.next_at) == (
        EffectState.DONE,
        answer.document,
        None,
    )


def test_a_document_not_final_yet_stays_in_doubt_and_is_owed_another_attempt() -> None:
    draft = a_document_of(an_issue(), is_final=False)
    answer = SubmitResult(outcome=SubmitOutcome.POSTED, document=draft)

    entry = entry_after(an_issue(), None, answer, now=NOW)

    assert entry.state is EffectState.SENT
    assert entry.next_at is not None


def test_an_attempt_proven_not_written_does_not_clear_an_earlier_doubt() -> None:
    doubtful = an_entry(an_issue(), EffectState.SENT)

    entry = entry_after(
        an_issue(), doubtful, Deferral(state=EffectState.FREE, reason="no connection"), now=NOW
    )

    assert entry.state is EffectState.SENT


def test_an_attempt_proven_not_written_is_free_with_its_next_time() -> None:
    entry = entry_after(
        an_issue(), None, Deferral(state=EffectState.FREE, reason="no connection"), now=NOW
    )

    assert entry.state is EffectState.FREE
    assert entry.next_at == next_attempt_at(an_issue().effect_id, 1, now=int(NOW.timestamp()))


def test_a_refusal_is_rejected_with_its_reason_and_owes_nothing() -> None:
    answer = SubmitResult(outcome=SubmitOutcome.REFUSED, code="PERIOD_CLOSED", text="2026-02")

    entry = entry_after(an_issue(), None, answer, now=NOW)

    assert (entry.state, entry.reason, entry.next_at) == (
        EffectState.REJECTED,
        "PERIOD_CLOSED: 2026-02",
        None,
    )


def test_a_conflict_never_changes_the_ledger() -> None:
    with pytest.raises(ValueError, match="does not change the ledger"):
        entry_after(an_issue(), None, SubmitResult(outcome=SubmitOutcome.CONFLICT), now=NOW)


def test_waits_double_up_to_five_minutes() -> None:
    longest = [next_attempt_at("f" * 64, attempts, now=0) for attempts in range(1, 12)]
    shortest = [next_attempt_at("0" * 64, attempts, now=0) for attempts in range(1, 12)]

    assert set(shortest) == {1}
    assert max(longest) <= LONGEST_SECONDS
    assert longest[:4] == [1, 6, 16, 16]  # 0xffffffff modulo 5, 10, 20, 40


@pytest.mark.parametrize(("attempts", "bound"), [(1, 5), (2, 10), (3, 20), (7, 300), (40, 300)])
def test_waits_are_spread_over_all_of_their_bound_by_the_effect_not_by_chance(
    attempts: int, bound: int
) -> None:
    ids = [sha256(str(number).encode()).hexdigest() for number in range(5000)]

    waits = [next_attempt_at(each, attempts, now=0) for each in ids]

    assert set(waits) == set(range(1, bound + 1))
    assert waits == [next_attempt_at(each, attempts, now=0) for each in ids]


def test_what_was_not_tried_is_no_attempt_and_waits_for_its_moment() -> None:
    later = int(NOW.timestamp()) + 100
    answer = Deferral(state=EffectState.FREE, reason="x", not_before=later, is_attempt=False)

    entry = entry_after(an_issue(), None, answer, now=NOW)
    again = entry_after(an_issue(), entry, answer, now=NOW)

    assert (entry.attempts, again.attempts) == (0, 0)
    assert entry.next_at == again.next_at
    assert entry.next_at is not None
    assert 1 <= entry.next_at - later <= SPREAD_SECONDS


def test_what_the_target_asks_for_is_never_cut_short() -> None:
    assert next_attempt_at("00" * 32, 1, now=0, retry_after_seconds=900) >= 900
