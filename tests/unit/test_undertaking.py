"""What was begun together ends together."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import psutil
import pytest

from infra.local.undertaking import all_or_nothing

_SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


class SeedingFailedError(Exception):
    """Something that can go wrong."""


def a_long_program(started: threading.Event) -> Callable[[], int]:
    def run() -> int:
        with subprocess.Popen(_SLEEP) as program:  # noqa: S603
            started.set()
            return program.wait()

    return run


def a_failure() -> None:
    raise SeedingFailedError


def test_the_result_of_work_beside_is_handed_over() -> None:
    with all_or_nothing() as undertaking:
        made = undertaking.result_of(undertaking.beside(lambda: "assembly"))

    assert made == "assembly"


def test_a_failure_ends_the_programs_of_other_work_and_undoes_what_was_started() -> None:
    before = set(psutil.Process().children())
    started, stopped = threading.Event(), []

    def start_and_fail() -> None:
        with all_or_nothing() as undertaking:
            undertaking.undo_with(lambda: stopped.append("engine"))
            waiting = undertaking.beside(a_long_program(started))
            started.wait(10)
            undertaking.beside(a_failure)
            undertaking.result_of(waiting)

    with pytest.raises(SeedingFailedError):
        start_and_fail()

    assert set(psutil.Process().children()) == before
    assert set(stopped) == {"engine"}


def test_success_undoes_nothing() -> None:
    stopped: list[str] = []

    with all_or_nothing() as undertaking:
        undertaking.undo_with(lambda: stopped.append("engine"))

    assert stopped == []


def test_a_polite_kill_undoes_everything_too() -> None:
    stopped: list[str] = []

    def start_and_be_killed() -> None:
        with all_or_nothing() as undertaking:
            undertaking.undo_with(lambda: stopped.append("engine"))
            signal.raise_signal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        start_and_be_killed()

    assert stopped == ["engine"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
