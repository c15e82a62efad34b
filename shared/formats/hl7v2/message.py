"""Segments, fields, repetitions, components: split when asked for, then unescaped once."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.hl7v2.delimiters import STANDARD_DELIMITERS, Delimiters
from shared.formats.hl7v2.fields import LONGEST_KEPT, NULL, kept_fields, unkept_fields
from shared.formats.hl7v2.framing import Frame, frame

UNREADABLE = ""  # the name of text that is no segment
NAME_LENGTH = 3
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2}")


class Presence(StrEnum):
    """The three states of empty, and the fourth."""

    ABSENT = "absent"  # the segment ends before it: no statement
    EMPTY = "empty"  # nothing stands there: no statement
    NULL = "null"  # "" stands there: the value is deleted
    PRESENT = "present"


class Segment:
    """One segment. Fields count from 1 as in the standard; MSH-1 is the separator itself.

    `fields` are as they are written; index 0 is the segment's name. `kept` says what they say.
    """

    __slots__ = ("fields", "index", "kept", "message", "name")

    def __init__(self, message: "Message", index: int) -> None:
        self.message = message
        self.index = index
        self.name = message.names[index]
        text = message.texts[index]
        self.kept = message.kept
        if len(text) > LONGEST_KEPT or message.other_codecs:
            self.kept = unkept_fields(message.marks, self.codec)
        self.fields = text.split(message.marks.field)
        if self.name == "MSH":
            self.fields.insert(1, message.marks.field)

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

    def value(self, field: int, component: int = 1, *, repetition: int = 1) -> str:
        """The first sub-component at a place, unescaped and trimmed; "" for every empty state."""
        fields = self.fields
        text = fields[field] if field < len(fields) else ""
        if text.isalnum():  # which no delimiter is
            return text if component == repetition == 1 else ""
        return self.kept.value(text, component, repetition) if text else ""

    def values(self, *places: int) -> list[str]:
        """The values of several fields, as `value` gives them."""
        fields, read = self.fields, self.kept.value
        count = len(fields)
        return [read(fields[at], 1, 1) if at < count and fields[at] else "" for at in places]

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

    `texts` are its segments, `names` what each is called. `kept` is what is known of fields.
    """

    __slots__ = (
        *("_frame", "_occurrences", "_starts", "delimiters", "is_terminated", "marks", "names"),
        *("kept", "other_codecs", "texts"),
    )

    def __init__(self, framed: Frame) -> None:
        self._frame = framed
        self.delimiters = framed.delimiters
        self.marks = framed.delimiters or STANDARD_DELIMITERS
        self.texts: Sequence[str] = framed.texts
        self.names = _names(framed.texts, self.marks.field)
        self.is_terminated = framed.is_terminated
        self.other_codecs = framed.other_codecs
        self.kept = kept_fields(self.marks, framed.codec)
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
            seen: Counter[str] = Counter()
            counts = []
            for name in self.names:
                seen[name] += 1
                counts.append(seen[name])
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


def _names(texts: Sequence[str], separator: str) -> list[str]:
    """What each segment is called."""
    return [_name_of(text[: NAME_LENGTH + 1], separator) for text in texts]


@lru_cache(maxsize=1024)
def _name_of(start: str, separator: str) -> str:
    """Three characters before the first separator, in capitals whatever the sender wrote."""
    name = start[:NAME_LENGTH]
    is_whole = start[NAME_LENGTH:] in ("", separator)
    return name.upper() if is_whole and _NAME.fullmatch(name) else UNREADABLE
