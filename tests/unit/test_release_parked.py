"""What lacks something goes on by itself when that arrives: once, whoever comes first."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from shared.canonical.master import (
    ChargeCodeRecord,
    UnitRecord,
)
from shared.canonical.outcome import EffectState
from shared.canonical.parking import ParkedLine
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import line_effect_id
from shared.mapping.keys import master_key
from shared.simulation.parking import SimulatedParkingLot
from tests.builders import (
    NOW,
    a_credit_line,
    a_department,
    a_document,
    a_master,
    a_usage_line,
)
from tests.usage_world import UsageWorld

NEW_CODE = ChargeCodeRecord(application="EHR", charge_code="C-NEW", item="GLV-001", unit="EA")
NEW_CODE_KEY = master_key("charge", "EHR", "C-NEW")
NEW_DEPARTMENT = a_department("NORTH", "ANNEX", "17999")
NEW_DEPARTMENT_KEY = master_key("department", "NORTH", "ANNEX")


def lacking_an_item(number: int = 1, **changes: str) -> SupplyUsage:
    line = a_usage_line(
        key=("EHR", "NORTH", f"T-{number}", "charge"), charge_code="C-NEW", lot="", **changes
    )
    return a_document(line, document_id=f"DOCUMENT-{number}", message_id=f"message-{number}")


def id_of(document: SupplyUsage) -> str:
    return line_effect_id("meridian", document.lines[0])


def test_a_line_goes_on_when_its_mapping_is_added() -> None:
    world = UsageWorld()
    world.receive(lacking_an_item())

    released = world.enter(NEW_CODE, NEW_CODE_KEY)
    world.run_until_quiet()

    assert released == 1
    assert world.state_of(id_of(lacking_an_item())) is EffectState.DONE
    assert world.open_codes(id_of(lacking_an_item())) == []
    assert list(world.parking.missing_keys()) == []


def test_what_people_enter_is_archived_with_who_and_why() -> None:
    world = UsageWorld()

    world.enter(NEW_CODE, NEW_CODE_KEY)

    (archived,) = world.archive.objects.values()
    assert b"C-NEW" in archived.body
    (chain,) = world.journal.find(f"rule:{NEW_CODE_KEY}")
    (entry,) = world.journal.read(chain)
    assert (entry.fact.data["who"], entry.fact.data["reason"]) == ("steward", "new")


def test_a_line_that_lacked_two_keys_waits_for_both_in_either_order() -> None:
    for first, second in (("code", "department"), ("department", "code")):
        world = UsageWorld()
        document = lacking_an_item(department="ANNEX")
        world.receive(document)
        entries = {
            "code": partial(world.enter, NEW_CODE, NEW_CODE_KEY),
            "department": partial(world.enter, NEW_DEPARTMENT, NEW_DEPARTMENT_KEY),
        }

        entries[first]()
        world.run_until_quiet()
        after_one = len(world.erp.documents)
        entries[second]()
        world.run_until_quiet()

        assert (after_one, len(world.erp.documents)) == (0, 1), first


def test_a_gap_that_shows_only_when_the_first_is_filled_is_waited_for_too() -> None:
    world = UsageWorld()
    world.receive(lacking_an_item(unit="CRATE"))

    world.enter(NEW_CODE, NEW_CODE_KEY)
    world.run_until_quiet()
    crate = UnitRecord(
        item="GLV-001", unit="CRATE", numerator=40, denominator=1, valid_from=date(2020, 1, 1)
    )
    world.enter(crate, master_key("unit", "GLV-001", "CRATE"))
    world.run_until_quiet()

    (document,) = world.erp.documents
    assert str(document.lines[0].quantity) == "40"


def test_a_factor_that_is_not_valid_on_the_day_of_use_releases_nothing_and_spins_nothing() -> None:
    world = UsageWorld()
    world.receive(a_document(a_usage_line(unit="CRATE")))
    later = UnitRecord(
        item="SUT-001", unit="CRATE", numerator=40, denominator=1, valid_from=date(2030, 1, 1)
    )

    released = world.enter(later, master_key("unit", "SUT-001", "CRATE"))
    swept = world.release()

    assert (released, swept, world.documents.bodies) == (0, 0, [])
    assert world.open_codes(line_effect_id("meridian", a_usage_line())) == ["UOM_UNKNOWN"]


def test_the_sweep_finds_what_an_adder_that_died_left_behind() -> None:
    world = UsageWorld()
    world.receive(lacking_an_item())
    world.master.put([NEW_CODE], recorded_at=world.clock.now())

    swept = world.release()
    world.run_until_quiet()

    assert swept == 1
    assert world.state_of(id_of(lacking_an_item())) is EffectState.DONE


def test_a_mapping_added_between_reading_and_parking_is_found_by_the_parker() -> None:
    master = a_master()

    class AddedMeanwhile(SimulatedParkingLot):
        def park(self, lines: Sequence[ParkedLine]) -> None:
            master.put([NEW_CODE], recorded_at=NOW)
            super().park(lines)

    world = UsageWorld(master=master, parking=AddedMeanwhile())
    world.receive(lacking_an_item())
    world.run_until_quiet()

    assert world.state_of(id_of(lacking_an_item())) is EffectState.DONE


def test_a_line_whose_hold_a_person_closed_is_not_released() -> None:
    world = UsageWorld()
    world.receive(lacking_an_item())
    world.close(id_of(lacking_an_item()), "ITEM_UNMAPPED")

    world.enter(NEW_CODE, NEW_CODE_KEY)
    world.run_until_quiet()
    again = world.receive(lacking_an_item())
    world.run_until_quiet()

    assert world.erp.documents == ()
    assert again.ends == {"closed": 1, "evidence": 0}


def test_the_same_message_again_after_its_release_changes_nothing() -> None:
    world = UsageWorld()
    world.receive(lacking_an_item())
    world.enter(NEW_CODE, NEW_CODE_KEY)
    world.run_until_quiet()

    again = world.receive(lacking_an_item())
    world.run_until_quiet()
    world.release()

    assert again.effects == 1
    assert len(world.erp.documents) == 1
    assert world.open_codes(id_of(lacking_an_item())) == []
    assert list(world.parking.missing_keys()) == []


def test_another_copy_that_maps_goes_on_at_once_and_the_parked_one_adds_nothing() -> None:
    world = UsageWorld()
    world.receive(lacking_an_item())
    world.master.put([NEW_CODE], recorded_at=world.clock.now())
    world.clock.advance(seconds=1)

    world.receive(replace(lacking_an_item(), document_id="COPY", message_id="copy"))
    world.run_until_quiet()
    world.release()
    world.run_until_quiet()

    assert len(world.erp.documents) == 1


def a_storm(world: UsageWorld, chance: random.Random) -> list[Callable[[], object]]:
    """50 lines on one item, 10 of them on a department as well; two adders; 20 copies; sweeps."""
    documents = fifty_lines()
    copies = [
        replace(chance.choice(documents), document_id=f"COPY-{copy}", message_id=f"copy-{copy}")
        for copy in range(20)
    ]
    events: list[Callable[[], object]] = [
        *(partial(world.receive, document) for document in (*documents, *copies)),
        partial(world.enter, NEW_CODE, NEW_CODE_KEY),
        partial(world.enter, NEW_DEPARTMENT, NEW_DEPARTMENT_KEY),
        *[world.run_until_quiet] * 3,
        *[world.release] * 2,
    ]
    chance.shuffle(events)
    return events


def fifty_lines() -> list[SupplyUsage]:
    return [
        lacking_an_item(number, **({"department": "ANNEX"} if number < 10 else {}))
        for number in range(50)
    ]


@pytest.mark.parametrize("seed", range(50))
def test_fifty_lines_two_adders_and_twenty_copies_come_to_fifty_effects(seed: int) -> None:
    world = UsageWorld()

    for event in a_storm(world, random.Random(seed)):  # noqa: S311 - a shuffle, not a secret
        event()
    world.clock.advance(seconds=60)
    world.release()
    world.run_until_quiet()

    assert len(world.erp.documents) == 50
    assert {world.state_of(id_of(each)) for each in fifty_lines()} == {EffectState.DONE}


def test_a_reversal_whose_hold_a_person_closed_is_not_held_again() -> None:
    world = UsageWorld()
    world.receive(a_document(a_credit_line()))
    world.clock.advance(seconds=timedelta(hours=73).total_seconds())
    world.release()
    line_id = line_effect_id("meridian", a_credit_line())

    world.close(line_id, "REVERSAL_UNPAIRED")
    world.release()

    assert world.open_codes(line_id) == []
    assert list(world.parking.missing_keys()) == []


@pytest.mark.parametrize("hours", [71, 73])
def test_a_reversal_waits_for_its_original_72_hours_and_then_a_person_hears(hours: int) -> None:
    world = UsageWorld()
    world.receive(a_document(a_credit_line()))
    world.clock.advance(seconds=timedelta(hours=hours).total_seconds())

    world.release()

    codes = world.open_codes(line_effect_id("meridian", a_credit_line()))
    assert codes == (["REVERSAL_UNPAIRED"] if hours > 72 else [])
