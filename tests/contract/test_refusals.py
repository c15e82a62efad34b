"""A store that is busy is asked again later; one that lets us not in is no matter of waiting."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from shared.aws.attributes import stored, stored_item
from shared.aws.batches import read_items, write_items
from shared.aws.refusals import SLOW_DOWN, deliver_again_if_throttled
from shared.errors import ThrottledError
from tests.contract.families import Aws, Family
from tests.contract.tables import JOURNAL
from tests.contract.wire import answer_instead, refusing
from tests.effects import an_entry, an_issue


def test_missing_permission_is_not_taken_for_being_busy(on_aws: Family, aws: Aws) -> None:
    answer_instead(aws.dynamodb, "UpdateItem", refusing("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDeniedException"):
        on_aws.ledger.record([an_entry(an_issue())])


@pytest.mark.parametrize("code", sorted(SLOW_DOWN))
def test_every_way_to_say_slow_down_is_understood(code: str) -> None:
    refusal = ClientError({"Error": {"Code": code, "Message": ""}}, "PutItem")

    with (
        pytest.raises(ThrottledError, match=f"journal: {code}") as raised,
        deliver_again_if_throttled("journal"),
    ):
        raise refusal

    assert raised.value.__cause__ is refusal


@pytest.mark.parametrize(
    "error",
    [EndpointConnectionError(endpoint_url="x"), ReadTimeoutError(endpoint_url="x")],
)
def test_no_answer_is_as_good_as_slow_down(error: Exception) -> None:
    with (
        pytest.raises(ThrottledError, match=type(error).__name__),
        deliver_again_if_throttled("journal"),
    ):
        raise error


def test_a_table_that_never_answers_for_a_key_is_given_up_after_growing_pauses(
    on_aws: Family, aws: Aws
) -> None:
    assert on_aws.journal.read("D-1") == ()
    key = stored_item({"pk": "key#x", "sk": "D-1"})
    pauses: list[float] = []
    answer_instead(
        aws.dynamodb,
        "BatchGetItem",
        *[lambda request: (200, {"Responses": {}, "UnprocessedKeys": request["RequestItems"]})] * 6,
    )
    answer_instead(
        aws.dynamodb,
        "BatchWriteItem",
        *[lambda request: (200, {"UnprocessedItems": request["RequestItems"]})] * 6,
    )

    with pytest.raises(ThrottledError, match="unread"):
        list(read_items(aws.dynamodb, JOURNAL, [key], pause=pauses.append))
    with pytest.raises(ThrottledError, match="unwritten"):
        write_items(aws.dynamodb, JOURNAL, [key], pause=pauses.append)

    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6] * 2


def test_a_float_never_gets_into_a_table() -> None:
    with pytest.raises(TypeError, match="float is not kept"):
        stored(4.25)  # type: ignore[arg-type]
