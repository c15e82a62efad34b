"""Powertools for AWS Lambda, idempotency: as its documentation guards each record of an SQS batch.

The Lambda context is registered, so that a record whose invocation died is taken up again after the
invocation's own time. A record that raises is deleted, and its message delivered again.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency import base as handling
from aws_lambda_powertools.utilities.idempotency.persistence import base, datarecord, dynamodb

from tests.benchmarks.exactly_once.peers import Peer
from tests.benchmarks.exactly_once.target import Target
from tests.benchmarks.exactly_once.terms import Ended, Message, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Powertools(Peer):
    """One guarded function."""

    config: IdempotencyConfig
    lambda_seconds: float
    guarded: Callable[..., Any]

    def attempt(self, message: Message) -> Ended:
        """One record of an invocation that has just begun."""
        dies_at = time.monotonic() + self.lambda_seconds
        context: Any = SimpleNamespace(
            get_remaining_time_in_millis=lambda: int((dies_at - time.monotonic()) * 1000)
        )
        self.config.register_lambda_context(context)
        self.guarded(record={"reference": message.reference, "message": message})
        return Ended.DONE


def opened(world: World, *, looks_first: bool = False) -> Powertools:
    """The peer, on a table with its default key."""
    _set_clock(world.ahead_seconds)
    target = Target(port=world.erp_port, timeout_seconds=world.call_timeout_seconds)
    config = IdempotencyConfig(
        event_key_jmespath="reference", expires_after_seconds=world.record_seconds
    )
    store = DynamoDBPersistenceLayer(
        table_name=f"{world.prefix}.records", boto3_client=boto3.client("dynamodb")
    )

    @idempotent_function(  # type: ignore[untyped-decorator]
        data_keyword_argument="record", config=config, persistence_store=store
    )
    def post(record: dict[str, Any]) -> dict[str, Any]:
        message = record["message"]
        if looks_first and (found := target.look(message.reference)):
            return found[0]
        return target.post(message)

    return Powertools(config=config, lambda_seconds=world.lambda_seconds, guarded=post)


def _set_clock(ahead_seconds: float) -> None:
    """It asks the system for the time, in these modules; its worker's clock is ahead of that."""
    ahead = dt.timedelta(seconds=ahead_seconds)

    class Later(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime.now(tz) + ahead

    clock: Any = SimpleNamespace(datetime=Later, timedelta=dt.timedelta)
    for module in (handling, base, datarecord, dynamodb):
        vars(module)["dt"] = clock
