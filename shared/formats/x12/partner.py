"""A trading partner who speaks X12: his files surveyed and read, and he acknowledged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shared.canonical.acknowledgement import (
    AcknowledgedSet,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
)
from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.exchange import REJECTED, Answer
from shared.formats.edi.partner import ProfiledPartner
from shared.formats.edi.positions import EdiPosition
from shared.formats.edi.surveying import Surveying, surveyed_set
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
    InterchangeReceipt,
    SetReceipt,
)
from shared.formats.x12.writing.interchange import ControlNumbers, write

_NO_GROUP = "SET_OUTSIDE_GROUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class X12Partner(ProfiledPartner[PartnerProfile]):
    """Implements Partner."""

    source: ClassVar[str] = "x12"
    content_type: ClassVar[str] = "application/edi-x12"
    set_receipt: ClassVar[type] = SetReceipt
    interchange_receipt: ClassVar[type] = InterchangeReceipt

    def follow(self, body: bytes) -> Iterator[object]:
        """Every document, finding and receipt of a file, in its order."""
        return follow(body, self.profile)

    def surveying(self) -> Surveying:
        """What a survey of one file is kept in."""
        return _Survey(self.profile)

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


class _Survey(Surveying):
    """Beside sets and interchanges: the sets, answers and findings of groups."""

    def __init__(self, profile: PartnerProfile) -> None:
        super().__init__(profile)
        self._profile = profile
        self._in_group: list[tuple[SetReceipt, AcknowledgedSet]] = []
        self._answers: list[Answer] = []
        self._findings: list[Diagnostic] = []

    def take_ended(self, each: object) -> None:
        """A set, a group or an interchange."""
        match each:
            case SetReceipt():
                self._take_set(each)
            case GroupReceipt():
                self._end_group(each)
            case InterchangeReceipt():
                self._end_interchange(each)
            case _:
                pass

    def _take_set(self, receipt: SetReceipt) -> None:
        self.told(receipt.findings)
        answered = answer_to_set(receipt, self._profile)
        outside = next((each for each in receipt.findings if each.code == _NO_GROUP), None)
        if outside is None:
            self._in_group.append((receipt, answered))
            return
        is_stray = _interchange_of(outside) <= len(self.interchanges)
        self.sets.append(surveyed_set(answered, receipt.findings, group="", is_lost=is_stray))

    def _end_group(self, receipt: GroupReceipt) -> None:
        self.told(receipt.findings)
        sets = [answered for _, answered in self._in_group]
        answer = answer_to_group(receipt, sets, self._profile)
        group, is_lost = receipt.head.control, not answer.accepted
        self.sets += [
            surveyed_set(answered, each.findings, group=group, is_lost=is_lost)
            for each, answered in self._in_group
        ]
        if self._profile.acknowledges and not is_acknowledgement(receipt):
            self._answers.append(answer)
        self._findings += receipt.findings
        self._in_group = []

    def _end_interchange(self, receipt: InterchangeReceipt) -> None:
        self.told(receipt.findings)
        answer = answer_to_interchange(receipt)
        self.end_interchange(
            receipt.head,
            findings=(*self._findings, *receipt.findings),
            answers=_answers(receipt, answer, self._answers),
            is_lost=answer.verdict == REJECTED,
        )
        self._answers, self._findings = [], []


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


def _interchange_of(found: Diagnostic) -> int:
    position = found.position
    return position.interchange if isinstance(position, EdiPosition) else 0
