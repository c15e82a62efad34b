"""A line of a flat file as a dry run tells it: in facts, and in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.inventory_report import ReportLine
from shared.canonical.item_master import ItemMasterRecord
from shared.canonical.usage import Direction, MalformedLine, UsageLine
from shared.formats.flatfile.codes import FILE_CODES
from shared.formats.flatfile.dry_run import Fate, ToldLine
from shared.mapping.usage import MappedLine
from shared.workflow.try_rows import TryRows

Facts = dict[str, Any]


def mapped_facts(try_rows: TryRows, told: ToldLine) -> Facts:
    """What mapping says of a row that was read; nothing of any other."""
    line = try_rows(told.row) if told.row is not None and told.fate is Fate.READ else None
    return {} if line is None else dict(_mapped(line))


def _mapped(line: MappedLine) -> Iterator[tuple[str, object]]:
    yield "mapped", _becomes(line)
    if effect := line.effect:
        yield "posts_item", effect.item
        yield "posts_quantity", f"{effect.quantity.in_base_units:f} {effect.quantity.base_unit}"
        yield "amount", f"{effect.amount:f}"
        yield "cost_centre", effect.dimensions.cost_centre
        yield "from_place", effect.from_place
        yield "to_place", effect.to_place
        yield "accounting_date", effect.accounting_date.isoformat()
    if line.evidence:
        yield "reason", line.evidence
    if line.holds:
        yield (
            "holds",
            [
                {"code": hold.code, "kind": hold.kind.value, "rule": hold.rule}
                | {"detail": hold.detail, "releases": hold.releases}
                for hold in line.holds
            ],
        )


def _becomes(line: MappedLine) -> str:
    if line.effect:
        return "post"
    if line.reversal:
        return "reverse"
    return "evidence" if line.evidence else "hold"


def line_facts(told: ToldLine) -> Facts:
    """One line as it is told."""
    facts: Facts = {"line": told.first_line, "lines": told.lines, "fate": told.fate.value}
    if told.row is not None:
        facts |= {"row": told.row.number, **_said(told)}
    if told.found is not None:
        facts |= finding_facts(told.found)
    return facts


def _said(told: ToldLine) -> Facts:
    """What a row says, as far as it can be read."""
    row = told.row
    if row is None or isinstance(row.line, MalformedLine):
        return {"key": list(row.line.key)} if row and row.line.key else {}
    said: Facts = {"key": list(row.line.key)}
    match row.line:
        case UsageLine() as use:
            sign = "-" if use.direction is Direction.CREDIT else "+"
            return said | {
                "kind": use.direction.value,
                "item": use.charge_code,
                "sign": sign,
                "quantity": f"{use.quantity:f}",
                "unit": use.unit,
            }
        case ReportLine() as count:
            item = next((name.value for name in count.ids), "")
            return said | {
                "kind": "count",
                "item": item,
                "sign": "+",
                "quantity": f"{count.quantity:f}",
                "unit": count.unit,
            }
        case ItemMasterRecord() as item_record:
            return said | {
                "kind": f"item {item_record.action.value}",
                "item": item_record.number,
                "unit": item_record.base_unit,
            }
        case _ as unknown:
            raise TypeError(type(unknown).__name__)


def finding_facts(found: Diagnostic) -> Facts:
    """What is wrong, where, by which rule, and what mends it."""
    return {
        "code": found.code,
        "severity": found.severity.value,
        "at": str(found.position),
        "column": found.position.column,
        "byte": found.position.byte,
        "rule": found.rule,
        "message": found.message,
        "value": found.value,
        "remedy": FILE_CODES[found.code].remedy,
    }


def shown(facts: Mapping[str, Any]) -> str:
    """The facts of a line in words."""
    place = str(facts["line"])
    if facts["lines"] > 1:
        place += f"-{facts['line'] + facts['lines'] - 1}"
    told = [f"{place:>9} {facts['fate']:<8}", *_shown_row(facts)]
    if "code" in facts:
        value = f" ({facts['value']})" if facts["value"] else ""
        told.append(f"{facts['code']} at {facts['at']}: {facts['message']}{value}")
        told.append(f"[{facts['rule']}] {facts['remedy']}")
    return " ".join(told)


def _shown_row(facts: Mapping[str, Any]) -> Iterator[str]:
    if "kind" in facts:
        amount = f"{facts['sign']}{facts['quantity']}" if "quantity" in facts else ""
        shown = (facts["kind"], facts["item"], amount, facts["unit"], "/".join(facts["key"]))
        yield " ".join(each for each in shown if each)
    if "mapped" in facts:
        yield f"-> {facts['mapped']} {_shown_mapped(facts)}".rstrip()


def _shown_mapped(facts: Mapping[str, Any]) -> str:
    posts = (facts.get(name, "") for name in ("posts_quantity", "posts_item", "amount", "reason"))
    holds = (f"{hold['code']}: {hold['detail']}" for hold in facts.get("holds", ()))
    return " ".join(each for each in (*posts, *holds) if each)
