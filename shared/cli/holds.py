"""`ledgerward holds`: what waits for a person, and what people decide about it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from shared.canonical.hold import Hold, HoldKind
from shared.canonical.outcome import EffectState
from shared.cli.account import open_platform
from shared.cli.operations import ReasonOption, WhoOption, decided_by
from shared.cli.output import JsonOption, Output
from shared.cli.recovery_step import decide_effect, decide_hold
from shared.errors import LedgerwardError
from shared.holds.codes import HOLD_CODES, RELEASABLE, Owner
from shared.holds.identity import CONFLICT
from shared.ports.hold_store import HoldStore
from shared.workflow.decide_effect import EffectDecision, Verdict
from shared.workflow.decide_hold import Decision

holds = typer.Typer(name="holds", help="What waits for a person.", invoke_without_command=True)

OwnerOption = Annotated[str, typer.Option("--owner", help="Only this role's holds.")]
CodeOption = Annotated[str, typer.Option("--code", help="Only holds of this code.")]
LineArgument = Annotated[str, typer.Argument(help="The line's id, as `holds` lists it.")]
NewOwnerOption = Annotated[Owner, typer.Option("--to", help="The role that takes it over.")]


@holds.callback()
def listing(
    context: typer.Context,
    *,
    owner: OwnerOption = "",
    code: CodeOption = "",
    as_json: JsonOption = False,
) -> None:
    """List open holds, soonest due first, and say what would release each kind."""
    if context.invoked_subcommand:
        return
    output = Output(as_json=as_json)
    chosen = [owner] if owner else list(Owner)
    found = [
        hold for hold in open_holds(open_platform().holds, chosen) if not code or hold.code == code
    ]
    found.sort(key=lambda hold: hold.due_at)
    _draw(output, found)
    counts = Counter(hold.code for hold in found)
    output.finish(
        {"holds": [_data(hold) for hold in found], "counts": dict(counts)},
        *([f"holds show {found[0].line_id}", f"trace {found[0].document_id}"] if found else []),
    )


@holds.command()
def show(line_id: LineArgument, *, as_json: JsonOption = False) -> None:
    """Everything about the holds of one line."""
    output = Output(as_json=as_json)
    found = open_platform().holds.of_line(line_id)
    for hold in found:
        for name, value in _data(hold).items():
            output.say(f"  {name:<13} {value}")
        output.say(f"  {'means':<13} {HOLD_CODES[hold.code].meaning}")
    output.finish(
        {"holds": [_data(hold) for hold in found]},
        *(HOLD_CODES[hold.code].next_command.format(**_names(hold)) for hold in found),
    )
    _fail_if_none(output, found)


@holds.command()
def assign(
    line_id: LineArgument,
    code: str,
    *,
    to: NewOwnerOption,
    reason: ReasonOption,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give a hold to another role; its due time stays."""
    decision = Decision(
        line_id=line_id, code=code, who=decided_by(who), reason=reason, new_owner=to.value
    )
    _decide(decision, as_json=as_json)


