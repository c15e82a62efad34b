"""What the codes of a batch stand for in a plain Tryton, and which lines it could not book.

Tryton takes ids, and refuses a whole call with a text. So each line is held against the masters
before anything is written, and a line that cannot be booked is told by a code of ours.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.canonical.effect import Effect, EffectType
from shared.targets.tryton.client import Row, TrytonClient
from shared.targets.tryton.references import chunks

MASTER_DATA_MISSING: Final = "MASTER_DATA_MISSING"
VALIDATION: Final = "VALIDATION"
PERIOD_CLOSED: Final = "PERIOD_CLOSED"
# The dimension fields of the accounting module's stock moves, with the codes of their roots.
DIMENSIONS: Final = {
    "cost_centre": "COST_CENTRE",
    "project": "PROJECT",
    "grant": "GRANT",
    "service_line": "SERVICE_LINE",
}
DIRECTIONS: Final = {
    EffectType.ISSUE: ("storage", "lost_found"),
    EffectType.REVERSAL: ("lost_found", "storage"),
}
LATEST_LEAD: Final = dt.timedelta(days=1)  # a facility's day may be ahead of ours: time zones
CODES_A_CALL: Final = 60  # they travel in the address of a request
STOCKED: Final = ("goods", "assets")
_EVEN_INACTIVE: Final = ["active", "in", [True, False]]  # what was used was used


class RefusedLineError(Exception):
    """One line cannot be booked; the others can."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """One effect in Tryton's ids."""

    product: int
    unit: int
    from_location: int
    to_location: int
    accounts: Mapping[str, int]


