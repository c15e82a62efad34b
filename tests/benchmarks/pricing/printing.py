"""Bills as tables for people, and as one object."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from rich.table import Table

from tests.benchmarks.pricing import assumptions as stated
from tests.benchmarks.pricing.prices import (
    DYNAMODB_GB_MONTH,
    MILLION,
    PRICES_ARE,
    S3_GB_MONTH,
)
from tests.benchmarks.pricing.rows import EFFECT_PATH, GB, Bill, Row

BUDGETS = {"effect path": Decimal("3.25"), "all in": Decimal("20.00")}
CENT, MICRO = Decimal("0.01"), Decimal("0.000001")

Bills = Mapping[int, Bill]


def tables(bills: Bills, grown: Bills) -> Iterator[Table]:
    """Calls, prices, sums by service, durations and growth."""
    yield _calls(bills)
    yield _prices(bills)
    yield _services(bills)
    yield _durations(bills)
    if grown:
        yield _growth(grown)


def as_json(bills: Bills, grown: Bills) -> str:
    """All of it in one line; amounts are texts, so that nobody reads them as floats."""
    return json.dumps(
        {
            "prices": PRICES_ARE,
            "budgets": {name: str(usd) for name, usd in BUDGETS.items()},
            "judged_fill": stated.JUDGED_FILL,
            "fills": {str(fill): _figures(bill) for fill, bill in bills.items()},
            "prefilled": {str(effects): _figures(bill) for effects, bill in grown.items()},
        }
    )


def calls_each(bill: Bill) -> dict[str, str]:
    """Recorded calls for one transaction, by function, service, operation and resource."""
    counts = Counter(call.name for call in bill.run.calls)
    return {name: _plain(Decimal(count) / bill.run.transactions) for name, count in counts.items()}


def by_service(bill: Bill) -> dict[str, Decimal]:
    """USD for a million by service, in the order of the path."""
    sums: dict[str, Decimal] = {}
    for row in bill.rows:
        sums[row.service] = sums.get(row.service, Decimal(0)) + row.usd
    return sums


def _figures(bill: Bill) -> dict[str, object]:
    return {
        "transactions_a_second": str(bill.rate.quantize(MICRO)),
        "calls": calls_each(bill),
        "rows": [
            {
                "service": row.service,
                "what": row.what,
                "each": _plain(row.each),
                "unit": row.price.unit,
                "usd_per_million": str(row.usd.quantize(MICRO)),
                "basis": row.basis,
                "is_effect_path": row.part == EFFECT_PATH,
            }
            for row in bill.rows
        ],
        "effect_path_usd": str(bill.effect_path_usd.quantize(CENT)),
        "all_in_usd": str(bill.all_in_usd.quantize(CENT)),
        "less_copies_usd": str((bill.all_in_usd - bill.replicas_usd).quantize(CENT)),
        "replicas_usd": str(bill.replicas_usd.quantize(CENT)),
        "kept_bytes": {name: str(size) for name, size in bill.kept_bytes().items()},
        "measured_cpu_ms": {name: str(bill.measured_ms(name)) for name in stated.CPU},
        "billed_ms": {name: _plain(bill.billed_ms(name)) for name in stated.CPU},
    }


def _calls(bills: Bills) -> Table:
    table = Table("call", *_fills(bills), title="recorded calls a transaction")
    each = {fill: calls_each(bill) for fill, bill in bills.items()}
    for name in next(iter(each.values())):
        table.add_row(name, *(counts.get(name, "0") for counts in each.values()))
    return table


def _prices(bills: Bills) -> Table:
    table = Table(
        "service",
        "what",
        "unit",
        f"units at {stated.JUDGED_FILL}",
        *(f"USD/M {fill}" for fill in _fills(bills)),
        "basis",
        title=f"a million transactions ({PRICES_ARE}); * effect path",
        caption=_kept(bills[stated.JUDGED_FILL]),
    )
    amounts = {fill: _amounts(bill) for fill, bill in bills.items()}
    for row in bills[stated.JUDGED_FILL].rows:
        what = f"{row.what} *" if row.part == EFFECT_PATH else row.what
        usd = [_usd(rows.get(_name(row), Decimal(0))) for rows in amounts.values()]
        table.add_row(row.service, what, row.price.unit, _plain(row.each), *usd, row.basis)
    table.add_section()
    for name, sums in _sums(bills).items():
        budget = f"budget {BUDGETS[name]}" if name in BUDGETS else ""
        table.add_row(name, budget, "", "", *map(_usd, sums))
    return table


def _kept(bill: Bill) -> str:
    """What a million leaves behind; how long it is kept decides what it costs."""
    kept = {name: size / GB for name, size in bill.kept_bytes().items()}
    tables_usd = DYNAMODB_GB_MONTH.of_a_million(kept["tables"])
    raw_usd = S3_GB_MONTH.of_a_million(kept["raw"]) * (2 if bill.deployed.raw_is_replicated else 1)
    return (
        f"left behind, in no sum: tables {_plain(kept['tables'] * MILLION)} GB,"
        f" {_usd(tables_usd)} USD a month; raw {_plain(kept['raw'] * MILLION)} GB,"
        f" {_usd(raw_usd)} USD a month with copies"
    )


def _sums(bills: Bills) -> dict[str, list[Decimal]]:
    return {
        "effect path": [bill.effect_path_usd for bill in bills.values()],
        "all in": [bill.all_in_usd for bill in bills.values()],
        "less copies": [bill.all_in_usd - bill.replicas_usd for bill in bills.values()],
    }


def _services(bills: Bills) -> Table:
    table = Table("service", *_fills(bills), title="USD for a million, by service")
    sums = {fill: by_service(bill) for fill, bill in bills.items()}
    for service in next(iter(sums.values())):
        table.add_row(service, *(_usd(each[service]) for each in sums.values()))
    return table


def _durations(bills: Bills) -> Table:
    table = Table(
        "function",
        *(f"{name} {fill}" for name in ("CPU measured", "billed") for fill in _fills(bills)),
        title="ms a transaction: CPU here on a whole core without sockets, and what is priced",
    )
    for function in stated.CPU:
        measured = [f"{bill.measured_ms(function):.1f}" for bill in bills.values()]
        billed = [f"{bill.billed_ms(function):.1f}" for bill in bills.values()]
        table.add_row(function, *measured, *billed)
    return table


def _growth(grown: Bills) -> Table:
    table = Table("effects before", "calls", "write units", "effect path", "all in", title="growth")
    for effects, bill in grown.items():
        calls = Decimal(len(bill.run.calls)) / bill.run.transactions
        units = sum(each.write_units + sum(each.index_units.values()) for each in bill.run.calls)
        written = _plain(Decimal(units) / bill.run.transactions)
        sums = (_usd(bill.effect_path_usd), _usd(bill.all_in_usd))
        table.add_row(f"{effects:,}", _plain(calls), written, *sums)
    return table


def _amounts(bill: Bill) -> dict[tuple[str, str, str], Decimal]:
    return {_name(row): row.usd for row in bill.rows}


def _name(row: Row) -> tuple[str, str, str]:
    return row.service, row.what, row.price.unit


def _fills(bills: Bills) -> list[str]:
    return [f"fill {fill}" for fill in bills]


def _usd(amount: Decimal) -> str:
    return str(amount.quantize(CENT))


def _plain(number: Decimal) -> str:
    """Up to nine places, without zeros at the end."""
    text = f"{number:.9f}"
    return text.rstrip("0").rstrip(".")
