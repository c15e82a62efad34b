"""What the box's processes and files take: CPU by function, memory, size of the ERP's books."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

import psutil

from infra.local.engine_process import engine_process
from infra.local.erp import erp_process
from infra.local.erp_folder import ErpFolder
from infra.local.settings import BoxSettings

FUNCTION = re.compile(r"-([A-Za-z]+)Function[0-9A-F]{8}")  # in the path of a worker's code
MIB = 1024 * 1024


@dataclass(frozen=True)
class Footprint:
    """One box."""

    settings: BoxSettings

    def cpu_seconds(self) -> Mapping[str, float]:
        """CPU spent so far, by who spent it; a worker that ended is not counted any more."""
        spent: dict[str, float] = defaultdict(float)
        for name, process in self._processes():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent[name] += times.user + times.system
        return spent

    def memory_mib(self) -> Mapping[str, Sequence[float]]:
        """Memory that each living process holds, by who it belongs to."""
        held: dict[str, list[float]] = defaultdict(list)
        for name, process in self._processes():
            with suppress(psutil.NoSuchProcess):
                mib = process.memory_info().rss / MIB
                held[name].append(mib)
        return held

    def engine_mib(self) -> float:
        """Memory that the engine holds."""
        return float(self._engine().memory_info().rss) / MIB

    def erp_mib(self) -> float:
        """The ERP's database file."""
        return self._erp_folder.database.stat().st_size / MIB

    def erp_documents(self) -> int:
        """Stock moves in the ERP."""
        address = f"file:{self._erp_folder.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return int(connection.execute("select count(*) from stock_move").fetchone()[0])

    @property
    def _erp_folder(self) -> ErpFolder:
        return ErpFolder(root=self.settings.state / "erp")

    def _engine(self) -> psutil.Process:
        process = engine_process(self.settings).running()
        if process is None:
            raise SystemExit("the engine does not run: ledgerward up")
        return process

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        engine = self._engine()
        yield "engine", engine
        for child in engine.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                found = FUNCTION.search(" ".join(child.cmdline()))
                yield _snake(found[1]) if found else "others", child
        erp = erp_process(self._erp_folder.root, self.settings.erp_port).running()
        if erp is not None:
            for each in (erp, *erp.children(recursive=True)):
                yield "ERP", each


def _snake(name: str) -> str:
    return re.sub("(?<!^)(?=[A-Z])", "_", name).lower()
