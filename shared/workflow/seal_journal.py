"""The journal of every period that has ended is sealed (effect-protocol section 9; AUD1).

An entry belongs to a period by its appender's own clock, read just before the write. A write ends
within its worker's life, minutes; clocks differ by a known skew (A1, A4): after the grace of an
hour no entry can come into a period any more. One that does was not put there by the product, or
by a clock that is wrong by an hour: `verify` names it as added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.canonical.journal import stamp
from shared.canonical.seal import (
    BEGINNING,
    Seal,
    end_of_hour,
    floor_of_hour,
    lines_between,
    read_seal,
    sealed,
)
from shared.errors import SealBrokenError
from shared.ports.clock import Clock
from shared.ports.journal_lines import JournalLines
from shared.ports.seal_store import SealStore

GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealJournal:
    """One seal for each hour with entries, and one for the hours without any at the end.

    A run that dies leaves whole seals; the next goes on after the last one.
    """

    lines: JournalLines
    seals: SealStore
    clock: Clock

    def __call__(self, *, to_now: bool = False) -> tuple[Seal, ...]:
        """Seal what has ended; `to_now` without a grace, for when nothing is being appended.

        Raises:
            SealBrokenError: the last seal is not as it was made, and none can follow it.
        """
        now = self.clock.now()
        end = now if to_now else floor_of_hour(now - GRACE)
        return tuple(self._seal_to(stamp(end)))

    def _seal_to(self, end: str) -> Iterator[Seal]:
        last = self._last()
        while (since := last.until if last else BEGINNING) < end:
            until, texts = self._period(since, end)
            made, index = sealed(texts, since=since, until=until, after=last, now=self.clock.now())
            if not self.seals.put(made, index):
                return  # another sealer was first, and goes on
            yield made
            last = made

    def _period(self, since: str, end: str) -> tuple[str, Sequence[bytes]]:
        """The end of the first hour that has entries, and they; `end` and none if none has.

        In an hour that was sealed in part, chains may be listed that have no more entries in it.
        """
        until, texts = since, list[bytes]()
        while until < end and not texts:
            until = self._until(until, end)
            chains = self.lines.chains(self.lines.documents(since, until))
            texts = [line.text for line in lines_between(chains, since, until)]
        return until, texts

    def _until(self, since: str, end: str) -> str:
        """The end of the first hour in which a chain is listed; `end` if there is none."""
        first = self.lines.first_opening(since)
        if first is None or first >= end:
            return end
        try:
            until = min(end_of_hour(first), end)
        except (ValueError, OverflowError):
            return end  # somebody altered it: sealed as it stands
        return until if until > since else end

    def _last(self) -> Seal | None:
        number = max(self.seals.numbers(), default=None)
        if number is None:
            return None
        try:
            return read_seal(self.seals.read(number))
        except ValueError as error:
            raise SealBrokenError(f"seal {number} is {error}: verify the journal") from error
