# SPDX-License-Identifier: GPL-3.0-or-later
"""What the codes of a batch stand for: one query for each kind of code."""

import datetime as dt
from collections import defaultdict

from trytond.pool import Pool
from trytond.transaction import active_records, inactive_records
from trytond_ledgerward_accounting.stock import DIMENSIONS

from .effect import MASTER_DATA_MISSING, PERIOD_CLOSED, VALIDATION, RefusedLineError

LATEST_LEAD = dt.timedelta(days=1)
"""How far a facility's day may be ahead of the server's: time zones, no more."""

DIRECTIONS = {"issue": ("storage", "lost_found"), "return": ("lost_found", "storage")}


class Items:
    """Items by number; a use is recorded for inactive ones too."""

    def __init__(self, effects):
        Product = Pool().get("product.product")
        self._found = defaultdict(list)
        with inactive_records():
            for product in Product.search([("code", "in", _distinct(e.item for e in effects))]):
                self._found[product.code].append(product)

    def item(self, effect):
        """The item of a line, checked to be one that moves in such a quantity."""
        product = self._one(effect.item)
        if product.type not in {"goods", "assets"}:
            raise RefusedLineError(VALIDATION, f"item {effect.item} is not kept in stock")
        digits = product.default_uom.digits
        if effect.quantity != round(effect.quantity, digits):
            raise RefusedLineError(
                VALIDATION, f"item {effect.item} has {digits} decimals, not {effect.quantity}"
            )
        return product

    def _one(self, code):
        found = self._found[code]
        active = [product for product in found if product.active]
        chosen = active or found
        if len(chosen) != 1:
            raise RefusedLineError(MASTER_DATA_MISSING, f"item {code}: {len(chosen)} found")
        return chosen[0]


class Places:
    """Stock locations by code."""

    def __init__(self, effects):
        Location = Pool().get("stock.location")
        codes = _distinct(code for e in effects for code in (e.from_place, e.to_place))
        self._found = defaultdict(list)
        with active_records():
            for location in Location.search([("code", "in", codes)]):
                self._found[location.code].append(location)

    def ends(self, effect):
        """Where a line's stock comes from and goes to: storage and used, or the way back."""
        ends = tuple(self._one(code) for code in (effect.from_place, effect.to_place))
        types = tuple(place.type for place in ends)
        if types != DIRECTIONS[effect.kind]:
            expected = " to ".join(DIRECTIONS[effect.kind])
            raise RefusedLineError(
                VALIDATION, f"{effect.kind} goes from {expected}, not {' to '.join(types)}"
            )
        return ends

    def _one(self, code):
        found = self._found[code]
        if len(found) != 1:
            raise RefusedLineError(MASTER_DATA_MISSING, f"place {code}: {len(found)} found")
        return found[0]


class Accounts:
    """Analytic accounts by dimension and code."""

    def __init__(self, company, effects):
        Account = Pool().get("analytic_account.account")
        codes = _distinct(code for e in effects for code in e.dimensions.values())
        accounts = Account.search(
            [
                ("company", "=", company),
                ("type", "=", "normal"),
                ("code", "in", codes),
                ("root.code", "in", list(DIMENSIONS.values())),
            ]
        )
        self._found = {(account.root.code, account.code): account for account in accounts}

    def of(self, effect):
        """The analytic accounts of a line, by field."""
        return {
            name: self._one(DIMENSIONS[name], code)
            for name, code in effect.dimensions.items()
            if code
        }

    def _one(self, root, code):
        try:
            return self._found[root, code]
        except KeyError as error:
            raise RefusedLineError(MASTER_DATA_MISSING, f"no {root} {code}") from error


class Calendar:
    """Which days the books are open for stock."""

    def __init__(self, company, effects):
        pool = Pool()
        Period, StockPeriod = pool.get("account.period"), pool.get("stock.period")
        self._today = pool.get("ir.date").today()
        days = [effect.date for effect in effects] or [self._today]
        self._periods = Period.search(
            [
                ("company", "=", company),
                ("type", "=", "standard"),
                ("start_date", "<=", max(days)),
                ("end_date", ">=", min(days)),
            ]
        )
        closed = StockPeriod.search(
            [("company", "=", company), ("state", "=", "closed")],
            order=[("date", "DESC")],
            limit=1,
        )
        self._closed_until = closed[0].date if closed else dt.date.min

    def check(self, effect):
        """Refuse a day that is closed, in no period, or not yet."""
        day = effect.date
        if day > self._today + LATEST_LEAD:
            raise RefusedLineError(VALIDATION, f"{day} is in the future")
        if day <= self._closed_until:
            raise RefusedLineError(PERIOD_CLOSED, f"stock is closed until {self._closed_until}")
        period = next((p for p in self._periods if p.start_date <= day <= p.end_date), None)
        if period is None or period.state != "open":
            raise RefusedLineError(PERIOD_CLOSED, f"no open period on {day}")
        if not period.fiscalyear.account_stock_method:
            raise RefusedLineError(PERIOD_CLOSED, f"the year of {day} takes no stock journals")


class Lots:
    """Lots by item and number; a use is never refused for an unknown lot."""

    def __init__(self, wanted):
        """Find the lots wanted, as pairs of item and number, and create those that are missing."""
        Lot = Pool().get("stock.lot")
        self._found = {}
        if not wanted:
            return
        with inactive_records():
            lots = Lot.search(
                [
                    ("product", "in", _distinct(product.id for product, _ in wanted)),
                    ("number", "in", _distinct(number for _, number in wanted)),
                ],
                order=[("id", "DESC")],
            )
        self._keep(lots)
        missing = sorted({(p.id, number) for p, number in wanted} - self._found.keys())
        if missing:
            self._keep(Lot.create([{"product": p, "number": number} for p, number in missing]))

    def lot(self, product, number):
        """The lot of that number; None where no number is given."""
        return self._found[product.id, number] if number else None

    def _keep(self, lots):
        self._found.update({(lot.product.id, lot.number): lot for lot in lots})


def _distinct(codes):
    return sorted({code for code in codes if code})
