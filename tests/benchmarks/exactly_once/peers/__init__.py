"""The rows of the table. Each module here uses one library as its documentation tells its users."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from tests.benchmarks.exactly_once.terms import Ended, Message, World


class Peer(ABC):
    """One way to post an effect, as a worker holds it between invocations."""

    @abstractmethod
    def attempt(self, message: Message) -> Ended:
        """One delivery of one message. What it raises leaves the message in the queue."""

    def nightly(self) -> None:  # noqa: B027 - most have nothing to do at night
        """What the documentation says to run each night."""

    def due(self) -> Collection[str]:
        """References that the peer's own record says are to be delivered again now."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One peer in one configuration. `packages` are those that its interpreter must have."""

    name: str
    module: str
    packages: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    is_foreign: bool = False  # runs on the interpreter given by --peers

    def opened(self, world: World) -> Peer:
        """The peer itself; only here is its library imported."""
        module = import_module(f"{__name__}.{self.module}")
        peer: Peer = module.opened(world, **self.options)
        return peer


DURABLE = ("aws-durable-execution-sdk-python", "aws-durable-execution-sdk-python-testing")
ROWS = (
    Row(name="retry", module="retry"),
    Row(name="retry, looks first", module="retry", options={"looks_first": True}),
    Row(name="powertools", module="powertools", packages=("aws-lambda-powertools",)),
    Row(
        name="powertools, looks first",
        module="powertools",
        packages=("aws-lambda-powertools",),
        options={"looks_first": True},
    ),
    Row(
        name="justonce",
        module="just_once",
        packages=("justonce",),
        is_foreign=True,
    ),
    Row(
        name="justonce, no retry",
        module="just_once",
        packages=("justonce",),
        options={"retry_on_failure": False},
        is_foreign=True,
    ),
    Row(
        name="exactly-once, quarantine",
        module="once_guard",
        packages=("exactly-once",),
        is_foreign=True,
    ),
    Row(
        name="exactly-once, check",
        module="once_guard",
        packages=("exactly-once",),
        options={"checks": True},
        is_foreign=True,
    ),
    Row(
        name="exactly-once, check and lease",
        module="once_guard",
        packages=("exactly-once",),
        options={"checks": True, "has_lease": True},
        is_foreign=True,
    ),
    Row(name="durable", module="durable", packages=DURABLE, is_foreign=True),
    Row(
        name="durable, at most once",
        module="durable",
        packages=DURABLE,
        options={"at_most_once": True},
        is_foreign=True,
    ),
    Row(
        name="durable, waits and looks",
        module="durable",
        packages=DURABLE,
        options={"looks": True},
        is_foreign=True,
    ),
    Row(name="ours", module="ours"),
)


def row_of(name: str) -> Row:
    """The row of this name."""
    return next(row for row in ROWS if row.name == name)
