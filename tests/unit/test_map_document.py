"""Each line ends as an effect, a hold or evidence, by the rules of its arrival; none is lost."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.canonical.codec import from_json
from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.canonical.hold import HoldKind
from shared.canonical.master import ChargeCodeRecord, StockSourceRecord
from shared.canonical.usage import EvidenceLine, MalformedLine, SourceSystem, SupplyUsage
from shared.effects.identity import line_effect_id, lineage_key
from shared.mapping.keys import master_key
from tests.builders import NOW, SUTURE, a_credit_line, a_document, a_usage_line
from tests.usage_world import UsageWorld


def hold_codes(world: UsageWorld) -> list[str]:
    return sorted(hold.code for hold in world.holds.standing.values())


def unmapped(**changes: Any) -> SupplyUsage:  # noqa: ANN401
    return a_document(replace(a_usage_line(charge_code="C-NONE"), **changes))


def test_a_good_line_becomes_one_effect_on_its_way() -> None:
    world = UsageWorld()

    mapping = world.receive(a_document())

    (effect,) = world.effects.sent
    assert effect.effect_id == line_effect_id("meridian", a_usage_line())
    assert (mapping.ends, mapping.holds) == ({"effect": 1, "evidence": 0}, 0)


def test_a_line_that_cannot_be_posted_is_held_and_the_rest_goes_on() -> None:
    world = UsageWorld()
    bad = a_usage_line(key=("EHR", "NORTH", "T-2", "charge"), charge_code="C-NONE")

    mapping = world.receive(a_document(a_usage_line(), bad))

    assert (mapping.effects, hold_codes(world)) == (1, ["ITEM_UNMAPPED"])


def test_a_blocking_hold_carries_its_line_so_that_a_release_can_map_it_again() -> None:
    world = UsageWorld()

    world.receive(unmapped())

    (hold,) = world.holds.standing.values()
    assert hold.kind is HoldKind.BLOCKING
    assert from_json(SupplyUsage, hold.payload).lines == unmapped().lines


def test_a_second_sighting_is_mapped_by_the_rules_that_stood_at_the_first() -> None:
    world = UsageWorld()
    world.receive(unmapped())
    world.clock.advance(seconds=60)
    added = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="GLV-001", unit="EA")
    world.master.put([added], recorded_at=world.clock.now())

    again = world.receive(replace(unmapped(), message_id="message-2"))

    assert (again.effects, world.effects.sent) == (0, ())
    assert hold_codes(world) == ["ITEM_UNMAPPED"]


def test_a_rule_that_came_between_arrival_and_mapping_posts_the_line() -> None:
    world = UsageWorld()
    world.sight(unmapped())
    world.clock.advance(seconds=60)
    added = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="GLV-001", unit="EA")
    world.master.put([added], recorded_at=world.clock.now())
    world.clock.advance(seconds=60)

    world.map(unmapped())
    world.run_until_quiet()

    assert [posted.effect.item for posted in world.erp.posted.values()] == ["GLV-001"]
    assert (hold_codes(world), list(world.parking.missing_keys())) == ([], [])


def test_a_rule_that_changed_between_arrival_and_mapping_is_read_as_it_stood_at_arrival() -> None:
    world = UsageWorld()
    world.sight(a_document())
    world.clock.advance(seconds=60)
    changed = ChargeCodeRecord(application="EHR", charge_code="C-SUT", item="GLV-001", unit="EA")
    world.master.put([changed], recorded_at=world.clock.now())

    world.map(a_document())

    assert [effect.item for effect in world.effects.sent] == ["SUT-001"]
    mapped = world.journal.read(a_document().document_id)[-1].fact
    assert (mapped.data["rules_as_of"], mapped.at) == (
        NOW.isoformat(),
        (NOW + timedelta(seconds=60)).isoformat(),
    )


def test_all_chunks_of_a_document_follow_the_rules_of_its_arrival() -> None:
    world = UsageWorld()
    first, second = (
        a_document(
            a_usage_line(key=("EHR", "NORTH", f"T-{number}", "charge")), chunk=number, chunks=2
        )
        for number in (1, 2)
    )
    world.receive(first)
    world.clock.advance(seconds=60)
    changed = ChargeCodeRecord(application="EHR", charge_code="C-SUT", item="GLV-001", unit="EA")
    world.master.put([changed], recorded_at=world.clock.now())

    world.map(second)

    assert [effect.item for effect in world.effects.sent] == ["SUT-001", "SUT-001"]


def test_another_document_after_the_change_is_mapped_by_the_new_rules() -> None:
    world = UsageWorld()
    added = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="GLV-001", unit="EA")
    world.master.put([added], recorded_at=world.clock.now())
    world.clock.advance(seconds=1)

    world.receive(unmapped())

    assert [effect.item for effect in world.effects.sent] == ["GLV-001"]


def test_other_content_under_a_held_line_is_a_conflict_of_its_own() -> None:
    world = UsageWorld()
    world.receive(unmapped())

    world.receive(replace(unmapped(quantity=Decimal(9)), document_id="ANOTHER"))

    assert hold_codes(world) == ["CONFLICT", "ITEM_UNMAPPED"]


def test_the_same_held_line_again_is_no_conflict() -> None:
    world = UsageWorld()

    world.receive(unmapped())
    world.receive(replace(unmapped(), document_id="ANOTHER", message_id="message-2"))

    assert hold_codes(world) == ["ITEM_UNMAPPED"]


def test_a_line_whose_cut_predecessor_is_held_is_no_conflict() -> None:
    world = UsageWorld()
    position = Position(segment="FT1", byte=233)
    cut = MalformedLine(
        number="1",
        key=unmapped().lines[0].key,
        diagnostic=Diagnostic(
            code="LINE_CUT", severity=Severity.LINE, position=position, rule="FT1", message="cut"
        ),
    )
    world.receive(replace(unmapped(), document_id="CUT", lines=(), malformed=(cut,)))

    world.receive(unmapped())

    assert hold_codes(world) == ["ITEM_UNMAPPED", "LINE_MALFORMED"]


def test_a_cut_copy_that_comes_again_after_the_whole_line_holds_nothing() -> None:
    world = UsageWorld()
    position = Position(segment="FT1", byte=233)
    cut = MalformedLine(
        number="1",
        key=a_usage_line().key,
        diagnostic=Diagnostic(
            code="LINE_CUT", severity=Severity.LINE, position=position, rule="FT1", message="cut"
        ),
    )
    cut_copy = replace(a_document(), document_id="CUT", lines=(), malformed=(cut,))
    world.receive(cut_copy, a_document())
    world.run_until_quiet()

    world.receive(cut_copy)

    assert hold_codes(world) == []


def test_a_credit_before_its_original_waits_under_its_final_key() -> None:
    world = UsageWorld()

    mapping = world.receive(a_document(a_credit_line()))

    line_id = line_effect_id("meridian", a_credit_line())
    assert (mapping.ends["waiting"], hold_codes(world)) == (1, [])
    assert list(world.parking.records([line_id])) == [line_id]


def test_the_other_sources_line_is_evidence_and_is_found_beside_the_use() -> None:
    world = UsageWorld()
    rule = StockSourceRecord(facility="NORTH", item_class="SUTURE", application="CABINET")
    classed = replace(SUTURE, item_class="SUTURE", version="2")
    code = ChargeCodeRecord(application="CABINET", charge_code="SUT-001", item="SUT-001", unit="EA")
    world.master.put([rule, classed, code], recorded_at=NOW)
    world.clock.advance(seconds=1)
    withdrawal = replace(
        a_document(
            a_usage_line(key=("CABINET", "NORTH", "W-1", "", "charge"), charge_code="SUT-001")
        ),
        source=SourceSystem(application="CABINET", facility="NORTH"),
        document_id="WITHDRAWAL",
    )

    charged = world.receive(a_document())
    taken = world.receive(withdrawal)
    world.run_until_quiet()

    assert (charged.ends["evidence"], taken.effects) == (1, 1)
    assert len(world.erp.documents) == 1
    (beside,) = [key for key in keys_of(world, "WITHDRAWAL") if key.startswith("use:")]
    assert set(world.journal.find(beside)) == {a_document().document_id, "WITHDRAWAL"}


def test_a_parked_line_that_turns_out_to_be_evidence_waits_for_nobody_any_more() -> None:
    world = UsageWorld()
    rule = StockSourceRecord(facility="NORTH", item_class="SUTURE", application="CABINET")
    classed = replace(SUTURE, item_class="SUTURE", version="2")
    world.master.put([rule, classed], recorded_at=NOW)
    world.clock.advance(seconds=1)
    world.receive(unmapped())

    code = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="SUT-001", unit="EA")
    world.enter(code, master_key("charge", "EHR", "C-NONE"))
    world.run_until_quiet()

    assert (hold_codes(world), world.erp.documents) == ([], ())


def keys_of(world: UsageWorld, document_id: str) -> list[str]:
    return [key for entry in world.journal.read(document_id) for key in entry.fact.keys]


def test_every_line_of_a_document_under_somebody_elses_id_is_a_conflict() -> None:
    world = UsageWorld()

    mapping = world.receive(replace(a_document(), conflicts_with="msg_1"))

    assert (mapping.ends["held"], hold_codes(world)) == (1, ["CONFLICT"])
    assert world.effects.bodies == []


def test_a_source_that_asked_hears_at_once_of_what_waits() -> None:
    world = UsageWorld()

    world.receive(replace(unmapped(), status_to="ORTRACK"))

    (news,) = world.statuses.sent
    assert (news.source, news.state, news.code) == ("ORTRACK", "held", "ITEM_UNMAPPED")


def test_evidence_is_journalled_and_never_an_effect() -> None:
    world = UsageWorld()
    payment = EvidenceLine(number="2", key=("EHR", "NORTH", "T-9", "charge"), reason="payment")

    mapping = world.receive(replace(a_document(), evidence=(payment,)))

    _received, mapped = world.journal.read(a_document().document_id)
    assert (mapping.evidence, mapped.fact.data["evidence"]) == (1, ["2 payment"])
    assert len(world.effects.sent) == 1


def test_every_line_can_be_followed_from_the_journal() -> None:
    world = UsageWorld()

    world.receive(unmapped())

    line_id = line_effect_id("meridian", unmapped().lines[0])
    assert world.journal.find(lineage_key(line_id)) == (unmapped().document_id,)


def mapped_together(world: UsageWorld, *documents: SupplyUsage) -> list[dict[str, int]]:
    """As one batch of the queue is; the ends of each document's lines."""
    world.sight(*documents)
    mappings = world.map.finish([world.map.begin(each) for each in documents])
    return [{end: count for end, count in each.ends.items() if count} for each in mappings]


