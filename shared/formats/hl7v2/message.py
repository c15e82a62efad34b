"""Segments, fields, repetitions, components: split when asked for, then unescaped once."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.hl7v2.framing import STANDARD_DELIMITERS, Delimiters, Frame, frame

UNREADABLE = ""  # the name of text that is no segment
NAME_LENGTH = 3
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2}")
_NULL = '""'


class Presence(StrEnum):
    """The three states of empty, and the fourth."""

    ABSENT = "absent"  # the segment ends before it: no statement
    EMPTY = "empty"  # nothing stands there: no statement
    NULL = "null"  # "" stands there: the value is deleted
    PRESENT = "present"


class Segment:
    """One segment. Fields count from 1 as in the standard; MSH-1 is the separator itself.

    `fields` are as they are written; index 0 is the segment's name.
    """

    __slots__ = ("delimiters", "fields", "index", "message", "name")

    def __init__(self, message: "Message", index: int) -> None:
        self.message = message
        self.index = index
        self.name = message.names[index]
        self.delimiters = message.marks
        self.fields = message.texts[index].split(self.delimiters.field)
        if self.name == "MSH":
            self.fields.insert(1, self.delimiters.field)

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
                return Presence.NULL if text == _NULL else Presence.PRESENT

    def repetitions(self, field: int) -> list[str]:
        """The raw repetitions of a field; one empty one if there is nothing."""
        return _split(self.raw(field), self.delimiters.repetition)

    def value(self, field: int, component: int = 1, *, repetition: int = 1) -> str:
        """The first sub-component at a place, unescaped and trimmed; "" for every empty state."""
        text = self.fields[field] if field < len(self.fields) else ""
        if not text or text.isalnum():  # which no delimiter is
            return text if component == repetition == 1 else ""
        marks = self.delimiters
        text = _piece(_piece(text, marks.repetition, repetition), marks.component, component)
        text = _piece(text, marks.subcomponent, 1).strip()
        if text == _NULL:
            return ""
        return unescaped(text, marks, self.codec).strip()

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

    `texts` are its segments, `names` what each is called.
    """

    def __init__(self, framed: Frame) -> None:
        self._frame = framed
        self.delimiters = framed.delimiters
        self.marks = framed.delimiters or STANDARD_DELIMITERS
        self.texts: Sequence[str] = framed.texts
        self.names = _names(framed.texts, self.marks.field)
        self.is_terminated = framed.is_terminated

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with its bytes."""
        return self._frame.diagnostics

    @property
    def is_readable(self) -> bool:
        """Whether what stands behind the envelope may be read."""
        return self._frame.is_readable

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """All of them, each split."""
        return tuple(Segment(self, index) for index in range(len(self.texts)))

    @cached_property
    def starts(self) -> Sequence[int]:
        """The byte at which each begins."""
        return self._frame.starts()

    @cached_property
    def occurrences(self) -> Sequence[int]:
        """Which of those of its name each is, from 1."""
        seen: dict[str, int] = {}
        counts = []
        for name in self.names:
            seen[name] = seen.get(name, 0) + 1
            counts.append(seen[name])
        return counts

    def codec_of(self, index: int) -> str:
        """What a segment was decoded with."""
        return self._frame.other_codecs.get(index, self._frame.codec)

    def named(self, name: str) -> Iterator[Segment]:
        """The segments of one name, in order."""
        return (Segment(self, index) for index, each in enumerate(self.names) if each == name)

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return Segment(self, self.names.index(name)) if name in self.names else None


def parsed(body: bytes) -> Message:
    """Frame and name the segments of a body; never raises."""
    return Message(frame(body))


def unescaped(text: str, delimiters: Delimiters, codec: str) -> str:
    """Undo the escapes of a value that is already split; what is no escape stays as it is."""
    if not delimiters.escape or delimiters.escape not in text:
        return text
    mark = re.escape(delimiters.escape)
    return re.sub(
        f"{mark}([^{mark}]*){mark}",
        lambda found: _unescaped_one(found.group(1), found.group(0), delimiters, codec),
        text,
    )


def _unescaped_one(code: str, whole: str, delimiters: Delimiters, codec: str) -> str:
    match code[:1]:
        case "F" | "S" | "T" | "R" | "E" | "P" if len(code) == 1:
            return _meaning_of(code, delimiters)
        case "X":
            return _from_hex(code[1:], codec) or whole
        case "." if code == ".br":
            return "\n"
        case _:  # highlighting, character set switches, what vendors invent
            return whole


def _meaning_of(code: str, delimiters: Delimiters) -> str:
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "P": delimiters.truncation or "#",
    }[code]


def _from_hex(digits: str, codec: str) -> str:
    try:
        return bytes.fromhex(digits).decode(codec)
    except ValueError:  # not hexadecimal, or not of the character set
        return ""


def _piece(text: str, separator: str, place: int) -> str:
    """One part of a text, from 1; empty if there are fewer."""
    if not separator or separator not in text:
        return text if place == 1 else ""
    parts = text.split(separator, place)
    return parts[place - 1] if place <= len(parts) else ""


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
