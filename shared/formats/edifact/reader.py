"""Reads EDIFACT: bytes in, documents and positioned findings out, in the order of the file.

Pure, and never raises on what the bytes hold. Memory does not grow with the file: what is kept is
one chunk of text and one message. A message that is found wrong as a whole gives a finding of
severity `message` and no document; a line that is wrong is held in its document, beside the others.
"""

from collections.abc import Iterator
from dataclasses import replace

from shared.canonical.trade import Origin
from shared.formats.chunks import Source
from shared.formats.edi.envelope import check_control, check_count
from shared.formats.edi.file_reading import FileReading
from shared.formats.edi.findings import FindingScope
from shared.formats.edi.splitting import OUTSIDE, WHITE, Batch
from shared.formats.edifact.charsets import CHARSETS, decoder, held
from shared.formats.edifact.envelope import (
    UNKNOWN_HEAD,
    group_head,
    interchange_head,
    message_head,
    parts_of,
    stated_count,
)
from shared.formats.edifact.header import EdifactSyntax, is_usual
from shared.formats.edifact.message_reading import OpenMessage
from shared.formats.edifact.profile import DEFAULT_PROFILE, PartnerProfile
from shared.formats.edifact.receipts import (
    GroupHead,
    InterchangeHead,
    InterchangeReceipt,
    MessageReceipt,
)


