"""What the X12 reader imports, exactly: a cold start pays for every module."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
import {module}
print(json.dumps(sorted(name for name in sys.modules if name.startswith("shared."))))
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
CANONICAL = {
    *("shared.canonical", "shared.canonical.acknowledgement", "shared.canonical.catalogue"),
    *("shared.canonical.diagnostic", "shared.canonical.invoice", "shared.canonical.purchase_order"),
    *("shared.canonical.remittance", "shared.canonical.ship_notice", "shared.canonical.trade"),
}
ENGINE = {
    "shared.formats.edi" + name
    for name in (
        *("", ".bounds", ".checking", ".codes", ".decoding", ".delimiters"),
        *(".building", ".envelope", ".findings", ".grammar", ".invoice_sums"),
        *(
            ".file_reading",
            ".handling",
            ".patterns",
            ".positions",
            ".set_reading",
            ".shipment_tree",
            ".splitting",
            ".tables",
            ".vocabulary",
            ".walking",
        ),
    )
}
READER = {
    "shared.formats.x12" + name
    for name in (
        *("", ".building", ".catalogues", ".details", ".elements", ".envelope", ".functional"),
        *(
            ".header",
            ".invoices",
            ".item_ids",
            ".kinds",
            ".orders",
            ".priced_lines",
            ".profile",
            ".reader",
        ),
        *(".receipts", ".remittances", ".scopes", ".segments", ".set_reading", ".sets"),
        *(".shipments", ".values", ".vocabularies"),
    )
}
OTHERS = {
    "shared.formats",
    "shared.formats.bounds",
    "shared.formats.chunks",
    "shared.formats.gtins",
    "shared.formats.making",
    "shared.formats.finding_codes",
    "shared.formats.shape",
}
WRITER = {
    "shared.errors",
    *(
        "shared.formats.x12.writing" + name
        for name in (
            *("", ".acknowledgements", ".interchange", ".invoices", ".orders", ".parts"),
            ".shipments",
        )
    ),
}


def imported(module: str) -> tuple[set[str], set[str]]:
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROGRAM.format(module=module)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    ours, everything = map(json.loads, ended.stdout.splitlines())
    return set(ours), set(everything)


def test_the_reader_imports_itself_and_no_more() -> None:
    ours, _ = imported("shared.formats.x12.reader")

    assert ours == CANONICAL | ENGINE | READER | OTHERS


@pytest.mark.parametrize(
    "module",
    [
        "shared.formats.x12.reader",
        "shared.formats.x12.acknowledge",
        "shared.formats.x12.loading",
        "shared.formats.x12.writing.interchange",
    ],
)
def test_nothing_of_x12_imports_what_is_not_pythons_own(module: str) -> None:
    _, before = imported("json")
    _, everything = imported(module)

    assert everything - before - set(sys.stdlib_module_names) == {"shared"}


def test_the_writer_adds_only_what_writes() -> None:
    ours, _ = imported("shared.formats.x12.writing.interchange")

    assert ours - CANONICAL - ENGINE - READER - OTHERS == WRITER
