"""An ERP company, seen three ways.

What is posted into it, what its books say, and (later) its masters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from shared.canonical.effect import Effect
from shared.canonical.outcome import ErpDocument, SubmitResult

Found = Mapping[str, tuple[ErpDocument, ...]]


class EffectClass(StrEnum):
    """How a target helps with repeats (effect-protocol sections 3 and 4)."""

    E1 = "E1"  # enforces our reference
    E2 = "E2"  # can look our reference up
    E3 = "E3"  # neither


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTraits:
    """What the protocol must know of a target. Times in seconds; None means "no bound is known".

    `outage_after_calls` failed calls in a row, and it is left alone (shared/effects/breaker.py).
    A call carries at most `effects_a_call`, all of them within `call_timeout_seconds`. On class E2
    `latest_commit_seconds` is what makes a look-up decisive: without it an effect in doubt that is
    not found is never sent again, and a person must say what is true.
    """

    effect_class: EffectClass
    call_timeout_seconds: float
    lookup_lag_seconds: float
    latest_commit_seconds: float | None
    reference_length: int
    answers_line_by_line: bool
    outage_after_calls: int
    effects_a_call: int = 50


class ErpConnector(Protocol):
    """One ERP company. Implementations pass tests/contract/test_erp_connectors.py."""

    @property
    def traits(self) -> TargetTraits:
        """Effect class, timing and reference length."""
        ...

    def find(self, references: Sequence[str]) -> Found:
        """Look documents up by our references, drafts and doubles included, oldest first.

        Absent ones are left out. A target that cannot look up (class E3) finds nothing.

        Raises:
            OutcomeUnknownError: no answer could be had.
            NotWrittenError: the target could not be reached or refused us.
        """
        ...

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        """One document per effect, with its reference and content hash; a found draft is finished.

        One result per effect, in order. What is refused after the first of several steps is REFUSED
        only once its draft is cancelled; while that is undecided, so is the outcome.

        Raises:
            OutcomeUnknownError: any of them may have been written.
            NotWrittenError: none was written; trying again may help.
            BatchRefusedError: none was written; the target refused the call without naming the
                effect.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedMove:
    """A stock move of ours as the ERP's own table has it; `quantity` in base units."""

    erp_id: str
    reference: str
    item: str
    quantity: Decimal
    lot: str
    from_place: str
    to_place: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedLine:
    """A general-ledger line that one of our moves caused; `amount` is debit less credit.

    `cost_centre` and the other dimensions are those of its analytic lines, empty where it has none.
    """

    erp_id: str
    reference: str
    journal: str
    account: str
    amount: Decimal
    on: date
    period: str
    cost_centre: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockOnHand:
    """So much of an item and lot lies at a place; `lot` is empty for what is there without one.

    `quantity` is in base units, and negative where more was taken than was known to be there.
    """

    item: str
    lot: str
    quantity: Decimal


class ErpBooks(Protocol):
    """The ERP's own records, read for tie-out and lineage; never written through this port."""

    def moves(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedMove]:
        """Our done stock moves of one month (`YYYY-MM`), or of these references.

        All if neither is given.
        """
        ...

    def lines(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedLine]:
        """The posted general-ledger lines of the same moves."""
        ...

    def references(self, number: str) -> tuple[str, ...]:
        """Our references behind a number that people read in the ERP; none if it is not of ours.

        It is the id of a done stock move or of its document, or the number of a posted journal.

        Raises:
            OutcomeUnknownError: no answer could be had.
            NotWrittenError: the ERP could not be reached or refused us.
        """
        ...

    def stock(self, place: str) -> Iterator[StockOnHand]:
        """All that is on hand at a place, whoever moved it there, by item and lot.

        It is the balance of all done moves, whatever their day, and what is 0 is left out: so a
        place that the ERP does not know has nothing. Places below it are not part of it, nor items
        without a code.

        Raises:
            OutcomeUnknownError: no answer could be had.
            NotWrittenError: the ERP could not be reached or refused us.
        """
        ...
