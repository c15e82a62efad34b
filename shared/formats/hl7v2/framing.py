"""From bytes to segments: framing, delimiters and character set of one HL7 v2 message.

A message is cut as text in which each character stands for one byte (Latin-1), so that places in it
are bytes of the body. A segment beyond ASCII is decoded on its own, so a message that was cut
inside one reads the others exactly as the whole message does.
"""

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from operator import add
from types import MappingProxyType

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.delimiters import Delimiters, delimiters_of
from shared.formats.hl7v2.names import UNREADABLE, names_of
from shared.formats.making import made

BODY_LIMIT = 1024 * 1024  # bytes; a month of one ward's lines, and still one read of the worker
SEGMENT_LIMIT = 50_000  # ten for each of the most lines a message may have
CHARSET_FIELD = 18

BYTE_ORDER_MARK = "\xef\xbb\xbf"  # of UTF-8, byte by byte
_BLANK = " \t"
_LEADING = "\x0b\r\n \t"
# CR by the standard, LF and CRLF in files; MLLP's block bytes end what stands before them.
_END, _OTHER_ENDS = "\r", "\n\x0b\x1c"
_LONGEST_START = 10  # of an MSH: its name, its separator, five encoding characters, the separator

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


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A message cut into segments, none of them blank. Without delimiters it is unreadable.

    `names` are what its `texts` are called, which are decoded by `codec`, those at `other_codecs`
    by another. `placed` are the bytes at which they begin; None if each begins one byte behind the
    one before it, the first at `byte`. `is_terminated` says that the sender ended the last of them.
    """

    names: Sequence[str]
    texts: Sequence[str]
    byte: int
    placed: Sequence[int] | None
    delimiters: Delimiters | None
    codec: str
    other_codecs: Mapping[int, str]
    is_terminated: bool
    diagnostics: tuple[Diagnostic, ...]

    @property
    def is_readable(self) -> bool:
        """Whether what stands behind the envelope may be read."""
        return not any(found.severity is Severity.MESSAGE for found in self.diagnostics)

    def starts(self) -> Sequence[int]:
        """The byte at which each segment begins."""
        if self.placed is not None:
            return self.placed
        before = accumulate(map(len, self.texts), initial=self.byte)
        return list(map(add, range(len(self.texts)), before))  # an end stands behind each


def frame(body: bytes) -> Frame:
    """Cut a body into segments; never raises. Of a body over the limit only the first is kept."""
    return frame_text(body.decode("latin-1"))


def frame_text(text: str, byte: int = 0) -> Frame:
    """Cut a message, given as one character for each of its bytes, which begins at a byte."""
    text = with_one_end(text)
    start = 0 if text.startswith("MSH") else _start_of(text)
    end = text.find(_END, start)
    head = text[start:] if end < 0 else text[start:end]
    delimiters = delimiters_of(head[:_LONGEST_START])
    if delimiters is None:
        return _refused(None, head, byte + start, _unreadable(head, byte + start))
    stated = _charset(head[:BODY_LIMIT], delimiters)
    codec = _CODECS.get(stated.upper())
    if codec is None or len(text) >= SEGMENT_LIMIT:
        refusal = _refusal(text, start, codec, stated, byte)
        if refusal or codec is None:
            found = refusal or _unreadable(head, byte + start)
            return _refused(delimiters, head, byte + start, found)
    return _cut(text, start, byte, delimiters, codec)


def _refusal(text: str, start: int, codec: str | None, stated: str, byte: int) -> Diagnostic | None:
    """Why nothing behind the envelope is read."""
    place = partial(Position, segment="MSH", byte=byte + start)
    if len(text) > BODY_LIMIT:
        return finding("BODY_TOO_LARGE", place())
    if codec is None:
        return finding("CHARSET_UNKNOWN", place(field=CHARSET_FIELD), stated)
    if _count(text[start:]) > SEGMENT_LIMIT:
        return finding("SEGMENTS_TOO_MANY", place())
    return None


def with_one_end(text: str) -> str:
    """The text with each character that ends a segment made the one of the standard."""
    for other in _OTHER_ENDS:
        if other in text:
            text = text.replace(other, _END)
    return text


def _start_of(text: str) -> int:
    start = 0
    while True:
        if text.startswith(BYTE_ORDER_MARK, start):
            start += len(BYTE_ORDER_MARK)
        elif text[start : start + 1] and text[start] in _LEADING:
            start += 1
        else:
            return start


def _unreadable(head: str, byte: int) -> Diagnostic:
    name = head[:3].upper()
    code = "BATCH_UNSUPPORTED" if name in ("FHS", "BHS") else "MSH_UNREADABLE"
    field = 2 if name == "MSH" else 1
    return finding(code, Position(segment="MSH", field=field, byte=byte))


def _refused(delimiters: Delimiters | None, head: str, byte: int, why: Diagnostic) -> Frame:
    """The envelope alone, so that its sender is known; not even that without delimiters."""
    texts = (head[:BODY_LIMIT],) if delimiters else ()
    return Frame(
        names=names_of(texts, delimiters.field) if delimiters else (),
        texts=texts,
        byte=byte,
        placed=None,
        delimiters=delimiters,
        codec="latin-1",
        other_codecs={},
        is_terminated=True,
        diagnostics=(why,),
    )


def _charset(head: str, delimiters: Delimiters) -> str:
    """MSH-18, the first of its repetitions: the set that stands until an escape switches it."""
    fields = head.split(delimiters.field, CHARSET_FIELD)
    stated = fields[CHARSET_FIELD - 1] if len(fields) >= CHARSET_FIELD else ""
    if delimiters.repetition:
        stated = stated.split(delimiters.repetition)[0]
    return stated.strip().strip('"')


def _count(text: str) -> int:
    return sum(1 for piece in text.split(_END) if piece)


def _cut(text: str, start: int, byte: int, delimiters: Delimiters, codec: str) -> Frame:
    pieces = text[start:].split(_END) if start else text.split(_END)
    is_terminated = not pieces[-1]
    if is_terminated:
        pieces.pop()
    names = names_of(pieces, delimiters.field)
    placed: Sequence[int] | None = None
    other_codecs: dict[int, str] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
    if UNREADABLE in names or not text.isascii():
        placed, pieces = _placed(pieces, byte + start)
        other_codecs = _decode(pieces, codec, is_terminated=is_terminated)
        diagnostics = tuple(_charset_notes(other_codecs, codec, byte + start))
        names = names_of(pieces, delimiters.field)
    return made(
        Frame,
        {
            "names": names,
            "texts": pieces,
            "byte": byte + start,
            "placed": placed,
            "delimiters": delimiters,
            "codec": codec,
            "other_codecs": other_codecs,
            "is_terminated": is_terminated,
            "diagnostics": diagnostics,
        },
    )


def _placed(pieces: Sequence[str], byte: int) -> tuple[list[int], list[str]]:
    """Where the pieces that are not blank begin, behind their blanks; and these pieces."""
    starts, kept = [], []
    for piece in pieces:
        whole = piece.lstrip(_BLANK)
        if whole:
            starts.append(byte + len(piece) - len(whole))
            kept.append(whole)
        byte += len(piece) + 1
    return starts, kept


def _decode(pieces: list[str], codec: str, *, is_terminated: bool) -> dict[int, str]:
    """Decode what is not ASCII, in its place; with which codec, where not the declared one."""
    others = {}
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        if not piece.isascii():
            raw, is_ended = piece.encode("latin-1"), is_terminated or number < last
            pieces[number], used = _decoded(raw, codec, is_terminated=is_ended)
            if used != codec:
                others[number] = used
    return others


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


def _charset_notes(others: Mapping[int, str], codec: str, byte: int) -> Iterator[Diagnostic]:
    if others:
        code = "CHARSET_ASSUMED" if codec == "ascii" else "CHARSET_MISMATCH"
        position = Position(segment="MSH", field=CHARSET_FIELD, byte=byte)
        yield finding(code, position, fact=", ".join(sorted(set(others.values()))))
