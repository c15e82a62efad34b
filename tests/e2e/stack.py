"""A whole stack of one's own: engine with IAM enforced, real ERP, driven by the CLI."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from infra.local.engine_process import engine_process
from infra.local.erp import ErpFolder
from infra.local.ports import free_port
from infra.local.settings import BoxSettings
from infra.local.state import erp_class_of
from shared.cli.deployment import Deployment
from shared.cli.settling import Settling
from shared.ports.erp import EffectClass

COMMAND = Path(sys.executable).parent / "ledgerward"
COMMAND_SECONDS = 900
SETTLE_SECONDS = 300  # a killed worker's messages come back after one, a sweep takes another
# The done moves under each reference, by the tables of a Tryton with our module and without.
MOVES = {
    EffectClass.E1: (
        "select integration_ref, count(*) from stock_move where state = 'done'"
        " and integration_ref like ? group by integration_ref"
    ),
    EffectClass.E2: (
        "select substr(s.reference, 1, 34), count(*) from stock_move m"
        " join stock_shipment_internal s on m.shipment = 'stock.shipment.internal,' || s.id"
        " where m.state = 'done' and substr(s.reference, 1, 34) like ? group by 1"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A command that ended: its exit status, its object, and what it said to people."""

    status: int
    result: dict[str, Any]
    said: str


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One box in a folder of its own, on ports of its own."""

    environment: Mapping[str, str]

    @property
    def settings(self) -> BoxSettings:
        return BoxSettings.from_environment(self.environment)

    @property
    def deployment(self) -> Deployment:
        return Deployment(self.settings)

    def run(self, *arguments: str, typed: bytes = b"") -> Finished:
        """Run a command as a user does, with `--json`."""
        ended = subprocess.run(  # noqa: S603 - our own command
            [str(COMMAND), *arguments, "--json"],
            input=typed,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
            env={**os.environ, **self.environment},
        )
        lines = ended.stdout.decode().strip().splitlines()
        said = ended.stderr.decode()
        return Finished(
            status=ended.returncode,
            result=json.loads(lines[-1]) if lines else {},
            said=said,
        )

    def started(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command that goes on beside the test."""
        return subprocess.Popen(  # noqa: S603 - our own command
            [str(COMMAND), *arguments, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self.environment},
        )

    def moves(self, reference: str = "LW%") -> list[tuple[str, int]]:
        """Our references in the ERP's own table with the number of done moves under each."""
        database = ErpFolder(root=self.settings.state / "erp").database
        statement = MOVES[erp_class_of(self.settings)]
        with closing(
            sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
        ) as connection:
            return connection.execute(statement, (reference,)).fetchall()

    def settle(self) -> Settling:
        """Wait until nothing is on its way; what hinders it, the engine's log says."""
        settling = Settling.watch(self.deployment, patience_seconds=SETTLE_SECONDS)
        assert settling.in_doubt == 0, f"{settling}; the engine says: {self.complaints()}"
        return settling

    def complaints(self) -> list[str]:
        """The last errors in the engine's log."""
        log = (self.settings.logs / "engine.log").read_text(errors="replace").splitlines()
        return [line for line in log if "Error" in line or "Denied" in line][-5:]

    @contextmanager
    def halted(self, function: str) -> Iterator[None]:
        """A function takes nothing from its queue meanwhile; what it holds already is done."""
        functions = self.deployment.clients.functions
        mappings = functions.list_event_source_mappings()["EventSourceMappings"]
        name = "".join(part.title() for part in function.split("_"))
        (mapping,) = (each for each in mappings if f"-{name}Function" in each["FunctionArn"])
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        try:
            yield
        finally:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    def process(self, name: str) -> psutil.Process:
        """The process of the engine or the ERP."""
        return psutil.Process(self.run("status").result["processes"][name]["pid"])

    def lose_engine(self, *, away_seconds: float = 0) -> dict[str, Any]:
        """End the engine at once, as a power cut does, and bring it up; what `up` recovered."""
        engine_process(self.settings).kill()
        time.sleep(away_seconds)
        back = self.run("up")
        assert back.status == 0, back.said
        assert back.result["lost_changes"]
        return dict(back.result["recovered"])

    def workers(self, function: str) -> list[psutil.Process]:
        """The living Lambda workers of a function."""
        children = self.process("engine").children(recursive=True)
        return [each for each in children if any(function in word for word in _words(each))]


@contextmanager
def running_stack(folder: Path, *options: str, **settings: int) -> Iterator[Stack]:
    """Brought up in a folder, on free ports or those of `settings`; down again in the end."""
    names = ("LEDGERWARD_ENGINE_PORT", "LEDGERWARD_ERP_PORT", "LEDGERWARD_STATUS_PORT")
    ports = {name: free_port() for name in names} | settings
    environment = {name: str(port) for name, port in ports.items()}
    stack = Stack(environment={"LEDGERWARD_STATE": str(folder), **environment})
    try:
        brought_up = stack.run("up", *options)
        assert brought_up.status == 0, brought_up.said
        yield stack
    finally:
        stack.run("down")


def as_an_account(stack: Stack) -> Stack:
    """The same stacks, operated as those of an AWS account are: by credentials and a region."""
    settings = stack.settings
    return Stack(
        environment={
            **stack.environment,
            "LEDGERWARD_ENVIRONMENT": settings.environment,
            "LEDGERWARD_TENANT": stack.deployment.network.tenant,
            "AWS_ENDPOINT_URL": settings.endpoint,
            "AWS_ACCESS_KEY_ID": settings.account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": settings.region,
        }
    )


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def eventually(found: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Whether it becomes true before patience ends."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if found():
            return True
        time.sleep(0.2)
    return found()
