"""A mutant: the shipped code with one promise of the protocol broken, and where that is seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from unittest.mock import patch

from shared.ports.erp import TargetTraits
from shared.simulation.histories import history
from shared.simulation.histories.faults import LEVELS, FaultLevel, Faults
from shared.simulation.histories.history import History, Plan, run_history
from shared.simulation.histories.targets import TARGETS
from tests.simulation.crash_points import crashed
from tests.simulation.small_histories import SCENES

Patch = tuple[object, str, object]
Break = Callable[[], Sequence[Patch]]

# Swarms that look for one kind of harm where the levels of `simulate` spread it too thin. Copies
# that come days later are left out: they cost most of a history's time.
SOON = replace(
    LEVELS[FaultLevel.ADVERSARIAL],
    duplicated_late=0.0,
    sent_again=0.0,
    rollback=0.0,
    outages=0.0,
    poison=0.0,
)
SWARMS: Mapping[str, Faults] = MappingProxyType(
    {
        **{str(level): faults for level, faults in LEVELS.items()},
        "soon": SOON,
        "zombies": replace(SOON, beside_others=0.5, zombie=0.3, paused=0.3),
        "late": replace(SOON, target_late=0.3, target_answer_lost=0.2, target_not_written=0.2),
        "late zombies": replace(
            SOON,
            beside_others=0.5,
            zombie=0.3,
            target_late=0.2,
            target_not_written=0.2,
        ),
        "copies": replace(SOON, duplicated=0.3, beside_others=0.4, paused=0.15),
        "outages": replace(SOON, outages=8.0, target_answer_lost=0.3),
        "throttled": replace(SOON, throttled=0.1),
        "beside": Faults(duplicated=0.2, beside_others=0.4, paused=0.15),  # nobody dies
        "sent again": replace(SOON, sent_again=0.3),
        "poison": replace(SOON, poison=3.0),
        "rollbacks": replace(SOON, rollback=1.0),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Where a mutant is looked for: a swarm's seed, or a small history and its crash points.

    With both, the small history takes the place of what the swarm would draw.
    """

    target: str
    swarm: str = ""
    seed: int = 0
    effects: int = 150
    history: str = ""
    crash_at: tuple[int, ...] = ()

    def run(self) -> History:
        """The history, with whatever is broken just now."""
        if self.history and not self.swarm:
            return crashed(self.history, self.target, *self.crash_at)
        return run_history(
            Plan(
                seed=self.seed,
                effects=self.effects,
                level=FaultLevel.ADVERSARIAL,
                target=self.target,
                faults=SWARMS[self.swarm],
                share_in_cases=0.0,
            ),
            SCENES[self.history]() if self.history else None,
        )

    @property
    def words(self) -> str:
        """As the table says it."""
        if self.history and self.swarm:
            return f"{self.history} in {self.swarm}, seed {self.seed}"
        if self.history:
            return f"{self.history} at {' '.join(map(str, self.crash_at)) or 'no crash'}"
        return f"{self.swarm}, seed {self.seed}, {self.effects} effects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One broken promise, told by the docstring of `breaks`.

    `beside` is broken in the control, too: a net that would catch what the mutant lets fall.
    """

    name: str
    breaks: Break
    beside: Sequence[Patch] = ()
    traits: Mapping[str, TargetTraits] | None = None

    @contextmanager
    def alive(self) -> Iterator[None]:
        """While this is open, the shipped code is this mutant."""
        with ExitStack() as stack:
            self._enter(stack, (*self.beside, *self.breaks()))
            yield

    @contextmanager
    def control(self) -> Iterator[None]:
        """What the mutant is compared with: all but its one break."""
        with ExitStack() as stack:
            self._enter(stack, self.beside)
            yield

    def _enter(self, stack: ExitStack, patches: Sequence[Patch]) -> None:
        if self.traits:
            stack.enter_context(patch.object(history, "TARGETS", {**TARGETS, **self.traits}))
        for owner, name, broken in patches:
            stack.enter_context(patch.object(owner, name, broken))
