"""Handing work on: nothing lost, nothing changed, in both families."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.aws.dead_letters import SqsDeadLetterReturn, dead_letter_of
from shared.aws.queues import SqsEffectQueue, document_of
from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, SourceSystem, SupplyUsage, UsageLine
from shared.errors import ThrottledError
from shared.ports.status_queue import StatusNews
from shared.workflow.redrive_dead_letters import DeadLetter
from tests.contract.families import Aws, Family, received
from tests.contract.wire import answer_instead, refusing
from tests.effects import an_issue


def a_line(number: int, *, lot: str = "") -> UsageLine:
    return UsageLine(
        number=str(number),
        key=("EHR", "NORTH", f"TX-{number}", "charge"),
        direction=Direction.CHARGE,
        facility="NORTH",
        department="OR",
        charge_code="4711",
        quantity=Decimal("2.50"),
        used_at=SourceTime(day=date(2026, 3, 14)),
        position=Position(segment="FT1", occurrence=number, byte=214),
        lot=lot,
    )


def a_document(*lines: UsageLine) -> SupplyUsage:
    return SupplyUsage(
        document_id="D-1",
        message_id="message-1",
        raw_key="meridian/hl7v2/2026-03-14T12/message-1",
        tenant="meridian",
        facilities=("NORTH",),
        source=SourceSystem(application="EHR", facility="NORTH"),
        control_id="MSG-1",
        received_at="2026-03-14T12:00:00+00:00",
        case_token="C1-X",  # noqa: S106 - no secret: what the edge makes of one
        patient_token="P1-X",  # noqa: S106
        lines=lines,
    )


def test_a_document_arrives_as_it_was_sent(family: Family) -> None:
    document = a_document(a_line(1, lot="é\u2028\ufffe\uffff\x00\U0001f600"), a_line(2))

    family.documents.send([document])

    [arrived] = family.documents_sent()
    assert arrived == document
    assert str(arrived.lines[0].quantity) == "2.50"


def test_characters_that_sqs_refuses_travel_escaped(on_aws: Family, aws: Aws) -> None:
    on_aws.documents.send([a_document(a_line(1, lot="\ufffe\uffff"))])

    url = aws.sqs.get_queue_url(QueueName="documents")["QueueUrl"]
    [body] = received(aws.sqs, url)
    assert not {"\ufffe", "\uffff"} & set(body)
    assert document_of(body).lines[0].lot == "\ufffe\uffff"


def test_every_effect_of_a_large_batch_arrives(family: Family) -> None:
    effects = [an_issue(f"TX-{number}") for number in range(25)]

    family.effects.send(effects)

    arrived = sorted(effect.effect_id for effect in family.effects_sent())
    assert arrived == sorted(effect.effect_id for effect in effects)


def test_news_arrives_as_it_was_sent(family: Family) -> None:
    posted = StatusNews(
        news_id="4f" * 32,
        source="ORTRACK",
        document_id="D-1",
        line="ORTRACK/NORTH/CASE-7/3",
        state="posted",
        at="2026-03-14T12:00:00+00:00",
        erp_reference="LW234567",
    )
    waiting = replace(posted, state="waiting", code="ITEM_UNMAPPED", detail="é", erp_reference="")

    family.statuses.send([posted, waiting])

    assert sorted(family.statuses_sent(), key=lambda news: news.state) == [posted, waiting]


def test_sending_nothing_sends_nothing(family: Family) -> None:
    family.effects.send([])
    family.documents.send([])
    family.statuses.send([])

    assert (list(family.effects_sent()), list(family.documents_sent())) == ([], [])
    assert list(family.statuses_sent()) == []


def test_ten_effects_share_a_call(on_aws: Family, aws: Aws) -> None:
    effects = [an_issue(f"TX-{number}") for number in range(25)]

    counts = aws.calls.counts_of(lambda: on_aws.effects.send(effects))

    assert counts == {"SendMessageBatch": 3}


def test_large_documents_share_a_call_up_to_a_mebibyte(on_aws: Family, aws: Aws) -> None:
    large = [a_document(a_line(number, lot="x" * 400_000)) for number in range(5)]

    counts = aws.calls.counts_of(lambda: on_aws.documents.send(large))

    assert counts == {"SendMessageBatch": 3}
    assert len(on_aws.documents_sent()) == 5


def test_a_document_larger_than_a_message_is_refused(on_aws: Family) -> None:
    with pytest.raises(ValueError, match="larger than the 1048576 taken at once"):
        on_aws.documents.send([a_document(a_line(1, lot="é" * 600_000))])


def test_messages_that_were_not_taken_are_sent_again(on_aws: Family, aws: Aws) -> None:
    queue = without_pauses(on_aws.effects)
    effects = [an_issue(f"TX-{number}") for number in range(3)]
    answer_instead(
        aws.sqs,
        "SendMessageBatch",
        lambda request: (
            200,
            {"Failed": [{"Id": entry["Id"], "Code": "Busy"} for entry in request["Entries"]]},
        ),
    )

    counts = aws.calls.counts_of(lambda: queue.send(effects))

    assert counts == {"SendMessageBatch": 2}
    assert len(on_aws.effects_sent()) == 3


def test_a_queue_that_keeps_refusing_raises(on_aws: Family, aws: Aws) -> None:
    queue = without_pauses(on_aws.effects)
    failing = [lambda _: (200, {"Failed": [{"Id": "1", "Code": "Busy", "SenderFault": False}]})] * 4
    answer_instead(aws.sqs, "SendMessageBatch", *failing)

    with pytest.raises(ThrottledError, match="1 messages were not taken: Busy"):
        queue.send([an_issue("TX-1"), an_issue("TX-2")])


def test_a_throttled_queue_raises(on_aws: Family, aws: Aws) -> None:
    answer_instead(aws.sqs, "SendMessageBatch", refusing("RequestThrottled"))

    with pytest.raises(ThrottledError):
        on_aws.effects.send([an_issue()])


def test_a_dead_letter_goes_back_and_knows_how_often_it_did(aws: Aws) -> None:
    url = aws.sqs.create_queue(QueueName="effects")["QueueUrl"]
    letters = SqsDeadLetterReturn(client=aws.sqs, queue_urls={"effects": url})

    letters.send_back("effects", '{"a":1}', redrives=2, delay_seconds=0)

    [message] = aws.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == '{"a":1}'
    assert message["MessageAttributes"]["redrives"]["StringValue"] == "2"


def test_a_dead_letter_is_known_by_the_queue_it_died_in() -> None:
    arn = "arn:aws:sqs:us-east-1:000000000000:LedgerwardCore-local-DocumentsDeadLetters8E2F-x"
    record = {
        "eventSourceARN": arn,
        "body": "{",
        "messageAttributes": {"redrives": {"stringValue": "3", "dataType": "Number"}},
    }

    assert dead_letter_of(record) == DeadLetter(queue="documents", body="{", redrives=3)
    fresh = {"eventSourceARN": arn.replace("Documents", "Effects"), "body": "{"}
    assert dead_letter_of(fresh) == DeadLetter(queue="effects", body="{", redrives=0)
    lost_news = {"eventSourceARN": arn.replace("DocumentsDeadLetters", "OutcomeFailures")}
    assert dead_letter_of(lost_news | {"body": json.dumps({})}).queue == "outcomes"


def without_pauses(queue: object) -> SqsEffectQueue:
    assert isinstance(queue, SqsEffectQueue)
    return replace(queue, pause=lambda _: None)
