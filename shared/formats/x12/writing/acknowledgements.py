"""997, 999 and TA1."""

from collections.abc import Iterator

from shared.canonical.acknowledgement import (
    ElementError,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
)
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.x12.vocabularies import ACK_VERDICTS
from shared.formats.x12.writing.parts import Row

NEWER = "999"


def functional_rows(answer: FunctionalAcknowledgement) -> Iterator[Row]:
    """997 or, in the newer words, 999."""
    prefix = "IK" if answer.form == NEWER else "AK"
    yield ("AK1", answer.function, answer.group, answer.version)
    for each in answer.sets:
        yield ("AK2", each.kind, each.control, each.version)
        for error in each.errors:
            yield from _error_rows(error, prefix)
        yield (f"{prefix}5", ACK_VERDICTS.code(each.verdict), *each.codes)
    yield (
        *("AK9", ACK_VERDICTS.code(answer.verdict), str(answer.included)),
        *(str(answer.received), str(answer.accepted), *answer.codes),
    )


def interchange_row(answer: InterchangeAcknowledgement) -> Row:
    """TA1."""
    verdict = ACK_VERDICTS.code(answer.verdict)
    return ("TA1", answer.interchange, answer.sent_on, answer.sent_at, verdict, answer.code)


def _error_rows(error: SegmentError, prefix: str) -> Iterator[Row]:
    yield (f"{prefix}3", error.segment, str(error.ordinal), error.loop, error.code)
    for each in error.elements:
        yield (f"{prefix}4", _place(each), each.element, each.code)


def _place(error: ElementError) -> str:
    parts = [str(error.field), str(error.component or ""), str(error.repetition or "")]
    return COMPONENT.join(parts).rstrip(COMPONENT)
