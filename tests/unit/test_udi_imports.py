"""What the barcode reader imports, exactly: a cold start pays for every module."""

import sys

import pytest

from tests.unit.test_x12_imports import imported

CANONICAL = {
    *("shared.canonical", "shared.canonical.device", "shared.canonical.diagnostic"),
    "shared.canonical.source_time",
}
READER = {
    "shared.formats.udi" + name
    for name in (
        *("", ".application_identifiers", ".codes", ".dates", ".digital_link", ".gs1", ".hibcc"),
        *(".iccbba", ".reader", ".scanning"),
    )
}
OTHERS = {
    "shared.formats",
    *(f"shared.formats.{name}" for name in ("finding_codes", "gtins", "making", "shape")),
}


def test_the_reader_imports_itself_and_no_more() -> None:
    ours, _ = imported("shared.formats.udi.reader")

    assert ours == CANONICAL | READER | OTHERS


def test_recognition_adds_only_itself() -> None:
    ours, _ = imported("shared.formats.udi.recognition")

    assert ours - CANONICAL - READER - OTHERS == {"shared.formats.udi.recognition"}


@pytest.mark.parametrize("name", ["reader", "recognition"])
def test_nothing_of_it_imports_what_is_not_pythons_own(name: str) -> None:
    _, before = imported("zoneinfo")  # it brings what the interpreter was built with
    _, everything = imported(f"shared.formats.udi.{name}")

    assert everything - before - set(sys.stdlib_module_names) == {"shared"}
