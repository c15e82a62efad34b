"""Judges what a check came to by the ERP's own tables, the open holds and the tie-out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from tests.e2e.wire.load import Promised

HELD_FOR = "DEPARTMENT_UNKNOWN"
IN_BALANCE = "0.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands there in the end.

    Attributes:
        moves: Done moves of the ERP by our reference.
        holds: Codes of the open holds by line id; several of one line are joined.
        refused: Arrivals that were not accepted.
        in_doubt: What is in a queue, dead, or owed another attempt.
        unexplained: What the tie-out says.
        incomplete: Arrivals that were answered and are not complete in journal and ledger.
        driven: What a second recovery of everything still finds to drive again.
    """

    moves: Mapping[str, int]
    holds: Mapping[str, str]
    refused: int
    in_doubt: int
    unexplained: str
    incomplete: int
    driven: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """References and lines that are not as promised; nothing is well unless all is empty."""

    once: int
    twice: tuple[str, ...]
    lost: tuple[str, ...]
    strange: tuple[str, ...]
    held_instead: tuple[str, ...]
    held_wrong: tuple[str, ...]
    found: Found

    @classmethod
    def on(cls, found: Found, promised: Promised) -> Self:
        """Compare."""
        moves, holds, lines = found.moves, found.holds, promised.lines
        absent = {reference for reference in lines if not moves.get(reference)}
        instead = {each for each in absent if lines[each] in holds}
        right = {line for line in promised.held if holds.get(line) == HELD_FOR}
        others = holds.keys() - promised.held - {lines[each] for each in instead}
        return cls(
            once=sum(moves.get(reference) == 1 for reference in lines),
            twice=tuple(sorted(each for each, count in moves.items() if count > 1)),
            lost=tuple(sorted(absent - instead)),
            strange=tuple(sorted(moves.keys() - lines.keys())),
            held_instead=tuple(sorted(f"{lines[each]} {holds[lines[each]]}" for each in instead)),
            held_wrong=tuple(sorted((promised.held - right) | others)),
            found=found,
        )

    @property
    def is_good(self) -> bool:
        """Whether nothing is otherwise than it must be."""
        return not any(wrong for _, wrong in self._counts()) and self._is_in_balance

    def wrong(self) -> dict[str, tuple[str, ...]]:
        """The references and line ids that are otherwise than promised, by what they are."""
        named = {
            "twice": self.twice,
            "lost": self.lost,
            "strange": self.strange,
            "held instead": self.held_instead,
            "held wrong": self.held_wrong,
        }
        return {name: each for name, each in named.items() if each}

    def rows(self) -> Iterator[tuple[str, str]]:
        """The table: how many are right, and how many are wrong in each way."""
        yield "effects in the ERP once", f"{self.once}"
        yield from ((name, f"{count}") for name, count in self._counts())
        yield "unexplained", self.found.unexplained

    def _counts(self) -> Iterator[tuple[str, int]]:
        yield "twice", len(self.twice)
        yield "lost: neither document nor hold", len(self.lost)
        yield "documents that nobody asked for", len(self.strange)
        yield "held instead of booked", len(self.held_instead)
        yield "holds missing or without cause", len(self.held_wrong)
        yield "arrivals refused", self.found.refused
        yield "in doubt", self.found.in_doubt
        yield "answered and not complete", self.found.incomplete
        yield "still to be driven again after recovery", self.found.driven

    @property
    def _is_in_balance(self) -> bool:
        return self.found.unexplained == IN_BALANCE
