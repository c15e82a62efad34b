"""One FT1 and what belongs to it, and whether the message ends or breaks inside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.message import NAME_LENGTH, UNREADABLE, Message, Segment

LINE = "FT1"
DEPARTMENT_FIELD = 13  # the last field that a line is never sent without


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGroup:
    """An FT1 with the segments up to the next one. `number` is its place in the message, from 1."""

    number: int
    ft1: Segment
    following: tuple[Segment, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The FT1 first."""
        return (self.ft1, *self.following)

    def named(self, name: str) -> Iterator[Segment]:
        """The following segments of one name."""
        return (segment for segment in self.following if segment.name == name)


def line_groups(message: Message) -> tuple[LineGroup, ...]:
    """Every FT1 with what follows it."""
    starts = [n for n, segment in enumerate(message.segments) if segment.name == LINE]
    ends = [*starts[1:], len(message.segments)] if starts else []
    return tuple(
        LineGroup(
            number=number,
            ft1=message.segments[start],
            following=message.segments[start + 1 : end],
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )


def broken_at(group: LineGroup, read: Iterable[str]) -> Segment | None:
    """The FT1, or a following segment that is read, which a line break inside a field cut in two.

    Its later fields are lost, so an empty FT1-10 must not be taken for 1.
    """
    matters = {LINE, *read}
    whole: Segment = group.ft1
    for segment in group.following:
        if segment.name != UNREADABLE:
            whole = segment
        elif whole.name in matters and not is_fragment(segment):
            return whole
    return None


def is_fragment(segment: Segment) -> bool:
    """Whether this is the message's last piece and too short to be a segment."""
    return (
        segment.name == UNREADABLE and not segment.is_terminated and len(segment.text) < NAME_LENGTH
    )


def is_cut(group: LineGroup, earlier: tuple[LineGroup, ...], read: Iterable[str]) -> bool:
    """Whether the message ends inside this, its last, line.

    Only an unterminated end raises the question, since many senders leave the last end out. Then
    the line is whole if its FT1 goes as far as the department (so that quantity, code and date are
    closed by a separator) and nothing is shorter or fewer than in every line before it.
    """
    last = group.segments[-1]
    if last.is_terminated:
        return False
    if is_fragment(last):
        return any(name.startswith(last.text.upper()) for name in read)
    if last.name == LINE and not last.value(DEPARTMENT_FIELD):
        return True
    lengths = [len(s.fields) for other in earlier for s in other.segments if s.name == last.name]
    return len(last.fields) < min(lengths, default=0) or not _common(earlier, read) <= _names(group)


def cut_line(message: Message) -> Diagnostic | None:
    """A last piece that was to become an FT1: not one of its fields is there, yet it is a line."""
    last = message.segments[-1]
    if not is_fragment(last) or not LINE.startswith(last.text.upper()):
        return None
    occurrence = sum(1 for _ in message.named(LINE)) + 1
    return finding("LINE_CUT", Position(segment=LINE, occurrence=occurrence, byte=last.byte))


def _common(groups: tuple[LineGroup, ...], read: Iterable[str]) -> set[str]:
    """The segments we read that every one of these lines has."""
    return set.intersection(*(_names(group) for group in groups)) & set(read) if groups else set()


def _names(group: LineGroup) -> set[str]:
    return {segment.name for segment in group.segments}
