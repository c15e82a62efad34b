"""Acknowledgements as pure functions of what was found: 997 or 999 for a group, TA1 for the rest.

They say whether the form is right, and never that an order is accepted (ACK1). An acknowledgement
is never acknowledged.
"""

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    ElementError,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
)
from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.positions import EdiPosition
from shared.formats.edi.verdicts import set_verdict
from shared.formats.x12.profile import PartnerProfile
from shared.formats.x12.receipts import GroupReceipt, InterchangeReceipt, SetReceipt
from shared.formats.x12.segments import rules_of

OF_SET = MappingProxyType(
    {  # element 718
        "SET_UNSUPPORTED": "1",
        "SET_TRAILER_MISSING": "2",
        "SET_CONTROL_MISMATCH": "3",
        "SET_COUNT_WRONG": "4",
        "SEGMENT_OVERSIZED": "5",
        "SET_TOO_LARGE": "5",
        "DOCUMENT_UNIDENTIFIED": "5",
        "SET_HEADER_INVALID": "6",
        "SET_CONTROL_REPEATED": "23",
    }
)
OF_SEGMENT = MappingProxyType(
    {  # element 720
        "SEGMENT_UNKNOWN": "1",
        "DETAIL_MISPLACED": "2",
        "SEGMENT_MISSING": "3",
        "LOOP_TOO_OFTEN": "4",
        "SEGMENT_TOO_OFTEN": "5",
        "SEGMENT_NOT_IN_SET": "6",
        "SEGMENT_OUT_OF_ORDER": "7",
    }
)
OF_ELEMENT = MappingProxyType(
    {  # element 723
        "ELEMENT_MISSING": "1",
        "ELEMENT_CONDITIONAL_MISSING": "2",
        "ELEMENTS_TOO_MANY": "3",
        "COMPONENTS_TOO_MANY": "3",
        "VALUE_TOO_SHORT": "4",
        "VALUE_TOO_LONG": "5",
        "CHARACTER_INVALID": "6",
        "NUMBER_INVALID": "6",
        "COMPONENT_UNEXPECTED": "6",
        "REPETITION_UNEXPECTED": "6",
        "REPETITIONS_TOO_MANY": "6",
        "CODE_UNKNOWN": "7",
        "DATE_INVALID": "8",
        "TIME_INVALID": "9",
        "ELEMENT_EXCLUDED": "10",
    }
)
OF_GROUP = MappingProxyType(
    {  # element 716
        "VERSION_UNSUPPORTED": "2",
        "GROUP_TRAILER_MISSING": "3",
        "GROUP_CONTROL_MISMATCH": "4",
        "GROUP_COUNT_WRONG": "5",
        "GROUP_HEADER_INVALID": "6",
    }
)
OF_INTERCHANGE = MappingProxyType(
    {  # element I18
        "INTERCHANGE_CONTROL_MISMATCH": "001",
        "INTERCHANGE_COUNT_WRONG": "021",
        "INTERCHANGE_TRAILER_MISSING": "023",
    }
)
_ELEMENTS_WRONG, _SEGMENTS_WRONG = "8", "5"
_SOUND = "000"
_ACKNOWLEDGEMENTS = "FA"
_MOST_CODES = 5


def acknowledge(
    receipts: Iterable[object], profile: PartnerProfile
) -> Iterator[FunctionalAcknowledgement | InterchangeAcknowledgement]:
    """Answer everything that `follow` gave: each group as it ends, and the interchange if asked."""
    answered: list[AcknowledgedSet] = []
    for each in receipts:
        match each:
            case SetReceipt():
                answered.append(answer_to_set(each, profile))
            case GroupReceipt():
                if profile.acknowledges and not is_acknowledgement(each):
                    yield answer_to_group(each, answered, profile)
                answered = []
            case InterchangeReceipt() if each.head.wants_answer:
                yield answer_to_interchange(each)


def is_acknowledgement(receipt: GroupReceipt) -> bool:
    """Whether a group acknowledges ours, so that it is answered by nothing."""
    return receipt.head.function == _ACKNOWLEDGEMENTS


