"""`ledgerward explain CODE`: what a finding or a hold means, where it comes from, what to do."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated

import typer

from shared.cli.output import JsonOption, Output
from shared.formats.finding_codes import FindingCode
from shared.formats.registry import FORMATS
from shared.holds.codes import HOLD_CODES, HoldCode

CodeArgument = Annotated[str, typer.Argument(help="A code, as a finding or a hold shows it.")]
COSTS = {
    "message": "nothing of its message, set or file can be used",
    "line": "this line is held, the others go on",
    "note": "nothing; everything is used",
    "blocking": "the line waits, and posts nothing until it is released",
    "advisory": "the line is posted, and the work stays open",
}


def explain(code: CodeArgument, *, as_json: JsonOption = False) -> None:
    """Say what a code means, which rule it comes from and what to do next; exit 1 if none has it.

    Formats share codes: each says what it means there.
    """
    output = Output(as_json=as_json)
    entries = list(explanations(code.upper()))
    for each in entries:
        output.say(f"[bold]{each['code']}[/bold] in {each['in']}: {each['means']}")
        output.say(f"  costs: {each['costs']}")
        output.say(f"  rule:  {each['rule']}")
        output.say(f"  next:  {each['next']}")
    if not entries:
        near = get_close_matches(code.upper(), all_codes(), n=3)
        output.say(f"[yellow]no finding and no hold has the code {code}[/yellow]")
        output.finish({"code": code, "entries": [], "near": near}, *(f"explain {n}" for n in near))
        raise SystemExit(1)
    output.finish({"code": code.upper(), "entries": entries})


def explanations(code: str) -> Iterator[Mapping[str, str]]:
    """What each format and the holds say of a code."""
    for each in FORMATS:
        if code in each.codes:
            yield _finding(each.codes[code], each.name)
    if code in HOLD_CODES:
        yield _hold(HOLD_CODES[code])


def all_codes() -> list[str]:
    """Every code there is, each once."""
    return sorted({*HOLD_CODES, *(code for each in FORMATS for code in each.codes)})


def _finding(entry: FindingCode, where: str) -> Mapping[str, str]:
    return {
        "code": entry.code,
        "in": where,
        "means": entry.message,
        "costs": COSTS[entry.severity.value],
        "rule": entry.rule,
        "next": entry.remedy,
    }


def _hold(entry: HoldCode) -> Mapping[str, str]:
    owner = f"{entry.owner.value}, due {entry.due_hours} h after it opens"
    command = entry.next_command.format(line_id="LINE_ID", document_id="DOCUMENT_ID")
    return {
        "code": entry.code,
        "in": f"holds ({owner})",
        "means": entry.meaning,
        "costs": COSTS[entry.kind.value],
        "rule": entry.rule,
        "next": f"{entry.releases} ledgerward {command}",
    }
