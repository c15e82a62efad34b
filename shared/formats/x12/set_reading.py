"""One set on its way from ST to SE: read by its grammar, or only counted if none is known."""

from shared.canonical.diagnostic import Severity
from shared.canonical.trade import Origin
from shared.formats.edi.bounds import SET_SEGMENTS_LIMIT
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.envelope import check_control, check_count
from shared.formats.edi.findings import Findings, FindingScope
from shared.formats.edi.splitting import WHITE, Batch
from shared.formats.edi.walking import Walk
from shared.formats.x12.building import SetBuilder
from shared.formats.x12.elements import NEWER
from shared.formats.x12.envelope import parts_of
from shared.formats.x12.kinds import KINDS, grammar_of
from shared.formats.x12.profile import PartnerProfile
from shared.formats.x12.receipts import GroupHead, SetReceipt
from shared.formats.x12.segments import SEGMENTS
from shared.formats.x12.sets import FUNCTIONAL_IDS

_ENDS = frozenset({"ST", "GS", "GE", "IEA", "ISA", "TA1"})
_KNOWN = frozenset(SEGMENTS)


class OpenSet:
    """A set whose end has not come; `is_over` once it has, with its trailer or without."""

    def __init__(
        self,
        parts: list[str],
        group: GroupHead | None,
        byte: int,
        findings: Findings,
        profile: PartnerProfile,
    ) -> None:
        self.kind, self.control = parts[1], parts[2]
        self.version = parts[3] or (group.version if group else "")
        self.byte = byte
        self.is_over = False
        self._group = group
        self._reader = findings
        self._profile = profile
        self._builder: SetBuilder | None = None
        self._walk: Walk | None = None
        self._findings = FindingScope()
        self._segments = 1

    def begin(self, *, is_repeated: bool) -> None:
        """Look at ST, and choose how what follows is read."""
        self._reader.begin(self._findings)
        group, kind = self._group, self.kind
        if not (kind and self.control):
            self._report("SET_HEADER_INVALID")
        if is_repeated:
            self._report("SET_CONTROL_REPEATED", field=2)
        if group is None:
            self._report("SET_OUTSIDE_GROUP")
        elif FUNCTIONAL_IDS.get(kind, group.function) != group.function:
            self._report("GROUP_FUNCTION_WRONG", field=1)
        if kind not in KINDS:
            self._report("SET_UNSUPPORTED", field=1)
            return
        family = NEWER if group is not None and group.version >= NEWER else "004"
        codes = tuple(sorted(self._profile.element_codes.items()))
        self._builder = KINDS[kind].builder(self._reader, self._profile)
        grammar = grammar_of(kind, family, codes)
        self._walk = Walk(grammar, self._builder, self._reader, ends=_ENDS, known=_KNOWN)

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
        """A segment that could not be handed on was one of the set's all the same."""
        self._segments += 1
        if self._walk is not None:
            self._walk.ordinal += 1

    def cut(self) -> None:
        """The set ends without its trailer."""
        ordinal, byte = self._segments, self.byte
        self._reader.report("SET_TRAILER_MISSING", segment="ST", ordinal=ordinal, byte=byte)
        self.is_over = True

    def document(self, origin: Origin) -> object:
        """The document; None if the set is wrong as a whole, or is no document of ours."""
        document = None
        if self._builder is not None:
            self._builder.end_line()
            document = self._builder.document(origin)
            if document is None:
                self._report("DOCUMENT_UNIDENTIFIED")
        self._reader.end("ST", self.byte)
        is_lost = any(found.severity is Severity.MESSAGE for found in self._findings)
        return None if is_lost else document

    def receipt(self, *, has_document: bool) -> SetReceipt:
        """What is known of the set now that it has ended."""
        return SetReceipt(
            kind=self.kind,
            control=self.control,
            version=self.version,
            findings=tuple(self._findings),
            has_document=has_document,
        )

    def _report(self, code: str, *, field: int = 0, fact: str = "") -> None:
        byte = self.byte
        self._reader.report(code, segment="ST", ordinal=1, byte=byte, field=field, fact=fact)

    def _pass_over(self, batch: Batch, place: int, byte: int) -> tuple[int, int]:
        """Count the segments of a set that is not read, up to its end."""
        for at in range(place, len(batch.pieces)):
            piece = batch.pieces[at]
            text = piece.strip(WHITE)
            tag = text.partition(ELEMENT)[0]
            if tag in _ENDS:
                self.cut()
                return at, byte
            self._segments += bool(text)
            if tag == "SE":
                self._end(parts_of(piece), byte)
                return at + 1, byte + len(piece) + batch.width
            byte += len(piece) + batch.width
        return len(batch.pieces), byte

    def _end(self, trailer: list[str], byte: int) -> None:
        segments = self._segments
        check_count(self._reader, "SET", trailer, segments, byte, segments)
        stated = [*trailer[:2], trailer[2].strip()]
        check_control(self._reader, "SET", stated, self.control, byte)
        self.is_over = True
