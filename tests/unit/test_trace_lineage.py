"""From any key that people hold to the document, its effects and what the ERP has of them."""

from shared.simulation.books import SimulatedBooks
from shared.workflow.trace_lineage import TraceLineage
from tests.builders import a_document
from tests.usage_world import UsageWorld


def a_trace(world: UsageWorld) -> TraceLineage:
    return TraceLineage(
        journal=world.journal,
        ledger=world.ledger,
        holds=world.holds,
        books=SimulatedBooks(world.erp),
    )


def found(world: UsageWorld, key: str) -> list[tuple[str, str]]:
    return [(each.document_id, each.found_by) for each in a_trace(world)(key)]


def test_a_document_is_found_by_its_own_id() -> None:
    world = UsageWorld()
    document = a_document()

    assert found(world, document.document_id) == []
    world.receive(document)

    assert found(world, document.document_id) == [(document.document_id, "document")]
