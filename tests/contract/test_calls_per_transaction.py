"""What one use costs in AWS calls, exactly: each call is paid a million times."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count

from shared.canonical.effect import Effect
from shared.canonical.message import ClientScope
from shared.canonical.snapshot import Snapshot, line_name
from shared.canonical.usage import SupplyUsage
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.erp import E2_TRAITS, FaultKind, SimulatedErp
from shared.workflow.idle_versions import IdleVersions
from shared.workflow.map_usage import MapUsage
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.post_effect import PostEffect, PostOutcome
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.receiving import InboundMessage
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.snapshot_lines import SnapshotLines
from shared.workflow.still_missing import StillMissing
from shared.workflow.take_back import TakeBack
from tests.builders import KNOWN_SINCE, NOW, a_document, a_usage_line
from tests.builders import a_master as a_simulated_master
from tests.contract.families import Aws, Family
from tests.effects import a_pace, an_issue, tokens

CHARGE = (
    b"MSH|^~\\&|EHR|NORTH|LW|M|20260304101500||DFT^P03^DFT_P03|CTL-1|P|2.5.1\r"
    b"PID|1||MRN000123^^^NORTH^MR\r"
    b"FT1|1|TX-1||20260304093000|20260304|CG|C-SUT|||2|||OR\rZLW|L-1\r"
)


def mapping_on(family: Family) -> MapUsage:
    clock = VirtualClock(NOW)
    missing = StillMissing(
        master=family.master,
        ledger=family.ledger,
        parking=family.parking,
        breakers=family.breakers,
        target="erp",
        clock=clock,
    )
    pair = PairReversal(
        ledger=family.ledger,
        parking=family.parking,
        holds=family.holds,
        master=family.master,
        breakers=family.breakers,
        target="erp",
        clock=clock,
        wait=timedelta(hours=72),
    )
    return MapUsage(
        journal=family.journal,
        master=family.master,
        holds=family.holds,
        parking=family.parking,
        ledger=family.ledger,
        pair=pair,
        snapshots=SnapshotLines(
            heads=family.heads,
            master=family.master,
            ledger=family.ledger,
            parking=family.parking,
            take_back=TakeBack(
                ledger=family.ledger, parking=family.parking, pair=pair, clock=clock
            ),
            idle=IdleVersions(heads=family.heads, parking=family.parking, holds=family.holds),
            target="erp",
            clock=clock,
        ),
        release=ReleaseParked(
            parking=family.parking,
            documents=family.documents,
            missing=missing,
            holds=family.holds,
            journal=family.journal,
            clock=clock,
        ),
        effects=family.effects,
        statuses=family.statuses,
        clock=clock,
    )


def posted(
    family: Family, erp: SimulatedErp, effects: Sequence[Effect], *, late_seconds: float = 0
) -> list[PostOutcome]:
    clock = VirtualClock()
    clock.advance(seconds=late_seconds)
    step = PostEffect(
        target="erp",
        connector=erp,
        breakers=family.breakers,
        pace=a_pace(clock),
        ledger=family.ledger,
        holds=family.holds,
        clock=clock,
        new_token=tokens(),
    )
    return list(step(effects, FixedDeadline(30)))


def test_an_effect_is_one_write_and_its_duplicate_none(aws: Aws, on_aws: Family) -> None:
    erp, effects = SimulatedErp(), [an_issue(f"TX-{number}") for number in range(50)]

    first = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))
    again = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))

    assert first == {"BatchGetItem": 1, "UpdateItem": 50}
    assert again == {"BatchGetItem": 1}


def test_an_effect_that_had_to_be_tried_again_is_one_write_an_attempt(
    aws: Aws, on_aws: Family
) -> None:
    erp, effects = SimulatedErp(), [an_issue(f"TX-{number}") for number in range(12)]
    erp.fail_next(FaultKind.ANSWER_LOST)

    lost = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))
    found = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))

    # One more a call, not an effect: the target's failures are counted, and forgotten.
    assert lost == found == {"BatchGetItem": 1, "UpdateItem": 13}


def test_where_nothing_enforces_our_reference_it_is_two_writes_and_its_duplicate_none(
    aws: Aws, on_aws: Family
) -> None:
    erp = SimulatedErp(traits=E2_TRAITS)
    effects = [an_issue(f"TX-{number}") for number in range(50)]

    first = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))
    again = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))

    assert first == {"BatchGetItem": 1, "UpdateItem": 100}
    assert again == {"BatchGetItem": 1}


def test_an_attempt_whose_answer_was_lost_there_is_two_writes_and_a_copy_in_between_none(
    aws: Aws, on_aws: Family
) -> None:
    erp, effects = SimulatedErp(traits=E2_TRAITS), [an_issue(f"TX-{n}") for n in range(12)]
    erp.fail_next(FaultKind.ANSWER_LOST)

    lost = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))
    copy = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))
    found = aws.calls.counts_of(lambda: posted(on_aws, erp, effects, late_seconds=80))

    # One more a call: the target's failures are counted, and forgotten.
    assert lost == found == {"BatchGetItem": 1, "UpdateItem": 25}
    assert copy == {"BatchGetItem": 1}
    assert [call.operation for call in erp.calls] == ["submit", "find"]


def test_an_effect_that_waits_for_its_target_is_one_write_and_no_call(
    aws: Aws, on_aws: Family
) -> None:
    erp = SimulatedErp()
    erp.fail_next(*[FaultKind.NOT_WRITTEN] * 3)
    for number in range(3):
        posted(on_aws, erp, [an_issue(f"TX-{number}")])
    effects = [an_issue(f"TX-1{number}") for number in range(9)]

    waiting = aws.calls.counts_of(lambda: posted(on_aws, erp, effects))

    assert waiting == {"BatchGetItem": 1, "UpdateItem": 9}
    assert len(erp.calls) == 3


def test_a_message_is_one_object_one_entry_its_keys_and_one_queue_call(
    aws: Aws, on_aws: Family
) -> None:
    on_aws.register(ClientScope(client_id="ehr", tenant="meridian", facilities=("NORTH",)))
    ids = count(1)
    step = ReceiveMessage(
        archive=on_aws.archive,
        journal=on_aws.journal,
        documents=on_aws.documents,
        holds=on_aws.holds,
        clients=on_aws.clients,
        tokens=on_aws.tokens,
        clock=VirtualClock(NOW),
        new_id=lambda: f"message-{next(ids)}",
    )
    message = InboundMessage(
        body=CHARGE, content_type="application/hl7-v2", client_id="ehr", source="hl7v2"
    )
    another = replace(message, body=CHARGE.replace(b"CTL-1", b"CTL-2"))
    step(another)  # the client's registration is kept in memory from here on

    first, again = (aws.calls.counts_of(lambda: step(message)) for _ in range(2))

    once = {"PutObject": 1, "PutItem": 1, "BatchWriteItem": 1, "SendMessageBatch": 1}
    assert first == once
    assert again == once | {"PutItem": 2, "Query": 1}  # the chain has begun, which was not guessed


def test_a_line_mapped_with_known_rules_reads_no_master_data_again(
    aws: Aws, on_aws: Family
) -> None:
    on_aws.put_master([record for _, record in a_simulated_master().versions], KNOWN_SINCE)
    step = mapping_on(on_aws)
    line = a_usage_line(unit="EA")
    step(a_document(line))

    other = replace(a_document(line), document_id="OTHER", message_id="message-2")
    calls = aws.calls.counts_of(lambda: step(other))

    assert calls == {
        "PutItem": 1,
        "BatchGetItem": 1,  # whether the line waits already
        "Query": 2,  # since when the document is known; where its chain ends
        "BatchWriteItem": 1,
        "SendMessageBatch": 1,
    }


def test_documents_of_one_batch_share_what_they_send_and_the_keys_of_their_journal(
    aws: Aws, on_aws: Family
) -> None:
    on_aws.put_master([record for _, record in a_simulated_master().versions], KNOWN_SINCE)
    step = mapping_on(on_aws)
    step(a_document(a_usage_line(unit="EA")))
    batch = [
        a_document(
            a_usage_line(unit="EA", key=("EHR", "NORTH", f"T-{number}", "charge")),
            document_id=f"D-{number}",
            message_id=f"message-{number}",
        )
        for number in range(10)
    ]

    calls = aws.calls.counts_of(lambda: step.finish([step.begin(each) for each in batch]))

    assert calls == {
        "PutItem": 10,
        "BatchGetItem": 10,
        "Query": 20,
        "BatchWriteItem": 1,
        "SendMessageBatch": 1,
    }


def test_a_line_with_versions_is_one_read_more_and_one_transaction(
    aws: Aws, on_aws: Family
) -> None:
    on_aws.put_master([record for _, record in a_simulated_master().versions], KNOWN_SINCE)
    step = mapping_on(on_aws)
    # Once a line: whether it was told without a version, and is posted or waits.
    first = aws.calls.counts_of(lambda: step(a_version(1, "2")))
    first.pop("Query")  # the rules are read for the first time

    more = aws.calls.counts_of(lambda: step(a_version(2, "3")))
    again = aws.calls.counts_of(lambda: step(replace(a_version(2, "3"), message_id="again")))

    assert more == {
        "PutItem": 2,  # one for the head of its case
        "BatchGetItem": 2,  # one for the heads
        "Query": 2,
        "BatchWriteItem": 1,
        "TransactWriteItems": 1,
        "SendMessageBatch": 1,
    }
    assert first | {"Query": 2} == more | {"BatchGetItem": 4}
    # Its head does not move, and its effect is the ledger's.
    assert again == {"BatchGetItem": 2, "BatchWriteItem": 1, "PutItem": 1, "Query": 2}


def a_version(version: int, quantity: str) -> SupplyUsage:
    line = a_usage_line(unit="EA", quantity=Decimal(quantity), charge_code="C-STN")
    return replace(
        a_document(line),
        document_id=f"VERSION-{version}",
        message_id=f"message-{version}",
        snapshot=Snapshot(version=version, named=(line_name(line.key),), is_whole=True),
    )
