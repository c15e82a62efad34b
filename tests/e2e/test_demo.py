"""The main job, run as a new user runs it; and again at once."""

from datetime import date
from typing import Any

import pytest

from tests.e2e.stack import Finished, Stack

pytestmark = pytest.mark.stack


def assert_ends_well(demo: Finished) -> None:
    assert demo.status == 0, demo.said
    assert demo.result["effects"]["in_doubt"] == 0
    assert demo.result["erp"]["documents"] == demo.result["effects"]["done"]
    assert demo.result["tieout"] == {"unexplained": "0.00"}
    assert demo.result["stock"]["unexplained"] == 0


def test_a_day_is_played_and_ties_out_and_again_changes_nothing(stack: Stack) -> None:
    first = stack.run("demo")
    booked = stack.moves()
    second = stack.run("demo")

    assert_ends_well(first)
    assert_ends_well(second)
    day = first.result
    assert day["documents"] >= 200
    assert day["duplicates_ignored"] * 10 >= day["received"]
    assert (day["rejected"], day["news"] > 0) == (1, True)
    assert {"ITEM_UNMAPPED", "UOM_UNKNOWN", "LINE_MALFORMED", "CONFLICT"} <= set(day["holds"])
    assert len(booked) >= 300
    assert stack.moves() == booked
    again = second.result
    assert again["duplicates_ignored"] == again["received"] - again["rejected"]
    assert (again["effects"], again["holds"], again["erp"], again["stock"]) == (
        day["effects"],
        day["holds"],
        day["erp"],
        day["stock"],
    )
    assert day["stock"]["positions"] > 400
    assert day["stock"]["counted"] == 3


def test_what_a_full_day_must_show_was_played(stack: Stack) -> None:
    from infra.local.day.play import LATE_CODE  # noqa: PLC0415

    today = f"{date.today():%Y%m%d}"  # noqa: DTZ011 - the day that the demo plays
    parts = stack.run("trace", f"{today}-PARTS").result["documents"]
    noon = stack.run("trace", f"{today}-NOON-2").result["documents"]
    never = stack.run("trace", f"{today}-NEVER").result["documents"]
    evidence = stack.run("trace", f"{today}-BOTH-1-E").result["documents"]
    by_hl7 = stack.run("trace", f"{today}-CH-EAST-01").result["documents"]
    device = stack.run("trace", f"{today}-D-6").result["documents"]
    asked_for = stack.run("trace", f"{today}-R-NORTH").result["documents"]

    (charge,) = parts
    (issue,) = charge["effects"]
    assert sorted(each["quantity"] for each in issue["reservations"]) == ["2", "3"]
    (waited,) = noon
    kinds = [entry["kind"] for entry in waited["journal"]]
    assert "released" in kinds, LATE_CODE
    assert {effect["state"] for effect in waited["effects"]} == {"DONE"}
    assert all(document["effects"] == [] and document["holds"] == [] for document in never)
    (told_twice,) = evidence
    assert told_twice["effects"] == []
    assert any("CABINET moves stock" in text for text in _evidence(told_twice))
    assert [each["state"] for document in by_hl7 for each in document["effects"]] == ["DONE"]
    of_device = [each["effect"]["effect_type"] for told in device for each in told["effects"]]
    assert sorted(of_device) == ["issue", "reversal"]
    assert [document["effects"] for document in asked_for] == [[], []], "ordered, and cancelled"


def _evidence(document: dict[str, Any]) -> list[str]:
    mapped = [entry["data"] for entry in document["journal"] if entry["kind"] == "mapped"]
    return [text for data in mapped for text in data["evidence"]]
