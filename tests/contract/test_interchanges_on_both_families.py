"""A partner's interchange on both families of ports, and what it costs in AWS calls, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pytest

from shared.simulation.books import SimulatedBooks
from shared.simulation.clock import FixedDeadline
from shared.simulation.erp import SimulatedErp
from shared.workflow.completeness import Completeness
from shared.workflow.decide_hold import DecideHold, Decision
from shared.workflow.drive_again import DriveAgain
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_answers import FileOutcome
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.receive_file import ReceiveFile
from shared.workflow.trace_lineage import TracedDocument, TraceLineage
from tests import edifact, x12
from tests.contract.families import Aws, Family
from tests.golden import INBOUND
from tests.partner_files import SUPPLIER

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A partner and his files: two interchanges, and a ship notice with numbers that lead to it.

    `told` are segments of the answer to the first one.
    """

    source: str
    profile: str
    one: bytes
    broken: bytes
    notice: bytes
    notice_keys: tuple[tuple[str, str], ...]
    told: tuple[bytes, ...]

    @property
    def changed(self) -> bytes:
        """Other content under the number of the first."""
        return self.one.replace(b"PO-1001", b"PO-1002")

    def drops(self, family: Family, body: bytes, name: str = "a.edi") -> DroppedFile:
        """A file of his in the inbox."""
        family.register(SUPPLIER)
        key = f"supplier/{self.profile}/{name}"
        return DroppedFile(key=key, version=family.drop_file(key, body), dropped_at=AT)


BAD_LINE = "PO1*3*ten*EA*250*PE*VN*CTR-002"
X12 = Supplier(
    source="x12",
    profile="example_supplier",
    one=x12.an_interchange(x12.a_set("850", *x12.ORDER), control="000000101"),
    broken=x12.an_interchange(
        x12.a_set("850", *x12.ORDER[:-1], BAD_LINE, "CTT*3"), control="000000102"
    ),
    notice=(INBOUND / "x12" / "ship_notice.edi").read_bytes(),
    notice_keys=(("ASN-501", "shipment"), ("PO-4501", "purchase_order"), ("L2401", "lot")),
    told=(b"AK1*PO*1~", b"AK9*A*1*1*1~"),
)
EDIFACT = Supplier(
    source="edifact",
    profile="example_wholesaler",
    one=edifact.an_interchange(
        edifact.a_message("ORDERS", *edifact.ORDER), control="000000101", between=edifact.TO_US
    ),
    broken=edifact.an_interchange(
        edifact.a_message("ORDERS", *edifact.ORDER[:-4], "QTY+21:four", *edifact.ORDER[-3:]),
        control="000000102",
        between=edifact.TO_US,
    ),
    notice=(INBOUND / "edifact" / "despatch_advice.edi").read_bytes(),
    notice_keys=(
        ("DA-7001", "shipment"),
        ("PO-20260302-1", "purchase_order"),
        ("S-0001", "serial"),
    ),
    told=(b"UCI+000000101+", b"UCM+1+ORDERS:D:96A:UN+7'"),
)


@pytest.fixture(params=[X12, EDIFACT], ids=lambda each: each.source)
def supplier(request: pytest.FixtureRequest) -> Supplier:
    given: Supplier = request.param
    return given


