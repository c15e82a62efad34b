"""The simulated ERP's own documents against what happened: never against the ledger.

Every use has a lot of its own, by which its documents are known again whatever became of its ids.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.canonical.outcome import EffectState
from shared.ports.erp import EffectClass
from shared.simulation.books import EXPENSE, SimulatedBooks
from shared.simulation.histories.facts import Facts, Fate, Use
from shared.simulation.histories.held import hold_differences
from shared.simulation.histories.mishaps import Mishaps
from shared.simulation.histories.platform import Platform

USED = "-USED"
REFUSED = (Fate.REFUSED, Fate.REFUSED_WHOLE)
MOST_EXAMPLES = 5  # of each kind


@dataclass(slots=True)
class Booked:
    """What the ERP holds of one lot: units of each issue and return, and the net in cents."""

    issues: list[int] = field(default_factory=list)
    returns: list[int] = field(default_factory=list)
    cents: int = 0
    references: set[str] = field(default_factory=set)

    @property
    def doubles(self) -> int:
        """Documents beyond the first under one reference."""
        return len(self.issues) + len(self.returns) - len(self.references)


@dataclass(slots=True)
class Verdict:
    """What is wrong, in counts, and the first lots for each as an example."""

    duplicated: int = 0
    lost: int = 0
    stuck: int = 0
    cents_off: int = 0
    reviews: int = 0
    seeded_reviews: int = 0  # outcomes that only a person can know: on class E3 alone
    refusals: int = 0
    seeded_refusals: int = 0
    holds_off: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Nothing lost, doubled, stuck or off, and nobody was troubled but by what was seeded."""
        wrong = self.duplicated + self.lost + self.stuck + self.cents_off + self.holds_off
        asked = (self.refusals, self.reviews)
        return not wrong and asked == (self.seeded_refusals, self.seeded_reviews)

    def add(self, lot: str, *, duplicated: int, lost: int, cents_off: int) -> None:
        """What is wrong with one lot."""
        counts = {"duplicated": duplicated, "lost": lost, "cents_off": cents_off}
        for what, count in counts.items():
            if count:
                setattr(self, what, getattr(self, what) + int(count))
                self.note(what, lot)

    def note(self, what: str, example: str) -> None:
        """Keep a few examples."""
        kept = self.examples.setdefault(what, [])
        if len(kept) < MOST_EXAMPLES:
            kept.append(example)


def judged(platform: Platform, facts: Facts, *, mishaps: Mishaps) -> Verdict:
    """The verdict on one history."""
    verdict = Verdict()
    reviewed = _judge_waiting(platform, verdict, mishaps)
    booked = _booked(platform)
    for use in facts.uses:
        found = booked.pop(use.lot, Booked())
        if use.lot in reviewed:
            _judge_reviewed(use, found, verdict)
        else:
            _judge_use(use, found, verdict)
    for lot in _drafts_left(platform):
        if lot not in reviewed:  # a person is asked about it
            verdict.duplicated += 1
            verdict.note("draft left", lot)
    for lot, found in booked.items():
        verdict.duplicated += len(found.issues) + len(found.returns)
        verdict.note("never happened", lot)
    verdict.seeded_refusals = sum(
        use.fate in REFUSED and use.lot not in reviewed for use in facts.uses
    )
    for difference in hold_differences(platform, facts, reviewed, poisoned=mishaps.poisoned):
        verdict.holds_off += 1
        verdict.note("holds", difference)
    return verdict


def _judge_reviewed(use: Use, booked: Booked, verdict: Verdict) -> None:
    """A person is asked whether it is there: it may be or not, but never twice (class E3)."""
    twice = max(len(booked.issues) - 1, 0) + max(len(booked.returns) - len(use.credits), 0)
    if use.fate is Fate.VERSIONED:
        twice = booked.doubles
    verdict.add(use.lot, duplicated=twice, lost=0, cents_off=0)


def _drafts_left(platform: Platform) -> Iterator[str]:
    """Lots of documents that somebody began and nobody will finish."""
    for held in platform.stores.erp.made.values():
        for each in held:
            if not each.document.is_final:
                yield each.effect.lot


