"""Uses of the network's items, and what an ERP's books say of them: for suites on the real ERP."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest

from infra.local.network import Network
from shared.canonical.effect import Dimensions, Effect, EffectType
from shared.canonical.master import DepartmentRecord, ItemRecord
from shared.canonical.outcome import SubmitResult
from shared.effects.identity import effect_id, external_reference
from shared.ports.erp import BookedLine, ErpConnector
from tests.contract.erp_in_a_box import TrytonInABox
from tests.effects import an_issue

ERPS = ["tryton", "plain_tryton"]
EXPENSE, STOCK = "5.1.9", "1.3.1"
TODAY = datetime.now(UTC).date()

_numbers = count(1)


def the_erp(request: pytest.FixtureRequest) -> TrytonInABox:
    """The ERP that a suite's parameter names."""
    box: TrytonInABox = request.getfixturevalue(request.param)
    return box


def a_department(network: Network) -> DepartmentRecord:
    return network.departments[0]


def plain_items(network: Network) -> list[ItemRecord]:
    return [item for item in network.items if not item.is_lot_controlled]


def the_item(network: Network, is_wanted: Callable[[ItemRecord], bool]) -> ItemRecord:
    return next(item for item in plain_items(network) if is_wanted(item))


def a_use(erp: TrytonInABox, item: ItemRecord | None = None, *, quantity: str = "2") -> Effect:
    """A use of an item in the first department of the network, of today; never the same twice."""
    department = a_department(erp.network)
    item = item or plain_items(erp.network)[0]
    effect = an_issue(
        f"TX-{next(_numbers)}", quantity=quantity, unit_cost=str(item.unit_cost), on=TODAY
    )
    return replace(
        effect,
        item=item.item,
        from_place=department.from_place,
        to_place=department.to_place,
        dimensions=Dimensions(
            facility=department.facility,
            department=department.department,
            cost_centre=department.cost_centre,
        ),
    )


def a_return_of(use: Effect, *, quantity: str, amount: Decimal) -> Effect:
    """Some of a use comes back, for the amount that we worked out."""
    base = Decimal(quantity)
    key = (use.effect_id, str(next(_numbers)))
    return replace(
        use,
        effect_id=effect_id(use.tenant, EffectType.REVERSAL, key),
        effect_type=EffectType.REVERSAL,
        quantity=replace(use.quantity, stated=base, in_base_units=base),
        from_place=use.to_place,
        to_place=use.from_place,
        amount=amount,
    )


def reference(effect: Effect) -> str:
    return external_reference(effect.effect_id, 34)


def submit(connector: ErpConnector, *effects: Effect) -> Sequence[SubmitResult]:
    return connector.submit(effects, {})


def nets(lines: Sequence[BookedLine]) -> dict[tuple[str, str], Decimal]:
    """Debit less credit by account and cost centre."""
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        totals[line.account, line.cost_centre] += line.amount
    return dict(totals)


def booked(erp: TrytonInABox, *effects: Effect) -> list[BookedLine]:
    return list(erp.books().lines(references=[reference(effect) for effect in effects]))
