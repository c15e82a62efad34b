"""What the other side says of the form of what it got. It says nothing of the business (ACK1)."""

from dataclasses import dataclass, field
from typing import NamedTuple

from shared.canonical.trade import BrokenLine, Origin


class ElementError(NamedTuple):
    """One element that was not right."""

    field: int
    component: int
    repetition: int
    element: str
    code: str


class SegmentError(NamedTuple):
    """One segment that was not right; `ordinal` counts from the set's header, which is 1."""

    segment: str
    ordinal: int
    loop: str
    code: str
    elements: tuple[ElementError, ...] = ()


class AcknowledgedSet(NamedTuple):
    """What became of one set: `accepted`, `accepted_with_errors`, `rejected`.

    `group` is told where one acknowledgement speaks of the sets of several groups.
    """

    kind: str
    control: str
    verdict: str
    codes: tuple[str, ...] = ()
    errors: tuple[SegmentError, ...] = ()
    version: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionalAcknowledgement:
    """What became of one group of ours; find it by its function and control number.

    CONTRL speaks of an interchange, which has no function.
    """

    function: str
    group: str
    verdict: str
    included: int
    received: int
    accepted: int
    sets: tuple[AcknowledgedSet, ...]
    codes: tuple[str, ...] = ()
    version: str = ""
    form: str = ""  # how it was told: 997, 999 or CONTRL
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeAcknowledgement:
    """What became of one interchange of ours."""

    interchange: str
    sent_on: str
    sent_at: str
    verdict: str
    code: str
    origin: Origin | None = field(default=None, compare=False)
