"""Which processes belong together, who is who, and ending them."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import psutil

_POLL_SECONDS = 0.05
_KILL_SECONDS = 5.0
_CREATION_TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class RecordedProcess:
    """A process as its file names it."""

    pid: int
    created: float
    command: tuple[str, ...]


def same_process(recorded: RecordedProcess) -> psutil.Process | None:
    """The living process of that number, if it is still the one that was started."""
    try:
        process = psutil.Process(recorded.pid)
        same_time = abs(process.create_time() - recorded.created) <= _CREATION_TOLERANCE_SECONDS
        is_ours = same_time and tuple(process.cmdline()) == recorded.command
    except psutil.NoSuchProcess:
        return None
    return process if is_ours and _is_alive(process) else None


def family_of(process: psutil.Process | None) -> list[psutil.Process]:
    """All that it started, and they in turn."""
    if process is None:
        return []
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def session_members(recorded: RecordedProcess) -> list[psutil.Process]:
    """Whatever still lives in the session we opened, even if its leader is long gone.

    The system does not reuse a number as long as a session of that number has members.
    """
    members = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError, PermissionError):
            in_session = os.getsid(process.pid) == recorded.pid
            if (
                in_session
                and process.create_time() >= recorded.created - _CREATION_TOLERANCE_SECONDS
            ):
                members.append(process)
    return members


def kill_all(processes: set[psutil.Process]) -> None:
    """End them at once and wait until they have ended."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    have_ended(processes, _KILL_SECONDS)


def have_ended(processes: Iterable[psutil.Process], seconds: float) -> bool:
    """Wait for them. One that has ended but whom its parent has not yet buried has ended."""
    deadline = time.monotonic() + seconds
    while any(_is_alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _is_alive(process: psutil.Process) -> bool:
    """One whose leader waits to be buried holds its ports until its last thread has ended."""
    try:
        is_zombie = process.status() == psutil.STATUS_ZOMBIE
        return process.is_running() and not (is_zombie and process.num_threads() <= 1)
    except psutil.NoSuchProcess:
        return False
