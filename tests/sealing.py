"""A journal with entries of several hours, and its seals."""

from dataclasses import dataclass, field

from shared.canonical.journal import JournalFact
from shared.canonical.seal import Seal
from shared.simulation.clock import VirtualClock
from shared.simulation.journal import SimulatedJournal
from shared.simulation.journal_lines import SimulatedJournalLines
from shared.simulation.seal_store import SimulatedSealStore
from shared.workflow.seal_journal import SealJournal
from shared.workflow.verify_journal import Verification, VerifyJournal

HOUR_SECONDS = 3600


def a_fact(name: str, kind: str = "mapped") -> JournalFact:
    return JournalFact(
        fact_id=f"fact-{name}",
        kind=kind,
        at="2026-03-14T11:59:00+00:00",
        data={"lines": 2, "code": "C-SUT", "text": "é"},
        keys=(f"case:{name}",),
    )


@dataclass
class SealedWorld:
    """A simulated journal whose clock moves only when told."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    seals: SimulatedSealStore = field(default_factory=SimulatedSealStore)
    journal: SimulatedJournal = field(init=False)

    def __post_init__(self) -> None:
        self.journal = SimulatedJournal(clock=self.clock)

    @property
    def lines(self) -> SimulatedJournalLines:
        return SimulatedJournalLines(self.journal)

    def append(self, document_id: str, *names: str) -> None:
        for name in names:
            self.clock.advance(seconds=1)
            self.journal.append(document_id, [a_fact(name)])

    def pass_hours(self, hours: float) -> None:
        self.clock.advance(seconds=hours * HOUR_SECONDS)

    def seal(self, *, to_now: bool = False) -> tuple[Seal, ...]:
        step = SealJournal(lines=self.lines, seals=self.seals, clock=self.clock)
        return step(to_now=to_now)

    def verify(self, period: str = "") -> Verification:
        return VerifyJournal(lines=self.lines, seals=self.seals)(period)

    def export(self, period: str) -> bytes:
        return VerifyJournal(lines=self.lines, seals=self.seals).export(period)[1]
