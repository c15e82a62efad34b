# SPDX-License-Identifier: GPL-3.0-or-later
"""Suppliers, items at fixed cost, and lots."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from trytond_ledgerward_seed.records import Record, Values, model

Thing = TypeVar("Thing")

# A hundred templates in one call overflow SQLite's parser.
_ITEMS_A_CALL = 25
_LOTS_A_CALL = 250
_UNITS = {"EA": "Unit", "ML": "Cubic centimeter"}
# Tryton refuses a move from a supplier, within storage or into consumption without a lot.
_LOT_REQUIRED = ["supplier", "storage", "lost_found"]


def create_suppliers(suppliers: list[Values]) -> dict[str, Record]:
    """Create the suppliers, paid at 30 days; by code."""
    term = _create_payment_term()
    created = model("party.party").create(
        [
            {
                "code": supplier["code"],
                "name": supplier["name"],
                "supplier_payment_term": term.id,
                "addresses": [("create", [{"street_name": supplier["name"]}])],
            }
            for supplier in suppliers
        ]
    )
    return {party.code: party for party in created}


def create_items(
    catalogue: list[Values], suppliers: dict[str, Record], accounts: dict[str, Record]
) -> dict[str, Record]:
    """Create the items; their products by code."""
    found = model("product.uom").search([("name", "in", list(_UNITS.values()))])
    units = {unit.name: unit for unit in found}
    category = _create_category(accounts)
    products = {}
    for some in batches(catalogue, _ITEMS_A_CALL):
        values = [
            _template(item, units[_UNITS[item["base_unit"]]], category, suppliers) for item in some
        ]
        for template in model("product.template").create(values):
            (product,) = template.products
            products[template.code] = product
    return products


def create_lots(lots: list[Values], products: dict[str, Record]) -> dict[tuple[str, str], Record]:
    """Create the lots; by item and number."""
    created: dict[tuple[str, str], Record] = {}
    for some in batches(lots, _LOTS_A_CALL):
        records = model("stock.lot").create(
            [
                {
                    "number": lot["number"],
                    "product": products[lot["item"]].id,
                    "expiration_date": _day(lot["expires"]),
                }
                for lot in some
            ]
        )
        created.update(
            ((lot["item"], lot["number"]), record)
            for lot, record in zip(some, records, strict=True)
        )
    return created


def batches(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """The things in order, at most `size` at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _create_payment_term() -> Record:
    delta = {"days": 30}
    line = {"type": "remainder", "relativedeltas": [("create", [delta])]}
    (term,) = model("account.invoice.payment_term").create(
        [{"name": "30 days", "lines": [("create", [line])]}]
    )
    return term


def _create_category(accounts: dict[str, Record]) -> Record:
    (revenue,) = model("account.account").search([("code", "=", "4.1.1")])
    (category,) = model("product.category").create(
        [
            {
                "name": "Medical supplies",
                "accounting": True,
                # What an invoice differs from the order's cost stays here, apart from consumption.
                "account_expense": accounts["price_variance"].id,
                "account_cogs": accounts["price_variance"].id,
                "account_revenue": revenue.id,
                "account_stock": accounts["stock"].id,
                "account_stock_in": accounts["goods_received"].id,
                "account_stock_out": accounts["supplies"].id,
            }
        ]
    )
    return category


def _template(item: Values, unit: Record, category: Record, suppliers: dict[str, Record]) -> Values:
    cost = Decimal(item["unit_cost"])
    udi_di = {"type": "ean", "code": item["udi_di"]}
    return {
        "code": item["item"],
        "name": item["name"],
        "type": "goods",
        "default_uom": unit.id,
        "list_price": cost,
        "account_category": category.id,
        "cost_price_method": "fixed",
        "lot_required": _LOT_REQUIRED if item["is_lot_controlled"] else [],
        "expiration_state": "optional" if item["is_lot_controlled"] else "none",
        "shelf_life_state": "none",
        "purchasable": item["is_active"],
        "purchase_uom": unit.id,
        "products": [("create", [{"cost_price": cost, "identifiers": [("create", [udi_di])]}])],
        "product_suppliers": [("create", [_offer(item, suppliers, cost)])],
    }


def _offer(item: Values, suppliers: dict[str, Record], cost: Decimal) -> Values:
    price = {"quantity": 0, "unit_price": cost}
    return {
        "party": suppliers[item["supplier"]].id,
        "code": item["supplier_part"],
        "prices": [("create", [price])],
    }


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