def another(document: SupplyUsage) -> SupplyUsage:
    return replace(document, document_id="ANOTHER", message_id="message-2")


def test_a_use_that_waits_and_its_reversal_of_one_batch_cancel_out() -> None:
    world = UsageWorld()
    credit = a_document(a_credit_line(charge_code="C-NONE"))

    ends = mapped_together(world, unmapped(), another(credit))
    world.run_until_quiet()

    assert ends == [{"held": 1}, {"offset": 1}]
    assert (hold_codes(world), world.erp.documents) == ([], ())
    assert list(world.parking.missing_keys()) == []


def test_a_use_and_its_reversal_of_one_batch_are_posted_in_their_order() -> None:
    world = UsageWorld()

    ends = mapped_together(world, a_document(), another(a_document(a_credit_line())))
    world.run_until_quiet()

    assert ends == [{"effect": 1}, {"waiting": 1}]
    assert [posted.effect.effect_id for posted in world.erp.posted.values()] == [
        line_effect_id("meridian", line) for line in (a_usage_line(), a_credit_line())
    ]
    assert (hold_codes(world), list(world.parking.missing_keys())) == ([], [])


def test_a_released_use_and_its_reversal_of_one_batch_are_both_posted() -> None:
    """The release has won the line, though its effect is sent after the reversal is looked at."""
    world = UsageWorld()
    world.receive(unmapped())
    code = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="GLV-001", unit="EA")
    world.enter(code, master_key("charge", "EHR", "C-NONE"))
    (released,), world.documents.bodies[:] = world.documents.sent, []
    world.clock.advance(seconds=10)

    ends = mapped_together(
        world, released, another(a_document(a_credit_line(charge_code="C-NONE")))
    )
    world.run_until_quiet()

    assert ends == [{"effect": 1}, {"waiting": 1}]
    assert (len(world.erp.documents), hold_codes(world)) == (2, [])


def test_copies_of_one_line_in_one_batch_are_one_document_of_the_target() -> None:
    world = UsageWorld()

    ends = mapped_together(world, a_document(), a_document(), another(a_document()))
    world.run_until_quiet()

    assert ends == [{"effect": 1}] * 3
    assert len(world.erp.documents) == 1
    chains = [world.journal.read(each) for each in (a_document().document_id, "ANOTHER")]
    kinds = [[entry.fact.kind for entry in chain] for chain in chains]
    assert kinds == [["received", "mapped", "outcome"], ["received", "mapped"]]


def test_a_rule_that_comes_within_a_batch_releases_what_its_first_document_waits_for() -> None:
    world = UsageWorld()
    world.sight(unmapped())
    first = world.map.begin(unmapped())
    code = ChargeCodeRecord(application="EHR", charge_code="C-NONE", item="GLV-001", unit="EA")
    released = world.enter(code, master_key("charge", "EHR", "C-NONE"))

    world.map.finish([first])
    world.run_until_quiet()

    assert released == 1
    assert (len(world.erp.documents), hold_codes(world)) == (1, [])
