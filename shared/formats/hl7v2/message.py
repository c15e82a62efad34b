"""Segments, fields, repetitions, components: split when asked for, then unescaped once."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.hl7v2.delimiters import STANDARD_DELIMITERS, Delimiters
from shared.formats.hl7v2.fields import (
    NO_PLAIN,
    NULL,
    FieldReader,
    field_reader,
    plain_fields,
)
from shared.formats.hl7v2.framing import Frame, frame


class Presence(StrEnum):
    """The three states of empty, and the fourth."""

    ABSENT = "absent"  # the segment ends before it: no statement
    EMPTY = "empty"  # nothing stands there: no statement
    NULL = "null"  # "" stands there: the value is deleted
    PRESENT = "present"


class Segment:
    """One segment. Fields count from 1 as in the standard; MSH-1 is the separator itself.

    `fields` are as they are written; index 0 is the segment's name. `plain` says what plain ones
    say, `reader` what any one says.
    """

    __slots__ = ("fields", "index", "message", "name", "plain")

    def __init__(self, message: "Message", index: int) -> None:
        self.message = message
        self.index = index
        self.name = message.names[index]
        self.plain = message.plain
        self.fields = message.texts[index].split(message.separator)
        if self.name == "MSH":
            self.fields.insert(1, message.separator)

    @property
    def reader(self) -> FieldReader:
        """Reads its fields."""
        return field_reader(self.message.marks, self.codec)

    @property
    def delimiters(self) -> Delimiters:
        """Those of its message."""
        return self.message.marks

    @property
    def text(self) -> str:
        """The whole segment."""
        return self.message.texts[self.index]

    @property
    def byte(self) -> int:
        """Where it begins."""
        return self.message.starts[self.index]

    @property
    def codec(self) -> str:
        """What it was decoded with."""
        return self.message.codec_of(self.index)

    @property
    def occurrence(self) -> int:
        """Which of those of its name it is, from 1."""
        return self.message.occurrences[self.index]

    @property
    def is_terminated(self) -> bool:
        """Whether the sender ended it; only the last one may lack that."""
        return self.message.is_terminated or self.index < len(self.message.texts) - 1

    def raw(self, field: int) -> str:
        """A field as it is written; empty if the segment ends before it."""
        return self.fields[field] if field < len(self.fields) else ""

    def repeated(self, field: int, repetition: int, component: int = 1) -> str:
        """A value of one repetition, as `value` gives it of the first; nothing of it is kept."""
        text = self.raw(field)
        return self.reader.value(text, component, repetition) if text else ""

    def presence(self, field: int) -> Presence:
        """Whether and how a field says anything."""
        if field >= len(self.fields):
            return Presence.ABSENT
        match self.fields[field].strip():
            case "":
                return Presence.EMPTY
            case text:
                return Presence.NULL if text == NULL else Presence.PRESENT

    def repetitions(self, field: int) -> list[str]:
        """The raw repetitions of a field; one empty one if there is nothing."""
        return _split(self.raw(field), self.delimiters.repetition)

    def value(self, field: int, component: int = 1) -> str:
        """The first sub-component at a place, unescaped and trimmed; "" for every empty state."""
        fields = self.fields
        if field >= len(fields):
            return ""
        parts = self.plain[fields[field]]
        if component <= len(parts):
            return parts[component - 1]
        return self.reader.value(fields[field], component, 1)

    def plain_at(self, field: int) -> tuple[str, ...]:
        """The values of the first components of a plain field; nothing of any other."""
        fields = self.fields
        return self.plain[fields[field]] if field < len(fields) else NO_PLAIN

    def values(self, *places: int) -> list[str]:
        """The values of several fields, as `value` gives them."""
        return [self.value(at) for at in places]

    def position(self, field: int = 0, component: int = 0) -> Position:
        """Where a field stands, to the byte."""
        is_within = 0 < field < len(self.fields)
        return Position(
            segment=self.name,
            occurrence=self.occurrence,
            field=field,
            component=component,
            byte=self.byte + (self._offset(field) if is_within else 0),
        )

    def _offset(self, field: int) -> int:
        parts = self.text.split(self.delimiters.field)
        index = field - 1 if self.name == "MSH" else field
        before = self.delimiters.field.join(parts[:index])
        return len(before.encode(self.codec, "replace")) + (1 if index else 0)


class Message:
    """A message whose envelope could be read, or the findings that say why not.

    `texts` are its segments, `names` what each is called. `plain` is what plain fields say.
    """

    __slots__ = (
        *("_frame", "_occurrences", "_starts", "delimiters", "is_terminated", "marks", "names"),
        *("other_codecs", "plain", "separator", "texts"),
    )

    def __init__(self, framed: Frame) -> None:
        self._frame = framed
        self.delimiters = framed.delimiters
        self.marks = framed.delimiters or STANDARD_DELIMITERS
        self.separator = self.marks.field
        self.texts: Sequence[str] = framed.texts
        self.names: Sequence[str] = framed.names
        self.is_terminated = framed.is_terminated
        self.other_codecs = framed.other_codecs
        self.plain = plain_fields(self.marks)
        self._starts: Sequence[int] | None = None
        self._occurrences: Sequence[int] | None = None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with its bytes."""
        return self._frame.diagnostics

    @property
    def is_readable(self) -> bool:
        """Whether what stands behind the envelope may be read."""
        return self._frame.is_readable

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All of them, each split."""
        return tuple(Segment(self, index) for index in range(len(self.texts)))

    @property
    def starts(self) -> Sequence[int]:
        """The byte at which each begins."""
        if self._starts is None:
            self._starts = self._frame.starts()
        return self._starts

    @property
    def occurrences(self) -> Sequence[int]:
        """Which of those of its name each is, from 1."""
        if self._occurrences is None:
            seen: dict[str, int] = {}
            counts = []
            for name in self.names:
                seen[name] = times = seen.get(name, 0) + 1
                counts.append(times)
            self._occurrences = counts
        return self._occurrences

    @property
    def first_byte(self) -> int:
        """Where it begins."""
        return self._frame.placed[0] if self._frame.placed else self._frame.byte

    def codec_of(self, index: int) -> str:
        """What a segment was decoded with."""
        return self.other_codecs.get(index, self._frame.codec)

    def named(self, name: str) -> Iterator[Segment]:
        """The segments of one name, in order."""
        return (Segment(self, index) for index, each in enumerate(self.names) if each == name)

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return Segment(self, self.names.index(name)) if name in self.names else None


def parsed(body: bytes) -> Message:
    """Frame and name the segments of a body; never raises."""
    return Message(frame(body))


def _split(text: str, separator: str) -> list[str]:
    return text.split(separator) if separator else [text]
