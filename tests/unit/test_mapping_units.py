"""Units convert exactly, there and back, or not at all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from shared.canonical.diagnostic import Position
from shared.canonical.master import ItemRecord
from shared.canonical.quantity import Quantity
from shared.effects.identity import content_hash
from shared.mapping.items import charged_item, used_item
from shared.mapping.problems import Problem
from shared.mapping.units import LARGEST, converted, decimal_of
from shared.simulation.master_data import SimulatedMasterData
from tests.builders import (
    AS_OF,
    CONTRAST,
    GLOVE,
    KNOWN_SINCE,
    a_document,
    a_master,
    a_unit,
    a_usage_line,
)

DAY = date(2026, 3, 4)
QUANTITIES = st.decimals(
    min_value="0.000001", max_value="999999999", places=6, allow_nan=False, allow_infinity=False
)


def convert(
    stated: Decimal, unit: str, item: ItemRecord, master: SimulatedMasterData | None = None
) -> Quantity | Problem:
    return converted(stated, unit, item, master or a_master(), on=DAY, as_of=AS_OF)


def a_master_with(numerator: int, denominator: int) -> SimulatedMasterData:
    master = SimulatedMasterData()
    master.put([a_unit("CTR-001", "PK", numerator, denominator)], recorded_at=KNOWN_SINCE)
    return master


@given(QUANTITIES)
def test_the_base_unit_is_itself(stated: Decimal) -> None:
    found = convert(stated, "ML", CONTRAST)

    assert isinstance(found, Quantity)
    assert found.in_base_units == stated


@given(QUANTITIES, st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_quantity_converts_exactly_and_back_or_not_at_all(
    stated: Decimal, numerator: int, denominator: int
) -> None:
    exact = Fraction(stated) * Fraction(numerator, denominator)
    assume(exact <= LARGEST)

    found = convert(stated, "PK", CONTRAST, a_master_with(numerator, denominator))

    if isinstance(found, Problem):
        assert found.code == "UOM_INEXACT"
        assert (exact * 10**6).denominator != 1
    else:
        assert Fraction(found.in_base_units) == exact
        assert Fraction(found.in_base_units) / found.factor.ratio == stated


@given(st.integers(1, 10**15))
def test_a_rational_of_millionths_is_the_decimal_it_looks_like(millionths: int) -> None:
    found = decimal_of(Fraction(millionths, 10**6))

    assert found is not None
    assert Fraction(found) == Fraction(millionths, 10**6)
    assert "E" not in str(found)  # plain text in the ledger


def test_two_cases_of_four_boxes_of_twenty_five_are_two_hundred() -> None:
    master = SimulatedMasterData()
    master.put([a_unit("GLV-001", "CS", 4 * 25)], recorded_at=KNOWN_SINCE)

    found = convert(Decimal(2), "CS", GLOVE, master)

    assert isinstance(found, Quantity)
    assert str(found.in_base_units) == "200"


def test_a_third_is_never_rounded() -> None:
    found = convert(Decimal(1), "THIRD", CONTRAST)

    assert isinstance(found, Problem)
    assert found.code == "UOM_INEXACT"
    three = convert(Decimal(3), "THIRD", CONTRAST)
    assert isinstance(three, Quantity)
    assert three.in_base_units == 1


def test_no_unit_means_no_factor_not_a_factor_of_one() -> None:
    found = convert(Decimal(1), "", GLOVE)

    assert isinstance(found, Problem)
    assert (found.code, found.missing) == ("UOM_UNKNOWN", ())


def test_a_factor_that_is_not_positive_is_no_factor() -> None:
    found = convert(Decimal(1), "PK", CONTRAST, a_master_with(0, 1))

    assert isinstance(found, Problem)
    assert found.code == "UOM_UNKNOWN"


def test_a_whole_number_of_base_units_may_be_used_in_halves_of_a_box() -> None:
    line = a_usage_line(charge_code="C-BOX", quantity=Decimal("0.5"), lot="")
    charged = charged_item(line, a_document(), a_master(), as_of=AS_OF)

    used = used_item(line, charged, a_master(), on=DAY, as_of=AS_OF)

    assert used.quantity is not None
    assert used.quantity.in_base_units == 40


@given(st.integers(1, 50), st.integers(0, 10**6), st.text(max_size=5))
def test_the_content_of_a_line_does_not_depend_on_where_it_stands(
    occurrence: int, byte: int, number: str
) -> None:
    line = a_usage_line()
    moved = replace(
        line, number=number, position=Position(segment="FT1", occurrence=occurrence, byte=byte)
    )

    assert content_hash(moved) == content_hash(line)
    assert content_hash(replace(line, lot="L-2")) != content_hash(line)


def test_the_content_of_a_line_does_not_depend_on_how_its_number_is_written() -> None:
    whole, padded = a_usage_line(quantity=Decimal(2)), a_usage_line(quantity=Decimal("2.00"))

    assert content_hash(whole) == content_hash(padded)
