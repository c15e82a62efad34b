"""`ledgerward positions PLACE`: what lies at a place, beside what the ERP has there."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated
from uuid import uuid4

import typer

from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterData
from shared.canonical.master import PlaceRecord
from shared.canonical.stock import Opening
from shared.cli.account import open_platform
from shared.cli.operations import erp_books
from shared.cli.output import JsonOption, Output
from shared.cli.platform import Platform
from shared.effects.identity import external_reference
from shared.errors import LedgerwardError
from shared.inventory.comparison import StockRow, compared
from shared.targets.tryton.references import REFERENCE_LENGTH
from shared.workflow.open_place import OpenPlace

ItemOption = Annotated[str, typer.Option("--item", help="Only this item of the ERP.")]
OpenOption = Annotated[
    bool, typer.Option("--open", help="Begin to follow the place with what the ERP has there now.")
]


def positions(
    place: str, *, item: ItemOption = "", opens: OpenOption = False, as_json: JsonOption = False
) -> None:
    """Compare a place's positions with the ERP's stock; exit 1 if a difference is unexplained.

    The table has what differs, or all of one item.
    """
    output, platform = Output(as_json=as_json), open_platform()
    record = place_of(platform, place)
    opened = open_place(platform, record) if opens else None
    rows = rows_of(platform, record, item)
    _draw(output, rows if item else tuple(filter(_differs, rows)))
    unexplained = [row for row in rows if row.unexplained]
    data = {
        "place": place,
        "opened": len(opened.facts) if opened else None,
        "rows": [row_data(row) for row in rows],
        "unexplained": len(unexplained),
    }
    output.say(
        f"{len(rows)} positions at {place}: {sum(map(_differs, rows))} are not what the ERP has,"
        f" {len(unexplained)} without a reason"
    )
    output.finish(data, "tieout", "trace KEY")
    if unexplained:
        raise SystemExit(1)


def place_of(platform: Platform, place: str) -> PlaceRecord:
    """The place, if it stands in master data.

    Raises:
        LedgerwardError: it does not.
    """
    now = datetime.now(UTC).isoformat()
    record = DynamoMasterData(records=platform.records).place(place, as_of=now)
    if record is None:
        raise LedgerwardError(
            f"master data has no place {place}; ledgerward map add place says whose it is"
        )
    return record


def open_place(platform: Platform, place: PlaceRecord) -> Opening | None:
    """Follow a place; None if it was followed before."""
    step = OpenPlace(
        positions=platform.positions,
        stock=platform.stock,
        books=erp_books(platform),
        reference_of=lambda effect: external_reference(effect, REFERENCE_LENGTH),
        new_token=lambda: uuid4().hex,
        clock=SystemClock(),
    )
    return step(platform.tenant, place.facility, place.place)


def rows_of(platform: Platform, place: PlaceRecord, item: str = "") -> tuple[StockRow, ...]:
    """Our positions beside the ERP's stock.

    Raises:
        LedgerwardError: the place is not followed, so that there is nothing to compare.
    """
    if platform.stock.opening(platform.tenant, place.place) is None:
        raise LedgerwardError(f"{place.place} is not followed; begin with --open")
    ours = platform.positions(platform.tenant, place.facility, place.place, item)
    held = erp_books(platform).stock(place.place)
    return compared(ours, (each for each in held if item in ("", each.item)))


def row_data(row: StockRow) -> dict[str, object]:
    """A row for programs: numbers as texts, exact."""
    return {
        "item": row.item,
        "lot": row.lot,
        "on_hand": _plain(row.on_hand),
        "in_erp": _plain(row.in_erp),
        "differing": {cause.value: _plain(each) for cause, each in row.differing.items()},
        "counted_at": row.counted_at,
        "unexplained": _plain(row.unexplained),
    }


def _differs(row: StockRow) -> bool:
    return row.on_hand != row.in_erp or bool(row.unexplained)


def _plain(quantity: Decimal) -> str:
    """Without an exponent, and without zeros that say nothing."""
    return format(quantity.normalize(), "f")


def _draw(output: Output, rows: tuple[StockRow, ...]) -> None:
    output.table(
        "positions",
        ("item", "lot", "on hand", "in the ERP", "because of", "counted", "unexplained"),
        (
            (
                row.item,
                row.lot,
                _plain(row.on_hand),
                _plain(row.in_erp),
                ", ".join(f"{cause} {_plain(each)}" for cause, each in row.differing.items()),
                row.counted_at,
                _plain(row.unexplained),
            )
            for row in rows
        ),
    )