def answer_to_set(receipt: SetReceipt, profile: PartnerProfile) -> AcknowledgedSet:
    """Rejected if it is wrong as a whole; else its errors, with where each one is."""
    findings = [found for found in receipt.findings if found.code not in profile.tolerated]
    errors = tuple(_errors(findings))
    codes = [OF_SET[found.code] for found in findings if found.code in OF_SET]
    codes += [_SEGMENTS_WRONG] if errors else []
    is_strict = profile.rejects_on_error
    return AcknowledgedSet(
        kind=receipt.kind,
        control=receipt.control,
        verdict=set_verdict(findings, rejects_on_error=is_strict, is_told=bool(codes)),
        codes=tuple(dict.fromkeys(codes))[:_MOST_CODES],
        errors=errors,
    )


def answer_to_group(
    receipt: GroupReceipt, answered: Sequence[AcknowledgedSet], profile: PartnerProfile
) -> FunctionalAcknowledgement:
    """What became of a group, from what became of its sets."""
    verdicts = [each.verdict for each in answered]
    codes = [OF_GROUP[found.code] for found in receipt.findings if found.code in OF_GROUP]
    is_lost = any(found.severity is Severity.MESSAGE for found in receipt.findings)
    accepted = 0 if is_lost else sum(verdict != "rejected" for verdict in verdicts)
    return FunctionalAcknowledgement(
        function=receipt.head.function,
        group=receipt.head.control,
        verdict=_group_verdict(verdicts, accepted, has_codes=bool(codes)),
        included=receipt.included,
        received=receipt.received,
        accepted=accepted,
        sets=tuple(answered),
        codes=tuple(dict.fromkeys(codes))[:_MOST_CODES],
        version=receipt.head.version if profile.acknowledges == "999" else "",
        form=profile.acknowledges,
    )


def answer_to_interchange(receipt: InterchangeReceipt) -> InterchangeAcknowledgement:
    """TA1."""
    codes = [OF_INTERCHANGE[each.code] for each in receipt.findings if each.code in OF_INTERCHANGE]
    is_lost = any(found.severity is Severity.MESSAGE for found in receipt.findings)
    verdict = "rejected" if is_lost else "accepted_with_errors" if codes else "accepted"
    return InterchangeAcknowledgement(
        interchange=receipt.head.control,
        sent_on=receipt.head.sent_on,
        sent_at=receipt.head.sent_at,
        verdict=verdict,
        code=codes[0] if codes else _SOUND,
    )


def _group_verdict(verdicts: Sequence[str], accepted: int, *, has_codes: bool) -> str:
    if not accepted:
        return "rejected"
    if accepted < len(verdicts):
        return "partially_accepted"
    is_clean = not has_codes and set(verdicts) == {"accepted"}
    return "accepted" if is_clean else "accepted_with_errors"


def _errors(findings: Iterable[Diagnostic]) -> Iterator[SegmentError]:
    """The errors by segment, in the order of the set; elements under the segment they stand in."""
    by_place: dict[tuple[int, str, str], list[ElementError]] = {}
    loops: dict[tuple[int, str, str], str] = {}
    for found in findings:
        position = found.position
        if not isinstance(position, EdiPosition):
            continue
        if found.code in OF_SEGMENT:
            key = (position.ordinal, position.segment, OF_SEGMENT[found.code])
            by_place.setdefault(key, [])
        elif found.code in OF_ELEMENT:
            key = (position.ordinal, position.segment, _ELEMENTS_WRONG)
            by_place.setdefault(key, []).append(_element_error(found.code, position))
        else:
            continue
        loops[key] = position.loop.rpartition("/")[2]
    for (ordinal, segment, code), elements in sorted(by_place.items(), key=lambda each: each[0][0]):
        loop = loops[ordinal, segment, code]
        yield SegmentError(segment, ordinal, loop, code, tuple(elements))


def _element_error(code: str, position: EdiPosition) -> ElementError:
    rule = rules_of("004").get(position.segment)
    uses = rule.uses if rule else ()
    number = uses[position.field - 1].element.number if position.field <= len(uses) else ""
    return ElementError(
        field=position.field,
        component=position.component,
        repetition=0,
        element=number if number.isdecimal() and not number.startswith("999") else "",
        code=OF_ELEMENT[code],
    )
