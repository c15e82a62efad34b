"""The main job, run as a new user runs it; and again at once."""

import pytest

from tests.e2e.stack import Finished, Stack

pytestmark = pytest.mark.stack


def assert_ends_well(demo: Finished) -> None:
    assert demo.status == 0, demo.said
    assert demo.result["effects"]["in_doubt"] == 0
    assert demo.result["erp"]["documents"] == demo.result["effects"]["done"]
    assert demo.result["tieout"] == {"unexplained": "0.00"}


def test_a_day_is_played_and_ties_out_and_again_changes_nothing(stack: Stack) -> None:
    first = stack.run("demo")
    booked = stack.moves()
    second = stack.run("demo")

    assert_ends_well(first)
    assert_ends_well(second)
    day = first.result
    assert day["received"] == day["documents"] + day["duplicates_ignored"] + day["rejected"]
    assert day["duplicates_ignored"] * 10 >= day["received"]
    assert day["rejected"] >= 1
    assert {"ITEM_UNMAPPED", "UOM_UNKNOWN", "LINE_MALFORMED", "CONFLICT"} <= set(day["holds"])
    assert len(booked) >= 150
    assert stack.moves() == booked
    again = second.result
    assert again["duplicates_ignored"] == again["received"] - again["rejected"]
    assert (again["effects"], again["holds"], again["erp"]) == (
        day["effects"],
        day["holds"],
        day["erp"],
    )
