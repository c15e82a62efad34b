"""Long-running processes of the box: started detached, watched, stopped with all their children.

A process file says who was started (number, creation time, command line), so that a number which
the system has given to somebody else since is never taken for ours.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

import psutil

from infra.local.errors import ProcessDiedError
from infra.local.ports import refuse_taken_port
from infra.local.process_tree import (
    RecordedProcess,
    family_of,
    have_ended,
    kill_all,
    same_process,
    session_members,
)
from infra.local.settings import LOOPBACK

_POLL_SECONDS = 0.05
_LOG_LINES = 15
_children: dict[
    int, "subprocess.Popen[bytes]"
] = {}  # ours to reap if this interpreter started them


class Stopped(Enum):
    """How a process ended; only one that ended by itself has saved its state."""

    WAS_NOT_RUNNING = "was not running"
    BY_ITSELF = "by itself"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """What `status` tells of one process."""

    pid: int | None
    address: str
    healthy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedProcess:
    """One long-running process: how to start it, know that it works, and stop it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    cwd: Path
    port: int
    is_healthy: Callable[[], bool]
    port_setting: str = ""
    start_seconds: float = 30.0
    stop_seconds: float = 30.0

    @property
    def pid_file(self) -> Path:
        """Who was started."""
        return self.folder / f"{self.name}.pid.json"

    @property
    def log_file(self) -> Path:
        """What it prints."""
        return self.folder / f"{self.name}.log"

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    def running(self) -> psutil.Process | None:
        """The living process that the process file names, and only that one."""
        recorded = self._recorded()
        if recorded is None:
            return None
        return same_process(recorded)

    def state(self) -> ProcessState:
        """Number, address and health, as `status` reports them."""
        process = self.running()
        healthy = process is not None and self.is_healthy()
        return ProcessState(
            pid=process.pid if process else None, address=self.address, healthy=healthy
        )

    def start(self) -> None:
        """Start it and return once it is healthy. Nothing is left running if it does not become so.

        Raises:
            PortTakenError: somebody else listens on its port.
            ProcessDiedError: it ended, or was not healthy in time; the message has its last lines.
        """
        self.stop()  # what an earlier, dead one may have left behind
        refuse_taken_port(self.port, name=self.name, setting=self.port_setting)
        self.folder.mkdir(parents=True, exist_ok=True)
        _keep_previous_log(self.log_file)
        with self.log_file.open("wb") as log:
            child = subprocess.Popen(  # noqa: S603 - our own command line
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.cwd,
                env=dict(self.environment),
                start_new_session=True,
            )
        _children[child.pid] = child
        try:
            self._record(child.pid)
            self._wait_until_healthy(child)
            self._record(child.pid)  # a launcher may have become something else by now
        except BaseException:
            self.stop()
            raise

    def stop(self) -> Stopped:
        """Stop it and everything it started.

        It is asked first (it saves its state then) and killed after `stop_seconds`.
        """
        recorded = self._recorded()
        if recorded is None:
            return Stopped.WAS_NOT_RUNNING
        process = same_process(recorded)
        family = family_of(process)
        outcome = Stopped.WAS_NOT_RUNNING
        if process is not None:
            outcome = _ask_to_stop(process, self.stop_seconds)
        kill_all({*family, *session_members(recorded)})
        _reap(recorded.pid)
        self.pid_file.unlink(missing_ok=True)
        return outcome

    def kill(self) -> None:
        """End it at once, as a power cut would; only tests of recovery want this."""
        recorded = self._recorded()
        if recorded is not None:
            process = same_process(recorded)
            kill_all(
                {*family_of(process), *([process] if process else []), *session_members(recorded)}
            )
            _reap(recorded.pid)

    def last_lines(self) -> tuple[str, ...]:
        """The end of its log."""
        if not self.log_file.is_file():
            return ()
        text = self.log_file.read_text(encoding="utf-8", errors="replace")
        return tuple(line for line in text.splitlines() if line.strip())[-_LOG_LINES:]

    def _wait_until_healthy(self, child: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + self.start_seconds
        while child.poll() is None:
            if self.is_healthy():
                return
            if time.monotonic() > deadline:
                raise ProcessDiedError(
                    f"{self.name} was not ready within {self.start_seconds:g} s",
                    log_lines=self.last_lines(),
                    hint=f"Its whole log: {self.log_file}",
                )
            time.sleep(_POLL_SECONDS)
        raise ProcessDiedError(
            f"{self.name} ended with code {child.returncode} before it was ready",
            log_lines=self.last_lines(),
            hint=f"Its whole log: {self.log_file}",
        )

    def _record(self, pid: int) -> None:
        process = psutil.Process(pid)
        command: list[str] = []
        with suppress(psutil.ZombieProcess):  # it has ended already: the wait will say so
            while not command:  # the system shows none for a moment after the start
                command = process.cmdline()
        facts = {"pid": pid, "created": process.create_time(), "command": command}
        self.pid_file.write_text(json.dumps(facts), encoding="utf-8")

    def _recorded(self) -> RecordedProcess | None:
        try:
            facts = json.loads(self.pid_file.read_text(encoding="utf-8"))
            return RecordedProcess(
                int(facts["pid"]), float(facts["created"]), tuple(facts["command"])
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None  # a torn or foreign file names nobody


def is_answering(url: str) -> bool:
    """Whether a health address answers 200 within two seconds."""
    try:
        # Our own loopback address, and never through a proxy.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child: paths and language only, then what it needs.

    Proxies, AWS profiles and Python paths of the person's shell would change what runs in the box.
    """
    kept = {
        name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "TZ") if name in os.environ
    }
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


def kill_programs_except(before: set[psutil.Process]) -> None:
    """Kill the programs that this interpreter is running, other than those in `before`.

    Managed processes are spared: they are asked to stop, so that they save their state.
    """
    new = set(psutil.Process().children()) - before
    programs = {child for child in new if child.pid not in _children}
    kill_all(programs.union(*(family_of(program) for program in programs)))


def _ask_to_stop(process: psutil.Process, seconds: float) -> Stopped:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
        if not have_ended([process], seconds):
            process.kill()
            return Stopped.KILLED
    return Stopped.BY_ITSELF


def _reap(pid: int) -> None:
    child = _children.pop(pid, None)
    if child is not None:
        child.wait()


def _keep_previous_log(log_file: Path) -> None:
    if log_file.is_file():
        log_file.replace(log_file.with_suffix(".previous.log"))
