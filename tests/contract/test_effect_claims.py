"""Claims and their outcomes in the effect ledger, kept by both families."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import product
from threading import Barrier

import pytest

from shared.aws.effect_ledger import DynamoEffectLedger
from shared.canonical.claim import Claim
from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.effects.claims import claimed_entry, may_claim, waiting_entry
from shared.effects.doubt import raised_entry
from shared.effects.rank import may_conclude
from shared.errors import ThrottledError
from shared.ports.effect_ledger import EffectLedger
from shared.simulation.clock import START
from tests.contract.families import Aws, Family, retrying_dynamodb
from tests.contract.item_sizes import a_full_effect, item_size, stored_item
from tests.contract.tables import EFFECTS
from tests.contract.wire import answer_instead, lose_replies, refusing
from tests.effects import a_document_of, an_entry, an_issue

NOW = int(START.timestamp())
QUIET = NOW + 72


def a_claim(effect: Effect | None = None, *, owner: str = "me", late_seconds: int = 0) -> Claim:
    return Claim(
        effect=effect or an_issue(),
        owner=owner,
        at=START + timedelta(seconds=late_seconds),
        quiet_until=QUIET + late_seconds,
    )


def kept(ledger: EffectLedger, effect: Effect) -> LedgerEntry:
    return ledger.read([effect.effect_id])[effect.effect_id]


def standing(ledger: EffectLedger, entry: LedgerEntry) -> LedgerEntry:
    """Write an entry as it is, and read it back."""
    assert list(ledger.record([entry])) == [True]
    return kept(ledger, entry.effect)


def test_a_claim_on_what_nobody_has_seen_is_the_whole_intent(family: Family) -> None:
    claim = a_claim(a_full_effect())

    (entry,) = family.ledger.claim([claim])

    assert entry == claimed_entry(None, claim) == kept(family.ledger, claim.effect)
    assert (entry.state, entry.prior, entry.fence, entry.attempts) == (EffectState.SENT, None, 1, 1)


@pytest.mark.parametrize("content", ["a" * 64, "b" * 64])
@pytest.mark.parametrize("quiet_until", [0, NOW - 1, NOW, NOW + 1])
def test_every_state_gives_way_to_a_claim_as_the_one_rule_says(
    family: Family, quiet_until: int, content: str
) -> None:
    for state in EffectState:
        entry = replace(
            an_entry(an_issue(f"TX-{state}"), state),
            quiet_until=quiet_until,
            fence=7,
            undecided=2,
            next_at=NOW,
            reason="as before",
        )
        before = standing(family.ledger, entry)
        claim = a_claim(replace(before.effect, content_hash=content))

        (after,) = family.ledger.claim([claim])

        expected = claimed_entry(before, claim) if may_claim(before, claim) else before
        assert (state, after) == (state, expected)
        assert kept(family.ledger, before.effect) == expected


def test_a_claim_keeps_what_reversals_have_reserved_and_what_is_owed(family: Family) -> None:
    owed = replace(an_entry(an_issue(), EffectState.FREE), next_at=NOW + 5)
    standing(family.ledger, owed)

    (entry,) = family.ledger.claim([a_claim()])

    assert (entry.prior, entry.next_at) == (EffectState.FREE, NOW + 5)
    assert [each.effect for each in family.ledger.due(now=NOW + 5, limit=9)] == [an_issue()]


def test_of_many_workers_one_gets_the_claim_and_all_see_whose_it_is(family: Family) -> None:
    for number in range(10):
        effect, start = an_issue(f"TX-{number}"), Barrier(8)

        def claim(
            worker: int, effect: Effect = effect, start: Barrier = start
        ) -> tuple[str, LedgerEntry]:
            start.wait()
            owner = f"worker-{worker}"
            (entry,) = family.ledger.claim([a_claim(effect, owner=owner)])
            return owner, entry

        with ThreadPoolExecutor(8) as pool:
            seen = list(pool.map(claim, range(8)))

        assert sum(entry.owner == owner for owner, entry in seen) == 1
        assert len({entry.owner for _, entry in seen}) == 1
        assert kept(family.ledger, effect).fence == 1


def test_an_overdue_doubt_is_claimed_by_one_of_many_with_the_next_fence(family: Family) -> None:
    family.ledger.claim([a_claim(owner="dead")])
    start = Barrier(8)

    def claim(worker: int) -> bool:
        start.wait()
        owner = f"worker-{worker}"
        (entry,) = family.ledger.claim([a_claim(owner=owner, late_seconds=73)])
        return entry.owner == owner

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(8)))

    entry = kept(family.ledger, an_issue())
    assert (sum(won), entry.fence, entry.prior) == (1, 2, EffectState.SENT)


def test_an_outcome_replaces_what_the_one_rule_says_and_nothing_else(family: Family) -> None:
    mine = ("me", 1)
    for old, new, (owner, fence) in product(
        (None, *EffectState), EffectState, (mine, ("me", 2), ("other", 1))
    ):
        effect = an_issue(f"TX-{old}-{new}-{owner}-{fence}")
        before = None
        if old is EffectState.SENT:
            (before,) = family.ledger.claim([a_claim(effect)])
        elif old is not None:
            before = standing(family.ledger, replace(an_entry(effect, old), fence=1))
        outcome = replace(an_entry(effect, new), owner=owner, fence=fence, quiet_until=QUIET)

        written = family.ledger.conclude([outcome])

        allowed = may_conclude(before, outcome)
        assert (old, new, owner, fence, list(written)) == (old, new, owner, fence, [allowed])
        if before is None:
            assert family.ledger.read([effect.effect_id]) == {}
        elif not allowed:
            assert kept(family.ledger, effect) == before


def test_what_is_kept_of_an_outcome_names_no_owner_any_more(family: Family) -> None:
    (claimed,) = family.ledger.claim([a_claim()])
    done = replace(claimed, state=EffectState.DONE, document=a_document_of(an_issue()), undecided=0)

    family.ledger.conclude([done])

    expected = replace(done, owner="", prior=None, quiet_until=0, revision=2)
    assert kept(family.ledger, an_issue()) == expected


def test_doubt_keeps_its_quiet_time_and_freedom_does_not(family: Family) -> None:
    (claimed,) = family.ledger.claim([a_claim()])
    family.ledger.conclude([replace(claimed, next_at=QUIET + 1)])
    doubtful = kept(family.ledger, an_issue())
    (again,) = family.ledger.claim([a_claim(late_seconds=100)])
    family.ledger.conclude([replace(again, state=EffectState.FREE, next_at=QUIET + 105)])
    free = kept(family.ledger, an_issue())

    assert (doubtful.state, doubtful.quiet_until, doubtful.owner) == (EffectState.SENT, QUIET, "")
    assert (again.prior, again.fence) == (EffectState.SENT, 2)
    assert (free.state, free.quiet_until, free.fence, free.next_at) == (
        EffectState.FREE,
        *(0, 2, QUIET + 105),
    )


def test_what_is_absent_is_written_and_owed_and_what_stands_keeps_its_moment(
    family: Family,
) -> None:
    absent = replace(an_entry(an_issue("TX-1"), EffectState.FREE, revision=0), next_at=NOW + 1)
    marked = standing(
        family.ledger, replace(an_entry(an_issue("TX-2"), EffectState.FREE), next_at=NOW)
    )
    bare = standing(family.ledger, an_entry(an_issue("TX-3"), EffectState.FREE))
    done = standing(family.ledger, an_entry(an_issue("TX-4")))

    family.ledger.owe([replace(each, next_at=NOW + 1) for each in (absent, marked, bare, done)])

    assert kept(family.ledger, absent.effect) == replace(absent, revision=1)
    assert kept(family.ledger, marked.effect) == replace(marked, revision=2)
    assert kept(family.ledger, bare.effect) == replace(bare, revision=2, next_at=NOW + 1)
    assert kept(family.ledger, done.effect) == done
    assert len(family.ledger.due(now=NOW + 1, limit=9)) == 3


def test_what_was_thought_absent_and_what_was_thought_there_are_owed_too(family: Family) -> None:
    came = standing(family.ledger, an_entry(an_issue("TX-1"), EffectState.FREE))
    gone = an_entry(an_issue("TX-2"), EffectState.FREE, revision=4)

    family.ledger.owe([replace(came, revision=0, next_at=NOW), replace(gone, next_at=NOW)])

    assert {entry.effect.effect_id for entry in family.ledger.due(now=NOW, limit=9)} == {
        came.effect.effect_id,
        gone.effect.effect_id,
    }


def test_doubt_without_a_quiet_time_gets_one_and_can_be_claimed_then(family: Family) -> None:
    stray = standing(family.ledger, an_entry(an_issue(), EffectState.SENT))
    (refused,) = family.ledger.claim([a_claim()])

    family.ledger.owe([waiting_entry(stray, quiet=QUIET)])
    (claimed,) = family.ledger.claim([a_claim(late_seconds=73)])

    assert refused == stray
    assert (claimed.owner, claimed.prior, claimed.next_at) == ("me", EffectState.SENT, QUIET + 1)


def test_what_is_amended_is_what_was_read_and_nothing_newer(family: Family) -> None:
    for state in (None, *EffectState):
        effect = an_issue(f"TX-{state}")
        before = standing(family.ledger, an_entry(effect, state)) if state else None
        known = before.revision if before else 0
        raised = raised_entry(effect, before, quiet_until=QUIET, now=START)

        written = [
            *family.ledger.amend([replace(raised, revision=known + 1)]),
            *family.ledger.amend([raised]),
            *family.ledger.amend([raised]),
        ]

        assert (state, written) == (state, [False, True, False])
        assert kept(family.ledger, effect) == replace(raised, revision=known + 1)


def test_a_claim_whose_reply_was_lost_is_refused_in_our_own_name(on_aws: Family) -> None:
    """As the SDK does it: the write is done, its reply is lost, the same write is sent again."""
    effects = [an_issue(f"TX-{number}") for number in range(20)]
    with retrying_dynamodb() as client:
        lost = lose_replies(client, "UpdateItem", number=20)
        ledger = DynamoEffectLedger(client=client, table=EFFECTS)

        entries = ledger.claim([a_claim(effect, owner=effect.effect_id) for effect in effects])

    assert lost() == 20
    assert {(entry.owner == entry.effect.effect_id, entry.fence) for entry in entries} == {
        (True, 1)
    }
    assert on_aws.ledger.read([effects[0].effect_id])[effects[0].effect_id].revision == 1


def test_an_outcome_whose_reply_was_lost_stands_once(on_aws: Family) -> None:
    (claimed,) = on_aws.ledger.claim([a_claim()])
    done = replace(claimed, state=EffectState.DONE, document=a_document_of(an_issue()))
    with retrying_dynamodb() as client:
        lose_replies(client, "UpdateItem", number=1)

        written = DynamoEffectLedger(client=client, table=EFFECTS).conclude([done])

    assert list(written) == [False]
    assert kept(on_aws.ledger, an_issue()).state is EffectState.DONE


def test_a_throttled_claim_says_so_after_every_one_was_tried(on_aws: Family, aws: Aws) -> None:
    claims = [a_claim(an_issue(f"TX-{number}")) for number in range(3)]
    answer_instead(aws.dynamodb, "UpdateItem", refusing("ProvisionedThroughputExceededException"))

    with pytest.raises(ThrottledError, match="effects"):
        on_aws.ledger.claim(claims)

    assert len(on_aws.ledger.read([claim.effect.effect_id for claim in claims])) == 2


def test_a_claim_an_outcome_and_a_debt_cost_one_write_each(on_aws: Family, aws: Aws) -> None:
    effects = [an_issue(f"TX-{number}") for number in range(50)]
    entries: list[LedgerEntry] = []

    claims = aws.calls.counts_of(
        lambda: entries.extend(on_aws.ledger.claim([a_claim(effect) for effect in effects]))
    )
    debts = aws.calls.counts_of(
        lambda: on_aws.ledger.owe([replace(entry, next_at=NOW) for entry in entries])
    )
    outcomes = aws.calls.counts_of(
        lambda: on_aws.ledger.conclude(
            [replace(entry, state=EffectState.REVIEW) for entry in entries]
        )
    )

    assert claims == debts == outcomes == {"UpdateItem": 50}


def test_a_claimed_effect_fits_into_one_paid_kilobyte_and_so_does_its_outcome(
    on_aws: Family, aws: Aws
) -> None:
    effect = a_full_effect()
    (claimed,) = on_aws.ledger.claim([a_claim(effect, owner="x" * 22)])
    before = item_size(stored_item(aws, claimed))
    done = replace(claimed, state=EffectState.DONE, document=a_document_of(effect), undecided=0)

    on_aws.ledger.conclude([done])

    assert 600 < before <= 1024
    assert 600 < item_size(stored_item(aws, done)) <= 1024
