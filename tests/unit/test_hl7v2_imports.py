"""What the HL7 v2 reader imports, exactly: a cold start pays for every module."""

import sys

import pytest

from tests.unit.test_x12_imports import imported

CANONICAL = {
    "shared.canonical" + name
    for name in (
        *("", ".appointment", ".coded", ".diagnostic", ".item_master", ".requisition"),
        *(".snapshot", ".source_time", ".trade", ".usage"),
    )
}
OTHERS = {
    "shared" + name
    for name in (
        *(".formats", ".formats.bounds", ".formats.chunks", ".formats.documents"),
        *(".formats.finding_codes", ".formats.making", ".formats.patient_identifiers"),
        ".formats.shape",
    )
}
READER = {
    "shared.formats.hl7v2" + name
    for name in (
        *(
            "",
            ".barcodes",
            ".batches",
            ".codes",
            ".costing",
            ".delimiters",
            ".facts",
            ".fields",
            ".financial",
            ".framing",
        ),
        *(".groups", ".header", ".item_details", ".line_codes", ".lines", ".master_files"),
        *(
            ".medication",
            ".message",
            ".names",
            ".order_control",
            ".patients",
            ".profile",
            ".reader",
        ),
        *(".reading", ".requisitions", ".schedules", ".stated", ".structures", ".usages"),
        ".values",
    )
}


def test_the_reader_imports_itself_and_no_more() -> None:
    ours, _ = imported("shared.formats.hl7v2.reader")

    assert ours == CANONICAL | OTHERS | READER


@pytest.mark.parametrize(
    "module",
    [
        "shared.formats.hl7v2.reader",
        "shared.formats.hl7v2.acknowledge",
        "shared.formats.hl7v2.documents",
        "shared.formats.hl7v2.loading",
    ],
)
def test_nothing_of_hl7_imports_what_is_not_pythons_own(module: str) -> None:
    _, before = imported("zoneinfo")  # it brings what the interpreter was built with
    _, everything = imported(module)

    assert everything - before - set(sys.stdlib_module_names) == {"shared"}
