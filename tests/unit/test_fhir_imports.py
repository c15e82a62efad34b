"""What the FHIR reader imports, exactly: a cold start pays for every module."""

import sys

import pytest

from tests.unit.test_udi_imports import READER as BARCODES
from tests.unit.test_x12_imports import imported

CANONICAL = {
    "shared.canonical",
    *(
        f"shared.canonical.{name}"
        for name in (
            *("appointment", "coded", "device", "device_record", "diagnostic", "inventory_report"),
            *("item_master", "requisition", "snapshot", "source_time", "supply_delivery", "trade"),
            "usage",
        )
    ),
}
READER = {
    "shared.formats.fhir" + name
    for name in (
        *("", ".appointments", ".bounds", ".bundles", ".codes", ".datatypes", ".decoding"),
        *(".deliveries", ".devices", ".element", ".elements", ".inventory", ".items", ".kinds"),
        *(".memory", ".one_resource", ".people", ".profile", ".reader", ".reading", ".requests"),
        *(".resource", ".text", ".uses", ".versions", ".window"),
    )
}
OTHERS = {
    "shared.formats",
    *(
        f"shared.formats.{name}"
        for name in (
            *("bounds", "documents", "finding_codes", "gtins", "iso_times", "json_tree", "making"),
            *("patient_identifiers", "shape"),
        )
    ),
}


def test_the_reader_imports_itself_and_no_more() -> None:
    ours, _ = imported("shared.formats.fhir.reader")

    assert ours == CANONICAL | BARCODES | READER | OTHERS


def test_recognition_imports_nothing_of_the_reader() -> None:
    ours, _ = imported("shared.formats.fhir.recognition")

    assert ours == {
        *("shared.formats", "shared.formats.fhir", "shared.formats.fhir.recognition"),
    }


@pytest.mark.parametrize("name", ["reader", "recognition"])
def test_nothing_of_it_imports_what_is_not_pythons_own(name: str) -> None:
    _, before = imported("zoneinfo")  # it brings what the interpreter was built with
    _, everything = imported(f"shared.formats.fhir.{name}")

    assert everything - before - set(sys.stdlib_module_names) == {"shared"}
