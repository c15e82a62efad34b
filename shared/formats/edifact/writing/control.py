"""CONTRL."""

from collections.abc import Iterator
from itertools import groupby

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    FunctionalAcknowledgement,
    SegmentError,
)
from shared.formats.edifact.profile import Mailbox, PartnerProfile
from shared.formats.edifact.vocabularies import ACK_VERDICTS
from shared.formats.edifact.writing.parts import Row, composed

ACTIONS = {"accepted_with_errors": "accepted", "partially_accepted": "accepted"}
_UNSPECIFIED = "18"


def control_rows(answer: FunctionalAcknowledgement, profile: PartnerProfile) -> Iterator[Row]:
    """The segments of an acknowledgement between UNH and UNT.

    Where the interchange is rejected (0083 is 4), so is all in it, and nothing of it is told.
    """
    whose = (_mailbox(profile.theirs), _mailbox(profile.ours))
    is_wholly_rejected = answer.verdict == "rejected" and answer.codes
    action = "4" if is_wholly_rejected else "7"
    yield ("UCI", answer.group, *whose, action, *answer.codes[:1])
    if is_wholly_rejected:
        return
    for group, members in groupby(answer.sets, key=lambda each: each.group):
        if group:
            yield ("UCF", group, "", "", "7")
        for each in members:
            yield from _message_rows(each)


def _message_rows(each: AcknowledgedSet) -> Iterator[Row]:
    version, _, release = each.version.partition(".")
    said = ACTIONS.get(each.verdict, each.verdict)
    kind = composed(each.kind, version, release, "UN")
    yield ("UCM", each.control, kind, ACK_VERDICTS.code(said), *each.codes[:1])
    for error in each.errors:
        yield from _error_rows(error)


def _error_rows(error: SegmentError) -> Iterator[Row]:
    """UCS, UCD: the place counts the segment's tag as element 1."""
    yield ("UCS", str(error.ordinal), "" if error.elements else error.code)
    for each in error.elements:
        yield ("UCD", each.code, composed(str(each.field + 1), str(each.component or "")))


def _mailbox(box: Mailbox) -> str:
    return composed(box.id, box.qualifier)
