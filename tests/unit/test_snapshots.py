"""Case documents come again in higher versions: whatever comes first, the last version is booked.

Through the steps that run in production, on the ports in memory.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.canonical.breaker import Breaker
from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.canonical.effect import Effect, EffectType
from shared.canonical.head import CaseHead, LineHead
from shared.canonical.master import ChargeCodeRecord
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.snapshot import Snapshot, line_name
from shared.canonical.usage import MalformedLine, SupplyUsage, UsageLine
from shared.effects.backoff import LONGEST_SECONDS
from shared.effects.identity import effect_id, line_effect_id
from shared.finance.tie_out import Accounts, tie_out
from shared.mapping.keys import master_key
from shared.mapping.snapshots import case_after
from shared.ports.snapshot_heads import Heads
from shared.simulation.books import EXPENSE, STOCK, SimulatedBooks
from shared.simulation.snapshot_heads import SimulatedSnapshotHeads
from tests.builders import CONTRAST, GLOVE, SUTURE, a_document, a_master, a_unit, a_usage_line
from tests.usage_world import UsageWorld

CASE = ("EHR", "NORTH", "CASE-1")
CODES = {"A": "C-GLV", "B": "C-SUT", "C": "C-CTR"}
NEW_CODE = ChargeCodeRecord(application="EHR", charge_code="C-NEW", item="GLV-001", unit="EA")
NEW_KEY = master_key("charge", "EHR", "C-NEW")


def a_line(name: str, quantity: str = "1", **changes: Any) -> UsageLine:  # noqa: ANN401
    line = a_usage_line(
        key=(*CASE, name, "charge"), charge_code=CODES[name], quantity=Decimal(quantity)
    )
    return replace(line, **changes)


def a_version(version: int, *lines: UsageLine, **changes: Any) -> SupplyUsage:  # noqa: ANN401
    """All that the case used, as one version of its document tells it."""
    document = a_document(
        document_id=f"VERSION-{version}-{len(lines)}",
        message_id=f"message-{version}",
        control_id="CASE-1",
        snapshot=Snapshot(
            version=version,
            named=tuple(sorted(line_name(line.key) for line in lines)),
            is_whole=True,
        ),
    )
    return replace(document, lines=lines, **changes)


def counted(version: int, **quantities: str) -> SupplyUsage:
    return a_version(version, *(a_line(name, each) for name, each in quantities.items()))


def a_world() -> UsageWorld:
    """Everything costs whole cents, so that no difference is worth another cent than the whole."""
    prices = ((GLOVE, "0.25"), (SUTURE, "23.75"), (CONTRAST, "0.78"))
    records = [replace(item, unit_cost=Decimal(cost), version="2") for item, cost in prices]
    return UsageWorld(master=a_master(*records))


def arrived(*documents: SupplyUsage, world: UsageWorld | None = None) -> UsageWorld:
    """Each is mapped and posted before the next one comes."""
    world = world or a_world()
    for document in documents:
        world.receive(document)
        world.run_until_quiet()
    return world


def net(world: UsageWorld) -> dict[str, Decimal]:
    """Base units that left the storeroom for good, by item."""
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for move in SimulatedBooks(world.erp).moves():
        totals[move.item] += -move.quantity if move.to_place == "NORTH-STO" else move.quantity
    return {item: quantity for item, quantity in totals.items() if quantity}


def costs(world: UsageWorld) -> dict[tuple[str, str], Decimal]:
    """What each cost centre bears, by day."""
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in SimulatedBooks(world.erp).lines():
        if line.account == EXPENSE:
            totals[line.cost_centre, line.on.isoformat()] += line.amount
    return {key: amount for key, amount in totals.items() if amount}


def posted(world: UsageWorld) -> list[tuple[str, str, str, str]]:
    """Each document of the ERP: what, of which item, how many, by which version."""
    return [
        (
            each.effect.effect_type.value,
            each.effect.item,
            format(each.effect.quantity.stated, "f"),
            each.effect.part,
        )
        for each in world.erp.posted.values()
    ]


def assert_ties_out(world: UsageWorld) -> None:
    books = SimulatedBooks(world.erp)
    by_reference = {
        world.erp.reference_of(entry.effect): entry for entry in world.ledger.entries.values()
    }
    result = tie_out(
        by_reference, books.moves(), books.lines(), Accounts(expense=EXPENSE, stock=STOCK)
    )
    assert (result.unexplained, result.differences) == (Decimal("0.00"), ())


def test_use4_of_two_versions_only_the_difference_is_posted_by_line() -> None:
    world = arrived(counted(1, A="2", B="1"), counted(2, A="3"))

    assert posted(world) == [
        ("issue", "GLV-001", "2", "1"),
        ("issue", "SUT-001", "1", "1"),
        ("issue", "GLV-001", "1", "2"),
        ("reversal", "SUT-001", "1", "2"),
    ]
    assert net(world) == {"GLV-001": Decimal(3)}
    assert_ties_out(world)


def test_use4_a_later_version_that_comes_first_is_posted_whole_and_the_earlier_not_at_all() -> None:
    world = arrived(counted(2, A="3"), counted(1, A="2", B="1"))

    assert posted(world) == [("issue", "GLV-001", "3", "2")]
    assert_ties_out(world)


def test_use4_a_version_that_says_the_same_posts_nothing() -> None:
    world = arrived(counted(1, A="2"))

    mapping = world.receive(counted(2, A="2"))

    assert (mapping.ends, mapping.holds) == ({"unchanged": 1, "evidence": 0}, 0)
    assert not world.effects.bodies


def test_use4_an_effect_of_a_version_is_its_own_and_one_without_versions_keeps_its_id() -> None:
    world = arrived(counted(1, A="2"))
    (effect,) = [each.effect for each in world.erp.posted.values()]

    key = a_line("A").key
    assert effect.effect_id == effect_id("meridian", EffectType.ISSUE, key, "1")
    assert line_effect_id("meridian", a_line("A")) == effect_id("meridian", EffectType.ISSUE, key)
    assert effect.part == "1"


def test_use2_a_version_told_again_is_a_duplicate() -> None:
    world = arrived(counted(1, A="2", B="1"), counted(2, A="3"))
    before, writes = posted(world), world.heads.writes

    again = [replace(counted(2, A="3"), message_id="again"), counted(1, A="2", B="1")]
    arrived(*again, world=world)

    assert (posted(world), world.heads.writes) == (before, writes)
    assert world.holds.standing == {}


def test_use2_the_same_version_with_other_content_is_a_conflict_and_changes_nothing() -> None:
    world = arrived(counted(1, A="2"), counted(2, A="3"))

    arrived(replace(counted(2, A="9"), message_id="other"), counted(1, A="7"), world=world)

    assert [hold.code for hold in world.holds.standing.values()] == ["CONFLICT", "CONFLICT"]
    assert net(world) == {"GLV-001": Decimal(3)}


def test_use4_less_takes_back_of_the_latest_version_first() -> None:
    world = arrived(counted(1, A="2"), counted(2, A="5"), counted(3, A="1"))

    assert posted(world)[2:] == [
        ("reversal", "GLV-001", "3", "3"),
        ("reversal", "GLV-001", "1", "3"),
    ]
    assert net(world) == {"GLV-001": Decimal(1)}
    assert_ties_out(world)


def test_cor1_a_case_that_vanishes_line_by_line_leaves_nothing_to_the_cent() -> None:
    versions = [
        counted(1, A="1", B="1"),
        counted(2, A="3", B="2"),
        counted(3, B="7"),
        counted(4, A="1"),
        a_version(5),
    ]

    world = arrived(*versions)

    assert len(world.erp.posted) > 6
    assert (net(world), costs(world)) == ({}, {})
    assert_ties_out(world)


def test_cor2_a_line_that_comes_back_is_posted_again() -> None:
    world = arrived(counted(1, A="2"), a_version(2), counted(3, A="2"))

    assert [kind for kind, *_ in posted(world)] == ["issue", "reversal", "issue"]
    assert net(world) == {"GLV-001": Decimal(2)}


@pytest.mark.parametrize(
    "changes",
    [{"charge_code": "C-SUT"}, {"department": "ICU"}, {"lot": "L-2"}, {"project": "P-1"}],
    ids="-".join,
)
def test_use4_a_line_whose_content_changes_is_taken_back_and_posted_whole(
    changes: Mapping[str, Any],
) -> None:
    changed = a_version(2, a_line("A", "3", **changes))

    world, at_once = arrived(counted(1, A="2"), changed), arrived(changed)

    assert [(kind, quantity) for kind, _, quantity, _ in posted(world)] == [
        ("issue", "2"),
        ("issue", "3"),
        ("reversal", "2"),
    ]
    assert (net(world), costs(world)) == (net(at_once), costs(at_once))
    assert_ties_out(world)


def test_uom2_a_difference_counts_in_the_sources_unit_and_by_its_factor() -> None:
    in_thirds = [a_version(n, a_line("C", each, unit="THIRD")) for n, each in ((1, "3"), (2, "9"))]

    world = arrived(*in_thirds)

    effects = [each.effect for each in world.erp.posted.values()]
    assert [(str(each.quantity.stated), each.quantity.stated_unit) for each in effects] == [
        ("3", "THIRD"),
        ("6", "THIRD"),
    ]
    assert net(world) == {"CTR-001": Decimal(3)}


def test_uom9_part_of_what_can_be_divided_is_taken_back_as_a_part() -> None:
    world = arrived(counted(1, C="100"), counted(2, C="87.5"))

    assert posted(world)[1:] == [("reversal", "CTR-001", "12.5", "2")]
    assert_ties_out(world)


def test_a_difference_goes_where_the_whole_would_go() -> None:
    """One piece by itself would be put on its serial, as a lot of one (SER1)."""
    told = [
        a_version(n, a_line("A", each, lot="", serial="S-9")) for n, each in ((1, "2"), (2, "3"))
    ]

    world, at_once = arrived(*told), arrived(told[1])

    assert posted(world)[1:] == [("issue", "GLV-001", "1", "2")]
    assert lots(world) == lots(at_once) == {("GLV-001", ""): Decimal(3)}


def test_law4_a_difference_that_would_cost_another_cent_is_posted_as_the_whole() -> None:
    """Three at 23.7575 cost 71.27; one and one and one would be 71.28."""
    steps = [counted(1, B="1"), counted(2, B="2"), counted(3, B="3")]
    in_steps = arrived(*steps, world=UsageWorld())
    at_once = arrived(steps[-1], world=UsageWorld())

    assert [kind for kind, *_ in posted(in_steps)] == [
        *("issue", "issue", "issue", "reversal", "reversal")
    ]
    assert costs(in_steps) == costs(at_once) == {("17010", "2026-03-04"): Decimal("71.27")}


def test_ooo5_a_rule_that_changed_between_versions_counts_for_the_difference_only() -> None:
    world = arrived(counted(1, A="2"))
    dearer = replace(GLOVE, unit_cost=Decimal("5.00"), version="2")
    world.enter(dearer, master_key("item", GLOVE.item))
    world.clock.advance(seconds=60)

    arrived(counted(2, A="3"), world=world)

    assert [quantity for _, _, quantity, _ in posted(world)] == ["2", "1"]
    assert list(world.amounts()) == ["0.50", "5.00"]


def test_uom9_less_by_another_factor_breaks_no_piece() -> None:
    """Two half boxes were a glove; now that one is, half a glove would come back."""
    half_boxes = [a_version(n, a_line("A", each, unit="HB")) for n, each in ((1, "2"), (2, "1"))]
    world = arrived(half_boxes[0])
    world.enter(a_unit("GLV-001", "HB", 1), master_key("unit", "GLV-001", "HB"))
    world.clock.advance(seconds=60)

    arrived(half_boxes[1], world=world)

    assert [(kind, quantity) for kind, _, quantity, _ in posted(world)] == [
        *(("issue", "2"), ("issue", "1"), ("reversal", "1"))
    ]
    assert net(world) == {"GLV-001": Decimal(1)}


def test_what_takes_back_waits_until_what_it_takes_back_is_posted() -> None:
    world = a_world()
    world.receive(counted(1, A="2"))
    world.receive(counted(2, A="1"))
    waiting = world.parking.lines.copy()
    sent, world.effects.bodies[:] = world.effects.sent, []
    assert [each.effect_type for each in sent] == [EffectType.ISSUE]

    world.deliver(sent)
    world.run_until_quiet()

    assert [line.missing for line in waiting.values()] == [(f"effect#{sent[0].effect_id}",)]
    assert posted(world) == [("issue", "GLV-001", "2", "1"), ("reversal", "GLV-001", "1", "2")]
    assert_ties_out(world)


def test_a_vanished_line_waits_for_its_effect_as_well() -> None:
    world = a_world()
    world.receive(counted(1, A="2", B="1"))
    world.receive(counted(2, A="2"))

    world.run_until_quiet()

    assert net(world) == {"GLV-001": Decimal(2)}
    assert_ties_out(world)


def test_versions_that_overtake_what_waits_lose_nothing_of_it() -> None:
    world = a_world()
    for document in (counted(1, A="5"), counted(2, A="3"), counted(3, A="4"), counted(4, A="1")):
        world.receive(document)

    world.run_until_quiet()

    assert net(world) == {"GLV-001": Decimal(1)}
    assert_ties_out(world)


def test_an_effect_that_was_written_and_never_sent_is_owed_by_the_sweeper() -> None:
    world = a_world()
    world.receive(counted(1, A="2"))
    world.effects.bodies.clear()
    arrived(replace(counted(1, A="2"), message_id="again"), world=world)
    assert not world.erp.posted

    now = int(world.clock.now().timestamp())
    (due,) = world.ledger.due(now=now + LONGEST_SECONDS, limit=10)
    world.deliver((due.effect,))

    assert (due.state, due.attempts) == (EffectState.FREE, 0)
    assert net(world) == {"GLV-001": Decimal(2)}


def test_that_a_difference_is_written_is_no_news_and_that_it_is_posted_is() -> None:
    world = arrived(counted(1, A="2"))

    kinds = [
        entry.fact.data["state"]
        for entry in world.journal.read("VERSION-1-1")
        if entry.fact.kind == "outcome"
    ]
    assert kinds == ["DONE"]


def without_version(document: SupplyUsage) -> SupplyUsage:
    return replace(document, document_id="PLAIN", message_id="plain", snapshot=None)


@pytest.mark.parametrize("code", ["C-GLV", "C-NEW"], ids=["posted", "held"])
def test_use2_what_was_told_without_a_version_is_not_posted_again_with_one(code: str) -> None:
    plain = without_version(a_version(1, a_line("A", "2", charge_code=code)))

    world = arrived(plain, a_version(1, a_line("A", "2"), a_line("B")))
    world.enter(NEW_CODE, NEW_KEY)
    world.run_until_quiet()

    assert net(world) == {"GLV-001": Decimal(2), "SUT-001": Decimal(1)}
    (conflict,) = world.holds.standing.values()
    assert (conflict.code, conflict.detail) == (
        "CONFLICT",
        "the line came without a version before",
    )


# --- what is held


def test_a_version_that_waited_for_a_mapping_gives_way_to_a_higher_one() -> None:
    world = a_world()
    unknown = a_line("A", "2", charge_code="C-NEW")
    arrived(a_version(1, unknown), a_version(2, replace(unknown, quantity=Decimal(5))), world=world)
    (waiting,) = world.holds.standing

    world.enter(NEW_CODE, NEW_KEY)
    world.run_until_quiet()

    assert waiting[0] == effect_id("meridian", EffectType.ISSUE, unknown.key, "2")
    assert posted(world) == [("issue", "GLV-001", "5", "2")]
    assert world.holds.standing == {}
    assert_ties_out(world)


@pytest.mark.parametrize("order", list(permutations((1, 2))), ids=str)
def test_a_mapping_that_comes_late_books_the_last_version_in_either_order(
    order: Sequence[int],
) -> None:
    world = a_world()
    unknown = a_line("A", charge_code="C-NEW")
    documents = {
        1: a_version(1, replace(unknown, quantity=Decimal(2)), a_line("B")),
        2: a_version(2, replace(unknown, quantity=Decimal(3))),
    }
    arrived(*(documents[number] for number in order), world=world)
    held = [line_id for line_id, _ in world.holds.standing]
    assert held == [effect_id("meridian", EffectType.ISSUE, unknown.key, "2")]

    world.enter(NEW_CODE, NEW_KEY)
    world.run_until_quiet()

    assert net(world) == {"GLV-001": Decimal(3)}
    assert world.holds.standing == {}


def test_a_line_that_was_corrected_waits_for_no_mapping_any_more() -> None:
    world = arrived(a_version(1, a_line("A", "2", charge_code="C-NEW")))
    assert len(world.holds.standing) == 1

    arrived(counted(2, A="2"), world=world)
    released = world.enter(NEW_CODE, NEW_KEY)
    world.run_until_quiet()

    assert (released, world.holds.standing) == (0, {})
    assert posted(world) == [("issue", "GLV-001", "2", "2")]


def test_use2_a_conflict_below_a_higher_version_stays_a_persons() -> None:
    held = a_version(1, a_line("A", "2", charge_code="C-NEW"))
    other = replace(a_version(1, a_line("A", "9", charge_code="C-NEW")), message_id="other")

    world = arrived(held, other, counted(2, A="2"))

    assert [hold.code for hold in world.holds.standing.values()] == ["CONFLICT"]
    assert net(world) == {"GLV-001": Decimal(2)}


@pytest.mark.parametrize("is_first", [True, False])
def test_a_line_that_vanished_waits_for_no_mapping_any_more(*, is_first: bool) -> None:
    held = a_version(1, a_line("A", "2", charge_code="C-NEW"), a_line("B"))
    documents = [held, counted(2, B="1")]

    world = arrived(*(documents if is_first else reversed(documents)))
    assert world.holds.standing == {}
    world.enter(NEW_CODE, NEW_KEY)
    world.run_until_quiet()

    assert world.holds.standing == {}
    assert net(world) == {"SUT-001": Decimal(1)}


def test_what_a_held_version_says_is_posted_once_it_is_mapped_on_top_of_what_stands() -> None:
    world = arrived(counted(1, A="2"), a_version(2, a_line("A", "3", charge_code="C-NEW")))
    assert net(world) == {"GLV-001": Decimal(2)}

    world.enter(NEW_CODE, NEW_KEY)
    world.run_until_quiet()

    assert net(world) == {"GLV-001": Decimal(3)}
    assert world.holds.standing == {}


def a_cut(name: str, key: tuple[str, ...] | None = None) -> MalformedLine:
    found = Diagnostic(
        code="QUANTITY_INVALID",
        severity=Severity.LINE,
        position=Position(segment="/lines/0"),
        rule="USE5",
        message="no number",
        value="",
    )
    line = a_line(name)
    return MalformedLine(number="1", key=line.key if key is None else key, diagnostic=found)


def a_cut_version(version: int, *lines: UsageLine, cut: MalformedLine) -> SupplyUsage:
    keys = [line.key for line in lines] + ([cut.key] if cut.key else [])
    named = tuple(sorted(map(line_name, keys)))
    snapshot = Snapshot(version=version, named=named, is_whole=bool(cut.key))
    return a_version(version, *lines, malformed=(cut,), snapshot=snapshot)


@pytest.mark.parametrize("order", list(permutations((0, 1))), ids=str)
def test_a_line_that_cannot_be_read_has_not_vanished(order: Sequence[int]) -> None:
    documents = [counted(1, A="2", B="1"), a_cut_version(2, a_line("B", "2"), cut=a_cut("A"))]

    world = arrived(*(documents[each] for each in order))

    assert net(world) == {"GLV-001": Decimal(2), "SUT-001": Decimal(2)}
    assert [code for _, code in world.holds.standing] == ["LINE_MALFORMED"]
    arrived(counted(3, A="4", B="2"), world=world)
    assert net(world) == {"GLV-001": Decimal(4), "SUT-001": Decimal(2)}
    assert world.holds.standing == {}


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))), ids=str)
def test_a_version_with_a_line_without_an_id_takes_nothing_back(order: Sequence[int]) -> None:
    nameless = a_cut_version(2, a_line("C", "1"), cut=a_cut("A", ()))
    documents = [counted(1, A="2"), nameless, counted(3, A="2")]

    world = arrived(*(documents[each] for each in order))

    assert net(world) == {"GLV-001": Decimal(2)}
    one, other = arrived(documents[0], nameless), arrived(nameless, documents[0])
    assert net(one) == net(other) == {"GLV-001": Decimal(2), "CTR-001": Decimal(1)}


# --- whatever comes between


class KilledError(Exception):
    """The worker is killed here."""


@dataclass
class Between:
    """Heads where something happens just before one of the calls: another worker, or the end."""

    heads: SimulatedSnapshotHeads
    at: int
    happens: Callable[[], object]
    calls: int = 0

    def read(self, case: str, names: Sequence[str]) -> Heads:
        self._happen()
        return self.heads.read(case, names)

    def read_with(self, target: str, case: str, names: Sequence[str]) -> tuple[Breaker, Heads]:
        self._happen()
        return self.heads.read_with(target, case, names)

    def move_case(self, known: CaseHead | None, new: CaseHead) -> bool:
        self._happen()
        return self.heads.move_case(known, new)

    def move(
        self, known: LineHead | None, new: LineHead, *, version: int, entry: LedgerEntry | None
    ) -> bool:
        self._happen()
        return self.heads.move(known, new, version=version, entry=entry)

    def _happen(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            self.happens()


def mapped_with(world: UsageWorld, document: SupplyUsage, heads: Between) -> None:
    """Map one document by a worker that sees the heads through these."""
    snapshots = world.map.snapshots
    idle = replace(snapshots.idle, heads=heads)
    replace(world.map, snapshots=replace(snapshots, heads=heads, idle=idle))(document)


RIVALS = [
    (counted(1, A="2", B="1"), counted(2, A="3")),
    (counted(2, A="3"), counted(1, A="2", B="1")),
    (counted(2, A="1", B="1"), counted(3, B="4")),
    (counted(1, A="2", B="1"), counted(1, A="2", B="1")),
    (a_version(1, a_line("A", charge_code="C-NEW"), a_line("B")), counted(2, B="1")),
    (a_version(1, a_line("A", charge_code="C-NEW"), a_line("B")), counted(2, A="1", B="1")),
]


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("pair", RIVALS, ids=["12", "21", "23", "11", "gone", "mended"])
def test_a_version_that_another_worker_maps_in_between_changes_nothing(
    pair: tuple[SupplyUsage, SupplyUsage], at: int
) -> None:
    document, rival = pair
    world = arrived(counted(1, A="2", B="1")) if document.part == "2" else a_world()
    heads = Between(world.heads, at, lambda: world.receive(rival))

    mapped_with(world, document, heads)
    if heads.calls < at:
        world.receive(rival)
    world.run_until_quiet()

    last = arrived(max(pair, key=lambda each: int(each.part)))
    assert (net(world), costs(world)) == (net(last), costs(last))
    assert world.holds.standing == {}
    assert_ties_out(world)


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("document", [each for each, _ in RIVALS[1:5]], ids=["2", "2", "1", "held"])
def test_a_worker_that_is_killed_anywhere_leaves_nothing_undone(
    document: SupplyUsage, at: int
) -> None:
    def kill() -> None:
        raise KilledError

    world = arrived(counted(1, A="2", B="1")) if document.part == "2" else a_world()
    heads = Between(world.heads, at, kill)

    with suppress(KilledError):
        mapped_with(world, document, heads)
    world.receive(document)
    world.enter(NEW_CODE, NEW_KEY)
    world.run_until_quiet()
    owed = world.ledger.due(now=2**40, limit=99)
    world.deliver(tuple(each.effect for each in owed))
    world.run_until_quiet()

    last = arrived(document)
    last.enter(NEW_CODE, NEW_KEY)
    last.run_until_quiet()
    assert (net(world), costs(world)) == (net(last), costs(last))
    assert_ties_out(world)


class Unsent:
    """A queue whose sender is killed."""

    def send(self, _effects: Sequence[Effect]) -> None:
        raise KilledError


@pytest.mark.parametrize("code", ["C-SUT", "C-GLV"], ids=["as before", "with another item"])
def test_what_a_killed_version_took_back_is_sent_although_a_higher_one_stands(code: str) -> None:
    world = arrived(counted(1, A="2", B="1"))
    without_a = counted(2, B="1")
    with pytest.raises(KilledError):
        replace(world.map, effects=Unsent())(without_a)
    last = a_version(3, a_line("A", "5", charge_code=code), a_line("B"))

    arrived(last, without_a, without_a, world=world)

    assert (net(world), costs(world)) == (net(arrived(last)), costs(arrived(last)))
    assert world.holds.standing == {}
    assert_ties_out(world)


SIGHTED = st.builds(
    Snapshot,
    version=st.integers(1, 3),
    named=st.sets(st.sampled_from("abcd")).map(lambda names: tuple(sorted(names))),
    is_whole=st.sampled_from([True]),
)


@given(st.lists(SIGHTED, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_law4_what_a_case_names_in_the_end_depends_on_no_order(
    sighted: list[Snapshot], chance: Random
) -> None:
    shuffled = [*sighted, *sighted]
    chance.shuffle(shuffled)

    cases = [_after(sighted), _after(shuffled)]

    top = max(each.version for each in sighted)
    named = frozenset(name for each in sighted if each.version == top for name in each.named)
    assert [(case.version, case.named) for case in cases] == [(top, named)] * 2
    assert not any(case.gone & case.named for case in cases)


def _after(sighted: Sequence[Snapshot]) -> CaseHead:
    case = CaseHead(case="case")
    for each in sighted:
        case = case_after("case", case, each)
    return case


# --- whatever the order


QUANTITIES = st.dictionaries(
    st.sampled_from(["A", "B", "C"]), st.integers(1, 6).map(str), max_size=3
)


@dataclass(frozen=True)
class History:
    """Versions of one case, the order in which their documents arrive, and what runs between."""

    versions: tuple[SupplyUsage, ...]
    arrivals: tuple[int, ...]
    settles: tuple[bool, ...]
    is_fine: bool  # costs below the cent

    def world(self) -> UsageWorld:
        return UsageWorld() if self.is_fine else a_world()


@st.composite
def histories(draw: st.DrawFn) -> History:
    told = draw(st.lists(QUANTITIES, min_size=1, max_size=5))
    changes = draw(st.lists(st.sampled_from(["L-1", "L-2"]), min_size=15, max_size=15))
    versions = tuple(
        a_version(
            number,
            *(
                a_line(name, quantity, lot=changes[number * 3 - "ABC".index(name) - 1])
                for name, quantity in lines.items()
            ),
        )
        for number, lines in enumerate(told, start=1)
    )
    numbers = st.integers(0, len(versions) - 1)
    again = draw(st.lists(numbers, max_size=4))
    arrivals = draw(st.permutations([*range(len(versions)), *again]))
    settles = draw(st.lists(st.booleans(), min_size=len(arrivals), max_size=len(arrivals)))
    return History(
        versions=versions,
        arrivals=tuple(arrivals),
        settles=tuple(settles),
        is_fine=draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(histories())
def test_ooo3_any_order_and_any_duplication_of_the_versions_books_the_last_one(
    history: History,
) -> None:
    world = history.world()
    for number, (which, settles) in enumerate(zip(history.arrivals, history.settles, strict=True)):
        world.receive(replace(history.versions[which], message_id=f"message-{number}"))
        if settles:
            world.run_until_quiet()
    world.run_until_quiet()

    last = arrived(history.versions[-1], world=history.world())
    assert (net(world), costs(world)) == (net(last), costs(last))
    assert lots(world) == lots(last)
    assert all(code == "LOT_MISSING" for _, code in world.holds.standing)
    assert {line.state.value for line in world.parking.lines.values()} <= {"RELEASED"}
    assert_ties_out(world)


def lots(world: UsageWorld) -> dict[tuple[str, str], Decimal]:
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for move in SimulatedBooks(world.erp).moves():
        sign = -1 if move.to_place == "NORTH-STO" else 1
        totals[move.item, move.lot] += sign * move.quantity
    return {key: quantity for key, quantity in totals.items() if quantity}
