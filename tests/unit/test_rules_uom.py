"""The rules of units of measure, each by its own worked example."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from shared.canonical.effect import Effect
from shared.canonical.master import ChargeCodeRecord, ItemRecord
from shared.canonical.quantity import Quantity
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.mapping.problems import Problem
from shared.mapping.units import converted
from shared.mapping.usage import MappedLine, map_line
from shared.simulation.master_data import MasterRecord
from tests.builders import AS_OF, NOW, a_document, a_master, a_unit, a_usage_line

SCREW = ItemRecord(item="SCR-001", base_unit="EA", unit_cost=Decimal("118.40"))
GAUZE = ItemRecord(item="GAU-001", base_unit="EA", unit_cost=Decimal("0.10"))
SALINE = ItemRecord(item="SAL-001", base_unit="ML", unit_cost=Decimal("0.0042"), is_divisible=True)
DAY = date(2026, 3, 4)


def a_charge(code: str, item: ItemRecord, unit: str, application: str = "EHR") -> ChargeCodeRecord:
    return ChargeCodeRecord(application=application, charge_code=code, item=item.item, unit=unit)


RULES: Sequence[MasterRecord] = (
    SCREW,
    GAUZE,
    SALINE,
    a_charge("C-SCR", SCREW, "EA"),
    a_charge("C-GAU", GAUZE, "EA"),
    a_charge("C-SAL", SALINE, "ML"),
    a_unit("GAU-001", "BX", 25),
    a_unit("GAU-001", "CS", 4 * 25),
)


def used(line: UsageLine, *more: MasterRecord, document: SupplyUsage | None = None) -> MappedLine:
    master = a_master(*RULES, *more)
    return map_line(line, document or a_document(line), master, as_of=AS_OF, now=NOW)


def in_base_units(line: UsageLine, *more: MasterRecord) -> Decimal:
    effect = used(line, *more).effect
    assert isinstance(effect, Effect)
    return effect.quantity.in_base_units


def codes(mapped: MappedLine) -> list[str]:
    assert mapped.effect is None
    return [hold.code for hold in mapped.holds]


def test_uom1_a_factor_belongs_to_its_item_and_is_never_one_by_default() -> None:
    box_of_gauze = a_usage_line(charge_code="C-GAU", unit="BX", lot="")
    box_of_screws = a_usage_line(charge_code="C-SCR", unit="BX", lot="")

    assert in_base_units(box_of_gauze) == 25
    assert codes(used(box_of_screws)) == ["UOM_UNKNOWN"]


def test_uom2_two_cases_of_four_boxes_of_twenty_five_are_two_hundred_and_back() -> None:
    two_cases = a_usage_line(charge_code="C-GAU", unit="CS", quantity=Decimal(2), lot="")

    effect = used(two_cases).effect

    assert effect is not None
    quantity = effect.quantity
    assert quantity.in_base_units == 200
    assert (quantity.stated, quantity.stated_unit) == (Decimal(2), "CS")
    assert Fraction(quantity.in_base_units) / quantity.factor.ratio == 2
    in_boxes = converted(Decimal(8), "BX", GAUZE, a_master(*RULES), on=DAY, as_of=AS_OF)
    assert isinstance(in_boxes, Quantity)
    assert in_boxes.in_base_units == quantity.in_base_units


@pytest.mark.parametrize("stated", ["6", "6.01", "0.1", "37.000001"])
def test_uom3_a_unit_counted_in_itself_is_itself(stated: str) -> None:
    line = a_usage_line(charge_code="C-SAL", unit="ML", quantity=Decimal(stated), lot="")

    assert str(in_base_units(line)) == stated


def test_uom4_a_third_is_held_and_three_thirds_are_posted() -> None:
    third = a_unit("SAL-001", "TH", 1, 3)
    line = a_usage_line(charge_code="C-SAL", unit="TH", lot="")

    assert codes(used(line, third)) == ["UOM_INEXACT"]
    assert in_base_units(replace(line, quantity=Decimal(3)), third) == 1


def test_uom4_seven_of_a_dozen_post_as_seven_and_not_as_a_rounded_part_of_it() -> None:
    dozen = a_unit("SCR-001", "DZ", 12)
    line = a_usage_line(charge_code="C-SCR", unit="DZ", lot="")

    assert in_base_units(replace(line, unit="", quantity=Decimal(7)), dozen) == 7
    assert codes(used(replace(line, quantity=Decimal("0.583")), dozen)) == ["QUANTITY_FRACTIONAL"]


@pytest.mark.parametrize(("day", "each"), [(9, 25), (10, 20), (11, 20)])
def test_uom6_the_old_pack_size_stays_valid_before_the_change(day: int, each: int) -> None:
    box_of_twenty = a_unit("GAU-001", "BX", 20, since=date(2026, 3, 10))
    used_at = SourceTime(day=date(2026, 3, day))
    line = a_usage_line(charge_code="C-GAU", unit="BX", used_at=used_at, lot="")

    assert in_base_units(line, box_of_twenty) == each


def test_uom8_what_a_code_counts_is_said_for_its_source_and_item_never_globally() -> None:
    at_the_cabinet: list[MasterRecord] = [
        a_unit("GAU-001", "CA", 10),
        a_charge("GAUZE", GAUZE, "CA", application="CABINET"),
        a_charge("GAUZE", GAUZE, "CS"),
    ]
    line = a_usage_line(charge_code="GAUZE", lot="")
    cabinet = a_document(line)
    cabinet = replace(cabinet, source=replace(cabinet.source, application="CABINET"))

    by_the_cabinet = used(line, *at_the_cabinet, document=cabinet).effect

    assert by_the_cabinet is not None
    assert by_the_cabinet.quantity.in_base_units == 10
    assert in_base_units(line, *at_the_cabinet) == 100
    assert codes(used(a_usage_line(charge_code="C-SCR", unit="CA"), *at_the_cabinet)) == [
        "UOM_UNKNOWN"
    ]


def test_uom9_half_a_screw_is_held_with_the_fact_and_half_a_millilitre_is_posted() -> None:
    half = Decimal("0.5")
    half_a_screw = a_usage_line(charge_code="C-SCR", quantity=half, lot="")

    result = used(half_a_screw)

    assert codes(result) == ["QUANTITY_FRACTIONAL"]
    assert '"quantity":"0.5"' in result.holds[0].payload
    assert in_base_units(a_usage_line(charge_code="C-SAL", quantity=half, lot="")) == half


def test_uom9_a_problem_says_what_was_used() -> None:
    found = converted(Decimal("0.5"), "EA", SCREW, a_master(*RULES), on=DAY, as_of=AS_OF)

    assert isinstance(found, Problem)
    assert found.detail == "0.5 EA of SCR-001 is 0.5 EA, and the item cannot be divided"
