# SPDX-License-Identifier: GPL-3.0-or-later
"""Stock on hand when the books open, with its journals."""

import datetime as dt

from trytond_ledgerward_seed.catalogue import batches
from trytond_ledgerward_seed.records import Record, Values, model

_MOVES_A_CALL = 250


def receive_opening_stock(
    lines: list[Values],
    *,
    on: str,
    company: Record,
    places: dict[str, Record],
    products: dict[str, Record],
    lots: dict[tuple[str, str], Record],
    accounts: dict[str, Record],
) -> None:
    """Receive every line at cost, against opening equity.

    No supplier will ever send an invoice for it, so the clearing account of goods received is kept
    out of it: for these receipts alone the category's other side is the opening equity.
    """
    categories = model("product.category")
    (category,) = categories.search([("accounting", "=", True)])
    categories.write([category], {"account_stock_in": accounts["opening_equity"].id})
    (outside,) = model("stock.location").search([("code", "=", "SUP")])
    day = dt.date.fromisoformat(on)
    for some in batches(lines, _MOVES_A_CALL):
        _receive(
            [
                {
                    "company": company.id,
                    "currency": company.currency.id,
                    "product": products[line["item"]].id,
                    "unit": products[line["item"]].default_uom.id,
                    "quantity": float(line["quantity"]),  # Tryton keeps quantities so
                    "unit_price": products[line["item"]].cost_price,
                    "from_location": outside.id,
                    "to_location": places[line["place"]].id,
                    "lot": lots[line["item"], line["lot"]].id if line["lot"] else None,
                    "planned_date": day,
                    "effective_date": day,
                }
                for line in some
            ]
        )
    categories.write([category], {"account_stock_in": accounts["goods_received"].id})


def _receive(values: list[Values]) -> None:
    moves = model("stock.move")
    moves.do(moves.create(values))
