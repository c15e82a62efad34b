"""The lines of a message with what belongs to each, and whether it ends or breaks inside one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.message import Message, Segment
from shared.formats.hl7v2.names import NAME_LENGTH, UNREADABLE
from shared.formats.making import made


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLayout:
    """How the lines of a structure stand in it.

    A line is a segment `begins` and what follows it. `before` are segments that stand in front of
    their lines, the first of them begins the group (ORC, TQ1). `closed_by` are the segments that
    are read whatever the sender's profile says, each with a field behind all that matters in it: if
    a message ends in such a segment before that field, something of it is missing.
    """

    begins: str
    closed_by: Mapping[str, int]
    before: tuple[str, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        """The segments that are read whatever the sender's profile says."""
        return frozenset(self.closed_by)


class LineGroup:
    """A line's segments: from `start` to `end` in the message, and the ones in front of it.

    `number` is its place in the message, from 1. `names` is what its segments are called; the first
    is the one that it begins with.
    """

    __slots__ = ("end", "first", "heads", "message", "names", "number", "start")

    def __init__(
        self, message: Message, number: int, start: int, end: int, heads: Mapping[str, int]
    ) -> None:
        self.message = message
        self.number = number
        self.start = start
        self.end = end
        self.heads = heads
        self.first = Segment(message, start)
        self.names = message.names[start:end]

    @property
    def last(self) -> Segment:
        """The last of its segments."""
        return Segment(self.message, self.end - 1)

    def segments(self) -> Iterator[Segment]:
        """Those that follow the first."""
        return (Segment(self.message, index) for index in range(self.start + 1, self.end))

    def named(self, name: str) -> Iterator[Segment]:
        """The following segments of one name."""
        at = 0
        for _ in range(self.names.count(name) - (self.first.name == name)):
            at = self.names.index(name, at + 1)
            yield Segment(self.message, self.start + at)

    def one(self, name: str) -> Segment | None:
        """The first following segment of a name."""
        names = self.names
        return Segment(self.message, self.start + names.index(name)) if name in names else None

    @property
    def position(self) -> Position:
        """Where its first segment stands."""
        return made(
            Position,
            {
                "segment": self.names[0],
                "occurrence": self.number,
                "field": 0,
                "repetition": 0,
                "component": 0,
                "byte": self.message.starts[self.start],
                "column": "",
            },
        )

    def head(self, name: str) -> Segment | None:
        """The segment of a name in front of it."""
        index = self.heads.get(name)
        return None if index is None else Segment(self.message, index)


class Lines(NamedTuple):
    """The lines of a message, and where groups begin that have none."""

    groups: Sequence[LineGroup]
    without: tuple[int, ...] = ()


def lines_of(message: Message, layout: LineLayout) -> Lines:
    """Every line with what follows it, and with what stands in front of it."""
    names = message.names
    if not layout.before:
        starts = [index for index, name in enumerate(names) if name == layout.begins]
        ends = [*starts[1:], len(names)]
        spans = zip(starts, ends, strict=False)
        return Lines([LineGroup(message, at, *span, {}) for at, span in enumerate(spans, start=1)])
    return _behind_heads(message, layout)


def _behind_heads(message: Message, layout: LineLayout) -> Lines:
    names, opens = message.names, layout.before[0]
    marks = {layout.begins, *layout.before}
    places = [index for index, name in enumerate(names) if name in marks]
    groups: list[LineGroup] = []
    without: list[int] = []
    heads: dict[str, int] = {}
    has_line = True
    for index, end in pairwise((*places, len(names))):
        if names[index] == layout.begins:
            groups.append(LineGroup(message, len(groups) + 1, index, end, heads))
            has_line = True
        elif names[index] == opens:
            if not has_line:
                without.append(heads[opens])
            heads, has_line = {opens: index}, False
        else:
            heads.setdefault(names[index], index)
    if not has_line:
        without.append(heads[opens])
    return Lines(groups, tuple(without))


def broken_at(group: LineGroup, read: Iterable[str]) -> Segment | None:
    """The first, or a following segment that is read, which a line break in a field cut in two.

    Its later fields are lost, so an empty quantity must not be taken for 1.
    """
    if UNREADABLE not in group.names:
        return None
    matters = {group.first.name, *read}
    whole: Segment = group.first
    for segment in group.segments():
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


def is_cut(
    group: LineGroup, earlier: Sequence[LineGroup], layout: LineLayout, read: Iterable[str]
) -> bool:
    """Whether the message ends inside this, its last, line.

    Only an unterminated end raises the question, since many senders leave the last end out. Then
    the line is whole if its last segment goes as far as the field that closes it and nothing is
    shorter or fewer than in every line before it.
    """
    if group.message.is_terminated or group.end < len(group.message.names):
        return False
    last = group.last
    if is_fragment(last):
        followers = set(read) - {layout.begins}
        return any(name.startswith(last.text.upper()) for name in followers)
    closed_by = layout.closed_by.get(last.name)
    if closed_by is not None and not any(last.fields[closed_by:]):
        return True
    lengths = [len(s.fields) for other in earlier for s in _all_of(other) if s.name == last.name]
    return len(last.fields) < min(lengths, default=0) or not _common(earlier, read) <= set(
        group.names
    )


def cut_line(message: Message, layout: LineLayout) -> Diagnostic | None:
    """A last piece that was to become a line: not one of its fields is there, yet it is a line."""
    if message.is_terminated or not message.texts:
        return None
    last = Segment(message, len(message.texts) - 1)
    heads = (layout.begins, *layout.before)
    if not is_fragment(last) or not any(name.startswith(last.text.upper()) for name in heads):
        return None
    occurrence = message.names.count(layout.begins) + 1
    at = Position(segment=layout.begins, occurrence=occurrence, byte=last.byte)
    return finding("LINE_CUT", at)


def _all_of(group: LineGroup) -> Iterator[Segment]:
    yield group.first
    yield from group.segments()


def _common(groups: Sequence[LineGroup], read: Iterable[str]) -> set[str]:
    """The segments we read that every one of these lines has."""
    return (
        set.intersection(*(set(group.names) for group in groups)) & set(read) if groups else set()
    )
