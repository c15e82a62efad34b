"""Reads EDIFACT: bytes in, documents and positioned findings out, in the order of the file.

Pure, and never raises on what the bytes hold. Memory does not grow with the file: what is kept is
one chunk of text and one message. A message that is found wrong as a whole gives a finding of
severity `message` and no document; a line that is wrong is held in its document, beside the others.
"""

from collections.abc import Iterator

from shared.canonical.trade import Origin
from shared.formats.edi.chunks import Source
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.envelope import check_control, check_count
from shared.formats.edi.findings import Findings, FindingScope
from shared.formats.edi.splitting import CUT, OUTSIDE, WHITE, Batch, split
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

_REMEMBERED = 1024  # references of an interchange, so that memory stays flat


def read(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """Every document and every finding of a file, in its order."""
    receipts = (MessageReceipt, InterchangeReceipt)
    return (each for each in follow(source, profile) if not isinstance(each, receipts))


def follow(source: Source, profile: PartnerProfile = DEFAULT_PROFILE) -> Iterator[object]:
    """As `read`, and a receipt after each message and interchange, to acknowledge it by."""
    reader = _Reader(profile)
    for batch in split(source, EdifactSyntax()):
        yield from reader.take(batch)
    reader.end()
    yield from reader.told()


class _Reader:
    """Where the reader stands in its file: which interchange, group and message are open."""

    def __init__(self, profile: PartnerProfile) -> None:
        self._profile = profile
        self._findings = Findings(profile.tolerated)
        self._out: list[object] = []
        self._interchange: InterchangeHead | None = None
        self._group: GroupHead | None = None
        self._message: OpenMessage | None = None
        self._decode = decoder("", UNKNOWN_HEAD.delimiters)
        self._in_interchange = FindingScope()
        self._groups = self._messages = self._in_group = 0
        self._controls: dict[tuple[str, str], None] = {}

    def told(self) -> list[object]:
        """What came out since the last time."""
        self._flush()
        told, self._out = self._out, []
        return told

    def take(self, batch: Batch) -> Iterator[object]:
        """Read a batch of segments; what comes out goes on message by message, so none is held."""
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
            if self._message is not None:
                place, byte = self._take_message(self._message, batch, place, byte)
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
        text = held(batch.pieces[0]) if batch.pieces else ""
        tag, *elements = text.strip(WHITE).split(ELEMENT)
        is_trailer = batch.fault == CUT and tag == "UNZ" and len(elements) > 1
        if is_trailer and self._message is None:
            self._take_outside(text, batch.byte)
            self._findings.report("END_UNTERMINATED", segment=tag, byte=batch.byte)
        elif text.strip(WHITE):
            if self._message is not None:
                self._message.count_lost()
            fault = OUTSIDE if self._interchange is None and batch.fault == CUT else batch.fault
            self._findings.report(fault, byte=batch.byte)

    def _begin_interchange(self, batch: Batch) -> None:
        self._close_interchange()
        findings = self._findings
        findings.interchange += 1
        findings.group = findings.set = self._groups = self._messages = 0
        self._controls = {}
        self._in_interchange = FindingScope()
        findings.begin(self._in_interchange)
        text = batch.pieces[0]
        start = text.find("UNB")
        byte, delimiters = batch.byte + max(0, start), batch.delimiters
        if start < 0:
            head = UNKNOWN_HEAD
            findings.report("INTERCHANGE_HEADER_MISSING", segment="UNH", byte=byte)
        else:
            head = interchange_head(text[start:], byte, delimiters)
            self._check_head(head, is_stated=start > 0)
        self._decode = decoder(head.charset, delimiters)
        self._interchange = head

    def _check_head(self, head: InterchangeHead, *, is_stated: bool) -> None:
        """What the header states of the bytes behind it, and by what it is known."""
        report, byte = self._findings.report, head.byte
        if not is_stated and not is_usual(head.delimiters):
            report("SERVICE_STRING_MISSING", segment="UNB", byte=byte)
        if head.charset not in CHARSETS:
            report("CHARSET_UNKNOWN", segment="UNB", byte=byte, field=1, value=head.charset)
        if not (head.control and head.sender and head.receiver):
            report("INTERCHANGE_HEADER_INVALID", segment="UNB", byte=byte)

    def _take_outside(self, piece: str, byte: int) -> None:
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
                code = OUTSIDE if self._interchange is None else "SEGMENT_OUTSIDE_SET"
                self._findings.report(code, byte=byte, value=piece.strip(WHITE))

    def _begin_group(self, parts: list[str], byte: int) -> None:
        self._close_group()
        self._groups += 1
        self._in_group = 0
        self._findings.group += 1
        self._findings.set = 0
        self._group = group_head(parts)
        if not (self._group.function and self._group.control):
            self._findings.report("GROUP_HEADER_INVALID", segment="UNG", byte=byte)

    def _begin_message(self, parts: list[str], byte: int) -> None:
        if self._interchange is None:
            self._findings.report("INTERCHANGE_HEADER_MISSING", segment="UNH", byte=byte)
        self._findings.set += 1
        self._messages += 1
        self._in_group += 1
        head = message_head(parts)
        group = self._group.control if self._group else ""
        begun = self._message = OpenMessage(
            head, byte, self._findings, self._profile, self._decode, group
        )
        key = (group, head.control)
        begun.begin(is_repeated=key in self._controls)
        self._remember(key)

    def _remember(self, key: tuple[str, str]) -> None:
        self._controls[key] = None
        if len(self._controls) > _REMEMBERED:
            del self._controls[next(iter(self._controls))]

    def _take_message(
        self, begun: OpenMessage, batch: Batch, place: int, byte: int
    ) -> tuple[int, int]:
        place, byte = begun.take(batch, place, byte)
        if begun.is_over:
            self._finish_message(begun)
        return place, byte

    def _finish_message(self, begun: OpenMessage) -> None:
        document = begun.document(self._origin(begun))
        self._flush()
        if document is not None:
            self._out.append(document)
        self._out.append(begun.receipt(has_document=document is not None))
        self._message = None
        self._findings.begin(self._in_interchange)

    def _origin(self, begun: OpenMessage) -> Origin:
        interchange, group, head = self._interchange or UNKNOWN_HEAD, self._group, begun.head
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
            self._findings.report("SEGMENT_OUTSIDE_SET", segment="UNE", byte=byte)
            return
        check_count(self._findings, "GROUP", parts, self._in_group, byte)
        check_control(self._findings, "GROUP", parts, self._group.control, byte)
        self._finish_group()

    def _close_group(self) -> None:
        """Whatever is open of a group ends here without its trailer."""
        if self._message is not None:
            self._message.cut()
            self._finish_message(self._message)
        if self._group is not None:
            self._findings.report("GROUP_TRAILER_MISSING", segment="UNG")
            self._finish_group()

    def _finish_group(self) -> None:
        self._group = None
        self._findings.set = 0

    def _end_interchange(self, parts: list[str], byte: int) -> None:
        self._close_group()
        if self._interchange is None or self._interchange is UNKNOWN_HEAD:
            self._findings.report("SEGMENT_OUTSIDE_SET", segment="UNZ", byte=byte)
            return
        counted = self._groups or self._messages
        check_count(self._findings, "INTERCHANGE", parts, counted, byte)
        check_control(self._findings, "INTERCHANGE", parts, self._interchange.control, byte)
        self._finish_interchange(self._interchange, stated_count(parts, counted))

    def _close_interchange(self) -> None:
        self._close_group()
        head = self._interchange
        if head is UNKNOWN_HEAD:
            self._interchange = None
        elif head is not None:
            self._findings.report("INTERCHANGE_TRAILER_MISSING", segment="UNB", byte=head.byte)
            self._finish_interchange(head, self._groups or self._messages)

    def _finish_interchange(self, head: InterchangeHead, included: int) -> None:
        self._findings.end("UNB", head.byte)
        self._flush()
        found = tuple(self._in_interchange)
        self._out.append(InterchangeReceipt(head=head, included=included, findings=found))
        self._interchange = None
        self._findings.begin(FindingScope())
