"""`ledgerward tieout`: the ERP's books against what we expect of them, to the cent."""

from decimal import Decimal
from typing import Annotated

import typer

from shared.cli.deployment import open_deployment
from shared.cli.output import JsonOption, Output
from shared.finance.tie_out import ZERO, TieOut

PeriodOption = Annotated[
    list[str] | None, typer.Option("--period", help="A month, as 2026-03; all if none is given.")
]

DetailOption = Annotated[
    bool, typer.Option("--detail", help="A row for each cost centre and date, not only facilities.")
]


def tieout(
    *, period: PeriodOption = None, detail: DetailOption = False, as_json: JsonOption = False
) -> None:
    """Re-read the ERP and name every difference; exit 1 if there is one."""
    output = Output(as_json=as_json)
    result = open_deployment().tie_out(period or ())
    draw_tie_out(output, result, detail=detail)
    output.finish(tie_out_data(result), "holds", "trace KEY")
    if result.differences:
        raise SystemExit(1)


def draw_tie_out(output: Output, result: TieOut, *, detail: bool = False) -> None:
    """The rows, summed by facility and account unless `detail`; and every difference by name."""
    sums: dict[tuple[object, ...], tuple[Decimal, Decimal]] = {}
    for row, (expected, booked) in result.rows.items():
        centre, on = (row.cost_centre, row.on) if detail else ("all", "all")
        key = (row.period, row.facility, row.account, centre, on)
        before = sums.get(key, (ZERO, ZERO))
        sums[key] = before[0] + expected, before[1] + booked
    output.table(
        "tie-out",
        ("period", "facility", "account", "cost centre", "date", "expected", "booked"),
        ((*key, *amounts) for key, amounts in sums.items()),
    )
    for difference in result.differences:
        output.say(
            f"[red]{difference.kind}[/red] {difference.reference} {difference.where}: "
            f"expected {difference.expected}, booked {difference.booked}"
        )
    output.say(
        f"{result.effects} effects, {result.documents} ERP documents, {result.moves} moves; "
        f"unexplained {result.unexplained}"
    )


def tie_out_data(result: TieOut) -> dict[str, object]:
    """The object that programs read."""
    return {
        "unexplained": str(result.unexplained),
        "erp": {"documents": result.documents, "moves": result.moves},
        "effects": result.effects,
        "differences": [
            {
                "kind": each.kind,
                "reference": each.reference,
                "where": each.where,
                "expected": each.expected,
                "booked": each.booked,
            }
            for each in result.differences
        ],
    }
