"""One set on its way from ST to SE: read by its grammar, or only counted if none is known."""

from shared.formats.edi.envelope import check_control, check_count
from shared.formats.edi.findings import Findings
from shared.formats.edi.set_reading import SetReading
from shared.formats.edi.walking import Walk
from shared.formats.x12.elements import NEWER
from shared.formats.x12.envelope import parts_of
from shared.formats.x12.kinds import KINDS, grammar_of
from shared.formats.x12.profile import PartnerProfile
from shared.formats.x12.receipts import GroupHead, SetReceipt
from shared.formats.x12.segments import SEGMENTS
from shared.formats.x12.sets import FUNCTIONAL_IDS

_KNOWN = frozenset(SEGMENTS)


class OpenSet(SetReading):
    """A set whose end has not come."""

    header = "ST"
    trailer = "SE"
    ends = frozenset({"ST", "GS", "GE", "IEA", "ISA", "TA1"})

    def __init__(
        self,
        parts: list[str],
        group: GroupHead | None,
        byte: int,
        findings: Findings,
        profile: PartnerProfile,
    ) -> None:
        super().__init__(byte, findings)
        self.kind, self.control = parts[1], parts[2]
        self.version = parts[3] or (group.version if group else "")
        self._group = group
        self._profile = profile

    def begin(self, *, is_repeated: bool) -> None:
        """Look at ST, and choose how what follows is read."""
        self.findings.begin(self.scope)
        group, kind = self._group, self.kind
        if not (kind and self.control):
            self.report("SET_HEADER_INVALID")
        if is_repeated:
            self.report("SET_CONTROL_REPEATED", field=2)
        if group is None:
            self.report("SET_OUTSIDE_GROUP")
        elif FUNCTIONAL_IDS.get(kind, group.function) != group.function:
            self.report("GROUP_FUNCTION_WRONG", field=1)
        if kind not in KINDS:
            self.report("SET_UNSUPPORTED", field=1)
            return
        family = NEWER if group is not None and group.version >= NEWER else "004"
        codes = tuple(sorted(self._profile.element_codes.items()))
        self.builder = KINDS[kind].builder(self.findings, self._profile)
        grammar = grammar_of(kind, family, codes)
        self.walk = Walk(grammar, self.builder, self.findings, ends=self.ends, known=_KNOWN)

    def receipt(self, *, has_document: bool) -> SetReceipt:
        """What is known of the set now that it has ended."""
        return SetReceipt(
            kind=self.kind,
            control=self.control,
            version=self.version,
            findings=tuple(self.scope),
            has_document=has_document,
        )

    def check_trailer(self, parts: list[str], byte: int) -> None:
        """Whether SE agrees with its set."""
        check_count(self.findings, "SET", parts, self.ordinal, byte, self.ordinal)
        stated = [*parts[:2], parts[2].strip()]
        check_control(self.findings, "SET", stated, self.control, byte)

    def unread_trailer(self, piece: str, byte: int) -> tuple[list[str], int]:
        """The SE of a set that is only counted."""
        return parts_of(piece), byte
