"""The engine seen from outside: its environment, its start, its stop, and saving what it holds."""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra.local.errors import ProcessDiedError
from infra.local.held_mappings import HELD_FUNCTIONS
from infra.local.processes import ManagedProcess, Stopped, clean_environment, is_answering
from infra.local.settings import LOOPBACK, BoxSettings

HEALTH_PATH = "/_ministack/health"
CHECKPOINT_FILE = "LEDGERWARD_CHECKPOINT_FILE"  # where the engine answers a request to save
WITHOUT_FIXES = "LEDGERWARD_WITHOUT_FIXES"  # names of fixes to leave out; the contract tests do
_CHECKPOINT_SECONDS = 30.0
_POLL_SECONDS = 0.02


def engine_process(
    settings: BoxSettings, *, left_out: Sequence[str] = (), held: Sequence[str] = ()
) -> ManagedProcess:
    """The engine as the box runs it."""
    environment = _environment(settings)
    if left_out:
        environment[WITHOUT_FIXES] = ",".join(left_out)
    if held:
        environment[HELD_FUNCTIONS] = ",".join(held)
    return ManagedProcess(
        name="engine",
        command=[sys.executable, "-m", "infra.local.engine"],
        environment=environment,
        folder=settings.logs,
        cwd=settings.checkout,
        port=settings.engine_port,
        port_setting="LEDGERWARD_ENGINE_PORT",
        is_healthy=lambda: is_answering(settings.endpoint + HEALTH_PATH),
    )


def start_engine(
    settings: BoxSettings, *, left_out: Sequence[str] = (), held: Sequence[str] = ()
) -> ManagedProcess:
    """Start the engine on its kept state; functions with `held` in their names take nothing yet.

    Raises:
        PortTakenError: somebody else listens on its port.
        ProcessDiedError: it did not become ready.
    """
    engine = engine_process(settings, left_out=left_out, held=held)
    wipe_temporary_folder(settings)
    _temporary_folder(settings).mkdir(parents=True)
    (settings.engine_state / "services").mkdir(parents=True, exist_ok=True)
    note_lost_changes(settings)
    engine.start()
    _unsaved_marker(settings).touch()
    return engine


def stop_engine(settings: BoxSettings) -> Stopped:
    """Stop the engine, which saves its state, and wipe what its workers unpacked."""
    began = datetime.now(UTC)
    outcome = engine_process(settings).stop()
    if outcome is Stopped.BY_ITSELF:
        _record_complete(settings, began)
        _unsaved_marker(settings).unlink(missing_ok=True)
    wipe_temporary_folder(settings)
    return outcome


def has_lost_changes(settings: BoxSettings) -> bool:
    """Whether the engine once ended without saving (a kill, a power cut) and nobody repaired that.

    Tables and queues are then as they were at the last save, while stored messages are all there:
    whatever is not complete in the books must be driven again from those.
    """
    return _lost_marker(settings).is_file()


def note_lost_changes(settings: BoxSettings) -> bool:
    """Whether the engine that starts next lacks changes; called before it is started."""
    if _unsaved_marker(settings).is_file():
        _lost_marker(settings).touch()
    return has_lost_changes(settings)


def declare_repaired(settings: BoxSettings) -> None:
    """Say that every stored message is complete in the books again."""
    _lost_marker(settings).unlink(missing_ok=True)


def save_engine_state(settings: BoxSettings) -> None:
    """Have the running engine write its whole state, as a clean stop does, without stopping it.

    Only a quiet engine can be copied; one that is busy is asked again.

    Raises:
        ProcessDiedError: it did not save in time, or is not running.
    """
    process = engine_process(settings).running()
    deadline = time.monotonic() + _CHECKPOINT_SECONDS
    answer = _checkpoint_file(settings)
    began = datetime.now(UTC)
    failed: list[str] = []
    while process is not None and time.monotonic() < deadline:
        answer.unlink(missing_ok=True)
        process.send_signal(signal.SIGUSR1)
        while not answer.is_file() and process.is_running() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        if answer.is_file():
            failed = json.loads(answer.read_text(encoding="utf-8"))["failed"]
            if not failed:
                _record_complete(settings, began)
                return
    raise ProcessDiedError(
        f"The engine could not save its state: {', '.join(failed) or 'no answer'}"
    )


def complete_until(settings: BoxSettings) -> datetime | None:
    """The moment until which tables and queues on disk have all that was received; None: unknown.

    It stands still while lost changes are not repaired: what was saved since then lacks them too.
    """
    path = _complete_path(settings)
    return datetime.fromisoformat(path.read_text(encoding="utf-8")) if path.is_file() else None


def wipe_temporary_folder(settings: BoxSettings) -> None:
    """Remove the unpacked code of workers; it piles up to gigabytes."""
    shutil.rmtree(_temporary_folder(settings), ignore_errors=True)


def _temporary_folder(settings: BoxSettings) -> Path:
    return settings.state / "tmp"


def _record_complete(settings: BoxSettings, moment: datetime) -> None:
    """Keep when a save began: what arrived while it ran may not be in it."""
    if has_lost_changes(settings):
        return
    path = _complete_path(settings)
    fresh = path.with_suffix(".new")
    fresh.write_text(moment.isoformat(), encoding="utf-8")
    fresh.replace(path)  # a power cut leaves the old moment or the new one, never half of it


def _complete_path(settings: BoxSettings) -> Path:
    return settings.engine_state / "complete-until"


def _unsaved_marker(settings: BoxSettings) -> Path:
    return settings.engine_state / "unsaved"


def _lost_marker(settings: BoxSettings) -> Path:
    return settings.engine_state / "lost-changes"


def _checkpoint_file(settings: BoxSettings) -> Path:
    return settings.logs / "checkpoint.json"


def _environment(settings: BoxSettings) -> dict[str, str]:
    """The engine's environment; its workers inherit it, plus the credentials of their own role."""
    return clean_environment(
        {
            "GATEWAY_PORT": str(settings.engine_port),
            "BIND_HOST": LOOPBACK,
            "MINISTACK_HOST": LOOPBACK,
            "MINISTACK_ACCOUNT_ID": settings.account,
            "MINISTACK_REGION": settings.region,
            "AUTH": "true",
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_STRICT": "0",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "DOCKER_HOST": f"unix://{settings.state}/no-docker",  # never touch others' containers
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "STATE_DIR": str(settings.engine_state / "services"),
            "S3_DATA_DIR": str(settings.engine_state / "objects"),
            "TMPDIR": str(_temporary_folder(settings)),
            CHECKPOINT_FILE: str(_checkpoint_file(settings)),
            "AWS_ENDPOINT_URL": settings.functions_endpoint,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    )
