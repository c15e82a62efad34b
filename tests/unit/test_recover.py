"""What the archive holds and the books lack is driven again; what is complete is left alone."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

import pytest

from shared.canonical.master import ChargeCodeRecord
from shared.canonical.message import ClientScope
from shared.canonical.outcome import EffectState
from shared.errors import LedgerwardError
from shared.mapping.keys import master_key
from shared.simulation.edge import SimulatedClientRegistry, SimulatedTokenizer
from shared.simulation.erp import E2_TRAITS, FaultKind, SimulatedErp
from shared.simulation.file_boxes import SimulatedFileInbox
from shared.workflow.cast_doubt import CastDoubt
from shared.workflow.completeness import Completeness
from shared.workflow.decide_effect import EffectDecision, Verdict
from shared.workflow.decide_hold import Decision
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.receiving import InboundMessage
from shared.workflow.recover import Recover, Recovered
from shared.workflow.source_lines import SourceLines
from tests.builders import NOW
from tests.hl7 import a_dft, an_ft1
from tests.usage_world import UsageWorld

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SCOPE = ClientScope(client_id="ehr", tenant="meridian", facilities=("NORTH", "SOUTH"))


@dataclass
class World:
    """One source on the whole path in memory."""

    usage: UsageWorld = field(default_factory=UsageWorld)
    inbox: SimulatedFileInbox = field(default_factory=SimulatedFileInbox)
    taken: list[DroppedFile] = field(default_factory=list)

    def __post_init__(self) -> None:
        clients, ids = SimulatedClientRegistry(), count(1)
        clients.register(SCOPE)
        self.edge = ReceiveMessage(
            archive=self.usage.archive,
            journal=self.usage.journal,
            documents=self.usage.documents,
            holds=self.usage.holds,
            clients=clients,
            tokens=SimulatedTokenizer(),
            clock=self.usage.clock,
            new_id=lambda: self.new_id(next(ids)),
        )
        self.usage.judge = replace(
            self.usage.judge,
            source_line=SourceLines(
                journal=self.usage.journal,
                listing=self.usage.archive,
                archive=self.usage.archive,
                drives=lambda queue: {"hl7v2": replace(self.edge, documents=queue).take_in},
            ),
        )
        self.recover = Recover(
            listing=self.usage.archive,
            archive=self.usage.archive,
            is_complete=Completeness(
                journal=self.usage.journal,
                ledger=self.usage.ledger,
                holds=self.usage.holds,
                parking=self.usage.parking,
                heads=self.usage.heads,
                stock=self.usage.stock,
            ),
            rules=self.usage.add,
            decisions=self.usage.decide,
            effect_decisions=self.usage.judge,
            drives={"hl7v2": self.edge.take_in},
            inbox=self.inbox,
            take_file=self.taken.append,
            doubt=CastDoubt(targets=("erp",), breakers=self.usage.breakers, clock=self.usage.clock),
            recall=self.usage.recall,
        )

    def new_id(self, number: int) -> str:
        """As real ones: they sort by time."""
        return f"{int(self.usage.clock.now().timestamp() * 1000):012x}{number:020x}"

    def send(self, *transactions: str, code: str = "C-GLV", kind: str = "CG") -> None:
        """The EHR charges or credits one thing for each transaction."""
        lines = [an_ft1(each, code=code, quantity="1", kind=kind) for each in transactions]
        for line in lines:
            message = InboundMessage(
                body=a_dft(line), content_type="", client_id=SCOPE.client_id, source="hl7v2"
            )
            assert self.edge(message).code == "AA"

    def lose_everything(self) -> None:
        """As after a kill: tables and queues are empty; the archive and the ERP are not."""
        usage = self.usage
        for kept in (
            usage.journal.chains,
            usage.journal.index,
            usage.ledger.entries,
            usage.heads.cases,
            usage.heads.lines,
            usage.holds.standing,
            usage.holds.closed,
            usage.holds.settled,
            usage.parking.lines,
            usage.parking.entries,
        ):
            kept.clear()
        usage.documents.bodies.clear()
        usage.effects.bodies.clear()

    def settled(self) -> Recovered:
        """Recover, and let what was driven go its way."""
        recovered = self.recover(LONG_AGO)
        self.usage.run_until_quiet()
        return recovered

    def sweep(self) -> None:
        """Deliver what is owed, at its moment, and end the doubt, until nothing is left."""
        for _ in range(50):
            due = self.usage.ledger.due(now=2**40, limit=100)
            left = self.recover.end_doubt() + self.usage.release()
            if not due and not left and not self.usage.documents.bodies:
                return
            moments = [entry.next_at or 0 for entry in due]
            late = max([*moments, 0]) - self.usage.clock.now().timestamp()
            self.usage.clock.advance(seconds=max(late, 10))
            self.usage.deliver(tuple(entry.effect for entry in due))
            self.usage.release()
            self.usage.run_until_quiet()
        raise AssertionError("it does not come to rest")

    @property
    def documents(self) -> list[str]:
        """Every document of the ERP by its reference, doubles too."""
        return sorted(document.reference for document in self.usage.erp.documents)

    @property
    def booked(self) -> dict[str, str]:
        return {key: format(each.amount, "f") for key, each in self.usage.erp.posted.items()}


def a_day() -> World:
    """Two posted charges, one that nobody mapped; all settled."""
    world = World()
    world.send("T-1", "T-2")
    world.send("T-3", code="C-NOBODY")
    world.usage.run_until_quiet()
    assert (len(world.booked), len(world.usage.holds.standing)) == (2, 1)
    return world


def test_what_is_complete_is_left_alone() -> None:
    world = a_day()
    calls = len(world.usage.erp.calls)

    assert world.settled() == Recovered(listed=3, rules=0, complete=3, driven=0)
    assert len(world.usage.erp.calls) == calls


def test_all_that_was_lost_comes_back_once() -> None:
    world = a_day()
    booked, held = world.booked, set(world.usage.holds.standing)
    world.lose_everything()

    assert world.settled() == Recovered(listed=3, rules=0, complete=0, driven=3)
    assert (world.booked, set(world.usage.holds.standing)) == (booked, held)
    states = {entry.state for entry in world.usage.ledger.entries.values()}
    assert (len(world.usage.ledger.entries), states) == (2, {EffectState.DONE})
    assert world.settled().driven == 0


def test_what_is_driven_again_follows_the_rules_that_stood_when_it_came() -> None:
    world = a_day()
    came, before = NOW.isoformat(), rules_followed(world)
    world.usage.clock.advance(seconds=3600)
    world.lose_everything()

    world.settled()

    assert rules_followed(world) == before == [came] * 3


def rules_followed(world: World) -> list[object]:
    """Of each mapping, the moment whose rules it used."""
    chains = world.usage.journal.chains.values()
    facts = [entry.fact for chain in chains for entry in chain]
    return [fact.data["rules_as_of"] for fact in facts if fact.kind == "mapped"]


def test_an_emptied_ledger_alone_is_noticed() -> None:
    world = a_day()
    booked = world.booked
    world.usage.ledger.entries.clear()

    assert world.settled().driven == 2
    assert (world.booked, len(world.usage.ledger.entries)) == (booked, 2)


def test_a_lost_conflict_is_noticed_beside_the_content_that_is_posted() -> None:
    world = a_day()
    message = InboundMessage(
        body=a_dft(an_ft1("T-1", code="C-GLV", quantity="9")),
        content_type="",
        client_id=SCOPE.client_id,
        source="hl7v2",
    )
    world.edge(message)
    world.usage.run_until_quiet()
    before = dict(world.usage.holds.standing)
    conflicts = [key for key in before if key[1].startswith("CONFLICT")]
    for key in conflicts:
        del world.usage.holds.standing[key]

    assert world.settled().driven == 1
    assert len(conflicts) == 1
    assert set(world.usage.holds.standing) == set(before)


def test_an_emptied_holds_table_alone_is_noticed() -> None:
    world = a_day()
    for kept in (world.usage.holds.standing, world.usage.parking.lines):
        kept.clear()

    assert world.settled().driven == 1
    assert len(world.usage.holds.standing) == 1


def test_a_message_whose_document_is_lost_in_a_queue_is_driven_again() -> None:
    world = World()
    world.send("T-1")
    world.usage.documents.bodies.clear()

    assert world.settled().driven == 1
    assert len(world.booked) == 1


def test_every_single_loss_among_many_is_found() -> None:
    """Each effect's item, in turn, is the only thing that is missing."""
    for lost in range(2):
        world = a_day()
        booked = world.booked
        del world.usage.ledger.entries[sorted(world.usage.ledger.entries)[lost]]

        assert world.settled().driven == 1
        assert (world.booked, len(world.usage.ledger.entries)) == (booked, 2)


