"""Which webhooks have been taken in: the promises kept by both families."""

from tests.contract.families import Aws, Family
from tests.contract.tables import JOURNAL

ONE, OTHER = "1" * 64, "2" * 64


def test_a_webhook_is_known_by_its_source_and_id_once_it_is_remembered(family: Family) -> None:
    assert family.webhook_log.seen("ORTRACK", "evt-1") is None

    family.webhook_log.remember("ORTRACK", "evt-1", ONE)

    assert family.webhook_log.seen("ORTRACK", "evt-1") == ONE
    assert family.webhook_log.seen("ORTRACK", "evt-2") is None
    assert family.webhook_log.seen("CABINET", "evt-1") is None


def test_the_first_body_stays_whatever_comes_later(family: Family) -> None:
    family.webhook_log.remember("ORTRACK", "evt-1", ONE)

    family.webhook_log.remember("ORTRACK", "evt-1", OTHER)
    family.webhook_log.remember("ORTRACK", "evt-1", ONE)

    assert family.webhook_log.seen("ORTRACK", "evt-1") == ONE


def test_no_id_can_be_taken_for_another_sources(family: Family) -> None:
    family.webhook_log.remember("A#B", "C", ONE)

    assert family.webhook_log.seen("A", "B#C") is None


def test_it_costs_one_consistent_read_and_one_write(on_aws: Family, aws: Aws) -> None:
    reads: list[bool] = []
    aws.dynamodb.meta.events.register(
        "provide-client-params.dynamodb.GetItem",
        lambda params, **_: reads.append(params.get("ConsistentRead", False)),
    )

    seen = aws.calls.counts_of(lambda: on_aws.webhook_log.seen("ORTRACK", "evt-1"))
    kept = aws.calls.counts_of(lambda: on_aws.webhook_log.remember("ORTRACK", "evt-1", ONE))

    assert (seen, kept) == ({"GetItem": 1}, {"PutItem": 1})
    assert reads == [True]
    key = {"pk": {"S": "webhook#ORTRACK#evt-1"}, "sk": {"S": "seen"}}
    assert aws.dynamodb.get_item(TableName=JOURNAL, Key=key)["Item"]["sha256"] == {"S": ONE}