def read(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """Every document and every finding of a file, in its order."""
    receipts = (MessageReceipt, InterchangeReceipt)
    return (each for each in follow(source, profile) if not isinstance(each, receipts))


def follow(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """As `read`, and a receipt after each message and interchange, to acknowledge it by."""
    return _Reader(profile).follow(source, EdifactSyntax())


class _Reader(FileReading[InterchangeHead, OpenMessage]):
    """Where the reader stands in its file: which interchange, group and message are open."""

    trailer = "UNZ"

    def __init__(self, profile: PartnerProfile) -> None:
        super().__init__(profile.tolerated)
        self._profile = profile
        self._group: GroupHead | None = None
        self._decode = decoder("", UNKNOWN_HEAD.delimiters)
        self._groups = self._messages = self._in_group = 0

    def text_of(self, batch: Batch) -> str:
        """As any batch, with released characters out of the way."""
        return held(super().text_of(batch))

    def begin_interchange(self, batch: Batch) -> None:
        """Read UNB, or do without."""
        findings = self.findings
        self._groups = self._messages = 0
        self.controls = {}
        text = batch.pieces[0]
        start = text.find("UNB")
        byte, delimiters = batch.byte + max(0, start), batch.delimiters
        if start < 0:
            head = replace(UNKNOWN_HEAD, byte=byte, start=byte)
            findings.report("INTERCHANGE_HEADER_MISSING", segment="UNH", byte=byte)
        else:
            head = interchange_head(text[start:], byte, delimiters, start=batch.byte)
            self._check_head(head, is_stated=start > 0)
        self._decode = decoder(head.charset, delimiters)
        self.interchange = head

    def _check_head(self, head: InterchangeHead, *, is_stated: bool) -> None:
        """What the header states of the bytes behind it, and by what it is known."""
        report, byte = self.findings.report, head.byte
        if not is_stated and not is_usual(head.delimiters):
            report("SERVICE_STRING_MISSING", segment="UNB", byte=byte)
        if head.charset not in CHARSETS:
            report("CHARSET_UNKNOWN", segment="UNB", byte=byte, field=1, value=head.charset)
        if not (head.control and head.sender and head.receiver):
            report("INTERCHANGE_HEADER_INVALID", segment="UNB", byte=byte)

    def take_outside(self, piece: str, byte: int) -> None:
        """Read a segment that stands in no message."""
        parts = parts_of(piece, self._decode)
        byte += len(piece) - len(piece.lstrip(WHITE))
        match parts[0]:
            case "":
                return
            case "UNG":
                self._begin_group(parts, byte)
            case "UNH":
                self._begin_message(parts, byte)
            case "UNE":
                self._end_group(parts, byte)
            case "UNZ":
                self._end_interchange(parts, byte)
            case _:
                code = OUTSIDE if self.interchange is None else "SEGMENT_OUTSIDE_SET"
                self.findings.report(code, byte=byte, value=piece.strip(WHITE))

    def _begin_group(self, parts: list[str], byte: int) -> None:
        self._close_group()
        self._groups += 1
        self._in_group = 0
        self.findings.group += 1
        self.findings.set = 0
        self._group = group_head(parts)
        if not (self._group.function and self._group.control):
            self.findings.report("GROUP_HEADER_INVALID", segment="UNG", byte=byte)

    def _begin_message(self, parts: list[str], byte: int) -> None:
        if self.interchange is None:
            self._begin_unstated(byte)
        self.findings.set += 1
        self._messages += 1
        self._in_group += 1
        head = message_head(parts)
        group = self._group.control if self._group else ""
        begun = OpenMessage(head, byte, self.findings, self._profile, self._decode, group)
        self.open_set(begun, (group, head.control))

    def _begin_unstated(self, byte: int) -> None:
        """What stands behind an interchange is of another one, which has no header."""
        self.in_interchange = FindingScope()
        self.findings.begin(self.in_interchange)
        self.findings.report("INTERCHANGE_HEADER_MISSING", segment="UNH", byte=byte)
        self._groups = self._messages = 0
        self.controls = {}
        self.interchange = replace(UNKNOWN_HEAD, byte=byte, start=byte)

    def origin(self, begun: OpenMessage) -> Origin:
        """Where a message comes from."""
        interchange, group, head = self.interchange or UNKNOWN_HEAD, self._group, begun.head
        return Origin(
            format="EDIFACT",
            kind=head.kind,
            version=head.directory,
            sender=interchange.sender,
            receiver=interchange.receiver,
            interchange=interchange.control,
            group=group.control if group else "",
            control=head.control,
            sent_on=interchange.sent_on,
            is_test=interchange.is_test,
            byte=begun.byte,
        )

    def _end_group(self, parts: list[str], byte: int) -> None:
        if self._group is None:
            self.findings.report("SEGMENT_OUTSIDE_SET", segment="UNE", byte=byte)
            return
        check_count(self.findings, "GROUP", parts, self._in_group, byte)
        check_control(self.findings, "GROUP", parts, self._group.control, byte)
        self._finish_group()

    def _close_group(self) -> None:
        """Whatever is open of a group ends here without its trailer."""
        self.cut_set()
        if self._group is not None:
            self.findings.report("GROUP_TRAILER_MISSING", segment="UNG")
            self._finish_group()

    def _finish_group(self) -> None:
        self._group = None
        self.findings.set = 0

    def _end_interchange(self, parts: list[str], byte: int) -> None:
        self._close_group()
        if self.interchange is None or not self.interchange.is_stated:
            self.findings.report("SEGMENT_OUTSIDE_SET", segment="UNZ", byte=byte)
            return
        counted = self._groups or self._messages
        check_count(self.findings, "INTERCHANGE", parts, counted, byte)
        check_control(self.findings, "INTERCHANGE", parts, self.interchange.control, byte)
        self._finish_interchange(self.interchange, stated_count(parts, counted))

    def close_interchange(self) -> None:
        """Whatever is open ends here without its trailer."""
        self._close_group()
        head = self.interchange
        if head is not None:
            if head.is_stated:
                self.findings.report("INTERCHANGE_TRAILER_MISSING", segment="UNB", byte=head.byte)
            self._finish_interchange(head, self._groups or self._messages)

    def _finish_interchange(self, head: InterchangeHead, included: int) -> None:
        self.findings.end("UNB", head.byte)
        self.flush()
        found = tuple(self.in_interchange)
        self.out.append(InterchangeReceipt(head=head, included=included, findings=found))
        self.interchange = None
        self.findings.begin(FindingScope())
