"""What the EDIFACT reader imports, exactly: a cold start pays for every module."""

import sys

import pytest

from tests.unit.test_x12_imports import CANONICAL, ENGINE, OTHERS, imported

UNREAD = {"shared.canonical.catalogue", "shared.canonical.remittance"}
READER = {
    "shared.formats.edifact" + name
    for name in (
        *("", ".building", ".charsets", ".composites", ".conditions", ".control", ".details"),
        *(".elements", ".envelope", ".facts", ".parties"),
        *(".header", ".invoices", ".kinds", ".message_reading", ".messages", ".orders"),
        *(".profile", ".reader", ".receipts", ".scopes", ".segments", ".shipments", ".values"),
        ".vocabularies",
    )
}
WRITER = {
    "shared.errors",
    *(
        "shared.formats.edifact.writing" + name
        for name in ("", ".control", ".interchange", ".orders", ".parts")
    ),
}


def test_the_reader_imports_itself_and_no_more() -> None:
    ours, _ = imported("shared.formats.edifact.reader")

    assert ours == (CANONICAL - UNREAD) | ENGINE | READER | OTHERS


@pytest.mark.parametrize(
    "module",
    [
        "shared.formats.edifact.reader",
        "shared.formats.edifact.acknowledge",
        "shared.formats.edifact.writing.interchange",
    ],
)
def test_nothing_of_edifact_imports_what_is_not_pythons_own(module: str) -> None:
    _, before = imported("json")
    _, everything = imported(module)

    assert everything - before - set(sys.stdlib_module_names) == {"shared"}


def test_the_writer_adds_only_what_writes() -> None:
    ours, _ = imported("shared.formats.edifact.writing.interchange")

    written = {each for each in ours if each not in CANONICAL | ENGINE | READER | OTHERS}
    assert written == WRITER