@holds.command()
def close(
    line_id: LineArgument,
    code: str,
    *,
    reason: ReasonOption,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Close a hold. A line whose blocking hold is closed will not be posted."""
    if _is_of_its_effect(line_id, code):
        _judge(line_id, Verdict.CLOSE, reason, who, as_json=as_json)
        return
    decision = Decision(line_id=line_id, code=code, who=decided_by(who), reason=reason)
    _decide(decision, as_json=as_json)


@holds.command()
def release(
    line_id: LineArgument, *, reason: ReasonOption, who: WhoOption = "", as_json: JsonOption = False
) -> None:
    """Send a refused effect again, mapped by the rules of now: its cause is mended.

    Or take a partner's file or interchange that is held after all: its sets count, and it is
    acknowledged.
    """
    if code := _releasable(line_id):
        who = decided_by(who)
        decision = Decision(line_id=line_id, code=code, who=who, reason=reason, is_release=True)
        _decide(decision, as_json=as_json)
        return
    _judge(line_id, Verdict.RELEASE, reason, who, as_json=as_json)


@holds.command()
def reject(
    line_id: LineArgument, *, reason: ReasonOption, who: WhoOption = "", as_json: JsonOption = False
) -> None:
    """Let a refusal stand. With a full reversal that waits, both are cancelled out.

    Or leave a partner's file or interchange that is held uncounted; the partner is told by hand.
    """
    if code := _releasable(line_id):
        decision = Decision(line_id=line_id, code=code, who=decided_by(who), reason=reason)
        _decide(decision, as_json=as_json)
        return
    _judge(line_id, Verdict.CLOSE, reason, who, as_json=as_json)


@holds.command()
def posted(
    line_id: LineArgument,
    erp_id: Annotated[str, typer.Argument(help="The ERP's id of the document that it is.")],
    *,
    reason: ReasonOption,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say which document of the ERP an effect in review is."""
    _judge(line_id, Verdict.POSTED, reason, who, erp_id=erp_id, as_json=as_json)


@holds.command()
def absent(
    line_id: LineArgument, *, reason: ReasonOption, who: WhoOption = "", as_json: JsonOption = False
) -> None:
    """Say that the ERP has nothing of an effect in review: it is sent again."""
    _judge(line_id, Verdict.ABSENT, reason, who, as_json=as_json)


def open_holds(store: HoldStore, owners: Sequence[str]) -> Iterator[Hold]:
    """Every open hold of these roles."""
    for owner in owners:
        yield from store.owned_by(str(owner))


def _is_of_its_effect(line_id: str, code: str) -> bool:
    """Whether it stands for what the target said, or did not say: the target is asked first."""
    entry = open_platform().ledger.read([line_id]).get(line_id)
    waits = entry is not None and entry.state in (EffectState.REJECTED, EffectState.REVIEW)
    is_blocking = code in HOLD_CODES and HOLD_CODES[code].kind is HoldKind.BLOCKING
    return waits and is_blocking and code != CONFLICT


def _releasable(line_id: str) -> str:
    """The code of a hold on a partner's file or interchange; empty if there is none."""
    held = (hold.code for hold in open_platform().holds.of_line(line_id))
    return next((code for code in held if code in RELEASABLE), "")


def _judge(
    effect_id: str, verdict: Verdict, reason: str, who: str, *, as_json: bool, erp_id: str = ""
) -> None:
    output = Output(as_json=as_json)
    decision = EffectDecision(
        effect_id=effect_id, verdict=verdict, who=decided_by(who), reason=reason, erp_id=erp_id
    )
    try:
        state = decide_effect(open_platform())(decision)
    except LedgerwardError as error:
        output.say(f"[yellow]{error}[/yellow]")
        raise SystemExit(1) from error
    output.say(f"effect {effect_id} is {state} now")
    output.finish({"effect_id": effect_id, "state": state.value}, f"trace {effect_id}")


def _decide(decision: Decision, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    found = decide_hold(open_platform())(decision)
    done = "assigned" if decision.new_owner else "released" if decision.is_release else "closed"
    output.say(f"{len(found)} holds {done}")
    output.finish({"holds": [_data(hold) for hold in found]}, "holds")
    _fail_if_none(output, found)


def _fail_if_none(output: Output, found: Sequence[Hold]) -> None:
    if not found:
        output.say("[yellow]no open hold there[/yellow]")
        raise SystemExit(1)


def _draw(output: Output, found: Sequence[Hold]) -> None:
    now = datetime.now(UTC)
    output.table(
        f"{len(found)} open holds",
        ("code", "kind", "owner", "due", "facility", "where", "what", "line"),
        (
            (
                hold.code,
                hold.kind,
                hold.owner,
                f"{hold.due_at:%Y-%m-%d %H:%M}{' OVERDUE' if hold.due_at < now else ''}",
                hold.facility,
                hold.position,
                hold.detail,
                hold.line_id,
            )
            for hold in found
        ),
    )
    for each in sorted({hold.code for hold in found}):
        output.say(f"  {each}: released when: {HOLD_CODES[each].releases}")


def _names(hold: Hold) -> dict[str, str]:
    return {"line_id": hold.line_id, "document_id": hold.document_id}


def _data(hold: Hold) -> dict[str, object]:
    return {name: value for name, value in asdict(hold).items() if name != "payload"}
