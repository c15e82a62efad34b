"""A stretch of a text that may be long: read as it is asked for, dropped when it is behind."""

import codecs
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import BinaryIO, Protocol, cast

from shared.formats.fhir.bounds import RESOURCE_BYTES, WINDOW_BYTES

Source = bytes | bytearray | memoryview | BinaryIO | Iterable[bytes]
BOM = "\ufeff"
_BLANK = re.compile(r"[ \t\r\n]*+")
_NO_BRACE = re.compile(r'(?:[^"{}]++|"(?:[^"\\]|\\.)*+")*+', re.DOTALL)
_DEPTHS = {"{": 1, "}": -1}
_NEXT_LINE = re.compile(r'\n\{"resourceType"')
_NEAR_END = 64  # characters: longer than any word, number or escape that the end may cut
_LONG = 64 * 1024


class BrokenTextError(Exception):
    """Inside this folder: no value can be read at a place of the window; the code says why."""

    def __init__(self, code: str, at: int) -> None:
        super().__init__(code)
        self.code = code
        self.at = at


class ReadsValues(Protocol):
    """What takes a value out of a text."""

    def value(self, text: str, at: int) -> tuple[object, int]:
        """The value at a place, and where it ends."""
        ...


class Held:
    """A file that can be read from any byte, as often as need be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, at: int, size: int) -> bytes:
        """So many bytes from one on, fewer at the end."""
        self._file.seek(at)
        return self._file.read(size)


@contextmanager
def held(source: Source) -> Iterator[Held]:
    """A source, whether it is held, open or produced; what is produced is kept outside memory."""
    if isinstance(source, bytes | bytearray | memoryview):
        yield Held(io.BytesIO(source))
    elif hasattr(source, "seek"):
        yield Held(cast(BinaryIO, source))
    else:
        with tempfile.SpooledTemporaryFile(max_size=RESOURCE_BYTES) as kept:
            for piece in source:
                kept.write(piece)
            yield Held(cast(BinaryIO, kept))


class Window:
    """Text from one byte of the source on. Places are of `text`; `byte_of` makes them bytes."""

    def __init__(self, source: Held, byte: int, piece: int = WINDOW_BYTES) -> None:
        self.text = ""
        self.is_whole = False
        self._held = source
        self._piece = piece
        self._next = byte  # the byte behind the text
        self._mark, self._marked = 0, byte  # a place whose byte is known
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.more()

    def more(self) -> bool:
        """Read on; whether there was anything."""
        piece = b"" if self.is_whole else self._held.read(self._next, self._piece)
        self._next += len(piece)
        self.is_whole = self.is_whole or not piece
        self.text += self._decoder.decode(piece, final=not piece)
        return bool(piece)

    def byte_of(self, at: int) -> int:
        """The byte of a place; the places between it and the last one asked for are counted."""
        if at < self._mark:
            return self._marked - _size(self.text[at : self._mark])
        self._marked += _size(self.text[self._mark : at])
        self._mark = at
        return self._marked

    def drop(self, at: int) -> int:
        """Forget what is before a place, once that is much; where the place is then."""
        if at < _LONG:
            return at
        self.byte_of(at)
        self.text = self.text[at:]
        self._mark = 0
        return 0

    def blank(self, at: int) -> int:
        """The first place from `at` on that is no white space; the end of the text at the end."""
        while True:
            found = _BLANK.match(self.text, at)
            at = found.end() if found else at
            if at < len(self.text) or not self.more():
                return at

    def is_at(self, at: int, character: str) -> bool:
        """Whether a character stands at a place."""
        return self.text[at : at + 1] == character

    def value(self, at: int, reads: ReadsValues) -> tuple[object, int]:
        """The value that begins at a place, and where it ends.

        Raises:
            BrokenTextError: there is none.
        """
        while True:
            try:
                value, end = reads.value(self.text, at)
            except JSONDecodeError as error:
                self._go_on(error, at)
            except RecursionError:
                raise BrokenTextError("JSON_TOO_DEEP", at) from None
            else:
                if end - at > RESOURCE_BYTES:
                    raise BrokenTextError("RESOURCE_TOO_LARGE", at)
                if end < len(self.text) or not self.more():  # a number may go on
                    return value, end

    def skip(self, at: int) -> int:
        """Behind an object that cannot be read, by its braces alone.

        Raises:
            BrokenTextError: it is no object, or has no end.
        """
        depth, is_begun = 0, self.is_at(at, "{")
        while is_begun:
            found = _NO_BRACE.match(self.text, at)
            at = found.end() if found else at
            change = _DEPTHS.get(self.text[at : at + 1])
            if change is None:  # the end of the text, or a text in quotes that it cuts
                at = self.drop(at)
                if len(self.text) - at > RESOURCE_BYTES or not self.more():
                    break
                continue
            at += 1
            depth += change
            if not depth:
                return at
        raise BrokenTextError("JSON_CUT", at)

    def next_line(self, at: int) -> int:
        """Where the next resource of a file with one a line begins; the end if there is none."""
        while True:
            found = _NEXT_LINE.search(self.text, at)
            if found:
                return found.start() + 1
            at = self.drop(max(at, len(self.text) - _NEAR_END))
            if not self.more():
                return len(self.text)

    def _go_on(self, error: JSONDecodeError, at: int) -> None:
        """Read on if the end of the text is what is wrong with the value.

        Raises:
            BrokenTextError: it is something else, or there is no more.
        """
        is_cut = error.pos + _NEAR_END >= len(self.text) or error.msg.startswith("Unterminated")
        if not is_cut:
            raise BrokenTextError("JSON_INVALID", error.pos) from None
        if len(self.text) - at > RESOURCE_BYTES:
            raise BrokenTextError("RESOURCE_TOO_LARGE", at) from None
        size = len(self.text)  # twice as much each time, so that a long value is not read too often
        if not self.more():
            is_end = error.msg.startswith("Unterminated") or error.pos >= len(self.text)
            code, place = ("JSON_CUT", at) if is_end else ("JSON_INVALID", error.pos)
            raise BrokenTextError(code, place) from None
        while len(self.text) < 2 * size and self.more():
            pass


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
