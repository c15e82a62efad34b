"""The suite's own ERP: the product's Tryton with its network, and what can befall it."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from infra.local.erp import MODULES_OF, ErpFolder, erp_process, prepare
from infra.local.network import Network, build_network
from infra.local.ports import free_port
from infra.local.processes import ManagedProcess
from infra.local.progress import SilentProgress
from infra.local.settings import LOOPBACK, BoxSettings
from shared.aws.clock import SystemClock
from shared.ports.erp import EffectClass, ErpConnector
from shared.targets.tryton.access import AS_IT_HAPPENED
from shared.targets.tryton.books import TrytonBooks
from shared.targets.tryton.client import CALL_TIMEOUT_SECONDS, TrytonClient, TrytonSettings
from shared.targets.tryton.connector import TrytonConnector
from shared.targets.tryton.plain_connector import PlainTrytonConnector
from shared.targets.tryton.references import OnMoves, OnShipments

HELD_UP_SECONDS = 2.0  # no read of the suite takes as long
# The done stock moves under a reference, by the tables of a Tryton with our module and without.
MOVES = {
    EffectClass.E1: "select id from stock_move where state = 'done' and integration_ref = ?",
    EffectClass.E2: (
        "select m.id from stock_move m join stock_shipment_internal s"
        " on m.shipment = 'stock.shipment.internal,' || s.id"
        " where m.state = 'done' and s.reference like ? || ' %'"
    ),
}


@dataclass(frozen=True, kw_only=True)
class TrytonInABox:
    """One Tryton over one SQLite file, with our reference module (E1) or without it (E2)."""

    erp_class: EffectClass
    folder: ErpFolder
    process: ManagedProcess
    settings: TrytonSettings
    network: Network

    def client(self, *, seconds: float = CALL_TIMEOUT_SECONDS, port: int = 0) -> TrytonClient:
        """A client of it; through another port if something stands between."""
        base_url = f"http://{LOOPBACK}:{port or self.process.port}"
        return TrytonClient(
            replace(self.settings, base_url=base_url),
            timeout_seconds=seconds,
            context=AS_IT_HAPPENED if self.erp_class is EffectClass.E2 else {},
        )

    def connector(self, *, seconds: float = CALL_TIMEOUT_SECONDS, port: int = 0) -> ErpConnector:
        """The connector under test."""
        return self._connector(self.client(seconds=seconds, port=port))

    def connector_with_a_wrong_key(self) -> ErpConnector:
        """A connector that the ERP will not let in."""
        return self._connector(TrytonClient(replace(self.settings, key="wrong")))

    def _connector(self, client: TrytonClient) -> ErpConnector:
        if self.erp_class is EffectClass.E2:
            return PlainTrytonConnector(client, SystemClock())
        return TrytonConnector(client)

    def books(self) -> TrytonBooks:
        """The books under test."""
        referencing = OnShipments() if self.erp_class is EffectClass.E2 else OnMoves()
        return TrytonBooks(self.client(), referencing)

    def moves(self, reference: str) -> list[int]:
        """The done moves its own tables have under a reference: the judge, not the connector."""
        return [int(str(number)) for (number,) in self.query(MOVES[self.erp_class], reference)]

    def documents(self, reference: str) -> int:
        """How many documents are booked under a reference; each has one move."""
        return len(self.moves(reference))

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Read its tables past its own code."""
        address = f"file:{self.folder.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return connection.execute(statement, values).fetchall()

    def write(self, statement: str, *values: object) -> None:
        """Change its tables past its own code."""
        with closing(sqlite3.connect(self.folder.database, timeout=10)) as connection, connection:
            connection.execute(statement, values)

    def close_period(self, month: str) -> None:
        """Close a month's books."""
        with closing(sqlite3.connect(self.folder.database, timeout=10)) as connection, connection:
            changed = connection.execute(
                "update account_period set state = 'closed' where start_date = ?", (f"{month}-01",)
            )
            assert changed.rowcount == 1

    def is_held_up(self) -> bool:
        """Whether it has been at work on one and the same call for a while."""
        calls = self._calls()
        time.sleep(HELD_UP_SECONDS)
        return bool(calls & self._calls())

    def _calls(self) -> set[object]:
        running = self.process.running()
        assert running is not None
        return {
            connection.raddr
            for child in running.children()
            for connection in child.net_connections(kind="tcp")
            if connection.status == psutil.CONN_ESTABLISHED
        }

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the write lock of its database: readers go on, writers wait."""
        with closing(
            sqlite3.connect(self.folder.database, timeout=10, isolation_level=None)
        ) as connection:
            connection.execute("begin immediate")
            try:
                yield
            finally:
                connection.execute("rollback")

    @contextmanager
    def refusing_moves_of(self, quantity: int) -> Iterator[None]:
        """Let its database refuse new moves of one quantity by a constraint of Tryton's."""
        with closing(
            sqlite3.connect(self.folder.database, timeout=10, isolation_level=None)
        ) as connection:
            connection.execute(
                "create trigger unwanted before insert on stock_move"
                f" when new.quantity = {quantity}"
                " begin select raise(abort, 'stock_move_check_move_qty_pos'); end"
            )
            try:
                yield
            finally:
                connection.execute("drop trigger unwanted")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop it in its tracks; connections are still taken by the system."""
        running = self.process.running()
        assert running is not None
        os.killpg(running.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(running.pid, signal.SIGCONT)

    @contextmanager
    def killed(self) -> Iterator[None]:
        """As after a power cut; started again at the end."""
        self.process.kill()
        try:
            yield
        finally:
            self.process.start()


@contextmanager
def a_tryton(erp_class: EffectClass = EffectClass.E1) -> Iterator[TrytonInABox]:
    """A Tryton of one's own, started, with the network's master data and opening stock."""
    network = build_network(year=datetime.now(UTC).year)
    with TemporaryDirectory(prefix="ledgerward-erp-") as name:
        folder = prepare(
            Path(name) / "erp",
            BoxSettings.from_environment().cache,
            network,
            SilentProgress(),
            modules=MODULES_OF[erp_class],
        ).folder
        _give_up_soon(folder)
        process = erp_process(folder.root, free_port())
        process.start()
        try:
            yield TrytonInABox(
                erp_class=erp_class,
                folder=folder,
                process=process,
                settings=_settings(folder, process),
                network=network,
            )
        finally:
            process.stop()


@pytest.fixture(scope="module")
def tryton() -> Iterator[TrytonInABox]:
    """A Tryton of its own for each suite that imports this name."""
    with a_tryton() as erp:
        yield erp


@pytest.fixture(scope="module")
def plain_tryton() -> Iterator[TrytonInABox]:
    """One without our reference module."""
    with a_tryton(EffectClass.E2) as erp:
        yield erp


def _settings(folder: ErpFolder, process: ManagedProcess) -> TrytonSettings:
    known = folder.credentials()
    return TrytonSettings(
        base_url=process.address, database=known.database, key=known.key, company=known.company
    )


def _give_up_soon(folder: ErpFolder) -> None:
    """A locked database answers after 5 seconds here, where the product waits for 20."""
    text = folder.configuration.read_text(encoding="utf-8")
    assert "retry = 3\n" in text
    folder.configuration.write_text(text.replace("retry = 3\n", "retry = 0\n"), encoding="utf-8")
