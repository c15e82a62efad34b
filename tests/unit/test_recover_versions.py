"""A case told in versions is complete when its heads and effects say so; what was lost comes back.

From the signed events of a tracker to the books and back, on the ports in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count

from shared.canonical.master import ChargeCodeRecord, WebhookSourceRecord
from shared.canonical.outcome import EffectState
from shared.formats.webhook.signature import signed_headers
from shared.simulation.books import SimulatedBooks
from shared.simulation.edge import SimulatedTokenizer
from shared.simulation.erp import SimulatedErp
from shared.simulation.webhook_log import SimulatedWebhookLog
from shared.workflow.receive_webhook import ReceiveWebhook
from shared.workflow.receiving import InboundWebhook
from shared.workflow.trace_lineage import TraceLineage
from shared.workflow.webhook_audit import WebhookAudit
from tests.builders import GLOVE, a_master
from tests.unit.test_recover import World
from tests.usage_world import UsageWorld
from tests.webhook import KEY, SOURCE, a_line, an_event, registered

REGISTERED = WebhookSourceRecord(
    source=SOURCE, tenant="meridian", facilities=("NORTH",), status_url=""
)
GLOVES = (
    replace(GLOVE, unit_cost=Decimal("0.25"), version="2"),
    ChargeCodeRecord(application=SOURCE, charge_code="C-GLV", item="GLV-001", unit="EA"),
)
VERSIONS = ({"A": 2, "B": 4}, {"A": 3}, {"A": 3}, {"A": 1, "C": 5})


def a_tracked_world(
    versions: Sequence[Mapping[str, int]] = VERSIONS,
    *,
    erp: SimulatedErp | None = None,
    unsent: int = 0,
) -> World:
    """A tracker tells one case in versions; each is posted before the next comes.

    What the version `unsent` posts is lost in a queue.
    """
    usage = UsageWorld(master=a_master(*GLOVES), erp=erp or SimulatedErp())
    world, ids = World(usage=usage), count(1)
    step = ReceiveWebhook(
        archive=usage.archive,
        journal=usage.journal,
        documents=usage.documents,
        sources=registered(REGISTERED),
        log=SimulatedWebhookLog(),
        tokens=SimulatedTokenizer(),
        clock=usage.clock,
        keys={SOURCE: (KEY,)},
        audit=WebhookAudit(journal=usage.journal),
        new_id=lambda: f"{next(ids):032x}",
    )
    world.recover.drives["webhook"] = step.take_in  # type: ignore[index]
    for version, lines in enumerate(versions, start=1):
        told = [a_line(n, item="C-GLV", quantity=each, lot=None) for n, each in lines.items()]
        body = an_event(*told, version=version)
        headers = signed_headers(body, f"msg_{version}", usage.clock.now(), (KEY,))
        webhook = InboundWebhook(
            source=SOURCE, body=body, headers=headers, content_type="application/json"
        )
        assert step(webhook).code == "accepted"
        if version == unsent:
            usage.map(usage.documents.sent[0])
            usage.documents.bodies.clear()
            usage.effects.bodies.clear()
        usage.run_until_quiet()
    return world


def stands(world: World) -> list[tuple[str, str, str]]:
    return sorted(
        (each.effect.part, each.effect.effect_type.value, format(each.effect.quantity.stated, "f"))
        for each in world.usage.ledger.entries.values()
        if each.state is EffectState.DONE
    )


ALL = [
    ("1", "issue", "2"),
    ("1", "issue", "4"),
    ("2", "issue", "1"),
    ("2", "reversal", "4"),
    ("4", "issue", "5"),
    ("4", "reversal", "1"),
    ("4", "reversal", "1"),
]


def test_a_case_whose_heads_and_effects_stand_is_left_alone() -> None:
    world = a_tracked_world()

    recovered = world.settled()

    assert (recovered.listed, recovered.complete, recovered.driven) == (4, 4, 0)
    assert stands(world) == ALL


def test_all_versions_that_were_lost_come_back_once() -> None:
    world = a_tracked_world()
    booked = world.booked
    world.lose_everything()

    assert world.settled().driven == 4
    world.sweep()
    assert (world.booked, stands(world)) == (booked, ALL)
    assert world.settled().driven == 0


def test_a_version_whose_document_is_lost_in_a_queue_is_driven_again() -> None:
    world = a_tracked_world()
    booked = world.booked
    chain = next(
        name
        for name, entries in world.usage.journal.chains.items()
        if any(each.fact.data.get("version") == 2 for each in entries)
    )
    entries = world.usage.journal.chains[chain]
    world.usage.journal.chains[chain] = [each for each in entries if each.fact.kind != "mapped"]

    assert world.settled().driven == 1
    world.sweep()
    assert (world.booked, stands(world)) == (booked, ALL)


def test_a_version_of_which_only_the_head_is_missing_is_not_complete() -> None:
    world = a_tracked_world()
    name = next(key for key, head in world.usage.heads.lines.items() if head.told_as(3))
    head = world.usage.heads.lines[name]
    world.usage.heads.lines[name] = replace(head, version=2)

    lacking = [key for key in world.usage.archive.objects if not world.recover.is_complete(key)]

    assert len(lacking) == 1


def test_a_held_line_that_a_higher_version_has_passed_is_complete() -> None:
    world = a_tracked_world([{"A": 2, "B": 0}, {"A": 2, "B": 1}])
    assert world.usage.holds.standing == {}

    assert world.settled().driven == 0


def test_a_held_line_whose_hold_was_lost_is_not_complete() -> None:
    world = a_tracked_world([{"A": 2, "B": 0}])
    assert world.settled().driven == 0

    world.usage.holds.standing.clear()

    assert world.settled().driven == 1
    world.sweep()
    assert len(world.usage.holds.standing) == 1


def test_a_trace_shows_every_version_with_what_it_posted_and_took_back() -> None:
    world = a_tracked_world()
    usage = world.usage
    trace = TraceLineage(
        journal=usage.journal,
        ledger=usage.ledger,
        holds=usage.holds,
        books=SimulatedBooks(usage.erp),
    )

    documents = trace("ORC-1").documents

    versions = [
        entry.fact.data["version"]
        for document in documents
        for entry in document.entries
        if entry.fact.kind == "mapped"
    ]
    assert sorted(versions, key=str) == [1, 2, 3, 4]
    assert (
        sorted(
            (
                each.entry.effect.part,
                each.entry.effect.effect_type.value,
                format(each.entry.effect.quantity.stated, "f"),
            )
            for document in documents
            for each in document.effects
        )
        == ALL
    )
    assert all(each.moves for document in documents for each in document.effects)
