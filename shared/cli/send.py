"""`ledgerward send FILE`: hand a message in as an EHR would, and show the acknowledgement."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from shared.cli.deployment import open_deployment
from shared.cli.output import JsonOption, Output
from shared.formats.fhir.addressing import path_of
from shared.formats.fhir.recognition import is_fhir
from shared.mllp.edge_client import EdgeAnswer, EdgeClient

FileArgument = Annotated[str, typer.Argument(help="A file, or - to type or pipe the message.")]
NO_ANSWER = EdgeAnswer(status=0, code="", message_id="", document_id="")


def send(file: FileArgument, *, as_json: JsonOption = False) -> None:
    """Send an HL7 v2 message or FHIR in JSON; exit 0 only if it was accepted (2xx, and AA)."""
    output = Output(as_json=as_json)
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        answer = sent(open_deployment().edge(), body)
    except httpx.TransportError as error:
        output.say(f"[red]nobody answered: {error}[/red]; sending it again is safe")
        answer = NO_ANSWER
    output.say(answer.text)
    result: dict[str, object] = {
        "status": answer.status,
        "code": answer.code,
        "message_id": answer.message_id,
        "document_id": answer.document_id,
        "acknowledgement": answer.text,
    }
    hints = [f"trace {answer.document_id}"] if answer.document_id else ["status"]
    output.finish(result, *hints, "holds")
    if not answer.is_accepted:
        raise SystemExit(1)


def sent(edge: EdgeClient, body: bytes) -> EdgeAnswer:
    """Send what a file holds to the route of its format, by its content."""
    if is_fhir(body, ""):
        return edge.send_resource(path_of(body, year=datetime.now(UTC).year), body)
    return edge.send(as_typed(body))


def as_typed(body: bytes) -> bytes:
    """What a person types ends its lines with LF; HL7 segments end with CR."""
    has_no_segment_ends = b"\r" not in body
    return body.replace(b"\n", b"\r") if has_no_segment_ends else body
