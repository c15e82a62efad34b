"""A partner's interchange on both families of ports, and what it costs in AWS calls, exactly."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.canonical.message import ClientScope
from shared.simulation.books import SimulatedBooks
from shared.simulation.clock import FixedDeadline
from shared.simulation.erp import SimulatedErp
from shared.workflow.completeness import Completeness
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_answers import FileOutcome
from shared.workflow.receive_file import ReceiveFile
from shared.workflow.trace_lineage import TracedDocument, TraceLineage
from tests.contract.families import Aws, Family
from tests.golden import INBOUND
from tests.x12 import ORDER, a_set, an_interchange

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
FOLDER = "supplier/example_supplier"
SUPPLIER = ClientScope(client_id="supplier", tenant="meridian", facilities=())
BAD_LINE = "PO1*3*ten*EA*250*PE*VN*CTR-002"
ONE = an_interchange(a_set("850", *ORDER), control="000000101")
CHANGED = ONE.replace(b"PO-1001", b"PO-1002")
BROKEN = an_interchange(a_set("850", *ORDER[:-1], BAD_LINE, "CTT*3"), control="000000102")


def dropped(family: Family, body: bytes, name: str = "a.edi") -> DroppedFile:
    family.register(SUPPLIER)
    key = f"{FOLDER}/{name}"
    return DroppedFile(key=key, version=family.drop_file(key, body), dropped_at=AT)


def received(family: Family, file: DroppedFile) -> FileOutcome:
    step = ReceiveFile(
        inbox=family.inbox,
        outbox=family.outbox,
        archive=family.archive,
        journal=family.journal,
        documents=family.documents,
        holds=family.holds,
        clients=family.clients,
        tokens=family.tokens,
        journal_writers=1,
    )
    return step(file, FixedDeadline(120))


def traced(family: Family, key: str) -> Sequence[TracedDocument]:
    step = TraceLineage(
        journal=family.journal,
        ledger=family.ledger,
        holds=family.holds,
        books=SimulatedBooks(SimulatedErp()),
    )
    return step(key).documents


def is_complete(family: Family, outcome: FileOutcome) -> bool:
    check = Completeness(
        journal=family.journal,
        ledger=family.ledger,
        holds=family.holds,
        parking=family.parking,
        heads=family.heads,
    )
    return check(f"meridian/x12/2026-03-05T12/{outcome.message_id}")


def test_a_ship_notice_rests_in_the_journal_and_its_keys_lead_to_it(family: Family) -> None:
    outcome = received(family, dropped(family, (INBOUND / "x12" / "ship_notice.edi").read_bytes()))

    assert (outcome.code, outcome.counts["lines"]) == ("read", 2)
    for key, kind in (("ASN-501", "shipment"), ("PO-4501", "purchase_order"), ("L2401", "lot")):
        (document,) = traced(family, key)
        assert (document.found_by, document.chain_breaks_at) == (kind, None)
        assert [entry.fact.kind for entry in document.entries] == ["received"]
    assert not family.documents_sent()
    assert is_complete(family, outcome)


def test_the_interchange_leads_to_its_set_and_to_its_acknowledgement(family: Family) -> None:
    received(family, dropped(family, ONE))

    told = {
        entry.fact.kind: entry.fact.data
        for document in traced(family, "000000101")
        for entry in document.entries
    }
    assert sorted(told) == ["acknowledged", "interchange", "received"]
    answer = family.outbox.get(str(told["acknowledged"]["acknowledgement"]))
    assert b"AK1*PO*1~" in answer
    assert b"AK9*A*1*1*1~" in answer


def test_again_it_is_ignored_and_with_other_bytes_held(family: Family) -> None:
    received(family, dropped(family, ONE))

    again = received(family, dropped(family, ONE, "again.edi"))
    changed = received(family, dropped(family, CHANGED, "changed.edi"))

    assert (again.code, changed.code) == ("repeated", "held")
    assert len(traced(family, "PO-1001")) == 1
    (document,) = traced(family, "PO-1002")
    assert [hold.code for hold in document.holds] == ["INTERCHANGE_CONFLICT"]
    assert is_complete(family, again)
    assert is_complete(family, changed)


def test_a_broken_line_is_held_where_its_owner_and_its_number_lead_to_it(family: Family) -> None:
    outcome = received(family, dropped(family, BROKEN))

    (document,) = traced(family, "PO-1001")
    (hold,) = document.holds
    assert [each.line_id for each in family.holds.owned_by("integration_engineer")] == [
        hold.line_id
    ]
    assert is_complete(family, outcome)
    family.holds.close(hold.line_id, hold.code, "lost")
    assert not is_complete(family, outcome)


def test_one_interchange_costs_exactly_these_calls(aws: Aws, on_aws: Family) -> None:
    received(on_aws, dropped(on_aws, BROKEN, "first.edi"))  # the registration is kept in memory
    file = dropped(on_aws, ONE)

    calls = aws.calls.counts_of(lambda: received(on_aws, file))

    # Entries: claim, set, our number, acknowledgement, file; each is a look, a write and its keys,
    # of which our number has none. Objects: archive, acknowledgement, result, summary.
    assert calls == {
        "HeadObject": 1,
        "GetObject": 1,
        "PutObject": 4,
        "DeleteObject": 1,
        "Query": 8,
        "PutItem": 5,
        "BatchWriteItem": 4,
    }


def test_one_that_comes_again_costs_exactly_these(aws: Aws, on_aws: Family) -> None:
    received(on_aws, dropped(on_aws, ONE))
    file = dropped(on_aws, ONE, "again.edi")

    calls = aws.calls.counts_of(lambda: received(on_aws, file))

    assert calls == {
        "HeadObject": 1,
        "GetObject": 1,
        "PutObject": 3,
        "DeleteObject": 1,
        "Query": 4,
        "PutItem": 2,
        "BatchWriteItem": 2,
    }
