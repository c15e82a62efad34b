"""`ledgerward file dry-run`: what would become of each row of a file, told line by line."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.local.network.sources import CABINET_CLIENT
from shared.aws.client_registry import DynamoClientRegistry
from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterData
from shared.canonical.diagnostic import Severity
from shared.cli.account import open_platform
from shared.cli.output import JsonOption, Output
from shared.cli.told_lines import Facts, finding_facts, line_facts, mapped_facts, shown
from shared.errors import LedgerwardError
from shared.formats.flatfile.codes import FILE_CODES
from shared.formats.flatfile.dry_run import DryRun, Fate, ToldLine, dry_run
from shared.formats.flatfile.loading import find_profile, profile_from, profile_names
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import SIZE_LIMIT
from shared.formats.whole import ProfileUnknownError
from shared.workflow.try_rows import TryRows

FileArgument = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)]
ProfileOption = Annotated[
    str,
    typer.Option("--profile", help="How it is to be read: a name, or a JSON file of a new one."),
]
MappedOption = Annotated[
    bool, typer.Option("--mapped", help="Map each use by the master data of the stack as well.")
]
ClientOption = Annotated[str, typer.Option("--client", help="Who would drop it, for --mapped.")]
Try = Callable[[ToldLine], Facts]
_LOST = frozenset({Fate.HELD, Fate.REFUSED})


class ClientUnknownError(LedgerwardError):
    """No client of this name is registered."""

    code = "CLIENT_UNKNOWN"


def file_dry_run(
    path: FileArgument,
    *,
    profile: ProfileOption,
    mapped: MappedOption = False,
    client: ClientOption = CABINET_CLIENT.client_id,
    as_json: JsonOption = False,
) -> None:
    """Tell what would become of each row, and why, and do nothing; exit 1 if any would not go on.

    With --json each row is one JSON object, and the last line of output is the sum of them: its
    counts are lines of the file, and add up to all of them. No stack is needed but for --mapped,
    which asks its master data and writes nothing. A row that would be held or refused comes with
    its code, its rule, its place and what mends it.
    """
    output, found = Output(as_json=as_json), _profile(profile)
    tried = _mapping(found, client) if mapped else _unmapped
    with path.open("rb") as stream:
        run = dry_run(stream, found)
        for told in run.told():
            _write({**line_facts(told), **tried(told)}, as_json=as_json)
    _finish(output, run, path)


def _profile(name: str) -> FlatFileProfile:
    if name.endswith(".json"):
        return _new_profile(Path(name))
    found = find_profile(name)
    if found is None:
        known = ", ".join(profile_names())
        raise ProfileUnknownError(f"there is no flat-file profile {name!r}; known: {known}")
    return found


def _new_profile(path: Path) -> FlatFileProfile:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileUnknownError(f"the profile {path} cannot be read: {error}") from error
    return profile_from(text, file=path.name)


def _mapping(profile: FlatFileProfile, client_id: str) -> Try:
    """How rows are mapped on the live stack."""
    platform = open_platform()
    registry = DynamoClientRegistry(records=platform.records, clock=SystemClock())
    client = registry.scope_of(client_id)
    if client is None:
        raise ClientUnknownError(f"there is no client {client_id!r}; its files are refused unread")
    try_rows = TryRows(
        master=DynamoMasterData(records=platform.records),
        client=client,
        profile=profile,
        now=datetime.now(UTC),
    )
    return lambda told: mapped_facts(try_rows, told)


def _unmapped(_told: ToldLine) -> Facts:
    return {}


def _write(facts: Facts, *, as_json: bool) -> None:
    """One line of output; a file of a million rows has as many."""
    text = json.dumps(facts, ensure_ascii=False) if as_json else shown(facts)
    sys.stdout.write(text + "\n")


def _finish(output: Output, run: DryRun, path: Path) -> None:
    """The sum of it: what it adds up to, and what is the matter with the file as a whole."""
    findings = [*map(finding_facts, run.findings), *_too_large(path)]
    counts = {fate.value: run.counts[fate] for fate in Fate}
    for found in findings:
        output.say(f"{found['code']}: {found['message']} {found['remedy']}")
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    output.say(f"{run.lines} lines: {told}")
    totals = {"file": path.name, "profile": run.profile.name, "lines": run.lines}
    is_refused = any(found["severity"] == Severity.MESSAGE.value for found in findings)
    hints = () if is_refused else (f"file drop {path} --profile {run.profile.name}",)
    output.finish(totals | {"counts": counts, "findings": findings}, *hints)
    if is_refused or run.is_incomplete or any(run.counts[fate] for fate in _LOST):
        raise SystemExit(1)


def _too_large(path: Path) -> Iterator[Facts]:
    """What the inbox would not read at all."""
    if path.stat().st_size > SIZE_LIMIT:
        entry = FILE_CODES["FILE_TOO_LARGE"]
        yield {
            "code": entry.code,
            "severity": entry.severity.value,
            "rule": entry.rule,
            "message": entry.message,
            "remedy": entry.remedy,
        }
