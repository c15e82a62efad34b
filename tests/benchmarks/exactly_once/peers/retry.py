"""No library: post, and let the queue deliver again what failed; or look first, then post."""

from dataclasses import dataclass

from tests.benchmarks.exactly_once.peers import Peer
from tests.benchmarks.exactly_once.target import Target
from tests.benchmarks.exactly_once.terms import Ended, Message, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry(Peer):
    """Keeps nothing of its own."""

    target: Target
    looks_first: bool

    def attempt(self, message: Message) -> Ended:
        """Post it, unless it is there."""
        if not (self.looks_first and self.target.look(message.reference)):
            self.target.post(message)
        return Ended.DONE


def opened(world: World, *, looks_first: bool = False) -> Retry:
    """The peer."""
    target = Target(port=world.erp_port, timeout_seconds=world.call_timeout_seconds)
    return Retry(target=target, looks_first=looks_first)
