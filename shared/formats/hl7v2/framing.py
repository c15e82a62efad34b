"""From bytes to segments: framing, delimiters and character set of one HL7 v2 message.

Each segment is decoded on its own, so a message that was cut inside one reads the others exactly as
the whole message does.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.hl7v2.codes import finding

BODY_LIMIT = 1024 * 1024  # bytes; a month of one ward's lines, and still one read of the worker
SEGMENT_LIMIT = 50_000  # ten for each of the most lines a message may have
CHARSET_FIELD = 18
_MOST_ENCODING_CHARACTERS = 5  # the fifth is the truncation character of version 2.7
_SHORTEST_MSH = 5  # MSH, its separator, one encoding character

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLOCK = b"\x0b"
# CR by the standard, LF and CRLF in files; MLLP's block bytes end what stands before them.
_PIECE = re.compile(rb"[^\r\n\x0b\x1c]+")

# HL7 table 0211. Sets whose second bytes may look like delimiters are not read.
_CODECS: Mapping[str, str] = MappingProxyType(
    {
        "": "ascii",
        "ASCII": "ascii",
        "ISO IR6": "ascii",
        "UNICODE UTF-8": "utf-8",
        "UNICODE": "utf-8",
        "UTF-8": "utf-8",
        **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimiters:
    """The characters of MSH-1 and MSH-2; empty where the sender uses none."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def encoding_characters(self) -> str:
        """MSH-2, as it is written."""
        return "".join(
            (self.component, self.repetition, self.escape, self.subcomponent, self.truncation)
        )


STANDARD_DELIMITERS = Delimiters()


@dataclass(frozen=True, slots=True, kw_only=True)
class FramedSegment:
    """One segment's text, where it stands, and the codec that read it.

    `is_terminated` says that the sender ended it; only the last one may lack that.
    """

    text: str
    byte: int
    codec: str
    is_terminated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A message cut into segments. Without delimiters the envelope is unreadable."""

    segments: tuple[FramedSegment, ...]
    delimiters: Delimiters | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def is_readable(self) -> bool:
        """Whether what stands behind the envelope may be read."""
        return not any(found.severity is Severity.MESSAGE for found in self.diagnostics)


def frame(body: bytes) -> Frame:
    """Cut a body into segments; never raises. Of a body over the limit only the first is kept."""
    start = _start_of(body)
    first = _PIECE.search(body, start)
    delimiters = delimiters_of(first.group()) if first and first.start() == start else None
    if first is None or delimiters is None:
        return Frame(segments=(), delimiters=None, diagnostics=(_unreadable(body, start),))
    head = first.group()[:BODY_LIMIT]
    codec = _declared_codec(head, delimiters)
    refusal = _refusal(body, start, codec, stated=_charset(head, delimiters))
    if refusal:
        text = head.decode("latin-1")
        msh = FramedSegment(text=text, byte=start, codec="latin-1", is_terminated=True)
        return Frame(segments=(msh,), delimiters=delimiters, diagnostics=(refusal,))
    segments = tuple(_segments(body, start, codec or "ascii"))
    notes = tuple(_charset_notes(segments, codec or "ascii"))
    return Frame(segments=segments, delimiters=delimiters, diagnostics=notes)


def delimiters_of(segment: bytes) -> Delimiters | None:
    """The delimiters that an MSH segment states, or None if it is none.

    The escape and sub-component characters may be left out (HL7 2.5.4).
    """
    if segment[:3].upper() != b"MSH" or len(segment) < _SHORTEST_MSH:
        return None
    separator, rest = segment[3:4], segment[4:]
    encoding = rest.split(separator, 1)[0]
    characters = (separator + encoding).decode("latin-1")
    if not 1 <= len(encoding) <= _MOST_ENCODING_CHARACTERS or len(set(characters)) != len(
        characters
    ):
        return None
    if not all(_may_delimit(character) for character in characters):
        return None
    parts = [*characters[1:], "", "", "", ""]
    return Delimiters(
        field=characters[0],
        component=parts[0],
        repetition=parts[1],
        escape=parts[2],
        subcomponent=parts[3],
        truncation=parts[4],
    )


def _may_delimit(character: str) -> bool:
    return (
        character.isascii()
        and character.isprintable()
        and character not in ' "'
        and (not character.isalnum())
    )


def _start_of(body: bytes) -> int:
    start = 0
    while True:
        if body.startswith(_BYTE_ORDER_MARK, start):
            start += len(_BYTE_ORDER_MARK)
        elif body[start : start + 1] in (_BLOCK, b"\r", b"\n", b" ", b"\t"):
            start += 1
        else:
            return start


def _unreadable(body: bytes, start: int) -> Diagnostic:
    name = body[start : start + 3].upper()
    code = "BATCH_UNSUPPORTED" if name in (b"FHS", b"BHS") else "MSH_UNREADABLE"
    field = 2 if name == b"MSH" else 1
    return finding(code, Position(segment="MSH", field=field, byte=start))


def _refusal(body: bytes, start: int, codec: str | None, *, stated: str) -> Diagnostic | None:
    msh = Position(segment="MSH", byte=start)
    if len(body) > BODY_LIMIT:
        return finding("BODY_TOO_LARGE", msh)
    if codec is None:
        position = Position(segment="MSH", field=CHARSET_FIELD, byte=start)
        return finding("CHARSET_UNKNOWN", position, stated)
    pieces = sum(1 for _ in _PIECE.finditer(body, start))
    return finding("SEGMENTS_TOO_MANY", msh) if pieces > SEGMENT_LIMIT else None


def _charset(head: bytes, delimiters: Delimiters) -> str:
    """MSH-18, the first of its repetitions: the set that stands until an escape switches it."""
    fields = head.decode("latin-1").split(delimiters.field)
    stated = fields[CHARSET_FIELD - 1] if len(fields) >= CHARSET_FIELD else ""
    if delimiters.repetition:
        stated = stated.split(delimiters.repetition)[0]
    return stated.strip().strip('"')


def _declared_codec(head: bytes, delimiters: Delimiters) -> str | None:
    return _CODECS.get(_charset(head, delimiters).upper())


def _segments(body: bytes, start: int, codec: str) -> list[FramedSegment]:
    found = []
    for piece in _PIECE.finditer(body, start):
        raw = piece.group().lstrip(b" \t")
        if not raw:
            continue
        is_terminated = piece.end() < len(body)
        text, used = _decoded(raw, codec, is_terminated=is_terminated)
        byte = piece.end() - len(raw)
        found.append(FramedSegment(text=text, byte=byte, codec=used, is_terminated=is_terminated))
    return found


def _decoded(raw: bytes, codec: str, *, is_terminated: bool) -> tuple[str, str]:
    """The text, and the codec that fits: the declared one, else UTF-8, else Windows-1252.

    A last segment may be cut inside a character, which is then left out. Latin-1 reads the five
    bytes that Windows-1252 leaves open.
    """
    for candidate in (codec, "utf-8", "cp1252"):
        try:
            if is_terminated:
                return raw.decode(candidate), candidate
            decoder = codecs.getincrementaldecoder(candidate)()
            return decoder.decode(raw), candidate
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def _charset_notes(segments: tuple[FramedSegment, ...], codec: str) -> list[Diagnostic]:
    code = "CHARSET_ASSUMED" if codec == "ascii" else "CHARSET_MISMATCH"
    other = sorted({segment.codec for segment in segments if segment.codec != codec})
    position = Position(segment="MSH", field=CHARSET_FIELD, byte=segments[0].byte)
    return [finding(code, position, fact=", ".join(other))] if other else []
