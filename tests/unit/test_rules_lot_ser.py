"""The rules of lots and serials, each by its own worked example."""

from datetime import timedelta
from decimal import Decimal

from shared.canonical.hold import HoldKind
from shared.canonical.usage import UsageLine
from shared.mapping.usage import MappedLine, map_line
from tests.builders import AS_OF, NOW, a_document, a_master, a_usage_line


def used(line: UsageLine) -> MappedLine:
    return map_line(line, a_document(line), a_master(), as_of=AS_OF, now=NOW)


def test_lot1_a_use_without_its_lot_posts_on_lot_unknown_and_the_lot_is_due_in_a_day() -> None:
    result = used(a_usage_line(lot="", quantity=Decimal(2)))

    assert result.effect is not None
    assert (result.effect.lot, result.effect.quantity.in_base_units) == ("UNKNOWN", Decimal(2))
    (hold,) = result.holds
    assert (hold.code, hold.kind) == ("LOT_MISSING", HoldKind.ADVISORY)
    assert hold.due_at - hold.opened_at == timedelta(hours=24)


def test_lot1_an_item_that_is_not_followed_by_lots_asks_for_none() -> None:
    result = used(a_usage_line(charge_code="C-GLV", lot=""))

    assert result.effect is not None
    assert (result.effect.lot, result.holds) == ("", ())


def test_lot2_the_lot_carries_the_whole_line_in_base_units() -> None:
    result = used(a_usage_line(lot="L-7", quantity=Decimal(3)))

    assert result.effect is not None
    assert (result.effect.lot, result.effect.quantity.in_base_units) == ("L-7", Decimal(3))


def test_ser1_a_serial_is_exactly_one_base_unit() -> None:
    one, two = (
        used(a_usage_line(charge_code="C-STN", serial="SN-1", quantity=Decimal(quantity)))
        for quantity in (1, 2)
    )

    assert one.effect is not None
    assert (one.effect.lot, one.effect.quantity.in_base_units) == ("SN-1", Decimal(1))
    assert two.effect is None
    assert [hold.code for hold in two.holds] == ["SERIAL_QUANTITY"]


def test_ser1_the_same_serial_under_another_line_id_is_never_a_duplicate() -> None:
    first = a_usage_line(charge_code="C-STN", serial="SN-1")
    again = a_usage_line(charge_code="C-STN", serial="SN-1", key=("EHR", "NORTH", "T-2", "charge"))

    effects = [used(line).effect for line in (first, again)]

    assert len({effect.effect_id for effect in effects if effect}) == 2