def test_rules_that_people_added_come_first() -> None:
    world = a_day()
    code = ChargeCodeRecord(application="EHR", charge_code="C-NOBODY", item="GLV-001", unit="EA")
    world.usage.enter(code, master_key("charge", "EHR", "C-NOBODY"))
    world.usage.run_until_quiet()
    booked = world.booked
    assert len(booked) == 3
    world.lose_everything()
    del world.usage.master.by_name["charge", "EHR", "C-NOBODY"]

    assert world.settled().rules == 1
    assert world.booked == booked
    assert [entry.fact.kind for entry in world.usage.journal.read("master-data:2026-03")] == [
        "rule_added"
    ]


def test_a_lost_decision_is_made_again_once_its_hold_stands_again() -> None:
    world = a_day()
    ((line_id, hold_code),) = world.usage.holds.standing
    world.usage.decide(Decision(line_id=line_id, code=hold_code, who="clerk", reason="not ours"))
    assert not world.usage.holds.standing
    world.lose_everything()
    world.settled()
    assert world.usage.holds.standing

    assert world.recover.decide_again(LONG_AGO) == 1
    assert not world.usage.holds.standing
    assert world.recover.decide_again(LONG_AGO) == 0
    assert world.settled().driven == 0


def test_what_lies_in_the_inbox_is_taken() -> None:
    world = World()
    version = world.inbox.drop("cabinets/usage/morning.csv", b"x")
    world.inbox.drop("cabinets/usage/gone.csv", b"x")
    world.inbox.remove("cabinets/usage/gone.csv")

    assert world.settled().files == 1
    (file,) = world.taken
    assert (file.key, file.version) == ("cabinets/usage/morning.csv", version)


