"""One set on its way from its header to its trailer, in any standard: read, or only counted."""

from typing import Any, ClassVar

from shared.canonical.diagnostic import Severity
from shared.canonical.trade import Origin
from shared.formats.edi.bounds import SET_SEGMENTS_LIMIT
from shared.formats.edi.building import LineBuilder
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.findings import Findings, FindingScope
from shared.formats.edi.splitting import WHITE, Batch
from shared.formats.edi.walking import Walk


class SetReading:
    """A set whose end has not come; `is_over` once it has, with its trailer or without.

    `header` and `trailer` are the tags around a set, `ends` those that end it without its trailer.
    `ordinal` is the number of its last segment. A standard gives it `walk` and `builder` where it
    knows the set's grammar; what has none is counted.
    """

    header: ClassVar[str]
    trailer: ClassVar[str]
    ends: ClassVar[frozenset[str]]

    def __init__(self, byte: int, findings: Findings) -> None:
        self.byte = byte
        self.is_over = False
        self.findings = findings
        self.scope = FindingScope()
        self.ordinal = 1
        self.builder: LineBuilder[Any] | None = None
        self.walk: Walk | None = None

    def begin(self, *, is_repeated: bool) -> None:
        """Look at the header, and choose how what follows is read."""
        raise NotImplementedError

    def receipt(self, *, has_document: bool) -> object:
        """What is known of the set now that it has ended."""
        raise NotImplementedError

    def check_trailer(self, parts: list[str], byte: int) -> None:
        """Whether a trailer agrees with its set; `parts` are as the walk leaves them."""
        raise NotImplementedError

    def unread_trailer(self, piece: str, byte: int) -> tuple[list[str], int]:
        """The trailer of a set that is only counted, as for `check_trailer`, and where it is."""
        raise NotImplementedError

    def take(self, batch: Batch, starts: list[int], place: int) -> int:
        """Read on from a segment of a batch, whose bytes are `starts`; the first not read."""
        walk, builder = self.walk, self.builder
        if walk is None or builder is None:
            return self._pass_over(batch, starts, place)
        place = walk.take(batch, starts, place)
        self.ordinal = walk.ordinal
        if walk.is_ended:
            self._end(walk.trailer, walk.trailer_byte)
        elif walk.is_cut:
            self.cut()
        elif walk.ordinal > SET_SEGMENTS_LIMIT or builder.is_overfull:
            self.report("SET_TOO_LARGE")
            self.walk = self.builder = None
        return place

    def count_lost(self) -> None:
        """A segment that could not be handed on was one of the set's all the same."""
        self.ordinal += 1
        if self.walk is not None:
            self.walk.ordinal += 1

    def cut(self) -> None:
        """The set ends without its trailer."""
        ordinal, byte = self.ordinal, self.byte
        self.findings.report("SET_TRAILER_MISSING", segment=self.header, ordinal=ordinal, byte=byte)
        self.is_over = True

    def document(self, origin: Origin) -> object:
        """The document; None if the set is wrong as a whole, or is no document of ours."""
        document = None
        if self.builder is not None:
            self.builder.end_line()
            document = self.builder.document(origin)
            if document is None:
                self.report("DOCUMENT_UNIDENTIFIED")
        self.findings.end(self.header, self.byte)
        is_lost = any(found.severity is Severity.MESSAGE for found in self.scope)
        return None if is_lost else document

    def report(self, code: str, *, field: int = 0) -> None:
        """Note what is wrong with the set as a whole, at its header."""
        self.findings.report(code, segment=self.header, ordinal=1, byte=self.byte, field=field)

    def _pass_over(self, batch: Batch, starts: list[int], start: int) -> int:
        """Count the segments of a set that is not read, up to its end."""
        for place in range(start, len(batch.pieces)):
            piece = batch.pieces[place]
            text = piece.strip(WHITE)
            tag = text.partition(ELEMENT)[0]
            if tag in self.ends:
                self.cut()
                return place
            self.ordinal += bool(text)
            if tag == self.trailer:
                self._end(*self.unread_trailer(piece, starts[place]))
                return place + 1
        return len(batch.pieces)

    def _end(self, parts: list[str], byte: int) -> None:
        self.check_trailer(parts, byte)
        self.is_over = True
