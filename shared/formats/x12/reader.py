"""Reads X12: bytes in, documents and positioned findings out, in the order of the file.

Pure, and never raises on what the bytes hold. Memory does not grow with the file: what is kept is
one chunk of text and one set. A set that is found wrong as a whole gives a finding of severity
`message` and no document; a line that is wrong is held in its document, beside the others.
"""

from collections.abc import Iterator

from shared.canonical.trade import Origin
from shared.formats.chunks import Source
from shared.formats.edi.envelope import check_control, check_count
from shared.formats.edi.file_reading import FileReading
from shared.formats.edi.findings import FindingScope
from shared.formats.edi.splitting import OUTSIDE, WHITE, Batch
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


def read(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """Every document and every finding of a file, in its order."""
    receipts = (SetReceipt, GroupReceipt, InterchangeReceipt)
    return (each for each in follow(source, profile) if not isinstance(each, receipts))


def follow(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """As `read`, and a receipt after each set, group and interchange, to acknowledge it by."""
    return _Reader(profile).follow(source, X12Syntax())


class _Reader(FileReading[InterchangeHead, OpenSet]):
    """Where the reader stands in its file: which interchange, group and set are open."""

    trailer = "IEA"

    def __init__(self, profile: PartnerProfile) -> None:
        super().__init__(profile.tolerated)
        self._profile = profile
        self._group: GroupHead | None = None
        self._in_group = FindingScope()
        self._groups = self._sets = 0

    def begin_interchange(self, batch: Batch) -> None:
        """Read ISA."""
        self._groups = 0
        self.interchange = interchange_head(batch.pieces[0], batch.byte, batch.delimiters)
        if not batch.delimiters.component:
            self.findings.report("COMPONENT_SEPARATOR_MISSING", segment="ISA", byte=batch.byte)

    def take_outside(self, piece: str, byte: int) -> None:
        """Read a segment that stands in no set."""
        parts = parts_of(piece)
        byte += len(piece) - len(piece.lstrip(WHITE))
        match parts[0]:
            case "":
                return
            case "GS" if self.interchange is not None:
                self._begin_group(parts, byte)
            case "ST":
                self._begin_set(parts, byte)
            case "GE":
                self._end_group(parts, byte)
            case "IEA":
                self._end_interchange(parts, byte)
            case "TA1" if self.interchange is not None:
                self.flush()
                self.out.append(interchange_answer(parts, self._origin("TA1", "", "", byte)))
            case _ if parts[0] not in _SERVICE:
                code = OUTSIDE if self.interchange is None else "SEGMENT_OUTSIDE_SET"
                self.findings.report(code, byte=byte, value=piece.strip(WHITE))

    def _begin_group(self, parts: list[str], byte: int) -> None:
        self._close_group()
        self._groups += 1
        self._sets = 0
        self.controls = {}
        self.findings.group += 1
        self.findings.set = 0
        self._in_group = FindingScope()
        self.findings.begin(self._in_group)
        self._group = group_head(parts)
        if not (self._group.function and self._group.control and self._group.version):
            self.findings.report("GROUP_HEADER_INVALID", segment="GS", byte=byte)
        if not FIRST_VERSION <= self._group.version[:6] <= LAST_VERSION:
            self.findings.report("VERSION_UNSUPPORTED", segment="GS", byte=byte, field=8)

    def _begin_set(self, parts: list[str], byte: int) -> None:
        group, findings = self._group, self.findings
        findings.set += 1
        self._sets += 1
        self.open_set(OpenSet(parts, group, byte, findings, self._profile), parts[2])

    def around_set(self) -> FindingScope:
        """The group, where a set is in one."""
        return self._in_group if self._group else self.in_interchange

    def origin(self, begun: OpenSet) -> Origin:
        """Where a set comes from."""
        return self._origin(begun.kind, begun.control, begun.version, begun.byte)

    def _origin(self, kind: str, control: str, version: str, byte: int) -> Origin:
        interchange, group = self.interchange, self._group
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
            self.findings.report("SEGMENT_OUTSIDE_SET", segment="GE", byte=byte)
            return
        check_count(self.findings, "GROUP", parts, self._sets, byte)
        check_control(self.findings, "GROUP", parts, self._group.control, byte)
        stated = int(parts[1][:9]) if parts[1].isdecimal() and parts[1].isascii() else self._sets
        self._finish_group(self._group, stated)

    def _close_group(self) -> None:
        """Whatever is open of a group ends here without its trailer."""
        self.cut_set()
        if self._group is not None:
            self.findings.report("GROUP_TRAILER_MISSING", segment="GS")
            self._finish_group(self._group, self._sets)

    def _finish_group(self, group: GroupHead, included: int) -> None:
        self.findings.end("GS", 0)
        self.flush()
        if self.interchange is not None:
            self.out.append(
                GroupReceipt(
                    interchange=self.interchange,
                    head=group,
                    included=included,
                    received=self._sets,
                    findings=tuple(self._in_group),
                )
            )
        self._group = None
        self.findings.begin(self.in_interchange)
        self.findings.set = 0

    def _end_interchange(self, parts: list[str], byte: int) -> None:
        self._close_group()
        if self.interchange is None:
            self.findings.report("SEGMENT_OUTSIDE_SET", segment="IEA", byte=byte)
            return
        check_count(self.findings, "INTERCHANGE", parts, self._groups, byte)
        check_control(self.findings, "INTERCHANGE", parts, self.interchange.control, byte)
        self._finish_interchange(self.interchange)

    def close_interchange(self) -> None:
        """Whatever is open ends here without its trailer."""
        self._close_group()
        if self.interchange is not None:
            byte = self.interchange.byte
            self.findings.report("INTERCHANGE_TRAILER_MISSING", segment="ISA", byte=byte)
            self._finish_interchange(self.interchange)

    def _finish_interchange(self, head: InterchangeHead) -> None:
        self.findings.end("ISA", head.byte)
        self.flush()
        found = tuple(self.in_interchange)
        self.out.append(InterchangeReceipt(head=head, groups=self._groups, findings=found))
        self.interchange = None
        self.findings.begin(FindingScope())
