"""Each line ends as an effect, a hold or evidence; rules are pinned; what is held is not lost."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from shared.canonical.codec import from_json
from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.canonical.hold import HoldKind
from shared.canonical.master import ChargeCodeRecord
from shared.canonical.usage import EvidenceLine, MalformedLine, SupplyUsage
from shared.effects.identity import line_effect_id
from shared.simulation.clock import VirtualClock
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.master_data import SimulatedMasterData
from shared.simulation.queues import SimulatedEffectQueue
from shared.workflow.map_document import MapDocument, Mapping
from tests.builders import NOW, a_credit_line, a_document, a_master, a_usage_line


@dataclass
class World:
    journal: SimulatedJournal = field(default_factory=SimulatedJournal)
    master: SimulatedMasterData = field(default_factory=a_master)
    holds: SimulatedHoldStore = field(default_factory=SimulatedHoldStore)
    effects: SimulatedEffectQueue = field(default_factory=SimulatedEffectQueue)
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))

    def map(self, document: SupplyUsage) -> Mapping:
        step = MapDocument(
            journal=self.journal,
            master=self.master,
            holds=self.holds,
            effects=self.effects,
            clock=self.clock,
        )
        return step(document)

    @property
    def hold_codes(self) -> list[str]:
        return sorted(hold.code for hold in self.holds.standing.values())


def unmapped(**changes: object) -> SupplyUsage:
    return a_document(replace(a_usage_line(charge_code="C-NONE"), **changes))  # type: ignore[arg-type]


def test_a_good_line_becomes_one_effect_on_its_way() -> None:
    world = World()

    mapping = world.map(a_document())

    (effect,) = world.effects.sent
    assert effect.effect_id == line_effect_id("meridian", a_usage_line())
    assert (mapping.effects, mapping.holds, mapping.evidence) == (1, 0, 0)


def test_a_line_that_cannot_be_posted_is_held_and_the_rest_goes_on() -> None:
    world = World()
    bad = a_usage_line(key=("EHR", "NORTH", "T-2", "charge"), charge_code="C-NONE")

    mapping = world.map(a_document(a_usage_line(), bad))

    assert (mapping.effects, world.hold_codes) == (1, ["ITEM_UNMAPPED"])


def test_a_blocking_hold_carries_its_line_so_that_a_release_can_map_it_again() -> None:
    world = World()

    world.map(unmapped())

    (hold,) = world.holds.standing.values()
    assert hold.kind is HoldKind.BLOCKING
    assert from_json(SupplyUsage, hold.payload).lines == unmapped().lines


def test_a_redelivery_reuses_the_rules_that_stood_when_it_was_first_mapped() -> None:
    world = World()
    world.map(unmapped())
    world.clock.advance(seconds=60)
    added = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="GLV-001", unit="EA")
    world.master.put([added], recorded_at=world.clock.now())

    again = world.map(unmapped())

    assert (again.effects, world.effects.sent) == (0, ())
    assert world.hold_codes == ["ITEM_UNMAPPED"]


def test_another_document_after_the_change_is_mapped_by_the_new_rules() -> None:
    world = World()
    added = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="GLV-001", unit="EA")
    world.master.put([added], recorded_at=world.clock.now())
    world.clock.advance(seconds=1)

    world.map(unmapped())

    assert [effect.item for effect in world.effects.sent] == ["GLV-001"]


def test_other_content_under_a_held_line_is_a_conflict_of_its_own() -> None:
    world = World()
    world.map(unmapped())

    world.map(replace(unmapped(quantity=Decimal(9)), document_id="ANOTHER"))

    assert world.hold_codes == ["CONFLICT", "ITEM_UNMAPPED"]


def test_the_same_held_line_again_is_no_conflict() -> None:
    world = World()

    world.map(unmapped())
    world.map(replace(unmapped(), document_id="ANOTHER", message_id="message-2"))

    assert world.hold_codes == ["ITEM_UNMAPPED"]


def test_a_line_whose_cut_predecessor_is_held_is_no_conflict() -> None:
    world = World()
    position = Position(segment="FT1", byte=233)
    cut = MalformedLine(
        number="1",
        key=unmapped().lines[0].key,
        diagnostic=Diagnostic(
            code="LINE_CUT", severity=Severity.LINE, position=position, rule="FT1", message="cut"
        ),
    )
    world.map(replace(unmapped(), document_id="CUT", lines=(), malformed=(cut,)))

    world.map(unmapped())

    assert world.hold_codes == ["ITEM_UNMAPPED", "LINE_MALFORMED"]


def test_a_credit_waits_under_its_final_key() -> None:
    world = World()

    world.map(a_document(a_credit_line()))

    (hold,) = world.holds.standing.values()
    assert (hold.code, hold.line_id) == (
        "REVERSAL_UNPAIRED",
        line_effect_id("meridian", a_credit_line()),
    )


def test_evidence_is_journalled_and_never_an_effect() -> None:
    world = World()
    payment = EvidenceLine(number="2", key=("EHR", "NORTH", "T-9", "charge"), reason="payment")

    mapping = world.map(replace(a_document(), evidence=(payment,)))

    (entry,) = world.journal.read(a_document().document_id)
    assert (mapping.evidence, entry.fact.data["evidence"]) == (1, ["2 payment"])
    assert len(world.effects.sent) == 1


def test_every_line_can_be_followed_from_the_journal() -> None:
    world = World()

    world.map(unmapped())

    line_id = line_effect_id("meridian", unmapped().lines[0])
    assert world.journal.find(f"effect:{line_id}") == (unmapped().document_id,)
