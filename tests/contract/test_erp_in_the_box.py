"""The ERP of the box: made from the network, served, and told apart from what it is not."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pytest

from infra.local import erp
from infra.local.erp_folder import ErpFolder
from infra.local.errors import BoxError, PortTakenError, ProcessDiedError
from infra.local.network import UNKNOWN_LOT, Network, build_network
from infra.local.ports import free_port, is_port_taken
from infra.local.progress import SilentProgress
from infra.local.settings import LOOPBACK, BoxSettings
from shared.canonical.money import extended
from shared.targets.tryton.client import Domain, TrytonClient, TrytonSettings

pytestmark = pytest.mark.erp

YEAR = datetime.now(UTC).year


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(year=YEAR)


@dataclass(frozen=True)
class ServedErp:
    """An ERP that runs, and a client of it."""

    folder: Path
    port: int

    @cached_property
    def client(self) -> TrytonClient:
        known = erp.credentials(self.folder)
        return TrytonClient(
            TrytonSettings(
                base_url=f"http://{LOOPBACK}:{self.port}",
                database=known.database,
                key=known.key,
                company=known.company,
            )
        )


@contextmanager
def a_served_erp(folder: Path, network: Network) -> Iterator[ServedErp]:
    prepare(folder, network)
    served = ServedErp(folder, free_port())
    erp.start(folder, served.port)
    try:
        yield served
    finally:
        erp.stop(folder)


@pytest.fixture(scope="module")
def untouched(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedErp]:
    """As seeded: tests only read it."""
    with a_served_erp(tmp_path_factory.mktemp("erp"), network) as served:
        yield served


@pytest.fixture
def client(untouched: ServedErp) -> TrytonClient:
    return untouched.client


def prepare(folder: Path, network: Network) -> str:
    cache = BoxSettings.from_environment().cache
    return erp.prepare(folder, cache, network, SilentProgress()).origin


def codes(client: TrytonClient, model: str, domain: Domain) -> list[str]:
    return sorted(str(row["code"]) for row in client.rows(model, domain, ["id", "code"]))


def test_the_erp_lists_every_item_place_and_supplier_of_the_network(
    client: TrytonClient, network: Network
) -> None:
    assert codes(client, "product.product", []) == sorted(item.item for item in network.items)
    assert codes(client, "party.party", [["code", "like", "SUP-%"]]) == sorted(
        supplier.code for supplier in network.suppliers
    )
    assert set(codes(client, "stock.location", [["code", "!=", None]])) >= {
        place.code for place in network.places
    }
    dimensions = (network.cost_centres, network.projects, network.grants, network.service_lines)
    assert codes(client, "analytic_account.account", [["type", "=", "normal"]]) == sorted(
        each.code for names in dimensions for each in names
    )


def test_the_erp_keeps_the_networks_costs_to_the_last_decimal(
    client: TrytonClient, network: Network
) -> None:
    rows = client.rows("product.product", [], ["id", "code", "cost_price", "cost_price_method"])

    costs = {row["code"]: (row["cost_price"], row["cost_price_method"]) for row in rows}

    assert costs == {item.item: (item.unit_cost, "fixed") for item in network.items}


def test_opening_stock_lies_where_the_network_says_in_its_lots(
    client: TrytonClient, network: Network
) -> None:
    fields = ["id", "product.code", "to_location.code", "lot.number", "quantity"]

    rows = list(client.rows("stock.move", [["state", "=", "done"]], fields))

    lying = sorted(
        (
            row["product"]["code"],
            row["to_location"]["code"],
            row["lot"]["number"] if row["lot"] else "",
            Decimal(str(row["quantity"])),
        )
        for row in rows
    )
    assert lying == sorted(
        (line.item, line.place, line.lot, line.quantity) for line in network.opening_stock
    )


def test_the_books_open_with_stock_against_opening_equity_and_nothing_else(
    client: TrytonClient, network: Network
) -> None:
    cost = {item.item: item.unit_cost for item in network.items}
    worth = sum(
        (extended(line.quantity, cost[line.item]) for line in network.opening_stock), Decimal(0)
    )
    code = {account.role: account.code for account in network.accounts}

    balances: dict[str, Decimal] = {}
    days = set()
    for row in client.rows(
        "account.move.line", [], ["id", "debit", "credit", "account.code", "move.date"]
    ):
        account = row["account"]["code"]
        balances[account] = balances.get(account, Decimal(0)) + row["debit"] - row["credit"]
        days.add(row["move"]["date"])

    assert balances == {code["stock"]: worth, code["opening_equity"]: -worth}
    assert days == {network.opening_date}


def test_the_year_and_its_neighbours_are_open_month_by_month(client: TrytonClient) -> None:
    rows = client.rows("account.period", [["state", "=", "open"]], ["id", "name"])

    assert [row["name"] for row in rows] == [
        f"{year}-{month:02d}" for year in (YEAR - 1, YEAR, YEAR + 1) for month in range(1, 13)
    ]


def test_a_use_of_seeded_stock_posts_with_all_that_it_is_charged_to(
    network: Network, tmp_path: Path
) -> None:
    department = next(each for each in network.departments if each.department == "OR")
    item = next(item for item in network.items if item.unit_cost == Decimal("23.7575"))
    charged = {
        "cost_centre": department.cost_centre,
        "project": network.projects[0].code,
        "grant": network.grants[0].code,
        "service_line": network.service_lines[0].code,
    }
    use = {
        "reference": "LW-SEEDED-USE",
        "content_hash": "a hash",
        "correlation_id": "a message",
        "kind": "issue",
        "item": item.item,
        "quantity": "3",
        "from_place": department.from_place,
        "to_place": department.to_place,
        "lot": UNKNOWN_LOT,
        "date": f"{YEAR}-01-15",
        "case_token": "",
        "amount": None,
        **charged,
    }

    with a_served_erp(tmp_path, network) as served:
        answer = served.client.call(
            "stock.move", "ledgerward_post", {"company": 1, "effects": [use]}
        )
        lines = list(
            served.client.rows("analytic_account.line", [], ["id", "account.code", "debit"])
        )

    assert isinstance(answer, dict)
    assert answer["LW-SEEDED-USE"]["outcome"] == "posted", answer
    assert {row["account"]["code"]: row["debit"] for row in lines} == dict.fromkeys(
        charged.values(), Decimal("71.27")
    )


def test_a_database_that_is_there_is_kept_and_a_new_one_gets_a_key_of_its_own(
    untouched: ServedErp, network: Network, tmp_path: Path
) -> None:
    assert prepare(untouched.folder, network) == "kept"
    assert prepare(tmp_path, network) == "copied"

    assert erp.is_healthy(untouched.folder, untouched.port)
    assert not erp.is_healthy(tmp_path, untouched.port)  # it does not know that key
    assert (tmp_path / "erp.json").stat().st_mode & 0o077 == 0


def test_books_made_for_other_modules_are_updated_and_kept(
    network: Network, tmp_path: Path
) -> None:
    prepare(tmp_path, network)
    folder = ErpFolder(root=tmp_path)
    credentials = folder.credentials()
    folder.write_facts(credentials, "an older version")

    assert prepare(tmp_path, network) == "updated"

    assert prepare(tmp_path, network) == "kept"
    assert folder.credentials() == credentials
    with closing(sqlite3.connect(folder.database)) as connection:
        moves = connection.execute("select count(*) from stock_move").fetchone()
    assert moves == (len(network.opening_stock),)


def test_a_taken_port_is_named_with_the_setting_that_moves_it(
    network: Network, tmp_path: Path
) -> None:
    prepare(tmp_path, network)
    with socket.create_server((LOOPBACK, 0)) as somebody:
        port = somebody.getsockname()[1]

        with pytest.raises(PortTakenError, match=f"{port}.*erp(?s:.*)LEDGERWARD_ERP_PORT"):
            erp.start(tmp_path, port)


def test_an_erp_that_cannot_start_says_why_and_leaves_nothing_running(
    network: Network, tmp_path: Path
) -> None:
    prepare(tmp_path, network)
    ErpFolder(root=tmp_path).configuration.write_text("uri = without a section", encoding="utf-8")
    port = free_port()

    with pytest.raises(ProcessDiedError, match="MissingSectionHeaderError"):
        erp.start(tmp_path, port)

    assert not is_port_taken(port)


def test_where_there_is_no_erp_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(BoxError, match="ledgerward up"):
        erp.start(tmp_path, free_port())
