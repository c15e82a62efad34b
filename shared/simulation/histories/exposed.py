"""Ports whose every call is an I/O of the worker that makes it: it may be its last."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar, cast

from shared.simulation.clock import START
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.workers import Run

Port = TypeVar("Port")


class _Exposed:
    """Has the methods of a port, and its other attributes as they are."""

    def __init__(self, port: object) -> None:
        self._port = port
        for name in dir(type(port)):
            if not name.startswith("_") and callable(getattr(type(port), name)):
                setattr(self, name, getattr(port, name))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._port, name)


def exposed(kernel: Kernel, name: str, port: Port, methods: Iterable[str]) -> Port:
    """The same port, whose named methods are I/O."""
    outside = _Exposed(port)
    for method in methods:
        setattr(outside, method, _io(kernel, f"{name}.{method}", getattr(port, method)))
    return cast(Port, outside)


def _io(kernel: Kernel, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        return kernel.io(name, partial(method, **named) if named else method, arguments)

    return call


@dataclass(frozen=True, slots=True)
class WorkersClock:
    """Implements the Clock port: the worker's own time, which is off by its skew."""

    kernel: Kernel

    def now(self) -> datetime:
        """Now, as far as this worker knows."""
        run = self.kernel.run
        skew = run.skew if run else 0.0
        return START + timedelta(seconds=self.kernel.now + skew)


@dataclass(frozen=True, slots=True)
class TrueClock:
    """Implements the Clock port: the time that nobody inside knows exactly."""

    kernel: Kernel

    def now(self) -> datetime:
        """Now."""
        return self.kernel.moment


@dataclass(frozen=True, slots=True)
class RunsDeadline:
    """Implements the Deadline port for one invocation."""

    kernel: Kernel
    run: Run

    def remaining_seconds(self) -> float:
        """Seconds until the platform kills this worker."""
        return max(0.0, self.run.deadline - self.kernel.now)
