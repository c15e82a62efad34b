"""AWS calls for a transaction, by service, and what a million transactions cost.

`python -m tests.benchmarks.price [--json] [--prefilled N ...]`. A transaction is an HL7 v2 message
of one charge, with a lot: one effect. The shipped handlers run on an AWS in this process, every
call is recorded with the sizes of the items it wrote, and AWS's own work is added by the `prod`
templates and by what pricing/assumptions.py states. What costs money while nothing happens, and
what is paid by the month for what is kept, is not in the sums; README has the first.
"""

import argparse
from decimal import Decimal

from rich.console import Console

from tests.benchmarks.pricing import assumptions as stated
from tests.benchmarks.pricing.deployed import synthesised_prod
from tests.benchmarks.pricing.meter import Call
from tests.benchmarks.pricing.path import Path, opened_path
from tests.benchmarks.pricing.place import prefill
from tests.benchmarks.pricing.printing import as_json, tables
from tests.benchmarks.pricing.rows import Bill

PREFILLED = (1_000, 10_000, 100_000)
GROWTH_FILL = 10
TABLE_WIDTH = 144  # also where the output is no terminal


def main() -> None:
    """Run each fill, then one of them beside more and more effects, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--json", action="store_true", help="one object as the last line")
    options.add_argument(
        "--prefilled",
        type=int,
        nargs="*",
        default=PREFILLED,
        help="effects that stand in the ledger already, growing",
    )
    chosen = options.parse_args()
    with opened_path(synthesised_prod()) as path:
        shared, bills = priced(path)
        grown = {effects: grown_bill(path, effects, shared) for effects in chosen.prefilled}
    console = Console(width=max(Console().width, TABLE_WIDTH))
    for table in tables(bills, grown):
        console.print(table)
    if chosen.json:
        console.print(as_json(bills, grown), soft_wrap=True, markup=False, highlight=False)


def priced(path: Path) -> tuple[Decimal, dict[int, Bill]]:
    """What workers read once a minute beside a transaction's own calls, and a bill by fill."""
    first = master_data_read(path.first_calls())
    runs = {fill: path.run(fill) for fill in stated.RATES}
    shared = first - master_data_read(runs[1].calls)
    return shared, {
        fill: Bill(run=run, shared_reads=shared, deployed=path.deployed, rate=stated.RATES[fill])
        for fill, run in runs.items()
    }


def grown_bill(path: Path, effects: int, shared: Decimal) -> Bill:
    """The bill of one fill when this many effects stand in the ledger before it."""
    prefill(effects)
    return Bill(
        run=path.run(GROWTH_FILL),
        shared_reads=shared,
        deployed=path.deployed,
        rate=stated.RATES[GROWTH_FILL],
    )


def master_data_read(calls: tuple[Call, ...]) -> Decimal:
    """Read units of the rules."""
    return sum((call.read_units for call in calls if call.resource == "master-data"), Decimal(0))


if __name__ == "__main__":
    main()
