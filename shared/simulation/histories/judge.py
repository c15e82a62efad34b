"""The simulated ERP's own documents against what happened: never against the ledger.

Every use has a lot of its own, by which its documents are known again whatever became of its ids.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.canonical.hold import Hold, HoldKind
from shared.canonical.outcome import EffectState
from shared.simulation.books import EXPENSE, SimulatedBooks
from shared.simulation.histories.facts import Facts, Fate, Use
from shared.simulation.histories.platform import Platform

USED = "-USED"
MOST_EXAMPLES = 5  # of each kind
REFUSALS = frozenset({"ERP_REFUSED", "VALIDATION"})
EXCESSES = frozenset({"REVERSAL_EXCESS", "REVERSAL_NOTHING_LEFT"})
NAMES = dict.fromkeys(REFUSALS, "refused") | dict.fromkeys(EXCESSES, "too much")


@dataclass(slots=True)
class Booked:
    """What the ERP holds of one lot: units of each issue and return, and the net in cents."""

    issues: list[int] = field(default_factory=list)
    returns: list[int] = field(default_factory=list)
    cents: int = 0


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

    def note(self, what: str, example: str) -> None:
        """Keep a few examples."""
        kept = self.examples.setdefault(what, [])
        if len(kept) < MOST_EXAMPLES:
            kept.append(example)


def judged(platform: Platform, facts: Facts, *, poisoned: int) -> Verdict:
    """The verdict on one history."""
    verdict = Verdict()
    booked = _booked(platform)
    for use in facts.uses:
        _judge_use(use, booked.pop(use.lot, Booked()), verdict)
    for lot, found in booked.items():
        verdict.duplicated += len(found.issues) + len(found.returns)
        verdict.note("never happened", lot)
    _judge_waiting(platform, verdict)
    _judge_holds(platform, facts, verdict, poisoned=poisoned)
    return verdict


def _booked(platform: Platform) -> dict[str, Booked]:
    books, found = SimulatedBooks(platform.stores.erp), defaultdict[str, Booked](Booked)
    lots = {}
    for move in books.moves():
        lots[move.reference] = move.lot
        is_issue = move.to_place.endswith(USED)
        target = found[move.lot].issues if is_issue else found[move.lot].returns
        target.append(int(move.quantity))
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
    for what, count in (("duplicated", doubled), ("lost", missing), ("cents_off", off)):
        if count:
            setattr(verdict, what, getattr(verdict, what) + int(count))
            verdict.note(what, use.lot)


def _expected_cents(units: int, taken: int, cost: int) -> int:
    """An issue's extension in whole cents, less the share that is taken back of it."""
    total = _divided_half_even(units * cost, 100)
    return total - _divided_half_even(total * taken, units)


def _divided_half_even(number: int, by: int) -> int:
    whole, rest = divmod(number, by)
    is_up = 2 * rest > by or (2 * rest == by and whole % 2 == 1)
    return whole + is_up


def _judge_waiting(platform: Platform, verdict: Verdict) -> None:
    """An hour after the last fault everything has ended."""
    for entry in platform.stores.ledger.entries.values():
        if not entry.is_settled:
            verdict.stuck += 1
            verdict.note("stuck", f"{entry.effect.lot} {entry.state} {entry.reason}")
        verdict.reviews += entry.state is EffectState.REVIEW
        verdict.refusals += entry.state is EffectState.REJECTED
    waiting = {queue.name: len(queue.alive) for queue in platform.queues.values()}
    waiting |= {queue.name: len(queue.alive) for queue in platform.letters}
    waiting["stream"] = len(platform.stores.stream.pending)
    for name, number in waiting.items():
        verdict.stuck += number
        if number:
            verdict.note("stuck", f"{number} in {name}")


def _judge_holds(platform: Platform, facts: Facts, verdict: Verdict, *, poisoned: int) -> None:
    """Who waits for a person is exactly what was seeded."""
    fates = Counter(use.fate for use in facts.uses)
    verdict.seeded_refusals = fates[Fate.REFUSED] + fates[Fate.REFUSED_WHOLE]
    expected = Counter(
        {
            "ITEM_UNMAPPED": fates[Fate.NEVER_MAPPED],
            "refused": verdict.seeded_refusals,
            "CONFLICT": fates[Fate.CONFLICT],
            "too much": sum(sum(use.credits) > use.units for use in facts.uses),
            "POISON": poisoned,
        }
    )
    found = Counter(_open_codes(platform))
    for name, (should, does) in _differences(expected, found):
        verdict.holds_off += abs(should - does)
        verdict.note("holds", f"{name}: seeded {should}, open {does}")


def _open_codes(platform: Platform) -> Iterator[str]:
    """One for each line and code: a line may conflict with more than one other content."""
    standing = platform.stores.holds.standing.values()
    for code, _ in sorted({(hold.code, hold.line_id) for hold in standing if _is_work(hold)}):
        yield NAMES.get(code, code)


def _is_work(hold: Hold) -> bool:
    return hold.kind is HoldKind.BLOCKING or hold.code in NAMES


def _differences(
    expected: Mapping[str, int], found: Mapping[str, int]
) -> Iterator[tuple[str, tuple[int, int]]]:
    for name in sorted({*expected, *found}):
        should, does = expected.get(name, 0), found.get(name, 0)
        if should != does:
            yield name, (should, does)
