"""One message on its way from UNH to UNT: read by its grammar, or only counted if none is known."""

from shared.formats.edi.envelope import BLANKS, check_control, check_count
from shared.formats.edi.findings import Findings
from shared.formats.edi.set_reading import SetReading
from shared.formats.edi.splitting import WHITE
from shared.formats.edi.walking import Walk
from shared.formats.edifact.charsets import Decode
from shared.formats.edifact.elements import D01B, D96A
from shared.formats.edifact.envelope import parts_of
from shared.formats.edifact.kinds import KINDS, grammar_of
from shared.formats.edifact.profile import PartnerProfile
from shared.formats.edifact.receipts import MessageHead, MessageReceipt
from shared.formats.edifact.segments import KNOWN

_READ = frozenset({D96A, D01B})
_OF_CONTRL = frozenset({"CONTRL"})


class OpenMessage(SetReading):
    """A message whose end has not come."""

    header = "UNH"
    trailer = "UNT"
    ends = frozenset({"UNH", "UNG", "UNE", "UNZ", "UNB", "UNA"})

    def __init__(
        self,
        head: MessageHead,
        byte: int,
        findings: Findings,
        profile: PartnerProfile,
        decode: Decode,
        group: str,
    ) -> None:
        super().__init__(byte, findings)
        self.head = head
        self._profile = profile
        self._decode = decode
        self._group = group

    def begin(self, *, is_repeated: bool) -> None:
        """Look at UNH, and choose how what follows is read."""
        self.findings.begin(self.scope)
        head = self.head
        if not (head.kind and head.control):
            self.report("SET_HEADER_INVALID")
        if is_repeated:
            self.report("SET_CONTROL_REPEATED", field=1)
        if head.kind not in KINDS:
            self.report("SET_UNSUPPORTED", field=2)
            return
        if head.directory not in _READ and head.kind not in _OF_CONTRL:
            self.report("VERSION_UNSUPPORTED", field=2)
        codes = tuple(sorted(self._profile.element_codes.items()))
        self.builder = KINDS[head.kind].builder(self.findings, self._profile)
        grammar = grammar_of(head.kind, nearest_directory(head), codes)
        self.walk = Walk(
            grammar,
            self.builder,
            self.findings,
            ends=self.ends,
            known=KNOWN,
            decode=self._decode,
        )

    def receipt(self, *, has_document: bool) -> MessageReceipt:
        """What is known of the message now that it has ended."""
        return MessageReceipt(
            head=self.head,
            group=self._group,
            findings=tuple(self.scope),
            has_document=has_document,
        )

    def check_trailer(self, parts: list[str], byte: int) -> None:
        """Whether UNT agrees with its message."""
        stated, ordinal = [*(part.strip(" ") for part in parts), *BLANKS], self.ordinal
        check_count(self.findings, "SET", stated, ordinal, byte, ordinal)
        check_control(self.findings, "SET", stated, self.head.control, byte, ordinal)

    def unread_trailer(self, piece: str, byte: int) -> tuple[list[str], int]:
        """The UNT of a message that is only counted, without what stands before it."""
        return parts_of(piece, self._decode), byte + len(piece) - len(piece.lstrip(WHITE))


def nearest_directory(head: MessageHead) -> str:
    """D.01B from the year 2000 on, D.96A before; CONTRL says no year, and is the same in both."""
    year = head.release[:2]
    is_newer = year.isdigit() and year < "90"
    return D01B if is_newer else D96A