def test_a_source_that_nobody_drives_stops_it_before_anything_is_driven() -> None:
    world = a_day()
    world.lose_everything()
    world.recover = replace(world.recover, drives={})

    with pytest.raises(LedgerwardError, match="hl7v2"):
        world.recover(LONG_AGO)
    assert not world.usage.documents.bodies


def a_day_without_enforcement() -> World:
    """A charge, another and its credit, posted into an ERP that would take everything twice."""
    world = World(usage=UsageWorld(erp=SimulatedErp(traits=E2_TRAITS)))
    world.send("T-1", "T-2")
    world.usage.run_until_quiet()
    world.send("T-2", kind="CD")
    world.usage.run_until_quiet()
    assert len(world.documents) == len(set(world.documents)) == 3
    return world


def test_without_enforcement_a_ledger_that_is_lost_is_filled_again_and_nothing_is_doubled() -> None:
    world = a_day_without_enforcement()
    before = world.documents
    world.lose_everything()

    world.settled()
    world.sweep()

    assert world.documents == before
    states = [entry.state for entry in world.usage.ledger.entries.values()]
    assert states == [EffectState.DONE] * 3


def test_without_doubt_the_same_loss_would_double_everything() -> None:
    """What the doubt is for, and that the test above can fail."""
    world = a_day_without_enforcement()
    world.lose_everything()
    world.usage.breakers.breakers.clear()
    world.recover = replace(world.recover, doubt=replace(world.recover.doubt, targets=()))

    world.settled()

    assert len(world.documents) == 6


@pytest.mark.parametrize("state", [None, EffectState.FREE, EffectState.SENT])
def test_a_row_rolled_back_after_its_commit_is_looked_up_before_it_is_sent(
    state: EffectState | None,
) -> None:
    world = a_day_without_enforcement()
    before = world.documents
    for key, entry in list(world.usage.ledger.entries.items()):
        if state is None:
            del world.usage.ledger.entries[key]
        else:
            earlier = replace(entry, state=state, document=None, next_at=1, quiet_until=1, fence=1)
            world.usage.ledger.entries[key] = earlier

    world.settled()
    world.sweep()

    assert world.documents == before
    assert {entry.state for entry in world.usage.ledger.entries.values()} == {EffectState.DONE}


def test_a_commit_still_under_way_when_everything_was_lost_is_waited_for() -> None:
    world = World(usage=UsageWorld(erp=SimulatedErp(traits=E2_TRAITS)))
    world.send("T-1")
    world.usage.erp.fail_next(FaultKind.LATE_COMMIT, late_seconds=29)
    world.usage.run_until_quiet()
    world.lose_everything()

    world.settled()
    world.sweep()

    assert len(world.documents) == 1
    assert {entry.state for entry in world.usage.ledger.entries.values()} == {EffectState.DONE}


