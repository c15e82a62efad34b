"""`ledgerward read` shows any known message without a stack; `explain` knows every code of it."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.cli.app import program
from shared.cli.explain import COSTS, all_codes, explanations
from shared.formats.registry import FORMATS
from shared.holds.codes import HOLD_CODES
from tests.golden import INBOUND
from tests.x12 import ORDER, a_set, an_interchange

ROOT = Path(__file__).parents[2]


def ran(*arguments: str, typed: bytes = b"") -> tuple[int, dict[str, Any], str]:
    ended = CliRunner().invoke(program, [*arguments, "--json"], input=typed)
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1]) if ended.stdout else {}
    return ended.exit_code, told, ended.stderr


def counted(told: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [
        (each["document"], each["number"], each["lines"], each["held"])
        for each in told["documents"]
    ]


@pytest.mark.parametrize(
    ("sample", "status", "expected"),
    [
        ("x12/purchase_order.edi", 0, [("PurchaseOrder", "PO-4501", 2, 0)]),
        ("x12/acknowledgement.edi", 0, [("PurchaseOrderAcknowledgement", "PO-4501", 3, 0)]),
        ("x12/ship_notice.edi", 0, [("ShipNotice", "ASN-501", 2, 0)]),
        ("x12/invoice.edi", 0, [("Invoice", "INV-7001", 2, 0)]),
        ("x12/held_lines.edi", 1, [("PurchaseOrder", "PO-4601", 1, 4)]),
        ("x12/remittance.edi", 0, [("Remittance", "PAY-3001", 2, 0)]),
        ("edifact/order.edi", 0, [("PurchaseOrder", "PO-20260302-1", 2, 0)]),
        ("edifact/despatch_advice.edi", 1, [("ShipNotice", "DA-7001", 2, 1)]),
        ("hl7v2/one_line_dft.hl7", 0, [("SupplyUsage", "NORTH-000001", 1, 0)]),
        ("hl7v2/unreadable_lines_dft.hl7", 1, []),
        ("webhook/many_lines_event.event", 0, [("SupplyUsage", "ORC-0001", 5, 0)]),
        ("fhir/supply_request_r4.fhir", 0, [("Requisition", "REQ-1", 1, 0)]),
        ("fhir/supply_delivery_shipment.fhir", 1, [("SupplyDelivery", "DEL-1", 2, 1)]),
        ("fhir/inventory_snapshot.fhir", 1, [("InventoryReport", "CNT-1", 2, 2)]),
        ("fhir/inventory_item.fhir", 0, [("ItemMasterUpdate", "SCREW-4", 1, 0)]),
        ("fhir/appointment_r5.fhir", 0, [("CaseSchedule", "CASE-1", 0, 0)]),
        ("fhir/procedure_r4.fhir", 0, [("SupplyUsage", "PROC-1", 4, 0)]),
        (
            *("flatfile/fixed_usage.txt", 1),
            [
                ("SupplyUsage", "MM-3001", 2, 0),
                ("SupplyUsage", "MM-3001", 1, 0),
                ("SupplyUsage", "MM-3002", 1, 0),
                *[("SupplyUsage", f"MM-300{number}", 0, 1) for number in (3, 4, 5, 9)],
                ("SupplyUsage", "", 0, 5),
            ],
        ),
        (
            *("flatfile/counts.csv", 1),
            [("InventoryReport", "S-12", 2, 1), ("InventoryReport", "S-13", 1, 2)],
        ),
        (
            *("flatfile/items.csv", 1),
            [
                ("ItemMasterUpdate", "SUT-001", 2, 0),
                ("ItemMasterUpdate", "PAD-001", 1, 0),
                *[("ItemMasterUpdate", f"{name}-001", 0, 1) for name in ("CTR", "NDL", "TUB")],
                ("ItemMasterUpdate", "BAG-001", 0, 1),
                ("ItemMasterUpdate", "GLV-001", 0, 2),
            ],
        ),
        (
            *("fhir/message_bundle.fhir", 0),
            [("SupplyUsage", "9", 1, 0), ("DeviceRecord", "d-1", 0, 0)],
        ),
    ],
)
def test_documents_and_their_lines_are_counted_and_what_is_lost_fails(
    sample: str, status: int, expected: list[tuple[str, str, int, int]]
) -> None:
    ended, told, _ = ran("read", str(INBOUND / sample))

    assert (ended, counted(told)) == (status, expected)


def test_a_finding_says_what_where_which_rule_and_what_to_do() -> None:
    _, told, shown = ran("read", str(INBOUND / "x12" / "held_lines.edi"))

    number = next(each for each in told["findings"] if each["code"] == "NUMBER_INVALID")
    position = number.pop("position")
    assert (position["ordinal"], position["field"], position["byte"]) == (7, 2, 313)
    assert number == {
        "code": "NUMBER_INVALID",
        "severity": "line",
        "at": "1/1/1 PO1[7]-2 @ byte 313",
        "rule": "X12.6, ISO 9735-1: elements",
        "message": "The value is no number.",
        "value": "aaa",
        "remedy": "Send the set again, mended, in a new interchange.",
    }
    assert "explain NUMBER_INVALID" in shown


def test_a_note_alone_fails_nothing() -> None:
    status, told, _ = ran("read", str(INBOUND / "flatfile" / "cabinet_day.csv"))

    assert {each["severity"] for each in told["findings"]} <= {"note"}
    assert status == 0


def test_what_no_format_recognises_fails_and_says_what_each_looks_for() -> None:
    status, told, shown = ran("read", "-", typed=b"PK\x03\x04")

    assert (status, told["format"]) == (1, None)
    assert told["reason"].count("; ") == len(FORMATS) - 1
    assert "X12: an ISA" in shown


def test_a_profile_is_one_of_its_format() -> None:
    body = an_interchange(a_set("850", *ORDER))

    assert ran("read", "-", "--profile", "example_supplier", typed=body)[0] == 0
    ended = CliRunner().invoke(program, ["read", "-", "--profile", "cabinet"], input=body)
    assert str(ended.exception) == "X12 has no profile 'cabinet'; known: example_supplier"


def test_a_file_that_nothing_recognises_is_read_by_the_profile_that_is_named() -> None:
    body = b"DTL" + b" " * 97 + b"\n"

    assert ran("read", "-", typed=body)[1]["format"] is None
    _, told, _ = ran("read", "-", "--profile", "example_fixed_usage", typed=body)
    assert told["format"] == "flat file"
    assert [each["code"] for each in told["findings"]][:1] == ["ROWS_UNREADABLE"]


def test_brackets_of_a_sender_are_text() -> None:
    body = an_interchange(a_set("850", "BEG*00*SA*[/red]**20260115", *ORDER[1:]))

    ended = CliRunner().invoke(program, ["read", "-"], input=body)

    assert (ended.exit_code, ended.exception) == (0, None)
    assert "[/red]" in ended.stdout


def test_no_patient_is_shown_of_any_sample() -> None:
    kinds = ("hl7v2/*.hl7", "webhook/*.event", "fhir/*.fhir")
    for path in (path for kind in kinds for path in INBOUND.glob(kind)):
        told = json.dumps(ran("read", str(path))[1])
        assert not any(each in told for each in ("MRN000", "VISIT000", "ACC000")), path.name


@pytest.mark.parametrize("command", ["read", "explain"])
def test_neither_command_needs_a_cloud_or_a_box(command: str) -> None:
    program_text = (
        f"import sys, json, shared.cli.{command};"
        "print(json.dumps(sorted(name for name in sys.modules if name.split('.')[0] in"
        " ('boto3', 'botocore', 'httpx', 'infra') or name.startswith('shared.aws'))))"
    )
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program_text], capture_output=True, check=True, timeout=60
    )

    assert json.loads(ended.stdout) == []


@pytest.mark.parametrize("code", all_codes())
def test_every_code_is_explained(code: str) -> None:
    entries = list(explanations(code))

    formats = [each.name for each in FORMATS if code in each.codes]
    assert len(entries) == len(formats) + (code in HOLD_CODES)
    for each in entries:
        assert each["code"] == code
        assert each["means"].endswith(".")
        assert each["costs"] in COSTS.values()
        assert each["rule"]
        assert each["next"]
    status, told, _ = ran("explain", code.lower())
    assert (status, told["entries"]) == (0, entries)


def test_no_reader_can_raise_a_code_that_its_table_does_not_have() -> None:
    """A finding is made by a code alone, and a code by the table of its format alone."""
    formats = ("edi", "fhir", "flatfile", "gudid", "udi", "webhook")
    tables = {f"{each}/codes.py" for each in formats}

    assert callers_of("Diagnostic") == {"finding_codes.py"}
    assert callers_of("Costing") == tables
    assert callers_of("AckCosting", "DiagnosticCode") == {"hl7v2/costing.py"}
    assert callers_of("FindingCode") == {"finding_codes.py", "webhook/codes.py"}


def callers_of(*names: str) -> set[str]:
    """The modules in which one of these is called, from the folder of formats on."""
    return {
        path.relative_to(ROOT / "shared" / "formats").as_posix()
        for path in (ROOT / "shared").rglob("*.py")
        if set(names).intersection(called(path))
    }


def called(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_a_code_that_nobody_has_fails_and_names_those_near_it() -> None:
    status, told, _ = ran("explain", "LINE_MALFORM")

    assert (status, told["entries"]) == (1, [])
    assert "LINE_MALFORMED" in told["near"]
