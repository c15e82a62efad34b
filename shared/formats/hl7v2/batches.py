"""Files of messages: batches (FHS, BHS, BTS, FTS), or messages one after the other.

A file is gone through a piece at a time and no more of it is held than one message. Each character
of a piece stands for one byte of the file, so that every place is one in the file.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.chunks import Source, chunks
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.framing import BODY_LIMIT, BYTE_ORDER_MARK, with_one_end

_KEPT = 64  # characters behind what is passed over: a start may begin in them
_NAMES = "MSH|FHS|BHS|BTS|FTS"
# No letter or digit follows a name; whether one does, the end of what is held does not tell.
_START = re.compile(rf"\r[ \t]*(?:{_NAMES})(?=[^A-Za-z0-9])", re.IGNORECASE)
_LAST_START = re.compile(rf"\r[ \t]*(?:{_NAMES})(?![A-Za-z0-9])", re.IGNORECASE)
_TRAILERS = {"FHS": "FTS", "BHS": "BTS"}
_OF_BATCHES = frozenset({*_TRAILERS, *_TRAILERS.values()})


class Piece(NamedTuple):
    """A message, or a header or trailer of a batch; what begins with no known name is a message."""

    name: str
    text: str
    byte: int

    @property
    def is_message(self) -> bool:
        """Whether it is none of a batch."""
        return self.name not in _OF_BATCHES


def pieces(source: Source) -> Iterator[Piece]:
    """Cut a file before each MSH, FHS, BHS, BTS and FTS; of a message too long give the start."""
    cutter = _Cutter()
    for chunk in chunks(source):
        yield from cutter.fed(with_one_end(chunk.decode("latin-1")))
    yield from cutter.ended()


class _Cutter:
    """What is held of a file, from the byte at which its next piece begins."""

    __slots__ = ("_byte", "_held", "_is_passing")

    def __init__(self) -> None:
        self._held = ""
        self._byte = 0
        self._is_passing = False

    def fed(self, text: str) -> Iterator[Piece]:
        """The pieces that are whole now."""
        self._held += text
        yield from self._cut(_START)
        if len(self._held) <= BODY_LIMIT + _KEPT:
            return
        if not self._is_passing:
            yield from self._named(self._held, self._byte)
        self._is_passing = True
        self._byte += len(self._held) - _KEPT
        self._held = self._held[-_KEPT:]

    def ended(self) -> Iterator[Piece]:
        """What is left when the file ends."""
        yield from self._cut(_LAST_START)
        if not self._is_passing:
            yield from self._named(self._held, self._byte)

    def _cut(self, start: re.Pattern[str]) -> Iterator[Piece]:
        held, at = self._held, 0
        for found in start.finditer(held):
            end = found.start() + 1
            if not self._is_passing:
                yield from self._named(held[at:end], self._byte + at)
            self._is_passing, at = False, end
        self._held, self._byte = held[at:], self._byte + at

    @staticmethod
    def _named(text: str, byte: int) -> Iterator[Piece]:
        name = text[:3].upper()
        if name not in _OF_BATCHES and name != "MSH":
            name = text.lstrip("\r \t").removeprefix(BYTE_ORDER_MARK)[:3].upper()
        if name:
            yield Piece(name, text, byte)


class Batches:
    """Counts the messages of batches and the batches of files, and compares with their trailers."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._counts = {"BTS": 0, "FTS": 0}
        self._seen: dict[str, int] = {}

    def message(self) -> None:
        """A message stands here."""
        self._counts["BTS"] += 1

    def mark(self, piece: Piece) -> Iterator[Diagnostic]:
        """A header or a trailer stands here."""
        name = piece.name
        self._seen[name] = self._seen.get(name, 0) + 1
        if name in _TRAILERS:
            yield from self._opened(piece)
            return
        opener = next(each for each, trailer in _TRAILERS.items() if trailer == name)
        while opener in self._open and self._open.pop() != opener:
            yield finding("BATCH_TRAILER_MISSING", self._at(piece))
        yield from self._compared(piece)
        self._counts[name] = 0
        if name == "BTS":
            self._counts["FTS"] += 1

    def ended(self, byte: int) -> Iterator[Diagnostic]:
        """The file ends here."""
        for opener in self._open:
            at = Position(segment=opener, occurrence=self._seen[opener], byte=byte)
            yield finding("BATCH_TRAILER_MISSING", at)

    def _opened(self, piece: Piece) -> Iterator[Diagnostic]:
        if piece.name in self._open:
            yield finding("BATCH_TRAILER_MISSING", self._at(piece))
            del self._open[self._open.index(piece.name) :]
        self._open.append(piece.name)
        self._counts[_TRAILERS[piece.name]] = 0

    def _compared(self, piece: Piece) -> Iterator[Diagnostic]:
        """A file without batches has nothing that its trailer counts."""
        text = piece.text.strip("\r \t").partition("\r")[0]
        stated = text[4:].partition(text[3:4] or "|")[0].strip()
        counted = self._counts[piece.name]
        if not stated or (piece.name == "FTS" and not counted):
            return
        if not stated.isdigit() or stated.lstrip("0") != str(counted or ""):
            yield finding("BATCH_COUNT_WRONG", self._at(piece, 1), fact=f"{counted} found")

    def _at(self, piece: Piece, field: int = 0) -> Position:
        blank = len(piece.text) - len(piece.text.lstrip("\r \t"))
        occurrence = self._seen[piece.name]
        return Position(
            segment=piece.name, occurrence=occurrence, field=field, byte=piece.byte + blank
        )
