"""justonce, on its store contract: six methods, which its documentation invites for DynamoDB.
The store here passes the library's own conformance suite.

The lease of a claim is the invocation's own time, as its documentation bounds it: the effect's
longest running time. `retry_on_failure` is its own choice between two risks.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import justonce  # type: ignore[import-not-found]
from justonce.stores.base import Claim, Record, State  # type: ignore[import-not-found]

from tests.benchmarks.exactly_once.peers import Peer
from tests.benchmarks.exactly_once.peers.keys import Condition, Keys, Values, opened_keys
from tests.benchmarks.exactly_once.target import Target
from tests.benchmarks.exactly_once.terms import Ended, Message, World

STANDS = "attribute_exists(id)"
NEVER = 4e9  # epoch seconds: what has no end


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoStore:
    """Implements justonce's Store."""

    keys: Keys
    now: Callable[[], float]

    def claim(self, key: str, request_hash: str, ttl_seconds: float) -> Any:  # noqa: ANN401
        """One conditional write decides; what has outlived its lease is claimed anew by another."""
        now = self.now()
        claimed: Values = {
            "state": State.IN_PROGRESS.value,
            "updated_at": now,
            "expires_at": now + ttl_seconds,
        }
        fresh = {**claimed, "request_hash": request_hash, "created_at": now}
        dead = Condition(
            text="#state = :state AND #request_hash = :request_hash AND #expires_at < :expires_at",
            given={
                "state": State.IN_PROGRESS.value,
                "request_hash": request_hash,
                "expires_at": now,
            },
        )
        is_won = self.keys.put_new(key, fresh) or self.keys.change(key, claimed, dead)
        return Claim(won=is_won, record=self.lookup(key))

    def complete(
        self, key: str, response: object, *, retention_seconds: float | None = None
    ) -> None:
        """It succeeded."""
        self._end(key, State.SUCCEEDED.value, response, retention_seconds)

    def fail(self, key: str, *, terminal: bool, retention_seconds: float | None = None) -> None:
        """It failed for good, or the claim is given back."""
        if terminal:
            self._end(key, State.FAILED.value, None, retention_seconds)
        else:
            self.keys.delete(key, Condition(text=STANDS))

    def mark_unknown(self, key: str) -> None:
        """Nobody saw how it ended."""
        unknown: Values = {"state": State.UNKNOWN.value, "updated_at": self.now()}
        self.keys.change(key, {**unknown, "expires_at": NEVER}, Condition(text=STANDS))

    def lookup(self, key: str) -> Any:  # noqa: ANN401
        """What stands under a key."""
        found = self.keys.get(key)
        return _record(found) if found else None

    def sweep(self, *, before: float) -> int:
        """Delete what ended and has outlived its retention."""
        ended = (State.SUCCEEDED.value, State.FAILED.value)
        old = [each for each in self._all() if each.state.value in ended]
        swept = [each for each in old if (each.expires_at or NEVER) < before]
        return sum(self.keys.delete(each.key, Condition(text=STANDS)) for each in swept)

    def unresolved(self, *, older_than: float | None = None, limit: int = 100) -> list[Any]:
        """What nobody saw the end of, oldest first."""
        until = self.now() if older_than is None else older_than
        found = [each for each in self._all() if each.state is State.UNKNOWN]
        found = [each for each in found if each.updated_at <= until]
        return sorted(found, key=lambda each: each.updated_at)[:limit]

    def _all(self) -> list[Any]:
        return [_record(each) for each in self.keys.all()]

    def _end(self, key: str, state: str, response: object, retention: float | None) -> None:
        now = self.now()
        ended: Values = {"state": state, "updated_at": now, "response": json.dumps(response)}
        until = NEVER if retention is None else now + retention
        self.keys.change(key, {**ended, "expires_at": until}, Condition(text=STANDS))


def _record(found: Values) -> Any:  # noqa: ANN401
    response = found.get("response")
    return Record(
        key=found["id"],
        state=State(found["state"]),
        request_hash=found["request_hash"],
        response=None if response is None else json.loads(str(response)),
        created_at=found["created_at"],
        updated_at=found["updated_at"],
        expires_at=None if found["expires_at"] == NEVER else found["expires_at"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JustOnce(Peer):
    """One guarded function."""

    engine: Any
    guarded: Callable[[Message], Any]
    now: Callable[[], float]

    def attempt(self, message: Message) -> Ended:
        """One delivery; what is recorded as failed is not tried again."""
        result = self.guarded(message)
        return Ended.DONE if result.record.state is State.SUCCEEDED else Ended.LEFT

    def nightly(self) -> None:
        """Its documentation sweeps each night."""
        self.engine.sweep(now=self.now())


def opened(world: World, *, retry_on_failure: bool = True) -> JustOnce:
    """The peer."""
    target = Target(port=world.erp_port, timeout_seconds=world.call_timeout_seconds)
    engine = justonce.Idempotent(
        DynamoStore(keys=opened_keys(f"{world.prefix}.records"), now=world.now),
        ttl_seconds=world.lambda_seconds,
        retention_seconds=world.record_seconds,
    )
    guard = justonce.idempotent(
        key=lambda message: justonce.operation_key("post", message.reference),
        payload=lambda message: message.content_hash,
        engine=engine,
        retry_on_failure=retry_on_failure,
        return_result=True,
    )
    return JustOnce(engine=engine, guarded=guard(target.post), now=world.now)
