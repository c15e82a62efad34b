"""`ledgerward file`: put files into the inbox, and see what became of each row."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import basename
from typing import Annotated, Any

import typer

from infra.local.cabinet import PROFILE
from infra.local.network.sources import CABINET_CLIENT
from shared.cli.deployment import Deployment, open_deployment
from shared.cli.dry_run import file_dry_run
from shared.cli.output import JsonOption, Output

file = typer.Typer(name="file", help="Files in, and what became of them.", no_args_is_help=True)

file.command("dry-run")(file_dry_run)

FileArgument = Annotated[Path, typer.Argument(help="The file to drop.", exists=True)]
NameArgument = Annotated[str, typer.Argument(help="The file's name, or its key in the inbox.")]
ProfileOption = Annotated[str, typer.Option("--profile", help="How the file is to be read.")]
ClientOption = Annotated[str, typer.Option("--client", help="The registered client that drops it.")]
SUMMARY = ".summary.json"
CONTENT_TYPE = "text/csv"
MOST_ROWS_SHOWN = 200
COLUMNS = ("row", "transaction", "outcome", "code", "column", "message", "document_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """What the outbox says of a file: the sum of it, and each row."""

    summary: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]


@file.command("drop")
def drop(
    path: FileArgument,
    *,
    profile: ProfileOption = PROFILE,
    client: ClientOption = CABINET_CLIENT.client_id,
    as_json: JsonOption = False,
) -> None:
    """Put a file into the inbox, as a registered client would."""
    output = Output(as_json=as_json)
    key = drop_file(open_deployment(), path.name, path.read_bytes(), profile=profile, client=client)
    output.say(f"dropped as {key}")
    output.finish({"key": key}, f"file show {path.name}")


@file.command("show")
def show(name_or_key: NameArgument, *, as_json: JsonOption = False) -> None:
    """List a file's rows: which were read, which are held, and why; exit 1 if none is known."""
    output = Output(as_json=as_json)
    answer = file_answer(open_deployment(), name_or_key)
    if answer is None:
        output.say(f"[yellow]nothing is answered about {name_or_key} yet[/yellow]")
        output.finish({"name": name_or_key, "summary": None, "rows": []}, "status")
        raise SystemExit(1)
    _draw(output, answer)
    output.finish(
        {"name": name_or_key, "summary": answer.summary, "rows": list(answer.rows)},
        *(f"trace {each}" for each in _first_document(answer)),
        "holds",
    )


def drop_file(
    deployment: Deployment,
    name: str,
    body: bytes,
    *,
    profile: str = PROFILE,
    client: str = CABINET_CLIENT.client_id,
) -> str:
    """Put a file into the inbox under a client and a profile; returns its key."""
    key = f"{client}/{profile}/{name}"
    deployment.clients.s3.put_object(
        Bucket=deployment.output("InboxBucket"), Key=key, Body=body, ContentType=CONTENT_TYPE
    )
    return key


def file_answer(deployment: Deployment, name_or_key: str) -> FileAnswer | None:
    """The newest answer about a file of this name; None if there is none."""
    summary_key = _newest(_summaries(deployment, name_or_key))
    if summary_key is None:
        return None
    summary = json.loads(_outbox(deployment, summary_key))
    result = summary.get("result")
    lines = _outbox(deployment, result).splitlines() if result else []
    return FileAnswer(summary=summary, rows=tuple(json.loads(line) for line in lines))


def _summaries(deployment: Deployment, name_or_key: str) -> Iterator[tuple[Any, str]]:
    """When each fitting summary was written, and its key."""
    parts = name_or_key.split("/")
    folder = "/".join(parts[:2]) + "/" if len(parts) > 1 else ""
    pages = deployment.clients.s3.get_paginator("list_objects_v2").paginate(
        Bucket=deployment.output("OutboxBucket"), Prefix=folder
    )
    for page in pages:
        for each in page.get("Contents", []):
            key = each["Key"]
            of_this_name = basename(key).startswith(f"{parts[-1]}.") and key.endswith(SUMMARY)
            if key == name_or_key or of_this_name:
                yield each["LastModified"], key


def _newest(found: Iterator[tuple[Any, str]]) -> str | None:
    return max(found, default=(None, None))[1]


def _outbox(deployment: Deployment, key: str) -> bytes:
    answer = deployment.clients.s3.get_object(Bucket=deployment.output("OutboxBucket"), Key=key)
    return answer["Body"].read()


def _draw(output: Output, answer: FileAnswer) -> None:
    summary = answer.summary
    output.say(f"[bold]{summary['name']}[/bold] {summary['outcome']} {_counts(summary)}")
    for found in summary["findings"]:
        place = f" {found['column']}" if found["column"] else ""
        output.say(f"  {found['code']}{place}: {found['message']} {found['remedy']}")
    shown = _shown(answer.rows)
    output.table(
        f"{len(shown)} of {len(answer.rows)} rows",
        COLUMNS,
        ([each.get(column, "") for column in COLUMNS] for each in shown),
    )


def _shown(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """All of a small file; of a large one what is not simply on its way comes first."""
    if len(rows) <= MOST_ROWS_SHOWN:
        return rows
    return sorted(rows, key=lambda each: (each["outcome"] == "read", each["row"]))[:MOST_ROWS_SHOWN]


def _counts(summary: Mapping[str, Any]) -> str:
    return ", ".join(f"{count} {name}" for name, count in summary.get("counts", {}).items())


def _first_document(answer: FileAnswer) -> list[str]:
    ids = [each["document_id"] for each in answer.rows if each["document_id"]]
    return ids[:1]
