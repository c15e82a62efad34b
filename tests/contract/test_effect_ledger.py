"""The effect ledger's promises, kept by both families."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from shared.aws.stream import changes_of
from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.effects.rank import may_replace
from shared.errors import ThrottledError
from tests.contract.families import Aws, Family
from tests.contract.item_sizes import a_full_effect, item_size, stored_item
from tests.contract.wire import answer_instead, refusing
from tests.effects import an_entry, an_issue


def owed(effect: Effect, *, next_at: int, state: EffectState = EffectState.FREE) -> LedgerEntry:
    return replace(an_entry(effect, state), next_at=next_at, reason="the ERP could not be reached")


def test_an_outcome_is_read_back_as_it_was_written(family: Family) -> None:
    entry = replace(an_entry(a_full_effect()), recorded_at="2026-03-14T12:00:00+00:00")

    written = family.ledger.record([entry])

    assert list(written) == [True]
    assert family.ledger.read([entry.effect.effect_id]) == {entry.effect.effect_id: entry}


def test_a_reversal_with_nothing_optional_is_read_back_as_it_was_written(family: Family) -> None:
    reversal = replace(
        an_issue("TX-R", quantity="0.25", unit_cost="0.02"),
        effect_type=EffectType.REVERSAL,
        amount=Decimal("100.00"),
        part="2",
    )
    entry = an_entry(reversal, EffectState.REVIEW)

    family.ledger.record([entry])

    stored = family.ledger.read([reversal.effect_id])[reversal.effect_id]
    assert stored == entry
    assert str(stored.effect.amount) == "100.00"


def test_a_document_of_other_content_keeps_its_own_hash(family: Family) -> None:
    entry = an_entry(an_issue())
    assert entry.document is not None
    odd = replace(entry, document=replace(entry.document, content_hash="b" * 64, is_final=False))

    family.ledger.record([odd])

    assert family.ledger.read([odd.effect.effect_id])[odd.effect.effect_id] == odd


def test_who_wants_to_hear_of_an_effect_is_kept_with_it(family: Family) -> None:
    effect = replace(an_issue(), status_to="ORTRACK", source_line="CASE-7/3")

    family.ledger.record([an_entry(effect)])

    assert family.ledger.read([effect.effect_id])[effect.effect_id].effect == effect


def test_what_a_look_up_target_needs_is_kept_too(family: Family) -> None:
    sent = an_entry(an_issue(), EffectState.SENT)
    claimed = replace(sent, fence=3, owner="worker-7", quiet_until=1_800_000_000)

    family.ledger.record([claimed])

    assert family.ledger.read([sent.effect.effect_id])[sent.effect.effect_id] == claimed


def test_absent_effects_are_left_out_of_an_answer(family: Family) -> None:
    known, unknown = an_issue("TX-1"), an_issue("TX-2")
    family.ledger.record([an_entry(known)])

    found = family.ledger.read([known.effect_id, unknown.effect_id, known.effect_id])

    assert set(found) == {known.effect_id}
    assert family.ledger.read([]) == {}


def test_every_pair_of_states_follows_the_one_rule_of_rank(family: Family) -> None:
    for old, new in product((None, *EffectState), EffectState):
        effect = an_issue(f"TX-{old}-{new}")
        if old is not None:
            assert list(family.ledger.record([an_entry(effect, old)])) == [True]

        written = family.ledger.record([an_entry(effect, new)])

        stored = family.ledger.read([effect.effect_id])[effect.effect_id]
        allowed = may_replace(old, new)
        assert (old, new, list(written)) == (old, new, [allowed])
        assert stored.state is (new if allowed else old)
        assert stored.revision == (old is not None) + allowed


def test_each_entry_of_a_batch_gets_its_own_answer(family: Family) -> None:
    effects = [an_issue(f"TX-{number}") for number in range(9)]
    family.ledger.record([an_entry(effects[4])])

    written = family.ledger.record([an_entry(effect) for effect in effects])

    assert list(written) == [True] * 4 + [False] + [True] * 4


def test_a_settled_effect_is_owed_nothing_any_more(family: Family) -> None:
    effect = an_issue()
    family.ledger.record([owed(effect, next_at=1000)])
    assert [entry.effect for entry in family.ledger.due(now=1000, limit=10)] == [effect]

    family.ledger.record([an_entry(effect)])

    assert family.ledger.due(now=5000, limit=10) == []
    stored = family.ledger.read([effect.effect_id])[effect.effect_id]
    assert (stored.next_at, stored.reason, stored.revision) == (None, "", 2)


def test_the_longest_waiting_come_first_and_the_future_not_at_all(family: Family) -> None:
    effects = [an_issue(f"TX-{number}") for number in range(20)]
    family.ledger.record(
        [owed(effect, next_at=1000 + number) for number, effect in enumerate(effects)]
    )

    due = family.ledger.due(now=1009, limit=6)

    assert [entry.next_at for entry in due] == [1000, 1001, 1002, 1003, 1004, 1005]
    assert len(family.ledger.due(now=1009, limit=100)) == 10


def test_of_two_sweepers_one_postpones(family: Family) -> None:
    entry = owed(an_issue(), next_at=1000, state=EffectState.SENT)
    family.ledger.record([entry])
    [seen] = family.ledger.due(now=1000, limit=10)

    first = family.ledger.postpone(seen, next_at=1300)
    second = family.ledger.postpone(seen, next_at=1300)

    assert (first, second) == (True, False)
    assert family.ledger.due(now=1299, limit=10) == []
    [later] = family.ledger.due(now=1300, limit=10)
    assert later == replace(seen, next_at=1300)


def test_a_settled_or_unknown_effect_is_not_postponed(family: Family) -> None:
    entry = owed(an_issue(), next_at=1000)
    assert not family.ledger.postpone(entry, next_at=1300)
    family.ledger.record([entry])
    family.ledger.record([an_entry(entry.effect)])

    assert not family.ledger.postpone(entry, next_at=1300)
    assert not family.ledger.postpone(an_entry(entry.effect), next_at=1300)
    assert family.ledger.read([entry.effect.effect_id])[entry.effect.effect_id].next_at is None


def test_a_month_of_a_facility_is_listed_whole_and_alone(family: Family) -> None:
    march = [an_issue(f"TX-{number}") for number in range(12)]
    april = an_issue("TX-A", on=march[0].accounting_date.replace(month=4))
    south = replace(an_issue("TX-S"), dimensions=replace(march[0].dimensions, facility="SOUTH"))
    family.ledger.record([an_entry(effect) for effect in (*march, april, south)])

    listed = family.ledger.of_period("NORTH", "2026-03")

    assert {entry.effect.effect_id for entry in listed} == {each.effect_id for each in march}


def test_an_outcome_costs_one_write_and_a_batch_one_read(on_aws: Family, aws: Aws) -> None:
    entries = [an_entry(an_issue(f"TX-{number}")) for number in range(50)]
    ids = [entry.effect.effect_id for entry in entries]

    one = aws.calls.counts_of(lambda: on_aws.ledger.record(entries[:1]))
    others = aws.calls.counts_of(lambda: on_aws.ledger.record(entries[1:]))
    read = aws.calls.counts_of(lambda: on_aws.ledger.read(ids))
    more = aws.calls.counts_of(
        lambda: on_aws.ledger.read([f"{number:064x}" for number in range(101)])
    )
    due = aws.calls.counts_of(lambda: on_aws.ledger.due(now=0, limit=100))

    assert one == {"UpdateItem": 1}
    assert others == {"UpdateItem": 49}
    assert read == {"BatchGetItem": 1}
    assert more == {"BatchGetItem": 2}
    assert due == {"Query": 8}


def test_keys_left_unread_are_asked_for_again(on_aws: Family, aws: Aws) -> None:
    entries = [an_entry(an_issue(f"TX-{number}")) for number in range(3)]
    on_aws.ledger.record(entries)
    answer_instead(
        aws.dynamodb,
        "BatchGetItem",
        lambda request: (200, {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}),
    )

    found = on_aws.ledger.read([entry.effect.effect_id for entry in entries])

    assert len(found) == 3


def test_a_throttled_ledger_says_so_after_it_tried_every_entry(on_aws: Family, aws: Aws) -> None:
    entries = [an_entry(an_issue(f"TX-{number}")) for number in range(3)]
    answer_instead(aws.dynamodb, "UpdateItem", refusing("ProvisionedThroughputExceededException"))

    with pytest.raises(ThrottledError, match="effects"):
        on_aws.ledger.record(entries)

    assert len(on_aws.ledger.read([entry.effect.effect_id for entry in entries])) == 2


def test_a_posted_single_line_effect_fits_into_one_paid_kilobyte(on_aws: Family, aws: Aws) -> None:
    entry = replace(an_entry(a_full_effect()), recorded_at="2026-03-14T12:00:00.123456+00:00")

    on_aws.ledger.record([entry])

    size = item_size(stored_item(aws, entry))
    assert 700 < size <= 1024


def test_the_stream_tells_what_an_effect_was_and_what_it_is(on_aws: Family, aws: Aws) -> None:
    effect = a_full_effect()
    on_aws.ledger.record([owed(effect, next_at=1000)])
    old = stored_item(aws, an_entry(effect))
    on_aws.ledger.record([an_entry(effect)])
    new = stored_item(aws, an_entry(effect))

    keys = {"pk": new["pk"]}
    (change,) = changes_of({"dynamodb": {"Keys": keys, "OldImage": old, "NewImage": new}})
    (first,) = changes_of({"dynamodb": {"Keys": keys, "NewImage": old}})

    assert change.before == first.after == owed(effect, next_at=1000)
    assert change.after == replace(an_entry(effect), revision=2)
    assert first.before is None


def test_a_removed_item_is_an_alarm_and_no_news() -> None:
    with pytest.raises(ValueError, match="was removed"):
        changes_of({"dynamodb": {"Keys": {"pk": {"S": "ab"}}, "OldImage": {"pk": {"S": "ab"}}}})
