"""Segments, fields, repetitions, components: split when asked for, then unescaped once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.hl7v2.framing import Delimiters, Frame, FramedSegment, frame

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
    """One segment. Fields count from 1 as in the standard; MSH-1 is the separator itself."""

    def __init__(
        self, *, name: str, occurrence: int, framed: FramedSegment, delimiters: Delimiters
    ) -> None:
        self.name = name
        self.occurrence = occurrence
        self.text = framed.text
        self.byte = framed.byte
        self.codec = framed.codec
        self.is_terminated = framed.is_terminated
        self.delimiters = delimiters

    @cached_property
    def fields(self) -> list[str]:
        """The raw fields; index 0 is the segment's name."""
        parts = self.text.split(self.delimiters.field)
        if self.name == "MSH":
            parts.insert(1, self.delimiters.field)
        return parts

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
        marks, text = self.delimiters, self.raw(field)
        for place, mark in ((repetition, marks.repetition), (component, marks.component)):
            pieces = text.split(mark) if mark and mark in text else (text,)
            if place > len(pieces):
                return ""
            text = pieces[place - 1]
        first = _split(text, marks.subcomponent)[0].strip()
        return "" if first in ("", _NULL) else unescaped(first, marks, self.codec).strip()

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message whose envelope could be read, or the findings that say why not."""

    segments: tuple[Segment, ...]
    delimiters: Delimiters | None
    diagnostics: tuple[Diagnostic, ...]
    is_readable: bool

    def named(self, name: str) -> Iterator[Segment]:
        """The segments of one name, in order."""
        return (segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next(self.named(name), None)


def parsed(body: bytes) -> Message:
    """Frame and name the segments of a body; never raises."""
    framed = frame(body)
    return Message(
        segments=tuple(_named(framed)),
        delimiters=framed.delimiters,
        diagnostics=framed.diagnostics,
        is_readable=framed.is_readable,
    )


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


def _split(text: str, separator: str) -> list[str]:
    return text.split(separator) if separator else [text]


def _named(framed: Frame) -> Iterator[Segment]:
    if framed.delimiters is None:
        return
    seen: dict[str, int] = {}
    for piece in framed.segments:
        name = _name_of(piece.text, framed.delimiters)
        seen[name] = seen.get(name, 0) + 1
        yield Segment(name=name, occurrence=seen[name], framed=piece, delimiters=framed.delimiters)


def _name_of(text: str, delimiters: Delimiters) -> str:
    """Three characters before the first separator, in capitals whatever the sender wrote."""
    name = text[:NAME_LENGTH]
    is_whole = text[NAME_LENGTH : NAME_LENGTH + 1] in ("", delimiters.field)
    return name.upper() if is_whole and _NAME.fullmatch(name) else UNREADABLE
