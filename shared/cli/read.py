"""`ledgerward read FILE`: what a message says, and what is wrong with it, without any stack."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from shared.canonical.appointment import CaseSchedule
from shared.canonical.business_keys import (
    TradeDocument,
    broken_lines,
    business_keys,
    line_count,
)
from shared.canonical.codec import to_json
from shared.canonical.device import DeviceIdentifier
from shared.canonical.device_record import DeviceRecord
from shared.canonical.diagnostic import Diagnostic, Severity
from shared.canonical.inventory_report import InventoryReport
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.requisition import Requisition
from shared.canonical.supply_delivery import SupplyDelivery
from shared.cli.output import JsonOption, Output
from shared.formats.documents import ReadUsage
from shared.formats.registry import FORMATS, Format, claims_on, why_unrecognised
from shared.formats.whole import ProfileUnknownError

FileArgument = Annotated[str, typer.Argument(help="A file, or - to pipe the message.")]
ProfileOption = Annotated[
    str, typer.Option("--profile", help="Whose it is: the name of a profile of its format.")
]
MOST_SHOWN = 200
KEYS_SHOWN = 4
DOCUMENTS = ("document", "number", "lines", "held", "known by")
FINDINGS = ("code", "costs", "where", "what", "value", "rule")


def read(file: FileArgument, *, profile: ProfileOption = "", as_json: JsonOption = False) -> None:
    """Show the documents and the findings of a message; exit 1 if any of it cannot be used."""
    output = Output(as_json=as_json)
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    claims = claims_on(body, "")
    if len(claims) != 1 and profile:
        claims = tuple(each for each in FORMATS if profile in each.profiles())
    if len(claims) != 1:
        _refuse(output, file, why_unrecognised(claims))
    documents, findings = _read(claims[0], body, profile)
    _draw(output, claims[0], documents, findings)
    output.finish(
        {
            "file": file,
            "format": claims[0].name,
            "profile": profile,
            "documents": documents,
            "findings": findings,
        },
        *(f"explain {code}" for code in dict.fromkeys(str(each["code"]) for each in findings)),
    )
    if any(each["severity"] != Severity.NOTE.value for each in findings):
        raise SystemExit(1)


def _refuse(output: Output, file: str, reason: str) -> None:
    output.say(f"[red]{escape(file)} is of no format that is read here[/red]: {reason}")
    output.finish({"file": file, "format": None, "reason": reason}, "read FILE --profile NAME")
    raise SystemExit(1)


def _read(
    by: Format, body: bytes, profile: str
) -> tuple[list[Mapping[str, object]], list[Mapping[str, object]]]:
    """Documents and findings of a message, each in its order."""
    if profile and profile not in by.profiles():
        known = ", ".join(by.profiles()) or "none"
        raise ProfileUnknownError(f"{by.name} has no profile {profile!r}; known: {known}")
    documents: list[Mapping[str, object]] = []
    findings: list[Mapping[str, object]] = []
    for each in by.read(body, profile):
        if isinstance(each, Diagnostic):
            findings.append(_finding(each, by))
        else:
            documents.append(_document(each))
    return documents, findings


def _document(document: object) -> Mapping[str, object]:
    name, number, lines, held, known_by = _summary(document)
    return {
        "document": name,
        "number": number,
        "lines": lines,
        "held": held,
        "known_by": known_by,
        "content": json.loads(to_json(document)),
    }


def _summary(document: object) -> tuple[str, str, int, int, list[str]]:
    if isinstance(document, ReadUsage):
        known = [f"transaction:{key}" for key in _transactions(document)]
        return (
            *("SupplyUsage", document.number),
            *(len(document.lines) + len(document.evidence), len(document.malformed)),
            known,
        )
    if isinstance(document, DeviceIdentifier):
        stated = {"lot": document.lot, "serial": document.serial, "expires": document.expires}
        known = [f"{name}:{value}" for name, value in stated.items() if value]
        return type(document).__name__, document.di, 0, 0, known
    if isinstance(document, DeviceRecord | CaseSchedule):
        return type(document).__name__, document.number, 0, 0, [f"transaction:{document.key[2]}"]
    if isinstance(document, Requisition | SupplyDelivery | InventoryReport | ItemMasterUpdate):
        lines = document.items if isinstance(document, ItemMasterUpdate) else document.lines
        return (
            *(type(document).__name__, document.number, len(lines), len(document.malformed)),
            [f"transaction:{key}" for key in dict.fromkeys(line.key[2] for line in lines)],
        )
    if isinstance(document, TradeDocument):
        keys = business_keys(document)
        return (
            *(type(document).__name__, keys[0].value if keys else ""),
            *(line_count(document), len(broken_lines(document))),
            [f"{key.kind}:{key.value}" for key in keys],
        )
    raise TypeError(type(document).__name__)


def _transactions(document: ReadUsage) -> Iterator[str]:
    yield from dict.fromkeys(line.key[2] for line in document.lines)


def _finding(found: Diagnostic, by: Format) -> Mapping[str, object]:
    return {
        "code": found.code,
        "severity": found.severity.value,
        "at": str(found.position),
        "position": asdict(found.position),
        "rule": found.rule,
        "message": found.message,
        "value": found.value,
        "remedy": by.codes[found.code].remedy,
    }


def _draw(
    output: Output,
    by: Format,
    documents: Sequence[Mapping[str, object]],
    findings: Sequence[Mapping[str, object]],
) -> None:
    output.table(
        f"{by.name}: {len(documents)} documents",
        DOCUMENTS,
        [_document_row(each) for each in documents[:MOST_SHOWN]],
    )
    if findings:
        columns = ("code", "severity", "at", "message", "value", "rule")
        shown = findings[:MOST_SHOWN]
        rows = [[escape(str(each[name])) for name in columns] for each in shown]
        output.table(f"{len(findings)} findings", FINDINGS, rows)


def _document_row(document: Mapping[str, object]) -> Sequence[str]:
    """What the sender wrote is text, whatever brackets stand in it."""
    known = document["known_by"]
    shown = " ".join(known[:KEYS_SHOWN]) if isinstance(known, list) else ""
    told = (document[name] for name in ("document", "number", "lines", "held"))
    return [escape(str(each)) for each in (*told, shown)]
