"""From any key that people hold to the document, its effects and what the ERP has of them."""

from dataclasses import replace

from shared.effects.identity import external_reference, line_effect_id
from shared.errors import NotWrittenError
from shared.simulation.books import SimulatedBooks
from shared.workflow.trace_lineage import TraceLineage
from tests.builders import a_document, a_usage_line
from tests.usage_world import UsageWorld


def a_trace(world: UsageWorld) -> TraceLineage:
    return TraceLineage(
        journal=world.journal,
        ledger=world.ledger,
        holds=world.holds,
        books=SimulatedBooks(world.erp),
    )


def found(world: UsageWorld, key: str) -> list[tuple[str, str]]:
    return [(each.document_id, each.found_by) for each in a_trace(world)(key).documents]


def test_a_document_is_found_by_its_own_id() -> None:
    world = UsageWorld()
    document = a_document()

    assert found(world, document.document_id) == []
    world.receive(document)

    assert found(world, document.document_id) == [(document.document_id, "document")]


def test_a_line_is_found_by_its_effect_and_its_reference_before_and_after_it_is_posted() -> None:
    world = UsageWorld()
    document = a_document()
    effect = line_effect_id("meridian", document.lines[0])
    names = (effect, external_reference(effect, 34), external_reference(effect, 16))

    world.receive(document)
    before = [found(world, name) for name in names]
    world.run_until_quiet()

    assert before == [found(world, name) for name in names]
    assert before == [[(document.document_id, "effect")]] * 3
    (traced,) = a_trace(world)(names[1]).documents
    assert [each.moves[0].reference for each in traced.effects] == [names[1]]


def test_a_held_line_is_found_by_the_reference_that_it_will_have() -> None:
    world = UsageWorld()
    held = a_document(a_usage_line(charge_code="C-NEW"))
    reference = external_reference(line_effect_id("meridian", held.lines[0]), 34)

    world.receive(held)

    (traced,) = a_trace(world)(reference).documents
    assert [hold.code for hold in traced.holds] == ["ITEM_UNMAPPED"]


def test_a_reference_that_only_begins_like_another_leads_nowhere() -> None:
    world = UsageWorld()
    document = a_document()
    reference = external_reference(line_effect_id("meridian", document.lines[0]), 34)

    world.receive(document)

    assert found(world, reference[:-2] + ("AA" if reference[-2:] != "AA" else "BB")) == []


def test_what_the_erp_calls_it_leads_to_the_document_by_the_erps_own_books() -> None:
    world = UsageWorld()
    world.receive(a_document())
    world.run_until_quiet()
    (posted,) = world.erp.documents

    numbers = (posted.erp_id, posted.lines[0].journal)

    assert [found(world, each) for each in numbers] == [[(a_document().document_id, "erp")]] * 2
    assert found(world, "999") == found(world, "GL-999") == []


class SilentBooks(SimulatedBooks):
    """Of an ERP that nobody answers for."""

    def references(self, number: str) -> tuple[str, ...]:
        raise NotWrittenError(f"no connection for {number}", unreachable=True)


def test_a_silent_erp_is_said_and_all_else_is_shown() -> None:
    world = UsageWorld()
    document = a_document()
    world.receive(document)
    world.run_until_quiet()
    trace = replace(a_trace(world), books=SilentBooks(world.erp))

    number, own = trace(world.erp.documents[0].erp_id), trace(document.document_id)

    assert (number.documents, number.erp_is_silent) == ((), True)
    assert own.erp_is_silent
    assert [each.effects[0].entry.state for each in own.documents] == ["DONE"]
    assert [each.effects[0].moves for each in own.documents] == [()]
