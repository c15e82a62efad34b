"""Functions behind the fault proxy: the engine knows them, and each fault is what it says."""

from collections.abc import Iterator
from functools import partial

import pytest

from infra.local.ports import free_port
from tests.contract.engine_room import Engine, allow, running_engine
from tests.e2e.wire.fault_proxy import FaultProxy, WireFault, at_random, standing_before

PUT = "DynamoDB_20120810.PutItem"
CODE = """
import botocore.session
from botocore.exceptions import ClientError

def handle(event, context):
    client = botocore.session.get_session().create_client("dynamodb")
    item, absent = {{"pk": {{"S": event}}}}, "attribute_not_exists(pk)"
    try:
        client.put_item(TableName={table!r}, Item=item, ConditionExpression=absent)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "written"
"""


@pytest.fixture(scope="module")
def proxied(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Engine, FaultProxy]]:
    """An engine whose functions call AWS through a proxy that leaves all in peace."""
    port = free_port()
    with (
        running_engine(tmp_path_factory.mktemp("proxied"), functions_port=port) as engine,
        standing_before(engine.settings.engine_port, lambda _: None, port=port) as proxy,
    ):
        yield engine, proxy


def struck_once(fault: WireFault) -> partial[WireFault | None]:
    waiting = [fault]
    return partial(lambda _: waiting.pop() if waiting else None)


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (WireFault.THROTTLED, "written"),
        (WireFault.THROUGHPUT, "written"),
        (WireFault.FAILED, "written"),
        (WireFault.LOST, "ConditionalCheckFailedException"),
    ],
)
def test_a_function_with_its_own_role_meets_the_fault_once(
    proxied: tuple[Engine, FaultProxy], fault: WireFault, answer: str
) -> None:
    engine, proxy = proxied
    table, _ = engine.table_with_stream()
    function = engine.function(
        CODE.format(table=table), role=engine.role(allow("dynamodb:PutItem"))
    )
    proxy.choose = struck_once(fault)
    struck = proxy.struck[fault, PUT]

    told = engine.invoke(function, "key")

    assert told == answer
    assert proxy.struck[fault, PUT] == struck + 1


def test_shares_are_drawn_from_the_seed_and_other_services_are_left_alone() -> None:
    shares = {WireFault.THROTTLED: 0.1, WireFault.LOST: 0.1}
    choose = at_random(7, shares, service="DynamoDB_20120810.")

    drawn = [choose(PUT) for _ in range(1000)]

    assert drawn.count(WireFault.THROTTLED) in range(70, 131)
    assert drawn.count(WireFault.LOST) in range(70, 131)
    assert drawn.count(WireFault.FAILED) == 0
    assert {choose("AmazonSQS.SendMessage") for _ in range(100)} == {None}
