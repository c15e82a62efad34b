"""CONTRL as a pure function of what was found: one answer to each interchange.

It says whether the form is right, and never that an order is accepted (ACK1). An interchange of
acknowledgements is never acknowledged.
"""

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    ElementError,
    FunctionalAcknowledgement,
    SegmentError,
)
from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.positions import EdiPosition
from shared.formats.edi.verdicts import set_verdict
from shared.formats.edifact.control import FORM, verdict_of
from shared.formats.edifact.profile import PartnerProfile
from shared.formats.edifact.receipts import InterchangeReceipt, MessageReceipt

ALWAYS, IF_ASKED, NEVER = "always", "if_asked", "never"
OF_MESSAGE = MappingProxyType(
    {  # element 0085
        "SET_UNSUPPORTED": "14",
        "SET_TRAILER_MISSING": "13",
        "SET_CONTROL_MISMATCH": "28",
        "SET_COUNT_WRONG": "29",
        "SEGMENT_OVERSIZED": "39",
        "SEGMENT_CUT": "13",
        "SET_TOO_LARGE": "35",
        "DOCUMENT_UNIDENTIFIED": "13",
        "SET_HEADER_INVALID": "13",
        "SET_CONTROL_REPEATED": "26",
    }
)
OF_SEGMENT = MappingProxyType(
    {
        "SEGMENT_UNKNOWN": "15",
        "DETAIL_MISPLACED": "15",
        "SEGMENT_MISSING": "13",
        "LOOP_TOO_OFTEN": "36",
        "SEGMENT_TOO_OFTEN": "35",
        "SEGMENT_NOT_IN_SET": "15",
        "SEGMENT_OUT_OF_ORDER": "15",
    }
)
OF_ELEMENT = MappingProxyType(
    {
        "ELEMENT_MISSING": "13",
        "ELEMENTS_TOO_MANY": "16",
        "COMPONENTS_TOO_MANY": "16",
        "COMPONENT_UNEXPECTED": "16",
        "REPETITION_UNEXPECTED": "35",
        "REPETITIONS_TOO_MANY": "35",
        "VALUE_TOO_SHORT": "40",
        "VALUE_TOO_LONG": "39",
        "CHARACTER_INVALID": "21",
        "NUMBER_INVALID": "37",
        "CODE_UNKNOWN": "12",
        "DATE_INVALID": "12",
        "DATE_FORMAT_WRONG": "12",
    }
)
OF_INTERCHANGE = MappingProxyType(
    {
        "INTERCHANGE_CONTROL_MISMATCH": "28",
        "INTERCHANGE_COUNT_WRONG": "29",
        "INTERCHANGE_TRAILER_MISSING": "13",
        "INTERCHANGE_HEADER_INVALID": "13",
        "CHARSET_UNKNOWN": "46",
        "GROUP_CONTROL_MISMATCH": "28",
        "GROUP_COUNT_WRONG": "29",
        "GROUP_TRAILER_MISSING": "13",
        "GROUP_HEADER_INVALID": "13",
        "SEGMENT_OUTSIDE_SET": "33",
    }
)
_UNSPECIFIED = "18"
_ELEMENTS_WRONG = _UNSPECIFIED  # of a segment; what is wrong is told of its elements


def acknowledge(
    receipts: Iterable[object], profile: PartnerProfile
) -> Iterator[FunctionalAcknowledgement]:
    """Answer everything that `follow` gave: each interchange, as it ends."""
    messages: list[MessageReceipt] = []
    for each in receipts:
        match each:
            case MessageReceipt():
                messages.append(each)
            case InterchangeReceipt():
                if is_answered(each, messages, profile):
                    yield answer_to_interchange(each, messages, profile)
                messages = []


def answer_to_interchange(
    receipt: InterchangeReceipt, messages: Sequence[MessageReceipt], profile: PartnerProfile
) -> FunctionalAcknowledgement:
    """What became of an interchange, from what became of its messages."""
    sets = tuple(answer_to_message(each, profile) for each in messages)
    findings = [found for found in receipt.findings if found.code not in profile.tolerated]
    codes = [OF_INTERCHANGE[found.code] for found in findings if found.code in OF_INTERCHANGE]
    is_lost = is_wholly_wrong(receipt)
    codes += [_UNSPECIFIED] if is_lost else []
    accepted = 0 if is_lost else sum(each.verdict != "rejected" for each in sets)
    return FunctionalAcknowledgement(
        function="",
        group=receipt.head.control,
        verdict="rejected" if is_lost else verdict_of("accepted", sets),
        included=receipt.included,
        received=len(sets),
        accepted=accepted,
        sets=sets,
        codes=tuple(codes[:1]),
        form=FORM,
    )


def answer_to_message(receipt: MessageReceipt, profile: PartnerProfile) -> AcknowledgedSet:
    """Rejected if it is wrong as a whole; else its errors, with where each one is.

    A code (0085 of UCM) is of UNH and UNT; what is between them has its own.
    """
    findings = [found for found in receipt.findings if found.code not in profile.tolerated]
    errors = tuple(_errors(findings))
    codes = [OF_MESSAGE[found.code] for found in findings if found.code in OF_MESSAGE]
    is_told, is_strict = bool(codes or errors), profile.rejects_on_error
    return AcknowledgedSet(
        kind=receipt.head.kind,
        control=receipt.head.control,
        verdict=set_verdict(findings, rejects_on_error=is_strict, is_told=is_told),
        codes=tuple(codes[:1]),
        errors=errors,
        version=receipt.head.directory,
        group=receipt.group,
    )


def is_wholly_wrong(receipt: InterchangeReceipt) -> bool:
    """Whether nothing of an interchange counts: its envelope is wrong, or states no reference."""
    is_lost = any(found.severity is Severity.MESSAGE for found in receipt.findings)
    return is_lost or not receipt.head.control


def is_answered(
    receipt: InterchangeReceipt, messages: Sequence[MessageReceipt], profile: PartnerProfile
) -> bool:
    """Whether a partner wants an answer to it, and its reference can be named in one."""
    if not receipt.head.control or (messages and all(each.head.kind == FORM for each in messages)):
        return False
    asked = profile.acknowledges == IF_ASKED and receipt.head.wants_answer
    return profile.acknowledges == ALWAYS or asked


def _errors(findings: Iterable[Diagnostic]) -> Iterator[SegmentError]:
    """The errors by segment, in the order of the message; elements under their segment."""
    by_place: dict[tuple[int, str], list[ElementError]] = {}
    for found in findings:
        position = found.position
        if not isinstance(position, EdiPosition):
            continue
        if found.code in OF_SEGMENT:
            by_place.setdefault((position.ordinal, OF_SEGMENT[found.code]), [])
        elif found.code in OF_ELEMENT:
            errors = by_place.setdefault((position.ordinal, _ELEMENTS_WRONG), [])
            code = OF_ELEMENT[found.code]
            errors.append(ElementError(position.field, position.component, 0, "", code))
    for (ordinal, code), elements in sorted(by_place.items(), key=lambda each: each[0][0]):
        yield SegmentError("", ordinal, "", code, tuple(elements))
