"""What AWS answers when it does not do what was asked, in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

from shared.errors import ThrottledError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

SLOW_DOWN = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "KmsThrottled",
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


def code_of(error: ClientError) -> str:
    """AWS's own code for a refusal."""
    return error.response["Error"]["Code"]


def is_failed_condition(error: ClientError) -> bool:
    """Whether somebody else was first."""
    return code_of(error) == "ConditionalCheckFailedException"


def cancellation_codes(error: ClientError) -> frozenset[str]:
    """Why a transaction was cancelled, item by item; empty if the error is about something else."""
    response = cast("Mapping[str, Sequence[Mapping[str, str]]]", error.response)
    codes = (reason.get("Code", "") for reason in response.get("CancellationReasons", ()))
    return frozenset(codes) - {"", "None"}


def item_in_the_way(error: ClientError) -> Mapping[str, AttributeValueTypeDef]:
    """The item that made a condition fail, where the call asked for it."""
    response = cast("Mapping[str, Mapping[str, AttributeValueTypeDef]]", error.response)
    return response.get("Item", {})


@contextmanager
def deliver_again_if_throttled(what: str) -> Iterator[None]:
    """Turn "slow down" and "no answer" into ThrottledError: the delivery stays in its queue.

    Every write made here can be made again, so no answer needs no more care than a refusal.

    Raises:
        ThrottledError: trying again later may help.
    """
    try:
        yield
    except ClientError as error:
        if code_of(error) in SLOW_DOWN:
            raise ThrottledError(f"{what}: {code_of(error)}") from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise ThrottledError(f"{what}: {type(error).__name__}") from error