class PlainMasters:
    """The masters that one batch names, read at once: nothing is remembered between batches."""

    def __init__(self, client: TrytonClient, effects: Sequence[Effect], today: date) -> None:
        self._client = client
        self._today = today
        self._items = self._by_code("product.product", _ITEM, (e.item for e in effects))
        places = (place for e in effects for place in (e.from_place, e.to_place))
        self._places = self._by_code("stock.location", _PLACE, places, active_only=True)
        self._accounts = self._read_accounts(effects)
        days = [effect.accounting_date for effect in effects]
        self._periods = self._read_periods(min(days), max(days))
        self._closed_until = self._read_closing()

    def ids(self, effect: Effect) -> Ids:
        """What Tryton must be told to book an effect.

        Raises:
            RefusedLineError: it would not be booked, or not as it was meant.
        """
        item = self._item(effect)
        from_location, to_location = self._ends(effect)
        self._check_day(effect)
        if effect.amount < 0:
            raise RefusedLineError(VALIDATION, f"amount is negative: {effect.amount}")
        types = {from_location["type"], to_location["type"]}
        if not effect.lot and types & set(item["lot_required"] or ()):
            raise RefusedLineError(VALIDATION, f"item {effect.item} needs a lot")
        return Ids(
            product=item["id"],
            unit=item["default_uom"]["id"],
            from_location=from_location["id"],
            to_location=to_location["id"],
            accounts=self._accounts_of(effect),
        )

    def lots(self, wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
        """The lots of these products and numbers; made where nobody received one (LOT1).

        The oldest counts where two workers made the same: so it is read again after making.
        """
        found = self._find_lots(wanted)
        missing = sorted(set(wanted) - found.keys())
        if not missing:
            return found
        values = [{"product": product, "number": number} for product, number in missing]
        self._client.call("stock.lot", "create", {"vlist": values})
        return self._find_lots(wanted)

    def _find_lots(self, wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
        numbers = sorted({number for _, number in wanted})
        oldest: dict[tuple[int, str], int] = {}
        for some in chunks(numbers, CODES_A_CALL):
            domain = [["number", "in", some], _EVEN_INACTIVE]
            for row in self._client.rows("stock.lot", domain, ["number", "product.code"]):
                oldest.setdefault((row["product"]["id"], row["number"]), row["id"])
        return {key: oldest[key] for key in wanted if key in oldest}

    def _item(self, effect: Effect) -> Row:
        found = self._items[effect.item]
        chosen = [item for item in found if item["active"]] or found
        if len(chosen) != 1:
            raise RefusedLineError(MASTER_DATA_MISSING, f"item {effect.item}: {len(chosen)} found")
        quantity, digits = effect.quantity.in_base_units, chosen[0]["default_uom"]["digits"]
        if chosen[0]["type"] not in STOCKED:
            raise RefusedLineError(VALIDATION, f"item {effect.item} is not kept in stock")
        if quantity <= 0:
            raise RefusedLineError(VALIDATION, f"quantity is not positive: {quantity}")
        if quantity != round(quantity, digits):
            text = f"item {effect.item} has {digits} decimals, not {quantity}"
            raise RefusedLineError(VALIDATION, text)
        return chosen[0]

    def _ends(self, effect: Effect) -> tuple[Row, Row]:
        """Where stock comes from and goes to: storage and used, or the way back."""
        source, target = self._place(effect.from_place), self._place(effect.to_place)
        if (source["type"], target["type"]) != DIRECTIONS[effect.effect_type]:
            expected = " to ".join(DIRECTIONS[effect.effect_type])
            text = f"{effect.effect_type} goes from {expected}"
            raise RefusedLineError(VALIDATION, f"{text}, not {source['type']} to {target['type']}")
        return source, target

    def _place(self, code: str) -> Row:
        found = self._places[code]
        if len(found) != 1:
            raise RefusedLineError(MASTER_DATA_MISSING, f"place {code}: {len(found)} found")
        return found[0]

    def _accounts_of(self, effect: Effect) -> dict[str, int]:
        accounts = {}
        for field, root in DIMENSIONS.items():
            if code := str(getattr(effect.dimensions, field)):
                if (root, code) not in self._accounts:
                    raise RefusedLineError(MASTER_DATA_MISSING, f"no {root} {code}")
                accounts[field] = self._accounts[root, code]
        return accounts

    def _check_day(self, effect: Effect) -> None:
        """Refuse a day that is closed, in no period, or not yet."""
        day = effect.accounting_date
        if day > self._today + LATEST_LEAD:
            raise RefusedLineError(VALIDATION, f"{day} is in the future")
        if self._closed_until is not None and day <= self._closed_until:
            raise RefusedLineError(PERIOD_CLOSED, f"stock is closed until {self._closed_until}")
        period = next((p for p in self._periods if p["start_date"] <= day <= p["end_date"]), None)
        if period is None or period["state"] != "open":
            raise RefusedLineError(PERIOD_CLOSED, f"no open period on {day}")
        if not period["fiscalyear"]["account_stock_method"]:
            raise RefusedLineError(PERIOD_CLOSED, f"the year of {day} takes no stock journals")

    def _by_code(
        self, model: str, fields: Sequence[str], codes: Iterable[str], *, active_only: bool = False
    ) -> defaultdict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        activity = [] if active_only else [_EVEN_INACTIVE]
        for some in chunks(_distinct(codes), CODES_A_CALL):
            for row in self._client.rows(model, [["code", "in", some], *activity], fields):
                found[row["code"]].append(row)
        return found

    def _read_accounts(self, effects: Sequence[Effect]) -> dict[tuple[str, str], int]:
        codes = (str(getattr(e.dimensions, field)) for e in effects for field in DIMENSIONS)
        return {
            (row["root"]["code"], row["code"]): row["id"]
            for some in chunks(_distinct(codes), CODES_A_CALL)
            for row in self._client.rows(
                "analytic_account.account",
                [
                    ["company", "=", self._client.company],
                    ["type", "=", "normal"],
                    ["code", "in", some],
                ],
                ["code", "root.code"],
            )
        }

    def _read_periods(self, first: date, last: date) -> list[Row]:
        domain = [
            ["company", "=", self._client.company],
            ["type", "=", "standard"],
            ["start_date", "<=", last],
            ["end_date", ">=", first],
        ]
        return list(self._client.rows("account.period", domain, _PERIOD))

    def _read_closing(self) -> date | None:
        domain = [["company", "=", self._client.company], ["state", "=", "closed"]]
        days: list[Any] = [row["date"] for row in self._client.rows("stock.period", domain, _DAY)]
        return max(days, default=None)


_ITEM: Final = ("code", "active", "type", "default_uom.digits", "lot_required")
_PLACE: Final = ("code", "type")
_PERIOD: Final = ("start_date", "end_date", "state", "fiscalyear.account_stock_method")
_DAY: Final = ("date",)


def _distinct(codes: Iterable[str]) -> list[str]:
    return sorted({code for code in codes if code})
