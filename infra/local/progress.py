"""How the box tells what it is doing, and how long each phase took."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Progress(Protocol):
    """Whoever shows progress. Steps may overlap: ERP and templates are made side by side."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """Show one phase for as long as the context lasts; an exception means that it failed."""
        ...


class SilentProgress:
    """Shows nothing."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:  # noqa: ARG002 - the protocol's signature
        """Do nothing."""
        yield


class MeasuredProgress:
    """Passes phases on to another progress and keeps the seconds of each."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._lock = threading.Lock()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show and measure one phase."""
        began = time.monotonic()
        with self._shown.step(name):
            try:
                yield
            finally:
                with self._lock:
                    spent = self.seconds.get(name, 0.0) + time.monotonic() - began
                    self.seconds[name] = round(spent, 2)
