"""`ledgerward trace KEY`: the chain from the bytes to the GL line and back."""

from dataclasses import asdict

from shared.canonical.hold import Hold
from shared.canonical.journal import JournalEntry
from shared.cli.deployment import open_deployment
from shared.cli.output import JsonOption, Output
from shared.workflow.trace_lineage import TracedDocument, TracedEffect


def trace(key: str, *, as_json: JsonOption = False) -> None:
    """Follow any business key both ways: control id, document, case, lot, serial, ERP number."""
    output = Output(as_json=as_json)
    lineage = open_deployment().trace(key)
    documents = lineage.documents
    for document in documents:
        _draw(output, document)
    if lineage.erp_is_silent:
        output.say(
            f"[yellow]the ERP could not be asked: its moves and GL lines are not shown, and whether"
            f" {key} is a number of its own is not known; trace again later[/yellow]"
        )
    if not documents:
        output.say(f"[yellow]nothing is known here under {key}[/yellow]")
    output.finish(
        {
            "key": key,
            "erp_is_silent": lineage.erp_is_silent,
            "documents": [_as_data(document) for document in documents],
        },
        "holds",
        "tieout",
    )
    if not documents:
        raise SystemExit(1)


def _draw(output: Output, document: TracedDocument) -> None:
    output.say(f"[bold]document {document.document_id}[/bold] (found by {document.found_by})")
    for entry in document.entries:
        output.say(f"  {entry.sequence:>4} {entry.fact.at} {_told(entry)}")
    broken = document.chain_breaks_at
    output.say(f"       chain {'verifies' if broken is None else f'BREAKS AT {broken}'}")
    for effect in document.effects:
        _draw_effect(output, effect)
    for hold in document.holds:
        output.say(f"  hold {hold.code} ({hold.kind}) {hold.position}: {hold.detail}")


def _told(entry: JournalEntry) -> str:
    facts = entry.fact.data
    shown = (
        "message_id",
        "version",
        "raw_key",
        "sha256",
        "code",
        "state",
        "reference",
        "erp_id",
        "reason",
        *("document", "interchange", "control", "verdict", "acknowledgement"),
    )
    return f"{entry.fact.kind} " + " ".join(
        f"{name}={facts[name]}" for name in shown if facts.get(name)
    )


def _draw_effect(output: Output, traced: TracedEffect) -> None:
    effect = traced.entry.effect
    quantity = effect.quantity
    version = f"version {effect.part} " if effect.part else ""
    output.say(
        f"  effect {effect.effect_id} [bold]{traced.entry.state}[/bold] {effect.effect_type} "
        f"{version}"
        f"{quantity.stated} {quantity.stated_unit} = {quantity.in_base_units} {quantity.base_unit} "
        f"of {effect.item} {effect.dimensions.cost_centre} {effect.accounting_date} {effect.amount}"
    )
    for move in traced.moves:
        output.say(
            f"    stock move {move.erp_id} {move.reference} {move.quantity} {move.item} "
            f"lot {move.lot or '-'} {move.from_place} -> {move.to_place} {move.on}"
        )
    for line in traced.lines:
        output.say(
            f"      GL line {line.erp_id} journal {line.journal} {line.account} "
            f"{line.cost_centre or '-'} {line.amount} {line.on} {line.period}"
        )


def _as_data(document: TracedDocument) -> dict[str, object]:
    return {
        "document_id": document.document_id,
        "found_by": document.found_by,
        "chain_breaks_at": document.chain_breaks_at,
        "journal": [
            {"sequence": entry.sequence, "hash": entry.hash, **asdict(entry.fact)}
            for entry in document.entries
        ],
        "effects": [_effect_data(traced) for traced in document.effects],
        "holds": [_hold_data(hold) for hold in document.holds],
    }


def _effect_data(traced: TracedEffect) -> dict[str, object]:
    return {
        **asdict(traced.entry),
        "moves": [asdict(move) for move in traced.moves],
        "lines": [asdict(line) for line in traced.lines],
    }


def _hold_data(hold: Hold) -> dict[str, object]:
    return {name: value for name, value in asdict(hold).items() if name != "payload"}
