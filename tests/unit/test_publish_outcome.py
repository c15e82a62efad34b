"""The ledger is the truth; journal and bus hear of every change once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.aws.wiring.publish_outcome import side_by_side
from shared.canonical.codec import to_json
from shared.canonical.journal import first_break
from shared.canonical.outcome import EffectState, LedgerEntry, Reservation
from shared.holds.opening import HoldFacts, hold_for
from shared.simulation.clock import START
from shared.workflow.posting_holds import owned_hold
from shared.workflow.publish_outcome import LedgerChange
from tests.effects import a_document_of, an_entry, an_issue
from tests.usage_world import UsageWorld


class World(UsageWorld):
    """Only the ledger's stream flows here."""

    def tell(self, *changes: LedgerChange) -> int:
        return self.publish(changes)


def a_change(after: LedgerEntry, before: LedgerEntry | None = None) -> LedgerChange:
    return LedgerChange(before=before, after=after)


def test_a_posting_is_told_with_what_the_erp_calls_it() -> None:
    world = World()

    world.tell(a_change(an_entry(an_issue())))

    document = a_document_of(an_issue())
    (entry,) = world.journal.read("DOCUMENT-1")
    names = [entry.fact.data[name] for name in ("reference", "erp_id", "journals")]
    assert names == [document.reference, "1001", ["GL-1001"]]
    assert entry.fact.keys == ()
    assert [event.kind for event in world.events.published] == ["EffectPosted"]


def test_the_same_change_told_twice_stands_once_in_the_journal() -> None:
    world = World()

    world.tell(a_change(an_entry(an_issue())))
    world.tell(a_change(an_entry(an_issue())))

    chain = world.journal.read("DOCUMENT-1")
    assert len(chain) == 1
    assert first_break(chain) is None


def test_side_by_side_every_document_is_told_of_its_changes_in_their_order() -> None:
    world = World()
    names = [f"DOCUMENT-{number}" for number in range(8)]
    issues = [replace(an_issue(name), document_id=name) for name in names]
    deferred = [an_entry(issue, EffectState.FREE) for issue in issues]
    changes = [
        *(a_change(entry) for entry in deferred),
        *(a_change(an_entry(each.effect, revision=2), before=each) for each in deferred),
    ]

    told = replace(world.publish, each=side_by_side)(changes)

    assert told == 16
    for name in names:
        chain = world.journal.read(name)
        assert [entry.fact.data["state"] for entry in chain] == ["FREE", "DONE"]
        assert first_break(chain) is None


def test_a_postponed_attempt_is_no_news() -> None:
    world = World()
    waiting = an_entry(an_issue(), EffectState.FREE)

    told = world.tell(a_change(replace(waiting, next_at=9), replace(waiting, next_at=5)))

    assert (told, world.events.published, world.journal.chains) == (0, [], {})


def test_that_a_versions_difference_is_about_to_be_sent_is_no_news() -> None:
    world = World()
    owed = replace(an_entry(an_issue(), EffectState.FREE), attempts=0, next_at=9)
    put_off = replace(owed, reason="the target is left alone")

    assert world.tell(a_change(owed)) == 0
    assert world.tell(a_change(put_off), a_change(an_entry(an_issue()), before=owed)) == 2


def test_an_answer_that_arrives_after_all_closes_the_refusals_hold() -> None:
    world = World()
    rejected = replace(an_entry(an_issue(), EffectState.REJECTED), reason="VALIDATION: no")
    world.holds.open([owned_hold(rejected, START)])

    world.tell(a_change(an_entry(an_issue(), revision=2), rejected))

    assert not world.holds.standing
    assert len(world.holds.closed) == 1


def test_advisory_work_and_conflicts_stay_open_when_the_refusal_is_overtaken() -> None:
    world = World()
    rejected = replace(an_entry(an_issue(), EffectState.REJECTED), reason="VALIDATION: no")
    facts = HoldFacts(line_id=an_issue().effect_id, document_id="DOCUMENT-1", message_id="m")
    work = [hold_for(code, facts, now=START) for code in ("LOT_MISSING", "CONFLICT")]
    world.holds.open([owned_hold(rejected, START), *work])

    world.tell(a_change(an_entry(an_issue(), revision=2), rejected))

    still_open = {hold.code for hold in world.holds.of_line(an_issue().effect_id)}
    assert still_open == {"LOT_MISSING", "CONFLICT"}


def test_a_posted_line_closes_the_hold_of_its_cut_predecessor() -> None:
    world = World()
    facts = HoldFacts(line_id=an_issue().effect_id, document_id="CUT", message_id="m")
    world.holds.open([hold_for("LINE_MALFORMED", facts, now=START)])

    world.tell(a_change(an_entry(an_issue())))

    assert not world.holds.standing


def test_an_attempt_that_settles_nothing_closes_nothing() -> None:
    world = World()
    facts = HoldFacts(line_id=an_issue().effect_id, document_id="CUT", message_id="m")
    world.holds.open([hold_for("LINE_MALFORMED", facts, now=START)])

    world.tell(a_change(an_entry(an_issue(), EffectState.SENT)))

    assert len(world.holds.standing) == 1


def test_what_a_reversal_reserves_is_no_news() -> None:
    world = World()
    done = an_entry(an_issue())
    taken = Reservation(reversal_id="r", quantity=Decimal(1), amount=Decimal("4.25"))

    told = world.tell(a_change(replace(done, revision=2, reservations=(taken,)), done))

    assert told == 0


def test_a_source_that_asked_hears_that_its_line_is_posted() -> None:
    world = World()
    asked = replace(an_issue(), status_to="ORTRACK", source_line="ORTRACK/NORTH/D-1/1/charge")

    world.tell(a_change(an_entry(asked)))

    (news,) = world.statuses.sent
    assert (news.source, news.line, news.state) == (
        "ORTRACK",
        "ORTRACK/NORTH/D-1/1/charge",
        "posted",
    )


def test_a_claim_is_no_news_and_its_end_is_even_if_it_changed_nothing_else() -> None:
    world = World()
    claimed = replace(an_entry(an_issue(), EffectState.SENT), owner="worker")
    doubtful = replace(claimed, owner="", revision=2)

    told = [
        world.tell(a_change(claimed)),
        world.tell(a_change(replace(claimed, revision=5), doubtful)),
        world.tell(a_change(doubtful, claimed)),
        world.tell(a_change(replace(doubtful, next_at=7, revision=3), doubtful)),
    ]

    assert told == [0, 0, 1, 0]
    assert [event.kind for event in world.events.published] == ["EffectInDoubt"]


@pytest.mark.parametrize("after", [EffectState.SENT, EffectState.DONE])
def test_content_that_another_one_overwrote_before_it_was_settled_is_a_conflict(
    after: EffectState,
) -> None:
    world = World()
    other = an_issue(content_hash="b" * 64)
    before = replace(an_entry(other, EffectState.SENT), recorded_at=START.isoformat())

    world.tell(a_change(an_entry(an_issue(), after, revision=2), before))

    (hold,) = world.holds.of_line(other.effect_id)
    assert (hold.code, hold.content_hash) == ("CONFLICT", other.content_hash)
    assert hold.payload == to_json(other)


def test_an_outcome_of_the_same_content_overwrites_nothing() -> None:
    world = World()
    before = replace(an_entry(an_issue(), EffectState.SENT), recorded_at=START.isoformat())

    world.tell(a_change(an_entry(an_issue(), revision=2), before))

    assert not world.holds.standing