def test_a_copy_left_in_the_effects_queue_is_no_first_one_either() -> None:
    world = a_day_without_enforcement()
    before = world.documents
    effects = [posted.effect for posted in world.usage.erp.posted.values()]
    world.lose_everything()
    world.recover.doubt.begin()

    world.usage.deliver(tuple(effects))
    world.settled()
    world.sweep()

    assert world.documents == before


def test_a_copy_that_the_source_sends_while_we_recover_is_no_new_one() -> None:
    world = a_day_without_enforcement()
    before = world.documents
    world.lose_everything()
    world.recover.doubt.begin()
    world.usage.clock.advance(seconds=60)

    world.send("T-1")
    world.usage.run_until_quiet()
    world.settled()
    world.sweep()

    assert world.documents == before


def test_what_is_new_after_a_recovery_is_sent_at_once() -> None:
    world = a_day_without_enforcement()
    world.lose_everything()
    world.settled()
    world.recover.doubt.end()
    world.usage.clock.advance(seconds=60)

    world.send("T-9")
    calls = len(world.usage.erp.calls)
    world.usage.run_until_quiet()

    assert [call.operation for call in world.usage.erp.calls[calls:]] == ["submit"]
    assert len(world.documents) == 4


def a_refused_day(erp: SimulatedErp) -> tuple[World, str]:
    """One of two charges of one message was refused, and the rules have changed since."""
    world = World(usage=UsageWorld(erp=erp))
    erp.refuse("GLV-001", code="PERIOD_CLOSED", text="closed")
    world.send("T-1", "T-2")
    world.send("T-3", code="C-SUT")
    world.usage.run_until_quiet()
    code = ChargeCodeRecord(application="EHR", charge_code="C-GLV", item="STN-001", unit="EA")
    world.usage.enter(code, master_key("charge", "EHR", "C-GLV"))
    effect = world.usage.ledger.read(list(world.usage.ledger.entries))
    refused = [key for key, each in effect.items() if each.state is EffectState.REJECTED]
    assert len(refused) == 2
    return world, refused[0]


def a_release(effect_id: str) -> EffectDecision:
    return EffectDecision(
        effect_id=effect_id, verdict=Verdict.RELEASE, who="controller", reason="mended"
    )


def test_a_release_maps_the_line_of_the_stored_message_and_no_other() -> None:
    world, refused = a_refused_day(SimulatedErp())

    world.usage.judge(a_release(refused))
    (sent,) = world.usage.documents.sent
    world.usage.run_until_quiet()

    assert (len(sent.lines), sent.released_at != "") == (1, True)
    assert world.usage.ledger.entries[refused].state is EffectState.DONE
    items = [posted.effect.item for posted in world.usage.erp.posted.values()]
    assert items == ["SUT-001", "STN-001"]


def test_a_lost_release_is_made_again_and_its_effect_not_sent_twice() -> None:
    """The ledger fell back behind the release; the ERP did not, and would take it twice."""
    world, refused = a_refused_day(SimulatedErp(traits=E2_TRAITS))
    entries = dict(world.usage.ledger.entries)
    chains = {key: list(chain) for key, chain in world.usage.journal.chains.items()}
    world.usage.judge(a_release(refused))
    world.usage.run_until_quiet()
    before = world.documents
    world.usage.clock.advance(seconds=60)
    world.usage.ledger.entries = entries
    world.usage.journal.chains.clear()
    world.usage.journal.chains.update(chains)

    world.settled()
    made_again = world.recover.decide_again(LONG_AGO)
    world.usage.run_until_quiet()
    world.sweep()

    assert (made_again, world.documents) == (1, before)
    assert world.usage.ledger.entries[refused].state is EffectState.DONE
    assert len(before) == len(set(before)) == 2


def test_a_lost_release_of_what_was_never_sent_is_made_again() -> None:
    world, refused = a_refused_day(SimulatedErp(traits=E2_TRAITS))
    entries = dict(world.usage.ledger.entries)
    world.usage.judge(a_release(refused))
    world.usage.documents.bodies.clear()
    world.usage.clock.advance(seconds=60)
    world.usage.ledger.entries = entries
    for chain in world.usage.journal.chains.values():
        chain[:] = [entry for entry in chain if entry.fact.kind != "effect_decided"]

    world.settled()
    made_again = world.recover.decide_again(LONG_AGO)
    world.usage.run_until_quiet()
    doubted = world.usage.ledger.entries[refused].state
    world.sweep()

    assert (made_again, doubted) == (1, EffectState.SENT)
    assert world.usage.ledger.entries[refused].state is EffectState.DONE
    assert len(world.documents) == len(set(world.documents)) == 2