def _booked(platform: Platform) -> dict[str, Booked]:
    books, found = SimulatedBooks(platform.stores.erp), defaultdict[str, Booked](Booked)
    lots = {}
    for move in books.moves():
        lots[move.reference] = move.lot
        is_issue = move.to_place.endswith(USED)
        target = found[move.lot].issues if is_issue else found[move.lot].returns
        target.append(int(move.quantity))
        found[move.lot].references.add(move.reference)
    for line in books.lines():
        if line.account == EXPENSE:
            found[lots[line.reference]].cents += int(line.amount * 100)
    return dict(found)


def _judge_use(use: Use, booked: Booked, verdict: Verdict) -> None:
    match use.fate:
        case Fate.NEVER_MAPPED | Fate.REFUSED | Fate.REFUSED_WHOLE:
            wrong = len(booked.issues) + len(booked.returns)
            verdict.duplicated += wrong
            if wrong:
                verdict.note("never to be posted", use.lot)
        case Fate.PLAIN | Fate.RULE_COMES_LATE | Fate.CONFLICT:
            if not _is_offset(use, booked):
                _judge_posted(use, booked, verdict)
        case Fate.VERSIONED:
            _judge_versions(use, booked, verdict)
        case _:
            raise ValueError(f"unknown fate {use.fate}")


def _is_offset(use: Use, booked: Booked) -> bool:
    """Cancelled out before it was an effect: allowed where all of it is taken back at once."""
    may_be = use.fate is Fate.RULE_COMES_LATE and use.units in use.credits
    return may_be and not booked.issues and not booked.returns


def _judge_posted(use: Use, booked: Booked, verdict: Verdict) -> None:
    taken = min(sum(use.credits), use.units)
    most = len(use.credits)
    least = min(most, 1)
    if sum(use.credits) == use.units:
        least = most
    doubled = max(len(booked.issues) - 1, 0) + max(len(booked.returns) - most, 0)
    missing = (not booked.issues) + max(least - len(booked.returns), 0)
    if booked.issues and sum(booked.returns) < taken and not missing:
        missing = 1
    units = booked.issues[0] if booked.issues else use.units
    if units not in (use.units, *use.rivals):
        verdict.holds_off += 1
        verdict.note("wrong quantity", use.lot)
    off = abs(booked.cents - _expected_cents(units, taken, use.item.cost))
    verdict.add(use.lot, duplicated=doubled, lost=missing, cents_off=off)


def _judge_versions(use: Use, booked: Booked, verdict: Verdict) -> None:
    """In the books stands what the highest version says, to the cent, whatever led to it."""
    stands = sum(booked.issues) - sum(booked.returns)
    verdict.add(
        use.lot,
        duplicated=max(booked.doubles, stands > use.units),
        lost=stands < use.units,
        cents_off=abs(booked.cents - _divided_half_even(use.units * use.item.cost, 100)),
    )


def _expected_cents(units: int, taken: int, cost: int) -> int:
    """An issue's extension in whole cents, less the share that is taken back of it."""
    total = _divided_half_even(units * cost, 100)
    return total - _divided_half_even(total * taken, units)


def _divided_half_even(number: int, by: int) -> int:
    whole, rest = divmod(number, by)
    is_up = 2 * rest > by or (2 * rest == by and whole % 2 == 1)
    return whole + is_up


def _judge_waiting(platform: Platform, verdict: Verdict, mishaps: Mishaps) -> set[str]:
    """An hour after the last fault everything has ended; the lots that a person is asked about.

    Only an effect whose delivery came to grief may be asked about, and on class E3 alone.
    """
    reviewed = set()
    may_ask = platform.stores.erp.traits.effect_class is EffectClass.E3
    for key, entry in platform.stores.ledger.entries.items():
        if not entry.is_settled:
            verdict.stuck += 1
            verdict.note("stuck", f"{entry.effect.lot} {entry.state} {entry.reason}")
        verdict.refusals += entry.state is EffectState.REJECTED
        if entry.state is EffectState.REVIEW:
            verdict.reviews += 1
            if may_ask and mishaps.came_to_grief(key):
                verdict.seeded_reviews += 1
                reviewed.add(entry.effect.lot)
            else:
                verdict.note("reviews", f"{entry.effect.lot} {entry.reason}")
    for name, number in _undelivered(platform):
        verdict.stuck += number
        verdict.note("stuck", f"{number} in {name}")
    return reviewed


def _undelivered(platform: Platform) -> Iterator[tuple[str, int]]:
    for queue in (*platform.queues.values(), *platform.letters):
        if queue.alive:
            yield queue.name, len(queue.alive)
    if platform.stores.stream.pending:
        yield "stream", len(platform.stores.stream.pending)
