"""One history: facts, faults, an hour of peace, and the judge."""

import time
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from random import Random
from typing import Self

from shared.ports.erp import EffectClass, TargetTraits
from shared.ports.master_data import MasterRecord
from shared.simulation.histories.cases import add_cases
from shared.simulation.histories.facts import Facts, generated
from shared.simulation.histories.faults import LEVELS, FaultLevel, Faults
from shared.simulation.histories.judge import Verdict, judged
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.messages import KNOWN_SINCE, rules_of
from shared.simulation.histories.people import People
from shared.simulation.histories.platform import Platform
from shared.simulation.histories.snapshot import Rollback
from shared.simulation.histories.targets import TARGETS

DAY = 86_400.0
SHARE_IN_CASES = 0.08  # of the effects of one history
OUTAGE_SECONDS = 900.0
DEPLOY_SECONDS = 20.0
PEACE_SECONDS = 3600.0  # an hour after the last fault nothing may be under way
DAYS = 9  # in which copies come late
SECONDS_OF_AN_EFFECT = 0.15
SERVICES = ("target", "ledger", "breakers", "journal", "holds", "parking", "documents", "effects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One history, told by its seed. `crash_at` are I/O points at which workers die (kernel.py)."""

    seed: int
    effects: int
    level: FaultLevel
    target: str = "e1"
    faults: Faults | None = None
    crash_at: frozenset[int] = frozenset()
    keeps_trace: bool = False
    share_in_cases: float = SHARE_IN_CASES


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a history is about, written down instead of drawn by lot.

    `rolls_back` says when a snapshot is taken and when all is put back to it; `changes` are records
    of the master data that change under way.
    """

    facts: Facts
    rolls_back: tuple[float, float] | None = None
    changes: Sequence[tuple[float, MasterRecord]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What one history came to. Equal plans give equal digests."""

    plan: Plan
    effects: int
    events: int
    points: int
    digest: int
    verdict: Verdict
    crashes: dict[str, int]
    seconds: float
    trace: Sequence[str] = field(default=(), repr=False)
    point_names: Sequence[str] = field(default=(), repr=False)
    same_moment: Set[int] = field(default=frozenset(), repr=False)

    @property
    def is_good(self) -> bool:
        """The verdict is good, and no step fell over anything but what was done to it."""
        return self.verdict.is_good and not self.crashes


def run_history(plan: Plan, scene: Scene | None = None) -> History:
    """Run one history from its first message to the judge."""
    started = time.perf_counter()
    world = World.of(plan, scene)
    kernel = world.kernel
    try:
        verdict = world.verdict()
    finally:
        kernel.kill_all()
    return History(
        plan=plan,
        effects=world.facts.effects,
        events=kernel.events,
        points=kernel.points,
        digest=kernel.digest,
        verdict=verdict,
        crashes=dict(kernel.crashes),
        seconds=time.perf_counter() - started,
        trace=kernel.trace or (),
        point_names=kernel.point_names,
        same_moment=kernel.same_moment,
    )


def _span(plan: Plan) -> float:
    """How long it takes until everything has been said once."""
    return 60.0 + plan.effects * SECONDS_OF_AN_EFFECT


class World:
    """A platform, the people around it, and the mishaps of its time."""

    @classmethod
    def of(cls, plan: Plan, scene: Scene | None = None) -> Self:
        """All that a plan says, before anything has happened."""
        traits = TARGETS[plan.target]
        kernel = Kernel(
            random=Random(f"{plan.seed}:{plan.level}:{plan.target}"),  # noqa: S311 - no secret
            faults=plan.faults or LEVELS[plan.level],
            crash_at=plan.crash_at,
            trace=[] if plan.keeps_trace else None,
            sleeps_before_sending=traits.effect_class is EffectClass.E1,
        )
        if scene is not None:
            world = cls(kernel, traits, scene.facts, span=_span(plan))
            world.plan_scene(scene)
            return world
        rolls_back = kernel.chance(kernel.faults.rollback)
        in_cases = int(plan.effects * plan.share_in_cases)
        facts = generated(
            kernel.random,
            effects=plan.effects - in_cases,
            span_seconds=_span(plan),
        )
        add_cases(kernel.random, facts, lines=in_cases, span_seconds=_span(plan))
        world = cls(kernel, traits, facts, span=_span(plan))
        if rolls_back:
            world.plan_rollback()
        return world

    def __init__(self, kernel: Kernel, traits: TargetTraits, facts: Facts, *, span: float) -> None:
        self.kernel, self.facts, self.span = kernel, facts, span
        has_late = kernel.faults.duplicated_late or kernel.faults.sent_again
        self.ends_at = span * 2 + (DAYS * DAY if has_late else 0.0)
        self.platform = Platform(kernel, traits, late_until=self.ends_at)
        stores = self.platform.stores
        stores.master.put(rules_of(facts), recorded_at=KNOWN_SINCE)
        stores.erp.refuse(facts.items[0].name, code="ERP_REFUSED", text="the item is blocked")
        stores.erp.refuse(facts.items[1].name, code="", text="refused", is_named=False)
        self.people = People(self.platform, facts, late_until=self.ends_at)
        self.rollback = Rollback(self.platform)
        self._plan_mishaps()

    def verdict(self) -> Verdict:
        """Let it happen, then an hour of peace, then judge."""
        kernel, platform = self.kernel, self.platform
        kernel.run_until(self.ends_at)
        while self.people.accepted < len(self.facts.messages):
            kernel.run_until(kernel.now + 60)
        kernel.tell("peace")
        kernel.set_faults(Faults())
        kernel.kill_all()
        platform.watch(PEACE_SECONDS)
        kernel.run_until(kernel.now + PEACE_SECONDS)
        return judged(platform, self.facts, mishaps=platform.stores.target.mishaps)

    def plan_rollback(self) -> None:
        """At some moment everything is put back to an earlier one."""
        kernel, back_at = self.kernel, self._moment()
        kernel.at(back_at * kernel.random.random(), self.rollback.take)
        kernel.at(back_at, self._roll_back)

    def plan_scene(self, scene: Scene) -> None:
        """What is written down happens when it says so."""
        kernel = self.kernel
        if scene.rolls_back is not None:
            taken_at, back_at = scene.rolls_back
            kernel.at(taken_at, self.rollback.take)
            kernel.at(back_at, self._roll_back)
        for at, record in scene.changes:
            kernel.at(at, self._change, record)

    def _change(self, record: MasterRecord) -> None:
        """From now on the rules are others."""
        self.platform.stores.master.put([record], recorded_at=self.kernel.moment)

    def _plan_mishaps(self) -> None:
        faults, kernel = self.kernel.faults, self.kernel
        for _ in range(self._times(faults.outages)):
            kernel.at(self._moment(), self._go_down)
        for _ in range(self._times(faults.deploys)):
            kernel.at(self._moment(), self._deploy)
        for number in range(self._times(faults.poison)):
            queue = kernel.random.choice([*self.platform.queues])
            kernel.at(self._moment(), self._poison, queue, f"not a message {number}")

    def _times(self, expected: float) -> int:
        """A whole number with this mean."""
        whole = int(expected)
        return whole + self.kernel.chance(expected - whole)

    def _moment(self) -> float:
        return self.span * 1.2 * self.kernel.random.random()

    def _poison(self, queue: str, body: str) -> None:
        self.platform.stores.target.mishaps.poison[body] = queue
        self.platform.queues[queue].put(body)

    def _roll_back(self) -> None:
        """Poison stands in no archive: who sent it before does so again."""
        mishaps = self.platform.stores.target.mishaps
        mishaps.has_rolled_back = True
        self.rollback.roll_back()
        for body, queue in mishaps.poison.items():
            self._poison(queue, body)

    def _go_down(self) -> None:
        kernel = self.kernel
        service = kernel.random.choice(SERVICES)
        kernel.tell(f"{service} goes down")
        if service == "target":
            self.platform.stores.target.away_until = kernel.now + OUTAGE_SECONDS
        else:
            kernel.down.add(service)
            kernel.at(OUTAGE_SECONDS, kernel.down.discard, service)

    def _deploy(self) -> None:
        """New code, new sandboxes: nothing of the old ones' memory is left."""
        kernel, platform = self.kernel, self.platform
        kernel.tell("a deploy")
        kernel.kill_all()
        platform.steps.pace.free_at = 0.0
        for queue in platform.queues.values():
            queue.is_paused = True
        kernel.at(DEPLOY_SECONDS, self._deployed)

    def _deployed(self) -> None:
        for queue in self.platform.queues.values():
            queue.is_paused = self.rollback.is_recovering
            queue.wake()
