"""Starting things side by side so that a failure, or Ctrl-C, leaves nothing running."""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

import psutil

from infra.local.processes import kill_programs_except

Made = TypeVar("Made")

_POLL_SECONDS = 0.1


class Undertaking:
    """Work that is done as a whole or leaves nothing behind."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(thread_name_prefix="box")
        self._futures: list[Future[Any]] = []
        self._stops: list[Callable[[], object]] = []
        self._before = set(psutil.Process().children())

    def beside(self, work: Callable[[], Made]) -> Future[Made]:
        """Begin some work in a thread of its own."""
        future = self._pool.submit(work)
        self._futures.append(future)
        return future

    def undo_with(self, stop: Callable[[], object]) -> None:
        """Say how to stop what is about to be started; it may be called more than once."""
        self._stops.append(stop)

    def result_of(self, future: Future[Made]) -> Made:
        """Wait for some work; whatever fails first, this or other work, is raised at once."""
        while True:
            ended = [each for each in self._futures if each.done()]
            for each in ended:
                each.result()
            if future in ended:
                return future.result()
            running = [each for each in self._futures if each not in ended]
            wait(running, return_when=FIRST_COMPLETED)

    def give_up(self) -> None:
        """Stop all that was started, whatever state it is in."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        while any(not future.done() for future in self._futures):
            # A thread may be waiting for a program, and begin something else when that has ended.
            self._stop_everything()
            wait(self._futures, timeout=_POLL_SECONDS)
        self._stop_everything()

    def finish(self) -> None:
        """Keep what was started."""
        self._pool.shutdown()

    def _stop_everything(self) -> None:
        kill_programs_except(self._before)
        for stop in reversed(self._stops):
            stop()


@contextmanager
def all_or_nothing() -> Iterator[Undertaking]:
    """Give up the whole undertaking if anything in it fails; a polite kill counts as Ctrl-C."""
    undertaking = Undertaking()
    with _signals(SIGTERM=_interrupt):
        try:
            yield undertaking
        except BaseException:
            with _signals(SIGINT=signal.SIG_IGN, SIGTERM=signal.SIG_IGN):  # cleaning up is short
                undertaking.give_up()
            raise
        undertaking.finish()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _signals(**handlers: Any) -> Iterator[None]:  # noqa: ANN401 - what signal.signal takes
    """Handle signals in this way for a while; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {name: signal.signal(signal.Signals[name], handlers[name]) for name in handlers}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(signal.Signals[name], handler)
