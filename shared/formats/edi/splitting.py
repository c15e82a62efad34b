"""A file's bytes as batches of segments, each with its place, in memory that does not grow with it.

Bytes are split first and decoded later: text is held as Latin-1, one character a byte, so offsets
are the file's and one bad byte costs one value. Separators are normalised (`delimiters`). A batch
never spans two interchanges, since each states its own delimiters. What belongs to no interchange,
is too long to be a segment or is cut by the end of the file is handed on as a batch with a fault;
nothing is passed over in silence.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, count
from operator import add
from typing import NamedTuple, Protocol

from shared.formats.chunks import Source, chunks
from shared.formats.edi.bounds import HEADER_LIMIT, SEGMENT_LIMIT
from shared.formats.edi.delimiters import RELEASE, Delimiters, normalised

WHITE = "\r\n\t \0\x1a"  # between segments: line ends, padding, the end mark of old systems
LINE_ENDS = "\r\n\t\0\x1a"
BOM = "\xef\xbb\xbf"
OUTSIDE = "OUTSIDE_INTERCHANGE"
UNREADABLE = "HEADER_UNREADABLE"
OVERSIZED = "SEGMENT_OVERSIZED"
CUT = "SEGMENT_CUT"
KEPT = 8  # characters that may be the beginning of a header or of a terminator
HEADER_NAME = 3
NO_DELIMITERS = Delimiters("", "", "")


class Batch(NamedTuple):
    """Segments with normalised separators, without terminators; `byte` is where the first begins.

    The first segment of an interchange begins a batch with `is_start`. `fault` says why the pieces
    are no segments. Each piece is followed by `width` bytes of terminator.
    """

    byte: int
    pieces: list[str]
    delimiters: Delimiters
    width: int = 1
    is_start: bool = False
    fault: str = ""
    is_plain: bool = False  # ASCII, without a release character, and not wrapped
    is_wrapped: bool = True  # line ends stand between segments or within them

    def starts(self) -> list[int]:
        """The bytes at which the pieces begin, and one more behind the last."""
        lengths = accumulate(map(len, self.pieces), initial=self.byte)
        return list(map(add, lengths, count(step=self.width)))


class Header(NamedTuple):
    """What an interchange header states about the bytes behind it; they begin after `length`.

    `length` 0 is an interchange that has no header of its own.
    """

    delimiters: Delimiters
    length: int


class Syntax(Protocol):
    """How interchanges of one standard begin."""

    start: re.Pattern[str]
    name: str  # with which every match of `start` begins; quicker to look for

    def read_header(self, text: str) -> Header | None:
        """The delimiters that the header at the beginning of `text` states; None if it is none."""
        ...

    def is_boundary(self, text: str, at: int, delimiters: Delimiters) -> bool:
        """Whether the header that may begin at `at` begins an interchange, or is text of one."""
        ...

    def pieces(self, text: str, terminator: str) -> list[str]:
        """Split normalised text that ends with a segment, its terminator left out.

        No character may go or come, so that offsets stay.
        """
        ...

    def last_end(self, text: str, until: int, delimiters: Delimiters) -> int:
        """Where the last segment terminator in raw `text` up to a place stands; -1 if none does."""
        ...


def split(source: Source, syntax: Syntax) -> Iterator[Batch]:
    """Split whatever bytes these are; never raises on what they hold."""
    splitter = _Splitter(syntax)
    for chunk in chunks(source):
        yield from splitter.take(chunk.decode("latin-1"))
    yield from splitter.end()


class _Splitter:
    """Holds the text whose end has not come yet, which is never longer than a segment may be."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._text = ""
        self._byte = 0
        self._scanned = 0  # no header begins in what stands before it
        self._delimiters: Delimiters | None = None
        self._is_skipping = False
        self._is_outside = False

    def take(self, text: str) -> Iterator[Batch]:
        self._text += text
        if self._byte == 0 and self._text.startswith(BOM):
            self._drop(len(BOM))
        yield from self._drain(is_last=False)

    def end(self) -> Iterator[Batch]:
        yield from self._drain(is_last=True)
        if self._text.strip(WHITE) and not self._is_skipping:
            delimiters = self._delimiters or NO_DELIMITERS
            yield Batch(self._byte, [normalised(self._text, delimiters)], delimiters, fault=CUT)

    def _drop(self, length: int) -> None:
        self._text = self._text[length:]
        self._byte += length
        self._scanned = max(0, self._scanned - length)

    def _drain(self, *, is_last: bool) -> Iterator[Batch]:
        while self._text:
            if self._delimiters is None:
                batch = self._beginning(is_last=is_last)
                if batch is None:
                    return
                yield batch
                continue
            following, is_start = self._next_start(self._delimiters, is_last=is_last)
            yield from self._segments(following, self._delimiters, is_whole=is_start)
            if not is_start:
                return
            self._delimiters, self._is_skipping = None, False

    def _beginning(self, *, is_last: bool) -> Batch | None:
        """The next header, or what stands before it; None until more text has come."""
        found = self._syntax.start.search(self._text)
        before = found.start() if found else max(0, len(self._text) - (0 if is_last else KEPT))
        if before:
            return self._passed_over(before)
        if found is None or (len(self._text) < HEADER_LIMIT and not is_last):
            return None
        header = self._syntax.read_header(self._text)
        self._is_outside = False
        if header is None:
            broken = Batch(self._byte, [self._text[:HEADER_NAME]], NO_DELIMITERS, fault=UNREADABLE)
            self._drop(HEADER_NAME)
            return broken
        self._delimiters = header.delimiters
        width = len(header.delimiters.segment)
        piece = normalised(self._text[: max(0, header.length - width)], header.delimiters)
        start = Batch(self._byte, [piece], header.delimiters, width, is_start=True)
        self._drop(header.length)
        return start

    def _passed_over(self, length: int) -> Batch:
        """Text that belongs to nothing; of a run of it only where it begins is told."""
        blank = length - len(self._text[:length].lstrip(WHITE))
        is_told = blank < length and not self._is_outside
        self._is_outside = self._is_outside or is_told
        pieces = [self._text[blank:length]] if is_told else []
        passed = Batch(self._byte + blank, pieces, NO_DELIMITERS, fault=OUTSIDE)
        self._drop(length)
        return passed

    def _next_start(self, delimiters: Delimiters, *, is_last: bool) -> tuple[int, bool]:
        """Up to where the text surely is of this interchange, and whether the next begins there."""
        first = self._text.find(self._syntax.name, self._scanned)
        starts = self._syntax.start.finditer(self._text, first) if first >= 0 else ()
        for found in starts:
            at = found.start()
            if len(self._text) - at < HEADER_LIMIT and not is_last:
                self._scanned = at
                return at, False
            if self._syntax.is_boundary(self._text, at, delimiters):
                self._scanned = 0
                return at, True
        end = len(self._text)
        self._scanned = end if is_last else max(self._scanned, end - KEPT)
        return self._scanned, False

    def _segments(self, until: int, delimiters: Delimiters, *, is_whole: bool) -> Iterator[Batch]:
        """Hand on the whole segments up to a place; of an interchange's end, the cut one too."""
        width = len(delimiters.segment)
        end = self._syntax.last_end(self._text, until, delimiters)
        if end >= 0:
            yield from self._bounded(normalised(self._text[:end], delimiters), delimiters, width)
            self._drop(end + width)
            until -= end + width
        if is_whole:
            text = self._text[:until]
            if text.strip(WHITE) and not self._is_skipping:
                yield Batch(self._byte, [normalised(text, delimiters)], delimiters, fault=CUT)
            self._drop(until)
        elif until > SEGMENT_LIMIT:
            if not self._is_skipping:
                shown = normalised(self._text[: min(HEADER_LIMIT, until)], delimiters)
                yield Batch(self._byte, [shown], delimiters, fault=OVERSIZED)
            self._is_skipping = True
            self._drop(until - KEPT)

    def _bounded(self, text: str, delimiters: Delimiters, width: int) -> Iterator[Batch]:
        """Pieces of bounded length only; the end of one that was passed over is left out."""
        byte, terminator = self._byte, delimiters.terminator
        line_end = _line_end(text, terminator)
        pieces = self._syntax.pieces(text, terminator + line_end)
        if line_end and len(pieces) - 1 != text.count(terminator):
            line_end = ""
            pieces = self._syntax.pieces(text, terminator)
        if line_end and text.startswith(line_end):
            pieces[0] = pieces[0][len(line_end) :]
            byte += len(line_end)
        width += len(line_end)
        if self._is_skipping:
            self._is_skipping = False
            byte += len(pieces.pop(0)) + width
        has_release = RELEASE in text
        is_short = not has_release and _has_ends_everywhere(text, terminator)
        if pieces and (is_short or _longest(pieces) <= SEGMENT_LIMIT):
            is_wrapped = not line_end and any(each in text for each in LINE_ENDS)
            is_plain = not (has_release or is_wrapped) and text.isascii()
            yield Batch(byte, pieces, delimiters, width, is_plain=is_plain, is_wrapped=is_wrapped)
            return
        for piece in pieces:
            fault = OVERSIZED if len(piece) > SEGMENT_LIMIT else ""
            shown = piece[:HEADER_LIMIT] if fault else piece
            yield Batch(byte, [shown], delimiters, width, fault=fault)
            byte += len(piece) + width


def _has_ends_everywhere(text: str, terminator: str) -> bool:
    """Whether segments end so often that none can be too long; quicker than to measure each."""
    window = SEGMENT_LIMIT // 2
    starts = range(0, len(text), window)
    return all(
        text.find(terminator, start, start + window) >= 0
        for start in starts
        if start + window <= len(text)
    )


def _longest(pieces: list[str]) -> int:
    return max(map(len, pieces))


def _line_end(text: str, terminator: str) -> str:
    """The line end that stands as often as the terminator, so behind each perhaps; "" if none."""
    first = text.find(terminator)
    behind = text[first + len(terminator) : first + len(terminator) + 2] if first >= 0 else ""
    line_end = behind if behind == "\r\n" else behind[:1] if behind[:1] == "\n" else ""
    if not line_end or any(each in text for each in LINE_ENDS if each not in line_end):
        return ""
    ends = text.count(terminator) + text.startswith(line_end)
    return line_end if all(text.count(each) == ends for each in line_end) else ""