def receiving(family: Family) -> ReceiveFile:
    return ReceiveFile(
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


def received(family: Family, file: DroppedFile) -> FileOutcome:
    return receiving(family)(file, FixedDeadline(120))


def deciding(family: Family, supplier: Supplier) -> DecideHold:
    archive = family.archive
    take_in = partial(receiving(family).take_in, deadline=FixedDeadline(120))
    return DecideHold(
        archive=OperatorArchive(
            archive=archive, clock=family.clock, tenant="meridian", new_id=lambda: "entry-1"
        ),
        journal=family.journal,
        holds=family.holds,
        parking=family.parking,
        take_again=DriveAgain(listing=archive, archive=archive, drives={supplier.source: take_in}),
    )


def traced(family: Family, key: str) -> Sequence[TracedDocument]:
    step = TraceLineage(
        journal=family.journal,
        ledger=family.ledger,
        holds=family.holds,
        books=SimulatedBooks(SimulatedErp()),
    )
    return step(key).documents


def is_complete(family: Family, supplier: Supplier, outcome: FileOutcome) -> bool:
    check = Completeness(
        journal=family.journal,
        ledger=family.ledger,
        holds=family.holds,
        parking=family.parking,
        heads=family.heads,
        stock=family.stock,
    )
    return check(f"meridian/{supplier.source}/2026-03-05T12/{outcome.message_id}")


def test_a_ship_notice_rests_in_the_journal_and_its_keys_lead_to_it(
    family: Family, supplier: Supplier
) -> None:
    outcome = received(family, supplier.drops(family, supplier.notice))

    assert (outcome.code, outcome.counts["sets"]) == ("read", 1)
    for key, kind in supplier.notice_keys:
        (document,) = traced(family, key)
        assert (document.found_by, document.chain_breaks_at) == (kind, None)
        assert [entry.fact.kind for entry in document.entries] == ["received"]
    assert not family.documents_sent()
    assert is_complete(family, supplier, outcome)


def test_the_interchange_leads_to_its_set_and_to_its_acknowledgement(
    family: Family, supplier: Supplier
) -> None:
    received(family, supplier.drops(family, supplier.one))

    told = {
        entry.fact.kind: entry.fact.data
        for document in traced(family, "000000101")
        for entry in document.entries
    }
    assert sorted(told) == ["acknowledged", "interchange", "received"]
    answer = family.outbox.get(str(told["acknowledged"]["acknowledgement"]))
    assert all(segment in answer for segment in supplier.told)


def test_again_it_is_ignored_and_with_other_bytes_held(family: Family, supplier: Supplier) -> None:
    received(family, supplier.drops(family, supplier.one))

    again = received(family, supplier.drops(family, supplier.one, "again.edi"))
    changed = received(family, supplier.drops(family, supplier.changed, "changed.edi"))

    assert (again.code, changed.code) == ("repeated", "held")
    assert len(traced(family, "PO-1001")) == 1
    (document,) = traced(family, "PO-1002")
    assert [hold.code for hold in document.holds] == ["INTERCHANGE_CONFLICT"]
    assert is_complete(family, supplier, again)
    assert is_complete(family, supplier, changed)


def test_what_a_person_releases_counts_once_and_leaves_nothing_to_recover(
    family: Family, supplier: Supplier
) -> None:
    received(family, supplier.drops(family, supplier.one))
    changed = received(family, supplier.drops(family, supplier.changed, "changed.edi"))
    (hold,) = family.holds.owned_by("integration_engineer")
    word = Decision(
        line_id=hold.line_id, code=hold.code, who="ines", reason="asked", is_release=True
    )
    decide = deciding(family, supplier)

    assert [len(decide(word)), len(decide(word))] == [1, 0]

    assert not list(family.holds.owned_by("integration_engineer"))
    told = [entry.fact for each in traced(family, "PO-1002") for entry in each.entries]
    assert sorted(fact.kind for fact in told) == [
        *("hold_closed", "hold_released", "received", "rejected")
    ]
    assert is_complete(family, supplier, changed)


def test_a_broken_line_is_held_where_its_owner_and_its_number_lead_to_it(
    family: Family, supplier: Supplier
) -> None:
    outcome = received(family, supplier.drops(family, supplier.broken))

    (document,) = traced(family, "PO-1001")
    (hold,) = document.holds
    assert [each.line_id for each in family.holds.owned_by("integration_engineer")] == [
        hold.line_id
    ]
    assert is_complete(family, supplier, outcome)
    family.holds.close(hold.line_id, hold.code, "lost")
    assert not is_complete(family, supplier, outcome)


def test_one_interchange_costs_exactly_these_calls(
    aws: Aws, on_aws: Family, supplier: Supplier
) -> None:
    before = supplier.drops(on_aws, supplier.broken, "first.edi")
    received(on_aws, before)  # the registration is kept in memory
    file = supplier.drops(on_aws, supplier.one)

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


def test_one_that_comes_again_costs_exactly_these(
    aws: Aws, on_aws: Family, supplier: Supplier
) -> None:
    received(on_aws, supplier.drops(on_aws, supplier.one))
    file = supplier.drops(on_aws, supplier.one, "again.edi")

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
