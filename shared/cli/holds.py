"""`ledgerward holds`: what waits for a person, by owner and due time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from shared.canonical.hold import Hold
from shared.cli.deployment import open_deployment
from shared.cli.output import JsonOption, Output
from shared.holds.codes import HOLD_CODES, Owner
from shared.ports.hold_store import HoldStore

OwnerOption = Annotated[str, typer.Option("--owner", help="Only this role's holds.")]
CodeOption = Annotated[str, typer.Option("--code", help="Only holds of this code.")]


def holds(*, owner: OwnerOption = "", code: CodeOption = "", as_json: JsonOption = False) -> None:
    """List open holds, soonest due first, and say what would release each kind."""
    output = Output(as_json=as_json)
    chosen = [owner] if owner else list(Owner)
    found = [
        hold
        for hold in open_holds(open_deployment().holds, chosen)
        if not code or hold.code == code
    ]
    found.sort(key=lambda hold: hold.due_at)
    _draw(output, found)
    counts = Counter(hold.code for hold in found)
    output.finish(
        {"holds": [_data(hold) for hold in found], "counts": dict(counts)},
        *([f"trace {found[0].document_id}"] if found else ["status"]),
    )


def open_holds(store: HoldStore, owners: Sequence[str]) -> Iterator[Hold]:
    """Every open hold of these roles."""
    for owner in owners:
        yield from store.owned_by(str(owner))


def _draw(output: Output, found: Sequence[Hold]) -> None:
    now = datetime.now(UTC)
    output.table(
        f"{len(found)} open holds",
        ("code", "kind", "owner", "due", "facility", "where", "what", "document"),
        (
            (
                hold.code,
                hold.kind,
                hold.owner,
                f"{hold.due_at:%Y-%m-%d %H:%M}{' OVERDUE' if hold.due_at < now else ''}",
                hold.facility,
                hold.position,
                hold.detail,
                hold.document_id,
            )
            for hold in found
        ),
    )
    for each in sorted({hold.code for hold in found}):
        output.say(f"  {each}: released when: {HOLD_CODES[each].releases}")


def _data(hold: Hold) -> dict[str, object]:
    return {name: value for name, value in asdict(hold).items() if name != "payload"}
