"""The suite's own ERP: the product's Tryton with its network, and what can befall it."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from infra.local.erp import ErpFolder, erp_process, prepare
from infra.local.network import Network, build_network
from infra.local.ports import free_port
from infra.local.processes import ManagedProcess
from infra.local.progress import SilentProgress
from infra.local.settings import LOOPBACK, BoxSettings
from shared.targets.tryton.books import TrytonBooks
from shared.targets.tryton.client import CALL_TIMEOUT_SECONDS, TrytonClient, TrytonSettings
from shared.targets.tryton.connector import TrytonConnector


@dataclass(frozen=True, kw_only=True)
class TrytonInABox:
    """One Tryton over one SQLite file."""

    folder: ErpFolder
    process: ManagedProcess
    settings: TrytonSettings
    network: Network

    def client(self, *, seconds: float = CALL_TIMEOUT_SECONDS, port: int = 0) -> TrytonClient:
        """A client of it; through another port if something stands between."""
        base_url = f"http://{LOOPBACK}:{port or self.process.port}"
        return TrytonClient(replace(self.settings, base_url=base_url), timeout_seconds=seconds)

    def connector(self, *, seconds: float = CALL_TIMEOUT_SECONDS, port: int = 0) -> TrytonConnector:
        """The connector under test."""
        return TrytonConnector(self.client(seconds=seconds, port=port))

    def connector_with_a_wrong_key(self) -> TrytonConnector:
        """A connector that the ERP will not let in."""
        return TrytonConnector(TrytonClient(replace(self.settings, key="wrong")))

    def books(self) -> TrytonBooks:
        """The books under test."""
        return TrytonBooks(self.client())

    def documents(self, reference: str) -> int:
        """How many documents its own table has under a reference: the judge, not the connector."""
        ((number,),) = self.query(
            "select count(*) from stock_move where integration_ref = ? and state = 'done'",
            reference,
        )
        return int(str(number))

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Read its tables past its own code."""
        address = f"file:{self.folder.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return connection.execute(statement, values).fetchall()

    def close_period(self, month: str) -> None:
        """Close a month's books."""
        with closing(sqlite3.connect(self.folder.database, timeout=10)) as connection, connection:
            changed = connection.execute(
                "update account_period set state = 'closed' where start_date = ?", (f"{month}-01",)
            )
            assert changed.rowcount == 1

    def is_serving(self) -> bool:
        """Whether it is at work on a call, whatever comes of it."""
        running = self.process.running()
        assert running is not None
        return any(
            connection.status == psutil.CONN_ESTABLISHED
            for child in running.children()
            for connection in child.net_connections(kind="tcp")
        )

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
def a_tryton() -> Iterator[TrytonInABox]:
    """A Tryton of one's own, started, with the network's master data and opening stock."""
    network = build_network(year=datetime.now(UTC).year)
    with TemporaryDirectory(prefix="ledgerward-erp-") as name:
        folder = prepare(
            Path(name) / "erp", BoxSettings.from_environment().cache, network, SilentProgress()
        ).folder
        _give_up_soon(folder)
        process = erp_process(folder.root, free_port())
        process.start()
        try:
            yield TrytonInABox(
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
