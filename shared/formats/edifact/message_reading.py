"""One message on its way from UNH to UNT: read by its grammar, or only counted if none is known."""

from shared.canonical.diagnostic import Severity
from shared.canonical.trade import Origin
from shared.formats.edi.bounds import SET_SEGMENTS_LIMIT
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.envelope import check_control, check_count
from shared.formats.edi.findings import Findings, FindingScope
from shared.formats.edi.splitting import WHITE, Batch
from shared.formats.edi.walking import Walk
from shared.formats.edifact.building import MessageBuilder
from shared.formats.edifact.charsets import Decode
from shared.formats.edifact.elements import D01B, D96A
from shared.formats.edifact.envelope import parts_of
from shared.formats.edifact.kinds import KINDS, grammar_of
from shared.formats.edifact.profile import PartnerProfile
from shared.formats.edifact.receipts import MessageHead, MessageReceipt
from shared.formats.edifact.segments import KNOWN

_ENDS = frozenset({"UNH", "UNG", "UNE", "UNZ", "UNB", "UNA"})
_READ = frozenset({D96A, D01B})
_OF_CONTRL = frozenset({"CONTRL"})


class OpenMessage:
    """A message whose end has not come; `is_over` once it has, with its trailer or without."""

    def __init__(
        self,
        head: MessageHead,
        byte: int,
        findings: Findings,
        profile: PartnerProfile,
        decode: Decode,
    ) -> None:
        self.head = head
        self.byte = byte
        self.is_over = False
        self._reader = findings
        self._profile = profile
        self._decode = decode
        self._builder: MessageBuilder | None = None
        self._walk: Walk | None = None
        self._findings = FindingScope()
        self._segments = 1

    def begin(self, *, is_repeated: bool) -> None:
        """Look at UNH, and choose how what follows is read."""
        self._reader.begin(self._findings)
        head = self.head
        if not (head.kind and head.control):
            self._report("SET_HEADER_INVALID")
        if is_repeated:
            self._report("SET_CONTROL_REPEATED", field=1)
        if head.kind not in KINDS:
            self._report("SET_UNSUPPORTED", field=2)
            return
        if head.directory not in _READ and head.kind not in _OF_CONTRL:
            self._report("VERSION_UNSUPPORTED", field=2)
        codes = tuple(sorted(self._profile.element_codes.items()))
        self._builder = KINDS[head.kind].builder(self._reader, self._profile)
        grammar = grammar_of(head.kind, nearest_directory(head), codes)
        self._walk = Walk(
            grammar, self._builder, self._reader, ends=_ENDS, known=KNOWN, decode=self._decode
        )

    def take(self, batch: Batch, place: int, byte: int) -> tuple[int, int]:
        """Read on in a batch; the first segment that was not read, and where it stands."""
        walk, builder = self._walk, self._builder
        if walk is None or builder is None:
            return self._pass_over(batch, place, byte)
        place, byte = walk.take(batch, place, byte)
        self._segments = walk.ordinal
        if walk.is_ended:
            self._end(walk.trailer, walk.trailer_byte)
        elif walk.is_cut:
            self.cut()
        elif walk.ordinal > SET_SEGMENTS_LIMIT or builder.is_overfull:
            self._report("SET_TOO_LARGE")
            self._walk = self._builder = None
        return place, byte

    def count_lost(self) -> None:
        """A segment that could not be handed on was one of the message's all the same."""
        self._segments += 1
        if self._walk is not None:
            self._walk.ordinal += 1

    def cut(self) -> None:
        """The message ends without its trailer."""
        ordinal, byte = self._segments, self.byte
        self._reader.report("SET_TRAILER_MISSING", segment="UNH", ordinal=ordinal, byte=byte)
        self.is_over = True

    def document(self, origin: Origin) -> object:
        """The document; None if the message is wrong as a whole, or is no document of ours."""
        document = None
        if self._builder is not None:
            self._builder.end_line()
            document = self._builder.document(origin)
            if document is None:
                self._report("DOCUMENT_UNIDENTIFIED")
        self._reader.end("UNH", self.byte)
        is_lost = any(found.severity is Severity.MESSAGE for found in self._findings)
        return None if is_lost else document

    def receipt(self, group: str, *, has_document: bool) -> MessageReceipt:
        """What is known of the message now that it has ended."""
        return MessageReceipt(
            head=self.head,
            group=group,
            findings=tuple(self._findings),
            has_document=has_document,
        )

    def _report(self, code: str, *, field: int = 0) -> None:
        self._reader.report(code, segment="UNH", ordinal=1, byte=self.byte, field=field)

    def _pass_over(self, batch: Batch, place: int, byte: int) -> tuple[int, int]:
        """Count the segments of a message that is not read, up to its end."""
        for at in range(place, len(batch.pieces)):
            piece = batch.pieces[at]
            text = piece.strip(WHITE)
            tag = text.partition(ELEMENT)[0]
            if tag in _ENDS:
                self.cut()
                return at, byte
            self._segments += bool(text)
            if tag == "UNT":
                self._end(text.split(ELEMENT), byte + len(piece) - len(piece.lstrip(WHITE)))
                return at + 1, byte + len(piece) + batch.width
            byte += len(piece) + batch.width
        return len(batch.pieces), byte

    def _end(self, trailer: list[str], byte: int) -> None:
        segments = self._segments
        trailer = parts_of(ELEMENT.join(trailer), self._decode)
        check_count(self._reader, "SET", trailer, segments, byte, segments)
        check_control(self._reader, "SET", trailer, self.head.control, byte, segments)
        self.is_over = True


def nearest_directory(head: MessageHead) -> str:
    """D.01B from the year 2000 on, D.96A before; CONTRL says no year, and is the same in both."""
    year = head.release[:2]
    is_newer = year.isdigit() and year < "90"
    return D01B if is_newer else D96A
