"""Reads X12: bytes in, documents and positioned findings out, in the order of the file.

Pure, and never raises on what the bytes hold. Memory does not grow with the file: what is kept is
one chunk of text and one set. A set that is found wrong as a whole gives a finding of severity
`message` and no document; a line that is wrong is held in its document, beside the others.
"""

from collections.abc import Iterator

from shared.canonical.trade import Origin
from shared.formats.edi.chunks import Source
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.envelope import check_control, check_count
from shared.formats.edi.findings import Findings, FindingScope
from shared.formats.edi.splitting import CUT, OUTSIDE, WHITE, Batch, split
from shared.formats.x12.envelope import (
    FIRST_VERSION,
    LAST_VERSION,
    group_head,
    interchange_head,
    parts_of,
)
from shared.formats.x12.functional import interchange_answer
from shared.formats.x12.header import X12Syntax
from shared.formats.x12.profile import DEFAULT_PROFILE, PartnerProfile
from shared.formats.x12.receipts import (
    GroupHead,
    GroupReceipt,
    InterchangeHead,
    InterchangeReceipt,
    SetReceipt,
)
from shared.formats.x12.set_reading import OpenSet

_SERVICE = frozenset({"ISB", "ISE"})
_REMEMBERED = 1024  # control numbers of a group, so that memory stays flat


