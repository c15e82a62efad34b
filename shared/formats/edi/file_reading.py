"""Where a reader of any standard stands in its file: batches in, what was read and found out."""

from collections.abc import Hashable, Iterator
from typing import ClassVar, Generic, TypeVar

from shared.canonical.trade import Origin
from shared.formats.chunks import Source
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.findings import Findings, FindingScope
from shared.formats.edi.set_reading import SetReading
from shared.formats.edi.splitting import CUT, OUTSIDE, WHITE, Batch, Syntax, split

HeadT = TypeVar("HeadT")
SetT = TypeVar("SetT", bound=SetReading)
_REMEMBERED = 1024  # control numbers, so that memory stays flat


class FileReading(Generic[HeadT, SetT]):
    """Reads one file; a standard says how its interchanges and groups begin and end.

    `trailer` is the tag that ends an interchange. `out` is what is to be handed on next.
    `controls` are those of the sets before, the eldest first.
    """

    trailer: ClassVar[str]

    def __init__(self, tolerated: frozenset[str]) -> None:
        self.findings = Findings(tolerated)
        self.out: list[object] = []
        self.interchange: HeadT | None = None
        self.set: SetT | None = None
        self.in_interchange = FindingScope()
        self.controls: dict[Hashable, None] = {}

    def begin_interchange(self, batch: Batch) -> None:
        """Look at the header of an interchange, once the one before is closed."""
        raise NotImplementedError

    def close_interchange(self) -> None:
        """Whatever is open ends here without its trailer."""
        raise NotImplementedError

    def take_outside(self, piece: str, byte: int) -> None:
        """Read a segment that stands in no set."""
        raise NotImplementedError

    def origin(self, begun: SetT) -> Origin:
        """Where a set comes from."""
        raise NotImplementedError

    def around_set(self) -> FindingScope:
        """To what a finding belongs that is made outside a set."""
        return self.in_interchange

    def text_of(self, batch: Batch) -> str:
        """What a batch with a fault holds."""
        return batch.pieces[0] if batch.pieces else ""

    def follow(self, source: Source, syntax: Syntax) -> Iterator[object]:
        """Every document, finding and receipt of a file, in its order."""
        for batch in split(source, syntax):
            yield from self._take(batch)
        self.close_interchange()
        yield from self._told()

    def flush(self) -> None:
        """What was found goes before what comes next."""
        self.out.extend(self.findings.take())

    def open_set(self, begun: SetT, control: Hashable) -> None:
        """A set has begun; `control` is by what it is known where it comes again."""
        self.set = begun
        begun.begin(is_repeated=control in self.controls)
        self.controls[control] = None
        if len(self.controls) > _REMEMBERED:
            del self.controls[next(iter(self.controls))]

    def cut_set(self) -> None:
        """A set that is open ends here without its trailer."""
        if self.set is not None:
            self.set.cut()
            self._finish_set(self.set)

    def _told(self) -> list[object]:
        """What came out since the last time."""
        self.flush()
        told, self.out = self.out, []
        return told

    def _take(self, batch: Batch) -> Iterator[object]:
        """Read a batch of segments; what comes out goes on set by set, so that none is held."""
        if batch.fault:
            self._take_fault(batch)
        elif batch.is_start:
            self._begin_interchange(batch)
        else:
            yield from self._take_segments(batch)
        yield from self._told()

    def _take_fault(self, batch: Batch) -> None:
        text = self.text_of(batch)
        tag, *elements = text.strip(WHITE).split(ELEMENT)
        is_trailer = batch.fault == CUT and tag == self.trailer and len(elements) > 1
        if is_trailer and self.set is None:
            self.take_outside(text, batch.byte)
            self.findings.report("END_UNTERMINATED", segment=tag, byte=batch.byte)
        elif text.strip(WHITE):
            if self.set is not None:
                self.set.count_lost()
            fault = OUTSIDE if self.interchange is None and batch.fault == CUT else batch.fault
            self.findings.report(fault, byte=batch.byte)

    def _begin_interchange(self, batch: Batch) -> None:
        self.close_interchange()
        self.findings.interchange += 1
        self.findings.group = self.findings.set = 0
        self.in_interchange = FindingScope()
        self.findings.begin(self.in_interchange)
        self.begin_interchange(batch)

    def _take_segments(self, batch: Batch) -> Iterator[object]:
        place, starts = 0, batch.starts()
        while place < len(batch.pieces):
            if self.set is not None:
                place = self.set.take(batch, starts, place)
                if self.set.is_over:
                    self._finish_set(self.set)
                yield from self._told()
            else:
                self.take_outside(batch.pieces[place], starts[place])
                place += 1

    def _finish_set(self, begun: SetT) -> None:
        document = begun.document(self.origin(begun))
        self.flush()
        if document is not None:
            self.out.append(document)
        self.out.append(begun.receipt(has_document=document is not None))
        self.set = None
        self.findings.begin(self.around_set())
