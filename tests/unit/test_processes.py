"""What the box starts, it can find again, stop with all its children, and never leave behind."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from infra.local.errors import PortTakenError, ProcessDiedError
from infra.local.ports import free_port, is_port_taken
from infra.local.process_tree import have_ended, kill_all
from infra.local.processes import ManagedProcess, Stopped, clean_environment, is_answering

_SERVER = """
import http.server, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
_STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(600)
"""
_HEADLESS = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
ctypes.CDLL(None).pthread_exit(None)
"""
_DYING = "import sys; print('no such module: tryton'); sys.exit(3)"
_SLEEPING = "import time; print('still thinking', flush=True); time.sleep(600)"


def a_process(
    folder: Path, script: str, *arguments: str, port: int, **changes: float
) -> ManagedProcess:
    return ManagedProcess(
        name="erp",
        command=[sys.executable, "-c", script, *arguments],
        environment=clean_environment({}),
        folder=folder,
        cwd=folder,
        port=port,
        port_setting="LEDGERWARD_ERP_PORT",
        is_healthy=lambda: is_answering(f"http://127.0.0.1:{port}/"),
        start_seconds=changes.get("start_seconds", 20),
        stop_seconds=changes.get("stop_seconds", 10),
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ManagedProcess]:
    port = free_port()
    process = a_process(tmp_path, _SERVER, str(port), port=port)
    yield process
    process.stop()


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def its_child(process: ManagedProcess) -> int:
    return int(process.last_lines()[0].split()[1])


def test_a_started_process_is_healthy_and_named_by_its_number(server: ManagedProcess) -> None:
    server.start()

    state = server.state()

    assert state.healthy
    assert state.address == f"http://127.0.0.1:{server.port}"
    assert state.pid is not None
    assert is_alive(state.pid)


def test_stopping_ends_the_children_too(server: ManagedProcess) -> None:
    server.start()
    child = its_child(server)

    outcome = server.stop()

    assert outcome is Stopped.BY_ITSELF
    assert not is_alive(child)
    assert not is_port_taken(server.port)
    assert server.state().pid is None


def test_stopping_twice_is_no_error(server: ManagedProcess) -> None:
    server.start()
    server.stop()

    assert server.stop() is Stopped.WAS_NOT_RUNNING


def test_children_of_a_killed_process_are_found_and_stopped(server: ManagedProcess) -> None:
    server.start()
    child = its_child(server)
    running = server.running()
    assert running is not None
    running.kill()
    running.wait()
    assert is_alive(child)

    server.stop()

    assert not is_alive(child)


def test_a_taken_port_is_told_before_anything_is_started(server: ManagedProcess) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", server.port))
        other.listen()

        with pytest.raises(PortTakenError) as refusal:
            server.start()

    assert f"Port {server.port}, meant for erp, is taken" in str(refusal.value)
    assert f"by process {os.getpid()}" in str(refusal.value)
    assert "LEDGERWARD_ERP_PORT" in refusal.value.hint
    assert not server.log_file.exists()


def test_a_process_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    process = a_process(tmp_path, _DYING, port=free_port())

    with pytest.raises(ProcessDiedError) as death:
        process.start()

    assert "erp ended with code 3" in str(death.value)
    assert death.value.log_lines == ("no such module: tryton",)
    assert process.running() is None


def test_a_process_that_never_becomes_healthy_is_not_left_running(tmp_path: Path) -> None:
    process = a_process(tmp_path, _SLEEPING, port=free_port(), start_seconds=0.5)
    before = set(psutil.Process().children())

    with pytest.raises(ProcessDiedError, match="was not ready within"):
        process.start()

    assert set(psutil.Process().children()) == before


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    stubborn = ManagedProcess(
        name="stubborn",
        command=[sys.executable, "-c", _STUBBORN, str(ready)],
        environment=clean_environment({}),
        folder=tmp_path,
        cwd=tmp_path,
        port=free_port(),
        is_healthy=ready.is_file,
        stop_seconds=0.2,
    )
    stubborn.start()

    assert stubborn.stop() is Stopped.KILLED
    assert stubborn.running() is None


def test_a_number_that_belongs_to_somebody_else_by_now_is_left_alone(
    server: ManagedProcess,
) -> None:
    command = [sys.executable, "-c", _SLEEPING]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as stranger:  # noqa: S603
        theirs = psutil.Process(stranger.pid)
        server.folder.mkdir(exist_ok=True)
        server.pid_file.write_text(
            f'{{"pid": {stranger.pid}, "created": {theirs.create_time() - 3600}, "command": ["x"]}}'
        )

        assert server.running() is None
        assert server.stop() is Stopped.WAS_NOT_RUNNING
        assert stranger.poll() is None

        stranger.kill()


def test_a_torn_process_file_names_nobody(server: ManagedProcess) -> None:
    server.pid_file.write_text('{"pid": 1')

    assert server.state().pid is None


def test_the_log_before_a_restart_is_kept(server: ManagedProcess) -> None:
    server.start()
    first = server.log_file.read_text()
    server.stop()

    server.start()

    assert server.log_file.with_suffix(".previous.log").read_text() == first


def test_what_the_shell_has_set_for_other_work_does_not_reach_the_box(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTPS_PROXY", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "PYTHONPATH"):
        monkeypatch.setenv(name, "something")

    environment = clean_environment({"GATEWAY_PORT": "4610"})

    assert environment["GATEWAY_PORT"] == "4610"
    assert not {"HTTPS_PROXY", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "PYTHONPATH"} & set(environment)


def test_a_closed_connection_does_not_make_a_port_look_taken(server: ManagedProcess) -> None:
    server.start()
    assert is_answering(server.address)
    server.stop()
    deadline = time.monotonic() + 5
    while is_port_taken(server.port) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not is_port_taken(server.port)


def test_a_process_has_not_ended_while_a_thread_of_it_may_hold_its_ports() -> None:
    with subprocess.Popen([sys.executable, "-c", _HEADLESS]) as headless:  # noqa: S603
        process = psutil.Process(headless.pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)

        assert not have_ended([process], 0.2)
        kill_all({process})
        assert have_ended([process], 0.0)
