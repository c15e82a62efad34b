"""Where the columns of a fixed-width file stand, and what its lines are there for: data.

Places count from 1, in characters of the file's encoding or in bytes of it, as `counted_in` says:
mainframes lay columns out in bytes, everything that writes text does so in characters. Where the
encoding has one byte for each character both are the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class CountedIn(StrEnum):
    """What the places of a layout count."""

    CHARACTERS = "characters"
    BYTES = "bytes"


class Counted(StrEnum):
    """What the number in a trailer counts."""

    DETAILS = "details"  # what is neither header nor trailer nor blank, since the one before
    LINES = "lines"  # these, the header and the trailer


class Span(NamedTuple):
    """A column: its first place, from 1, and how many places it has."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """How long a line must be to hold it."""
        return self.start + self.length - 1


class Selector(NamedTuple):
    """What a line has at one place, counted in bytes; the text is ASCII."""

    at: int
    text: str

    def selects(self, line: bytes) -> bool:
        """Whether it stands there."""
        return line.startswith(self.text.encode(), self.at - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedLayout:
    """A fixed-width file.

    `columns` are the places by the column's name. A line has exactly `length` places, blanks behind
    them aside; with `pads_short_lines` the blanks at its end may be left out. Without `detail`
    every line that is neither header nor trailer is a row. `count` is where a trailer, in bytes,
    says how many there are, `counts` of what.
    """

    columns: Mapping[str, Span]
    length: int
    counted_in: CountedIn = CountedIn.CHARACTERS
    pads_short_lines: bool = False
    header: Selector | None = None
    detail: Selector | None = None
    trailer: Selector | None = None
    count: Span | None = None
    counts: Counted = Counted.DETAILS
