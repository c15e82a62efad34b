"""`ledgerward seal`, `export`, `verify`: what makes the journal's history provable."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from shared.aws.clock import SystemClock
from shared.aws.journal_lines import DynamoJournalLines
from shared.aws.seal_store import S3SealStore
from shared.canonical.seal import Seal, read_seal
from shared.canonical.seal_check import Finding
from shared.canonical.seal_export import check_export, section_of
from shared.cli.deployment import Deployment, open_deployment
from shared.cli.output import JsonOption, Output
from shared.errors import SealBrokenError
from shared.workflow.seal_journal import SealJournal
from shared.workflow.verify_journal import VerifyJournal

NowOption = Annotated[
    bool, typer.Option("--now", help="Up to this moment; only while nothing is being appended.")
]
OneOption = Annotated[str, typer.Option("--period", help="A seal, as 2026-03-14T12.7.")]
PeriodOption = Annotated[
    str, typer.Option("--period", help="A month, day, hour or seal, as 2026-03-14; all if none.")
]
ToOption = Annotated[Path, typer.Option("--to", help="The file to write.")]
ExportOption = Annotated[
    Path | None, typer.Option("--export", help="Verify this file, with no platform at all.")
]
COLUMNS = ("seal", "from", "until", "entries", "root")


def seal(*, now: NowOption = False, as_json: JsonOption = False) -> None:
    """Seal every hour of the journal that has ended."""
    output = Output(as_json=as_json)
    deployment = open_deployment()
    step = SealJournal(lines=_lines(deployment), seals=_seals(deployment), clock=SystemClock())
    made = step(to_now=now)
    _draw_seals(output, made)
    output.finish({"seals": [asdict(each) for each in made]}, "verify")


def export(*, period: OneOption, to: ToOption, as_json: JsonOption = False) -> None:
    """Write a sealed period and its seal to a file that can be verified anywhere."""
    output = Output(as_json=as_json)
    made, body = _verifier(open_deployment()).export(period)
    to.write_bytes(body)
    output.say(f"{made.count} entries of {made.name}; the seal's hash is {made.hash}")
    result = {"seal": asdict(made), "file": str(to), "bytes": len(body)}
    output.finish(result, f"verify --export {to}")


def verify(
    *, period: PeriodOption = "", export: ExportOption = None, as_json: JsonOption = False
) -> None:
    """Name every entry that is not as it was sealed; exit 1 if there is one, or no seal at all."""
    output = Output(as_json=as_json)
    if export is not None:
        result, findings = _verify_file(output, export)
    else:
        result, findings = _verify_platform(output, period)
    for found in findings:
        output.say(told(found))
    nothing = result.get("seals") == [] and not findings
    if nothing:
        output.say("[yellow]nothing is sealed here yet[/yellow]")
    elif not findings:
        output.say("[green]every byte is as it was sealed[/green]")
    output.finish({**result, "findings": [asdict(found) for found in findings]}, "trace KEY")
    if findings or nothing:
        raise SystemExit(1)


def told(found: Finding) -> str:
    """A finding in words."""
    parts = [f"[red]{found.kind}[/red] {found.what}"]
    if found.document_id:
        parts.append(f"{found.sequence} of document {escape(found.document_id)}")
    if found.fields:
        parts.append(f"in {escape(', '.join(found.fields))}")
    if found.line:
        parts.append(f"at line {found.line}")
    return " ".join(parts) + (f": {found.detail}" if found.detail else "")


def _verify_file(output: Output, path: Path) -> tuple[dict[str, object], Sequence[Finding]]:
    body = path.read_bytes()
    try:
        section, findings = section_of(body), check_export(body)
    except ValueError as error:
        raise SealBrokenError(f"{path}: {error}") from error
    output.say(f"{len(section.entries)} entries against the seal in {path}")
    seal_hash = _hash_of(section.seal.text)
    output.say(f"its hash, to be compared with the bucket's or a printed one: {seal_hash}")
    return {"file": str(path), "entries": len(section.entries), "hash": seal_hash}, findings


def _hash_of(line: bytes) -> str:
    """A whole seal's hash; nothing of one that was altered."""
    try:
        return read_seal(line).hash
    except ValueError:
        return ""


def _verify_platform(output: Output, period: str) -> tuple[dict[str, object], Sequence[Finding]]:
    verified = _verifier(open_deployment())(period)
    _draw_seals(output, verified.seals)
    names = [each.name for each in verified.seals]
    return {"seals": names, "entries": verified.entries}, verified.findings


def _draw_seals(output: Output, seals: Sequence[Seal]) -> None:
    rows = ((each.name, each.since, each.until, each.count, each.root) for each in seals)
    output.table("seals", COLUMNS, rows)


def _lines(deployment: Deployment) -> DynamoJournalLines:
    table = deployment.output("JournalTable")
    return DynamoJournalLines(client=deployment.clients.dynamodb, table=table)


def _seals(deployment: Deployment) -> S3SealStore:
    return S3SealStore(client=deployment.clients.s3, bucket=deployment.output("SealsBucket"))


def _verifier(deployment: Deployment) -> VerifyJournal:
    return VerifyJournal(lines=_lines(deployment), seals=_seals(deployment))
