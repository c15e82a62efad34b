"""What a hundred messages ask of AWS and the ERP through the deployed handlers; never seconds."""

import json
import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(scope="module")
def calls() -> dict[str, Any]:
    """A process of its own: the handlers keep their clients for its life."""
    command = [sys.executable, "-m", "tests.benchmarks.handler_cost", "--calls"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_message_alone_costs_these_calls(calls: dict[str, Any]) -> None:
    hops = calls["shipped"]["one by one"]

    assert hops == {
        "receive": {
            "BatchWriteItem": 100,
            "PutItem": 100,
            "PutObject": 100,
            "SendMessageBatch": 100,
        },
        "map": {
            "BatchGetItem": 100,
            "BatchWriteItem": 100,
            "PutItem": 100,
            "Query": 100,
            "SendMessageBatch": 100,
        },
        "post": {"BatchGetItem": 100, "ErpPost": 100, "UpdateItem": 100},
        "publish": {"PutEvents": 100, "PutItem": 100, "Query": 300},
    }


def test_deployed_batches_share_the_look_the_erps_call_the_keys_and_the_events(
    calls: dict[str, Any],
) -> None:
    hops = calls["shipped"]["deployed batches"]

    assert hops["post"] == {"BatchGetItem": 2, "ErpPost": 2, "UpdateItem": 100}
    assert hops["publish"] == {"PutEvents": 1, "PutItem": 100, "Query": 300}


@pytest.mark.parametrize("setting", ["one by one", "deployed batches"])
def test_idempotency_at_each_hop_is_two_writes_a_record_whatever_the_batch(
    calls: dict[str, Any], setting: str
) -> None:
    hops = calls["powertools, bare"][setting]

    assert hops["receive"] == {
        "PutItem": 100,
        "PutObject": 100,
        "SendMessageBatch": 100,
        "UpdateItem": 100,
    }
    assert hops["map"] == {"PutItem": 100, "SendMessageBatch": 100, "UpdateItem": 100}
    assert hops["post"] == {"ErpPost": 100, "PutItem": 100, "UpdateItem": 200}
    assert hops["publish"] == {"PutEvents": 100, "PutItem": 100, "UpdateItem": 100}
