"""CONTRL: what the other side says of the form of what it got (never of the business)."""

from types import MappingProxyType

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    ElementError,
    FunctionalAcknowledgement,
    SegmentError,
)
from shared.canonical.trade import Origin
from shared.formats.edifact.building import MessageBuilder
from shared.formats.edifact.details import Handlers
from shared.formats.edifact.facts import parts_of
from shared.formats.edifact.vocabularies import ACK_VERDICTS

FORM = "CONTRL"
_ELEMENTS_WRONG = "18"
_NOTHING = [""] * 8


class ControlBuilder(MessageBuilder):
    """UCI, then each UCM as a line, with what was wrong in it."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.begin = _NOTHING
        self.group = ""
        self.errors: list[SegmentError] = []

    def made_line(self, parts: list[str]) -> object:
        """One message of ours and what was wrong with it."""
        errors, self.errors = tuple(self.errors), []
        kind, version, release = parts_of(parts[2])[:3]
        codes = tuple(filter(None, parts[4:5]))
        verdict = ACK_VERDICTS.word(parts[3])
        has_errors = verdict == "accepted" and bool(errors or codes)
        return AcknowledgedSet(
            kind=kind,
            control=parts[1],
            verdict="accepted_with_errors" if has_errors else verdict,
            codes=codes,
            errors=errors,
            version=f"{version}.{release}",
            group=self.group,
        )

    def document(self, origin: Origin) -> object:
        """The acknowledgement, if it names the interchange."""
        begin = self.begin
        if not begin[1]:
            return None
        sets: tuple[AcknowledgedSet, ...] = tuple(self.lines)
        accepted = sum(each.verdict != "rejected" for each in sets)
        return FunctionalAcknowledgement(
            function="",
            group=begin[1],
            verdict=verdict_of(ACK_VERDICTS.word(begin[4]), sets),
            included=len(sets),
            received=len(sets),
            accepted=accepted,
            sets=sets,
            codes=tuple(filter(None, begin[5:6])),
            form=FORM,
            broken=self.broken_lines(),
            origin=origin,
        )


def verdict_of(stated: str, sets: tuple[AcknowledgedSet, ...]) -> str:
    """What became of the whole: UCI says no more than that it was not rejected."""
    verdicts = {each.verdict for each in sets}
    if stated != "accepted" or verdicts <= {"accepted"}:
        return stated
    if "rejected" not in verdicts:
        return "accepted_with_errors"
    return "rejected" if verdicts == {"rejected"} else "partially_accepted"


def on_message(b: ControlBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """UCM."""
    b.begin_line(p, {}, ordinal, byte)


def on_interchange(b: ControlBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """UCI."""
    b.begin = p


def on_group(b: ControlBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """UCF: the messages that follow are of this group."""
    b.end_line()
    b.group = p[1]


def on_segment_error(b: ControlBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """UCS."""
    b.errors.append(SegmentError("", _count(p[1]), "", p[2] or _ELEMENTS_WRONG))


def on_element_error(b: ControlBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """UCD: the place counts the segment's tag as element 1."""
    if b.errors:
        field, component = parts_of(p[2])[:2]
        error = ElementError(max(0, _count(field) - 1), _count(component), 0, "", p[1])
        last = b.errors[-1]
        b.errors[-1] = last._replace(elements=(*last.elements, error))


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0


CONTROL: Handlers = MappingProxyType(
    {
        "UCI": on_interchange,
        "UCF/UCF": on_group,
        "UCM/UCM": on_message,
        "UCM/UCS/UCS": on_segment_error,
        "UCM/UCS/UCD": on_element_error,
        "UCF/UCM/UCM": on_message,
        "UCF/UCM/UCS/UCS": on_segment_error,
        "UCF/UCM/UCS/UCD": on_element_error,
    }
)
