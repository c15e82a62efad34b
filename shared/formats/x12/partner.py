"""A trading partner who speaks X12: his files surveyed and read, and he acknowledged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
)
from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.exchange import (
    REJECTED,
    Answer,
    FilePart,
    FileSurvey,
    SurveyedInterchange,
    SurveyedSet,
)
from shared.formats.edi.positions import EdiPosition
from shared.formats.edi.splitting import OUTSIDE
from shared.formats.x12.acknowledge import (
    answer_to_group,
    answer_to_interchange,
    answer_to_set,
    is_acknowledgement,
)
from shared.formats.x12.loading import find_profile
from shared.formats.x12.profile import PartnerProfile
from shared.formats.x12.reader import follow
from shared.formats.x12.receipts import (
    GroupReceipt,
    InterchangeHead,
    InterchangeReceipt,
    SetReceipt,
)
from shared.formats.x12.writing.interchange import ControlNumbers, write

_NO_GROUP = "SET_OUTSIDE_GROUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class X12Partner:
    """Implements Partner."""

    profile: PartnerProfile
    source: str = "x12"
    content_type: str = "application/edi-x12"

    @property
    def name(self) -> str:
        """The name of his profile."""
        return self.profile.name

    @property
    def reuses_control_numbers(self) -> bool:
        """Whether date and time of an interchange are part of its name (DUP9)."""
        return self.profile.reuses_control_numbers

    @property
    def first_control(self) -> int:
        """Where our control numbers to him begin."""
        return self.profile.first_control

    def survey(self, body: bytes) -> FileSurvey:
        """Go through a file once; never raises on what it holds."""
        survey = _Survey(self.profile)
        for each in follow(body, self.profile):
            survey.take(each)
        return survey.ended(len(body))

    def parts(self, body: bytes) -> Iterator[FilePart]:
        """Go through the same file again: every set of the survey, in the same order."""
        interchange, document = 0, None
        for each in follow(body, self.profile):
            match each:
                case Diagnostic() | GroupReceipt():
                    continue
                case InterchangeReceipt():
                    interchange += 1
                case InterchangeAcknowledgement():
                    yield FilePart(interchange=interchange, is_set=False, document=each)
                case SetReceipt():
                    yield FilePart(interchange=interchange, is_set=True, document=document)
                    document = None
                case _:
                    document = each

    def answer(self, answers: Sequence[Answer], *, control: int, at: datetime) -> bytes:
        """Write acknowledgements as one interchange of ours.

        Raises:
            UnwritableError: the sender's own numbers cannot be written to him.
        """
        return write(
            [each for each in answers if isinstance(each, FunctionalAcknowledgement)],
            self.profile,
            ControlNumbers(interchange=control, group=control),
            at=at,
            answers=[each for each in answers if isinstance(each, InterchangeAcknowledgement)],
        )


def x12_partner(name: str) -> X12Partner | None:
    """The partner whose profile has this name; None if there is none."""
    profile = find_profile(name)
    return X12Partner(profile=profile) if profile else None


@dataclass(slots=True)
class _Survey:
    """What of a file has ended so far, and what of the interchange that is open."""

    profile: PartnerProfile
    interchanges: list[SurveyedInterchange] = field(default_factory=list)
    unread: dict[int, Diagnostic] = field(default_factory=dict)
    sets: list[SurveyedSet] = field(default_factory=list)
    in_group: list[tuple[SetReceipt, AcknowledgedSet]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)

    def take(self, each: object) -> None:
        """What the reader gave next."""
        match each:
            case Diagnostic() if self._costs_something(each):
                self.unread[id(each)] = each
            case SetReceipt():
                self._take_set(each)
            case GroupReceipt():
                self._end_group(each)
            case InterchangeReceipt():
                self._end_interchange(each)
            case _:
                pass

    def ended(self, size: int) -> FileSurvey:
        """Each interchange ends where the next begins; sets behind the last one are none of it."""
        ends = [*(each.start for each in self.interchanges[1:]), size]
        found = [replace(each, end=end) for each, end in zip(self.interchanges, ends, strict=False)]
        if found and self.sets:
            found[-1] = replace(found[-1], sets=(*found[-1].sets, *self.sets))
        return FileSurvey(interchanges=tuple(found), unread=tuple(self.unread.values()))

    def _take_set(self, receipt: SetReceipt) -> None:
        self._told(receipt.findings)
        answered = answer_to_set(receipt, self.profile)
        outside = next(
            (each for each in receipt.findings if each.code == "SET_OUTSIDE_GROUP"), None
        )
        if outside is None:
            self.in_group.append((receipt, answered))
            return
        is_stray = _interchange_of(outside) <= len(self.interchanges)
        self.sets.append(_surveyed(receipt, answered, "", is_rejected=is_stray))

    def _end_group(self, receipt: GroupReceipt) -> None:
        self._told(receipt.findings)
        answer = answer_to_group(receipt, [answered for _, answered in self.in_group], self.profile)
        is_lost = not answer.accepted
        self.sets += [
            _surveyed(each, answered, receipt.head.control, is_rejected=is_lost)
            for each, answered in self.in_group
        ]
        if self.profile.acknowledges and not is_acknowledgement(receipt):
            self.answers.append(answer)
        self.findings += receipt.findings
        self.in_group = []

    def _end_interchange(self, receipt: InterchangeReceipt) -> None:
        self._told(receipt.findings)
        answer = answer_to_interchange(receipt)
        self.interchanges.append(
            _interchange(
                receipt,
                self.profile,
                findings=(*self.findings, *receipt.findings),
                sets=tuple(self.sets),
                answers=_answers(receipt, answer, self.answers),
                is_lost=answer.verdict == REJECTED,
            )
        )
        self.sets, self.answers, self.findings = [], [], []

    def _told(self, findings: Sequence[Diagnostic]) -> None:
        """What stands in a receipt is told by its acknowledgement or its hold."""
        for each in findings:
            self.unread.pop(id(each), None)

    def _costs_something(self, found: Diagnostic) -> bool:
        """Text between interchanges may be one whose header was cut, unless the partner adds it."""
        is_between = found.code == OUTSIDE and found.code not in self.profile.tolerated
        return is_between or found.severity is Severity.MESSAGE


def _surveyed(
    receipt: SetReceipt, answered: AcknowledgedSet, group: str, *, is_rejected: bool
) -> SurveyedSet:
    return SurveyedSet(
        kind=receipt.kind,
        group=group,
        control=receipt.control,
        verdict=REJECTED if is_rejected else answered.verdict,
        findings=receipt.findings,
    )


def _interchange(
    receipt: InterchangeReceipt,
    profile: PartnerProfile,
    *,
    findings: tuple[Diagnostic, ...],
    sets: tuple[SurveyedSet, ...],
    answers: tuple[Answer, ...],
    is_lost: bool,
) -> SurveyedInterchange:
    head = receipt.head
    return SurveyedInterchange(
        sender=head.sender,
        receiver=head.receiver,
        control=head.control,
        sent_on=head.sent_on,
        sent_at=head.sent_at,
        is_test=head.is_test,
        is_from_partner=_is_between_us(head, profile),
        is_lost=is_lost,
        start=head.byte,
        end=head.byte,
        findings=findings,
        sets=sets,
        answers=answers,
    )


def _answers(
    receipt: InterchangeReceipt, answer: InterchangeAcknowledgement, groups: Sequence[Answer]
) -> tuple[Answer, ...]:
    """TA1 if it is asked for, or nothing counts; then its groups, if anything does.

    What has acknowledgements alone is not answered, or two machines never stop.
    """
    if not groups:
        return ()
    if answer.verdict == REJECTED:
        return (answer,)
    return (*((answer,) if receipt.head.wants_answer else ()), *groups)


def _is_between_us(head: InterchangeHead, profile: PartnerProfile) -> bool:
    """ISA05 to ISA08 against the two mailboxes of the profile."""
    theirs, ours = profile.theirs, profile.ours
    return (head.sender_qualifier, head.sender, head.receiver_qualifier, head.receiver) == (
        *(theirs.qualifier, theirs.id),
        *(ours.qualifier, ours.id),
    )


def _interchange_of(found: Diagnostic) -> int:
    position = found.position
    return position.interchange if isinstance(position, EdiPosition) else 0
