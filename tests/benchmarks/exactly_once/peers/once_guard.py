"""exactly-once, on its store contract.

Its default policy quarantines what was begun and not seen to end. Its recipe for money that moves
looks at the world first (`check_then_decide`); its recipe for several workers adds a lease, which
here lasts as long as the target may take to commit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from exactly_once import (  # type: ignore[import-not-found]
    ProbeResult,
    Store,
    Verdict,
    check_then_decide,
    once,
    quarantine,
)
from exactly_once._types import ClaimRecord, ClaimResult, State  # type: ignore[import-not-found]

from tests.benchmarks.exactly_once.peers import Peer
from tests.benchmarks.exactly_once.peers.keys import Condition, Keys, Values, opened_keys
from tests.benchmarks.exactly_once.target import Target
from tests.benchmarks.exactly_once.terms import Ended, Message, World

IN_FLIGHT: Values = {"state": State.IN_FLIGHT.value}


class DynamoStore(Store):  # type: ignore[misc]
    """Implements exactly-once's Store."""

    def __init__(self, keys: Keys, now: Callable[[], float]) -> None:
        self._keys = keys
        self._now = now

    def now(self) -> float:
        """The clock of leases."""
        return self._now()

    def claim(
        self, key: str, *, fingerprint: str | None = None, lease_ttl: float | None = None
    ) -> Any:  # noqa: ANN401
        """One conditional write decides; whoever loses is told what stands."""
        token = uuid4().hex
        values: Values = {**IN_FLIGHT, "token": token, "created_at": self.now()}
        if lease_ttl is not None:
            values["lease_expires_at"] = self.now() + lease_ttl
        if self._keys.put_new(key, values):
            lease = values.get("lease_expires_at")
            return ClaimResult(State.FRESH, key, None, fingerprint, token, lease)
        record = self.get(key)
        return ClaimResult(
            record.state, key, record.result, None, record.token, record.lease_expires_at
        )

    def commit(self, key: str, result: bytes) -> None:
        """It is done; a second time changes nothing."""
        done: Values = {"state": State.COMMITTED.value, "result": result.decode()}
        self._keys.change(key, done, Condition(text="#state <> :state", given=_state(done)))

    def release(self, key: str, token: str | None = None) -> None:
        """Give back what is still in flight and was observed so."""
        given: Values = {**IN_FLIGHT, "token": str(token)}
        self._keys.delete(key, Condition(text="#state = :state AND #token = :token", given=given))

    def heartbeat(self, key: str, token: str, lease_ttl: float) -> bool:
        """Lengthen the lease of one's own claim."""
        given: Values = {**IN_FLIGHT, "token": token}
        mine = Condition(text="#state = :state AND #token = :token", given=given)
        return self._keys.change(key, {"lease_expires_at": self.now() + lease_ttl}, mine)

    def get(self, key: str) -> Any:  # noqa: ANN401
        """What stands under a key."""
        found = self._keys.get(key)
        return _record(found) if found else None

    def list(self, state: Any = None) -> Iterator[Any]:  # noqa: ANN401
        """All records, or those of one state."""
        records = map(_record, self._keys.all())
        return (record for record in records if state in (None, record.state))


def _state(values: Values) -> Values:
    return {"state": values["state"]}


def _record(found: Values) -> Any:  # noqa: ANN401
    result = found.get("result")
    return ClaimRecord(
        key=found["id"],
        state=State(found["state"]),
        result=None if result is None else str(result).encode(),
        created_at=found["created_at"],
        token=found["token"],
        lease_expires_at=found.get("lease_expires_at"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceGuard(Peer):
    """One guarded function."""

    guarded: Callable[[Message], object]

    def attempt(self, message: Message) -> Ended:
        """One delivery; a key in quarantine raises."""
        self.guarded(message)
        return Ended.DONE


def opened(world: World, *, checks: bool = False, has_lease: bool = False) -> OnceGuard:
    """The peer."""
    target = Target(port=world.erp_port, timeout_seconds=world.call_timeout_seconds)

    def probe(reference: str) -> Any:  # noqa: ANN401
        found = target.look(reference)
        if found:
            return ProbeResult(Verdict.COMMITTED, found[0])
        return ProbeResult(Verdict.NOT_COMMITTED)

    guard = once(
        DynamoStore(opened_keys(f"{world.prefix}.records"), world.now),
        key=lambda message: message.reference,
        policy=check_then_decide(probe) if checks else quarantine,
        lease_ttl=world.latest_commit_seconds if has_lease else None,
    )
    return OnceGuard(guarded=guard(target.post))
