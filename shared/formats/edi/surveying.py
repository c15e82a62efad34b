"""A file gone through once: what each interchange is, and what its acknowledgement will say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from shared.canonical.acknowledgement import AcknowledgedSet, InterchangeAcknowledgement
from shared.canonical.business_keys import TradeDocument
from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.envelope import StatedHead
from shared.formats.edi.exchange import (
    REJECTED,
    Address,
    Answer,
    FilePart,
    FileSurvey,
    PartnerFacts,
    SurveyedInterchange,
    SurveyedSet,
)
from shared.formats.edi.splitting import OUTSIDE


class Surveying:
    """What of a file has ended so far; a standard says how its sets and interchanges end.

    `sets` are those of the interchange that is open.
    """

    def __init__(self, partner: PartnerFacts) -> None:
        self.interchanges: list[SurveyedInterchange] = []
        self.sets: list[SurveyedSet] = []
        self._partner = partner
        self._unread: dict[int, Diagnostic] = {}

    def take_ended(self, each: object) -> None:
        """A set, a group or an interchange has ended, or a document was read."""
        raise NotImplementedError

    def take(self, each: object) -> None:
        """What the reader gave next."""
        if not isinstance(each, Diagnostic):
            self.take_ended(each)
        elif self._costs_something(each):
            self._unread[id(each)] = each

    def told(self, findings: Sequence[Diagnostic]) -> None:
        """What stands in a receipt is told by its acknowledgement or its hold."""
        for each in findings:
            self._unread.pop(id(each), None)

    def end_interchange(
        self,
        head: StatedHead,
        *,
        findings: tuple[Diagnostic, ...],
        answers: tuple[Answer, ...],
        is_lost: bool,
    ) -> None:
        """The interchange of this header is over; what follows is of the next one."""
        ended = SurveyedInterchange(
            sender=head.sender,
            receiver=head.receiver,
            control=head.control,
            sent_on=head.sent_on,
            sent_at=head.sent_at,
            is_test=head.is_test,
            is_from_partner=_is_between(head, self._partner.theirs, self._partner.ours),
            is_lost=is_lost,
            start=head.start,
            end=head.start,
            findings=findings,
            sets=tuple(self.sets),
            answers=answers,
        )
        self.interchanges.append(ended)
        self.sets = []

    def ended(self, size: int) -> FileSurvey:
        """Each interchange ends where the next begins; sets behind the last one are none of it."""
        ends = [*(each.start for each in self.interchanges[1:]), size]
        found = [replace(each, end=end) for each, end in zip(self.interchanges, ends, strict=False)]
        if found and self.sets:
            found[-1] = replace(found[-1], sets=(*found[-1].sets, *self.sets))
        return FileSurvey(interchanges=tuple(found), unread=tuple(self._unread.values()))

    def _costs_something(self, found: Diagnostic) -> bool:
        """Text between interchanges may be one whose header was cut, unless the partner adds it."""
        is_between = found.code == OUTSIDE and found.code not in self._partner.tolerated
        return is_between or found.severity is Severity.MESSAGE


def surveyed_set(
    answered: AcknowledgedSet,
    findings: tuple[Diagnostic, ...],
    *,
    group: str,
    is_lost: bool = False,
) -> SurveyedSet:
    """A set as its acknowledgement tells it; `is_lost` says that what it stands in is rejected."""
    return SurveyedSet(
        kind=answered.kind,
        group=group,
        control=answered.control,
        verdict=REJECTED if is_lost else answered.verdict,
        findings=findings,
    )


def file_parts(
    told: Iterable[object], set_receipt: type, interchange_receipt: type
) -> Iterator[FilePart]:
    """Every set that the reader tells of with its document, and what stands beside the sets."""
    interchange, document = 0, None
    for each in told:
        if isinstance(each, interchange_receipt):
            interchange += 1
        elif isinstance(each, InterchangeAcknowledgement):
            yield FilePart(interchange=interchange, is_set=False, document=each)
        elif isinstance(each, set_receipt):
            yield FilePart(interchange=interchange, is_set=True, document=document)
            document = None
        elif isinstance(each, TradeDocument):
            document = each


def _is_between(head: StatedHead, sender: Address, receiver: Address) -> bool:
    """Both sides as the header states them, each with its qualifier."""
    return (head.sender_qualifier, head.sender, head.receiver_qualifier, head.receiver) == (
        *(sender.qualifier, sender.id),
        *(receiver.qualifier, receiver.id),
    )
