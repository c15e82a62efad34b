"""Why other readers judge real files otherwise: each class of difference in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Told = frozenset[tuple[str, str]]
_CONTROLS = ("SET_CONTROL_MISMATCH", "GROUP_CONTROL_MISMATCH", "INTERCHANGE_CONTROL_MISMATCH")
_TRAILERS = ("SET_TRAILER_MISSING", "GROUP_TRAILER_MISSING", "INTERCHANGE_TRAILER_MISSING")
_MISREAD = "it takes the line end for the terminator, so that the real one stays in the last value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """How what a peer tells, `CODE PLACE`, stands to what we tell.

    `agrees` has our codes that say the same as one of its own. Of what none of its codes says it
    has no check, which `without` tells. `reasons` are by how a fault begins, or by `ours CODE`.
    """

    agrees: Mapping[str, tuple[str, ...]]
    without: str
    reasons: Mapping[str, str]

    def same_as(self, fault: str, told: Told) -> Told:
        """What we tell that says the same, at the same place if both name one."""
        code, _, place = fault.partition(" ")
        ours = self.agrees.get(code, ())
        return frozenset(each for each in told if each[0] in ours and _is_there(each[1], place))

    def why(self, fault: str) -> str:
        """Why only the peer tells it; empty if nobody knows."""
        found = [each for each in self.reasons if fault.startswith(each)]
        return self.reasons[max(found, key=len)] if found else ""

    def why_ours(self, code: str) -> str:
        """Why only we tell it; empty if nobody knows."""
        has_check = any(code in codes for codes in self.agrees.values())
        return self.reasons.get(f"ours {code}", "" if has_check else self.without)


def _is_there(ours: str, theirs: str) -> bool:
    """Places are a segment, or a segment with the number of its element; one may be less exact."""
    segments = [each.rstrip("0123456789") for each in (ours, theirs)]
    is_exact = segments != [ours, theirs] and ours not in segments and theirs not in segments
    return not ours or not theirs or (ours == theirs if is_exact else segments[0] == segments[1])


_DOCTOR = Judge(
    agrees={
        "A01": ("HEADER_UNREADABLE", "COMPONENT_SEPARATOR_MISSING"),
        "A02": ("SET_COUNT_WRONG",),
        "A03": _CONTROLS,
        "A06": ("GROUP_COUNT_WRONG",),
        "A07": ("INTERCHANGE_COUNT_WRONG",),
        "A10": _TRAILERS,
        "A11": ("SEGMENT_OUTSIDE_SET", "OUTSIDE_INTERCHANGE"),
        "B01": ("CODE_UNKNOWN", "VALUE_TOO_LONG"),
        "B03": ("DATE_INVALID", "TIME_INVALID", "VALUE_TOO_SHORT"),
        "B04": ("LINE_COUNT_WRONG", "TOTAL_DIFFERS"),
        "B06": ("SEGMENT_MISSING",),
    },
    without="it has no check of this",
    reasons={
        "A01 ISA": "ISA is read by its separators here: its widths say nothing, so nothing is told",
        "A02 SE1": "no X12 but a listing of it: nothing of it is read here",
        "A06 GE1": "no X12 but a listing of it: nothing of it is read here",
        "A07 IEA1": "no X12 but a listing of it: nothing of it is read here",
        "A03 GE2": _MISREAD,
        "A03 IEA2": f"{_MISREAD}; or it loses the control number of an ISA broken over two lines",
        "A05 ISA": "it warns of separators that are lawful, such as a line end as terminator",
        "A08 GS8": "ISA12 is of the envelope and GS08 of the sets; they need not be one version",
        "A10 ISA": "it finds no second segment where the terminator is a CR or is no ASCII",
        "A11 5": "a part of an ISA that is broken over two lines, which is put together here",
        "A11 IS": "ISB and ISE are segments of the envelope (X12.5), which are passed over here",
        "B01 SN13": _MISREAD,
        "B03": _MISREAD,
        "B03 GS": "date and time of an envelope are not checked here: nothing depends on them",
        "B03 ISA10": "an ISA that is broken over two lines, which is put together here",
        "B04 CTT1": "it counts the items of an 856, whose CTT01 counts its HL",
        "B06 BEG2": "the kind of an order (92) is carried here as it comes: its list is not closed",
        "B06 BIG4": "BIG04 is optional",
        "B06 PO1": "the ACK of a line is optional",
        "B06 ST": "it tells of a missing BEG at ST; it is told here where it should have stood",
        "D01 HL": _MISREAD,
        "D02 MAN2": "20 digits are an SSCC behind its application identifier 00, as MAN has them",
        "ours SET_COUNT_WRONG": "it finds no segment but ISA where the terminator is no ASCII",
        "ours GROUP_COUNT_WRONG": "it finds no segment but ISA where the terminator is no ASCII",
        "ours COMPONENT_SEPARATOR_MISSING": "it tells of the width of ISA16 instead",
        "ours SEGMENT_MISSING": "it looks for the first segment of a set alone, and names ST",
        "ours CODE_UNKNOWN": "of codes it has those of units alone",
        "ours VALUE_TOO_LONG": "it has no lengths but those of dates and units",
        "ours VALUE_TOO_SHORT": "it has no lengths but those of dates",
    },
)
_PYX12 = Judge(
    agrees={
        "isa:001": _CONTROLS,
        "isa:023": _TRAILERS,
        "gs:3": _TRAILERS,
        "gs:4": _CONTROLS,
        "st:2": _TRAILERS,
        "st:4": ("SET_COUNT_WRONG",),
        "st:23": ("SET_CONTROL_REPEATED",),
    },
    without="its reader checks envelopes alone",
    reasons={
        "unread ASCII": "it reads ASCII alone, and no byte order mark",
        "unread ISA": "it takes ISA12 from a fixed place and knows 00401 and 00501 alone",
        "isa:023": "it does not read a last segment without a terminator",
        "ours END_UNTERMINATED": "it drops such a segment, and misses the trailer",
        "ours SEGMENT_CUT": "it tells of the missing trailers alone",
        "ours SET_COUNT_WRONG": "it takes the terminator from a fixed place, and loses the rest",
    },
)
_PYDIFACT = Judge(
    agrees={},
    without="it takes messages apart and checks neither trailers nor the segments of a message",
    reasons={
        "unread EDIFACT Syntax Error: An interchange must start": "it does not read a bare UNH",
        "unread EDIFACT Syntax Error: Syntax identifier": "it does not read without a whole UNB",
        "unread EDIFACT Syntax Error: Tag 'BGM ": "it does not read line ends within a segment",
        "unread EDIFACT Syntax Error: Timestamp": "it does not read line ends within a segment",
        "unread EDIFACT Syntax Error: UNH segment": "it does not read groups (UNG)",
        "unread Segment tag must": "it reads no file with a tag of four letters",
        "unread string index": "it fails on a UNB without a sender",
    },
)
_RESOURCES = Judge(
    agrees={
        "missing": ("ELEMENT_MISSING", "ITEM_MISSING"),
        "extra_forbidden": ("ELEMENT_UNKNOWN", "VERSION_CONTRADICTED"),
        "decimal_parsing": ("NUMBER_INVALID",),
        "decimal_type": ("NUMBER_INVALID",),
        "string_type": ("VERSION_CONTRADICTED", "ELEMENT_INVALID"),
        "bool_parsing": ("VERSION_CONTRADICTED", "ELEMENT_INVALID"),
        "string_pattern_mismatch": ("CHARACTER_INVALID",),
        "datetime_parsing": ("TIME_INVALID", "DATE_INEXACT"),
    },
    without="it validates the form of one resource, and has no check of this",
    reasons={
        "unread JSON": "no JSON for either: here it is told at which byte that shows",
        "missing": "an element that FHIR requires, and on which nothing here depends",
        "extra_forbidden stage": "IHE Pharmacy SUPPLY has it, and the release after R5",
        "extra_forbidden": "an unknown element within an element, which is passed over here",
        "ours ELEMENT_MISSING": "FHIR leaves it out, and nothing can be done without it",
        "ours ITEM_MISSING": "FHIR leaves it out, and nothing can be done without it",
        "ours NUMBER_INVALID": "it takes a number in quotes for a number",
        "ours DATE_INEXACT": "a year or a month is a date of FHIR, and no day",
        "ours TIME_INVALID": "a year or a month is a date of FHIR, and no day of use",
        "ours VERSION_CONTRADICTED": "the versions are tried in turn, so that it sees one alone",
    },
)
_HL7 = Judge(
    agrees={},
    without="it takes messages apart and checks nothing",
    reasons={},
)
_HL7APY = Judge(
    agrees={},
    without="it reads each structure that it has a table of, and checks no batch and no value",
    reasons={
        "fields": "it checks each field of each segment by its version; here those that are read",
        "missing EVN": "nothing that is read here stands in it",
        "missing PID": "who the patient is may be left out: supplies need none",
        "missing PV1": "which visit it is may be left out: supplies need none",
        "unread structure": "it knows no structure of this name, or MSH-9 has not its third part",
        "unread InvalidEncodingChars": "told here as MSH_UNREADABLE, or read without them",
        "unread UnsupportedVersion": "it has no tables of version 2.9",
    },
)
JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "x12-doctor": _DOCTOR,
        "pyx12": _PYX12,
        "pydifact": _PYDIFACT,
        "fhir.resources": _RESOURCES,
        "hl7": _HL7,
        "hl7apy": _HL7APY,
    }
)
