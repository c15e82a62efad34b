"""Reads every line of a message: a bad one is held with its position and rule, the rest goes on."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.usage import MalformedLine
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.facts import LineFaultError
from shared.formats.hl7v2.groups import (
    LineGroup,
    LineLayout,
    Lines,
    broken_at,
    cut_line,
    is_cut,
    lines_of,
)
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.message import Message, Segment
from shared.formats.hl7v2.names import UNREADABLE
from shared.formats.hl7v2.profile import SenderProfile

LINE_LIMIT = 5_000  # a day's batch of a whole ward, and one run of the worker
NOTE_LIMIT = 100  # passed-over pieces that are told one by one
_NOWHERE = Position(segment="")


class Keyed(Protocol):
    """A line that has an identity."""

    @property
    def key(self) -> tuple[str, ...]:
        """Its intent key."""
        ...


LineT = TypeVar("LineT", bound=Keyed)
ReadOne = Callable[[LineGroup, "LineReading"], LineT]


class LineReading:
    """What the reading of one line needs to know, and what it found out before it was given up.

    `key` is what is read first, so that a line held for another fault is still held under its own.
    `fault` is what is already known to be wrong with it.
    """

    __slots__ = ("_notes", "fault", "header", "key", "profile")

    def __init__(
        self,
        header: HeaderFacts,
        profile: SenderProfile,
        fault: Diagnostic | None,
        notes: list[Diagnostic],
    ) -> None:
        self.header = header
        self.profile = profile
        self.fault = fault
        self._notes = notes
        self.key: tuple[str, ...] = ()

    def note(self, found: Diagnostic) -> None:
        """Tell what is odd about the line and does not cost it, unless a hundred are told."""
        if len(self._notes) < NOTE_LIMIT:
            self._notes.append(found)

    def identified(self, key: tuple[str, ...]) -> None:
        """The line has this key.

        Raises:
            LineFaultError: it was known before that the line cannot be used.
        """
        self.key = key
        if self.fault:
            raise LineFaultError(self.fault)


class ReadLines(Generic[LineT]):
    """The lines of a message in its order, those that are held, and what was found.

    `refusal` says why nothing of the message can be used.
    """

    __slots__ = ("findings", "lines", "malformed", "refusal")

    def __init__(self) -> None:
        self.lines: list[LineT] = []
        self.malformed: list[MalformedLine] = []
        self.findings: list[Diagnostic] = []
        self.refusal: Diagnostic | None = None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Why it is refused, if it is, then all else."""
        return tuple([self.refusal, *self.findings] if self.refusal else self.findings)


def read_lines(
    message: Message,
    header: HeaderFacts,
    profile: SenderProfile,
    layout: LineLayout,
    read_one: ReadOne[LineT],
) -> ReadLines[LineT]:
    """Read every line of a message; never raises."""
    lines = lines_of(message, layout)
    read: ReadLines[LineT] = ReadLines()
    if len(lines.groups) > LINE_LIMIT:
        read.refusal = finding("LINES_TOO_MANY", lines.groups[LINE_LIMIT].first.position())
        return read
    notes: list[Diagnostic] = []
    may_be_faulty = UNREADABLE in message.names or not message.is_terminated
    for group in lines.groups:
        fault = _fault(group, lines, layout, profile) if may_be_faulty else None
        _read_line(group, LineReading(header, profile, fault, notes), read_one, read)
    _add_cut(message, lines, layout, read)
    if not read.lines:
        read.refusal = _nothing_readable(message, read, layout)
        read.malformed = []
    read.findings += (*notes, *_passed_over(message, lines))
    return read


def _read_line(
    group: LineGroup, reading: LineReading, read_one: ReadOne[LineT], read: ReadLines[LineT]
) -> None:
    try:
        read.lines.append(read_one(group, reading))
    except LineFaultError as found:
        diagnostic = reading.fault or found.diagnostic
        _hold(read, str(group.number), reading.key, diagnostic)


def _hold(
    read: ReadLines[LineT], number: str, key: tuple[str, ...], diagnostic: Diagnostic
) -> None:
    read.malformed.append(MalformedLine(number=number, key=key, diagnostic=diagnostic))
    read.findings.append(diagnostic)


def _fault(
    group: LineGroup, lines: Lines, layout: LineLayout, profile: SenderProfile
) -> Diagnostic | None:
    """What of a line is lost, if anything is."""
    if UNREADABLE in group.names:
        broken = broken_at(group, layout.reads | profile.segments)
        if broken:
            return finding("SEGMENT_BROKEN", broken.position())
    if group.message.is_terminated or group.number < len(lines.groups):
        return None
    matters = layout.reads | profile.segments
    if is_cut(group, lines.groups[:-1], layout, matters):
        return finding("LINE_CUT", _end_of(group, layout, matters))
    return None


def _end_of(group: LineGroup, layout: LineLayout, read: frozenset[str]) -> Position:
    """The last segment of a line; by its byte alone if nobody reads such: its name may be text."""
    last = group.last
    is_known = last.name in {layout.begins, UNREADABLE, *read}
    return last.position() if is_known else replace(group.first.position(), byte=last.byte)


def _add_cut(message: Message, lines: Lines, layout: LineLayout, read: ReadLines[LineT]) -> None:
    """A line of which only the beginning came: its first letters, or what stands in front of it."""
    cut = cut_line(message, layout)
    ends_in_head = not message.is_terminated and message.names[-1] in layout.before
    if cut is None and lines.without and ends_in_head:
        cut = finding("LINE_CUT", Segment(message, lines.without[-1]).position())
    if cut:
        _hold(read, str(len(lines.groups) + 1), (), cut)


def _nothing_readable(message: Message, read: ReadLines[LineT], layout: LineLayout) -> Diagnostic:
    code = "LINES_UNREADABLE" if read.malformed else "LINES_ABSENT"
    first = read.malformed[0].diagnostic.position.byte if read.malformed else message.first_byte
    return finding(code, Position(segment=layout.begins, byte=first), fact=layout.begins)


def _passed_over(message: Message, lines: Lines) -> Iterator[Diagnostic]:
    """What no line is made of. Text that is no segment by its place alone: it may be a name."""
    for index in lines.without[:NOTE_LIMIT] if lines.groups else ():
        if index != len(message.texts) - 1 or message.is_terminated:
            yield finding("ORDER_PASSED_OVER", Segment(message, index).position())
    yield from message_notes(message)


def message_notes(message: Message) -> Iterator[Diagnostic]:
    """Text that is no segment, and a last segment without its end."""
    if UNREADABLE in message.names:
        places = [index for index, name in enumerate(message.names) if name == UNREADABLE]
        for index in places[:NOTE_LIMIT]:
            yield finding("SEGMENT_UNREADABLE", Segment(message, index).position())
    if not message.is_terminated:
        yield finding("END_UNTERMINATED", replace(_NOWHERE, byte=message.starts[-1]))


def counted_once(
    lines: Sequence[LineT], told_of: Callable[[LineT], object], at: Callable[[LineT], Position]
) -> tuple[list[LineT], list[Diagnostic]]:
    """The lines without those that say the same under the same key; and a note of each of these.

    Other content under the same key is kept for the ledger to judge.
    """
    if len({line.key for line in lines}) == len(lines):
        return list(lines), []
    times = Counter(line.key for line in lines)
    told: set[object] = set()
    kept, notes = [], []
    for line in lines:
        fact = told_of(line) if times[line.key] > 1 else None
        if fact is not None and fact in told:
            notes.append(finding("LINE_REPEATED", at(line)))
            continue
        told.add(fact)
        kept.append(line)
    return kept, notes
