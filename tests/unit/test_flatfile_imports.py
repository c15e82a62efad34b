"""What the reader of flat files imports, exactly: a cold start pays for every module."""

import sys

import pytest

from tests.unit.test_x12_imports import imported

CANONICAL = {
    "shared.canonical" + name
    for name in (
        *("", ".coded", ".diagnostic", ".inventory_report", ".item_master", ".snapshot"),
        *(".source_time", ".trade", ".usage"),
    )
}
READER = {
    "shared.formats.flatfile" + name
    for name in (
        *("", ".cells", ".codes", ".count_rows", ".fixed", ".header", ".item_rows", ".kinds"),
        *(".layout", ".lines", ".profile", ".reading", ".record", ".row_reading", ".rows"),
        *(".splitting", ".trailers", ".transactions", ".usage_rows", ".values"),
    )
}
OTHERS = {
    "shared.formats",
    *(f"shared.formats.{name}" for name in ("bounds", "finding_codes", "gtins", "shape")),
}
PROFILES = {
    "shared.errors",
    *(f"shared.formats.{name}" for name in ("profile_checks", "profile_folder")),
    *(f"shared.formats.flatfile.{name}" for name in ("layout_checks", "loading", "meaning")),
}


def test_the_reader_imports_itself_and_no_more() -> None:
    ours, _ = imported("shared.formats.flatfile.transactions")

    assert ours == CANONICAL | READER | OTHERS


def test_recognition_adds_itself_and_the_profiles() -> None:
    ours, _ = imported("shared.formats.flatfile.recognition")

    assert ours - CANONICAL - READER - OTHERS == PROFILES | {"shared.formats.flatfile.recognition"}


@pytest.mark.parametrize("name", ["transactions", "recognition"])
def test_nothing_of_it_imports_what_is_not_pythons_own(name: str) -> None:
    _, before = imported("zoneinfo")  # it brings what the interpreter was built with
    _, everything = imported(f"shared.formats.flatfile.{name}")

    assert everything - before - set(sys.stdlib_module_names) == {"shared"}
