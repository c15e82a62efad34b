"""997, 999 and TA1: what the other side says of the form of what it got (never of the business)."""

from types import MappingProxyType

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    ElementError,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
)
from shared.canonical.trade import Origin
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.x12.building import SetBuilder, on_begin, on_line
from shared.formats.x12.details import Handlers
from shared.formats.x12.vocabularies import ACK_VERDICTS


class FunctionalBuilder(SetBuilder):
    """AK1 to AK9; a set's AK2 begins a line, its AK5 or IK5 says what became of it."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.verdict: list[str] = [""] * 12
        self.group: list[str] = [""] * 12
        self.errors: list[SegmentError] = []

    def made_line(self, parts: list[str]) -> object:
        """One set of ours and what was wrong with it."""
        verdict, errors = self.verdict, tuple(self.errors)
        self.verdict, self.errors = [""] * 12, []
        return AcknowledgedSet(
            kind=parts[1],
            control=parts[2],
            verdict=ACK_VERDICTS.word(verdict[1]),
            codes=tuple(filter(None, verdict[2:7])),
            errors=errors,
            version=parts[3],
        )

    def number_of(self, parts: list[str]) -> str:
        """The control number of the set."""
        return parts[2]

    def document(self, origin: Origin) -> object:
        """The acknowledgement, if it names the group."""
        begin, group = self.begin, self.group
        if not begin[2]:
            return None
        return FunctionalAcknowledgement(
            function=begin[1],
            group=begin[2],
            verdict=ACK_VERDICTS.word(group[1]),
            included=_count(group[2]),
            received=_count(group[3]),
            accepted=_count(group[4]),
            sets=tuple(self.lines),
            codes=tuple(filter(None, group[5:10])),
            version=begin[3],
            form=origin.kind,
            broken=self.broken_lines(),
            origin=origin,
        )


def interchange_answer(parts: list[str], origin: Origin) -> InterchangeAcknowledgement:
    """Read a TA1."""
    return InterchangeAcknowledgement(
        interchange=parts[1],
        sent_on=parts[2],
        sent_at=parts[3],
        verdict=ACK_VERDICTS.word(parts[4]),
        code=parts[5],
        origin=origin,
    )


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0


def on_segment_error(b: FunctionalBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """AK3 or IK3."""
    b.errors.append(SegmentError(p[1], _count(p[2]), p[3], p[4]))


def on_element_error(b: FunctionalBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """AK4 or IK4."""
    if b.errors:
        field, component, repetition = (*map(_count, p[1].split(COMPONENT)), 0, 0, 0)[:3]
        error = ElementError(field, component, repetition, p[2], p[3])
        last = b.errors[-1]
        b.errors[-1] = last._replace(elements=(*last.elements, error))


def on_set_verdict(b: FunctionalBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """AK5 or IK5."""
    b.verdict = p
    b.end_line()


def on_group_verdict(b: FunctionalBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """AK9."""
    b.end_line()
    b.group = p


FUNCTIONAL: Handlers = MappingProxyType(
    {
        "AK1": on_begin,
        "AK2/AK2": on_line,
        "AK2/AK3/AK3": on_segment_error,
        "AK2/IK3/IK3": on_segment_error,
        "AK2/AK3/AK4": on_element_error,
        "AK2/IK3/IK4/IK4": on_element_error,
        "AK2/AK5": on_set_verdict,
        "AK2/IK5": on_set_verdict,
        "AK9": on_group_verdict,
    }
)