def read(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """Every document and every finding of a file, in its order."""
    receipts = (SetReceipt, GroupReceipt, InterchangeReceipt)
    return (each for each in follow(source, profile) if not isinstance(each, receipts))


def follow(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """As `read`, and a receipt after each set, group and interchange, to acknowledge it by."""
    reader = _Reader(profile)
    for batch in split(source, X12Syntax()):
        yield from reader.take(batch)
    reader.end()
    yield from reader.told()


class _Reader:
    """Where the reader stands in its file: which interchange, group and set are open."""

    def __init__(self, profile: PartnerProfile) -> None:
        self._profile = profile
        self._findings = Findings(profile.tolerated)
        self._out: list[object] = []
        self._interchange: InterchangeHead | None = None
        self._group: GroupHead | None = None
        self._set: OpenSet | None = None
        self._in_interchange = FindingScope()
        self._in_group = FindingScope()
        self._groups = self._sets = 0
        self._controls: dict[str, None] = {}

    def told(self) -> list[object]:
        """What came out since the last time."""
        self._flush()
        told, self._out = self._out, []
        return told

    def take(self, batch: Batch) -> Iterator[object]:
        """Read a batch of segments; what comes out goes on set by set, so that none is held."""
        if batch.fault:
            self._take_fault(batch)
        elif batch.is_start:
            self._begin_interchange(batch)
        else:
            yield from self._take_segments(batch)
        yield from self.told()

    def _take_segments(self, batch: Batch) -> Iterator[object]:
        place, byte = 0, batch.byte
        while place < len(batch.pieces):
            if self._set is not None:
                place, byte = self._take_set(self._set, batch, place, byte)
                yield from self.told()
            else:
                self._take_outside(batch.pieces[place], byte)
                byte += len(batch.pieces[place]) + batch.width
                place += 1

    def end(self) -> None:
        """The file has ended."""
        self._close_interchange()

    def _flush(self) -> None:
        self._out.extend(self._findings.take())

    def _take_fault(self, batch: Batch) -> None:
        text = batch.pieces[0] if batch.pieces else ""
        tag, *elements = text.strip(WHITE).split(ELEMENT)
        if batch.fault == CUT and tag == "IEA" and len(elements) > 1 and self._set is None:
            self._take_outside(text, batch.byte)
            self._findings.report("END_UNTERMINATED", segment=tag, byte=batch.byte)
        elif text.strip(WHITE):
            if self._set is not None:
                self._set.count_lost()
            fault = OUTSIDE if self._interchange is None and batch.fault == CUT else batch.fault
            self._findings.report(fault, byte=batch.byte)

    def _begin_interchange(self, batch: Batch) -> None:
        self._close_interchange()
        self._findings.interchange += 1
        self._findings.group = self._findings.set = self._groups = 0
        self._in_interchange = FindingScope()
        self._findings.begin(self._in_interchange)
        self._interchange = interchange_head(batch.pieces[0], batch.byte, batch.delimiters)
        if not batch.delimiters.component:
            self._findings.report("COMPONENT_SEPARATOR_MISSING", segment="ISA", byte=batch.byte)

    def _take_outside(self, piece: str, byte: int) -> None:
        parts = parts_of(piece)
        byte += len(piece) - len(piece.lstrip(WHITE))
        match parts[0]:
            case "":
                return
            case "GS":
                self._begin_group(parts, byte)
            case "ST":
                self._begin_set(parts, byte)
            case "GE":
                self._end_group(parts, byte)
            case "IEA":
                self._end_interchange(parts, byte)
            case "TA1" if self._interchange is not None:
                self._flush()
                self._out.append(interchange_answer(parts, self._origin("TA1", "", "", byte)))
            case _ if parts[0] not in _SERVICE:
                code = OUTSIDE if self._interchange is None else "SEGMENT_OUTSIDE_SET"
                self._findings.report(code, byte=byte, value=piece.strip(WHITE))

    def _begin_group(self, parts: list[str], byte: int) -> None:
        self._close_group()
        self._groups += 1
        self._sets = 0
        self._controls = {}
        self._findings.group += 1
        self._findings.set = 0
        self._in_group = FindingScope()
        self._findings.begin(self._in_group)
        self._group = group_head(parts)
        if not (self._group.function and self._group.control and self._group.version):
            self._findings.report("GROUP_HEADER_INVALID", segment="GS", byte=byte)
        if not FIRST_VERSION <= self._group.version[:6] <= LAST_VERSION:
            self._findings.report("VERSION_UNSUPPORTED", segment="GS", byte=byte, field=8)

    def _begin_set(self, parts: list[str], byte: int) -> None:
        group, findings = self._group, self._findings
        findings.set += 1
        self._sets += 1
        begun = self._set = OpenSet(parts, group, byte, findings, self._profile)
        begun.begin(is_repeated=parts[2] in self._controls)
        self._remember(parts[2])

    def _remember(self, control: str) -> None:
        self._controls[control] = None
        if len(self._controls) > _REMEMBERED:
            del self._controls[next(iter(self._controls))]

    def _take_set(self, begun: OpenSet, batch: Batch, place: int, byte: int) -> tuple[int, int]:
        place, byte = begun.take(batch, place, byte)
        if begun.is_over:
            self._finish_set(begun)
        return place, byte

    def _finish_set(self, begun: OpenSet) -> None:
        document = begun.document(
            self._origin(begun.kind, begun.control, begun.version, begun.byte)
        )
        self._flush()
        if document is not None:
            self._out.append(document)
        self._out.append(begun.receipt(has_document=document is not None))
        self._set = None
        self._findings.begin(self._in_group if self._group else self._in_interchange)

    def _origin(self, kind: str, control: str, version: str, byte: int) -> Origin:
        interchange, group = self._interchange, self._group
        return Origin(
            format="X12",
            kind=kind,
            version=version,
            sender=interchange.sender if interchange else "",
            receiver=interchange.receiver if interchange else "",
            interchange=interchange.control if interchange else "",
            group=group.control if group else "",
            control=control,
            sent_on=interchange.sent_on if interchange else "",
            is_test=interchange.is_test if interchange else False,
            byte=byte,
        )

    def _end_group(self, parts: list[str], byte: int) -> None:
        if self._group is None:
            self._findings.report("SEGMENT_OUTSIDE_SET", segment="GE", byte=byte)
            return
        check_count(self._findings, "GROUP", parts, self._sets, byte)
        check_control(self._findings, "GROUP", parts, self._group.control, byte)
        stated = int(parts[1][:9]) if parts[1].isdecimal() and parts[1].isascii() else self._sets
        self._finish_group(self._group, stated)

    def _close_group(self) -> None:
        """Whatever is open of a group ends here without its trailer."""
        if self._set is not None:
            self._set.cut()
            self._finish_set(self._set)
        if self._group is not None:
            self._findings.report("GROUP_TRAILER_MISSING", segment="GS")
            self._finish_group(self._group, self._sets)

    def _finish_group(self, group: GroupHead, included: int) -> None:
        self._findings.end("GS", 0)
        self._flush()
        if self._interchange is not None:
            self._out.append(
                GroupReceipt(
                    interchange=self._interchange,
                    head=group,
                    included=included,
                    received=self._sets,
                    findings=tuple(self._in_group),
                )
            )
        self._group = None
        self._findings.begin(self._in_interchange)
        self._findings.set = 0

    def _end_interchange(self, parts: list[str], byte: int) -> None:
        self._close_group()
        if self._interchange is None:
            self._findings.report("SEGMENT_OUTSIDE_SET", segment="IEA", byte=byte)
            return
        check_count(self._findings, "INTERCHANGE", parts, self._groups, byte)
        check_control(self._findings, "INTERCHANGE", parts, self._interchange.control, byte)
        self._finish_interchange(self._interchange)

    def _close_interchange(self) -> None:
        self._close_group()
        if self._interchange is not None:
            byte = self._interchange.byte
            self._findings.report("INTERCHANGE_TRAILER_MISSING", segment="ISA", byte=byte)
            self._finish_interchange(self._interchange)

    def _finish_interchange(self, head: InterchangeHead) -> None:
        self._findings.end("ISA", head.byte)
        self._flush()
        found = tuple(self._in_interchange)
        self._out.append(InterchangeReceipt(head=head, groups=self._groups, findings=found))
        self._interchange = None
        self._findings.begin(FindingScope())
