"""A trading partner who speaks EDIFACT: his files surveyed and read, and he acknowledged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shared.canonical.acknowledgement import FunctionalAcknowledgement
from shared.formats.edi.exchange import Answer
from shared.formats.edi.partner import ProfiledPartner
from shared.formats.edi.surveying import Surveying, surveyed_set
from shared.formats.edifact.acknowledge import (
    answer_to_interchange,
    is_answered,
    is_wholly_wrong,
)
from shared.formats.edifact.loading import find_profile
from shared.formats.edifact.profile import PartnerProfile
from shared.formats.edifact.reader import follow
from shared.formats.edifact.receipts import InterchangeReceipt, MessageReceipt
from shared.formats.edifact.writing.interchange import write


@dataclass(frozen=True, slots=True, kw_only=True)
class EdifactPartner(ProfiledPartner[PartnerProfile]):
    """Implements Partner."""

    source: ClassVar[str] = "edifact"
    content_type: ClassVar[str] = "application/edifact"
    set_receipt: ClassVar[type] = MessageReceipt
    interchange_receipt: ClassVar[type] = InterchangeReceipt

    def follow(self, body: bytes) -> Iterator[object]:
        """Every document, finding and receipt of a file, in its order."""
        return follow(body, self.profile)

    def surveying(self) -> Surveying:
        """What a survey of one file is kept in."""
        return _Survey(self.profile)

    def answer(self, answers: Sequence[Answer], *, control: int, at: datetime) -> bytes:
        """Write CONTRL as one interchange of ours.

        Raises:
            UnwritableError: the sender's own references cannot be written to him.
        """
        controls = [each for each in answers if isinstance(each, FunctionalAcknowledgement)]
        return write(controls, self.profile, control=control, at=at)


def edifact_partner(name: str) -> EdifactPartner | None:
    """The partner whose profile has this name; None if there is none."""
    profile = find_profile(name)
    return EdifactPartner(profile=profile) if profile else None


class _Survey(Surveying):
    """Messages are told once their interchange has ended, as CONTRL tells them."""

    def __init__(self, profile: PartnerProfile) -> None:
        super().__init__(profile)
        self._profile = profile
        self._messages: list[MessageReceipt] = []

    def take_ended(self, each: object) -> None:
        """A message or an interchange."""
        match each:
            case MessageReceipt():
                self.told(each.findings)
                self._messages.append(each)
            case InterchangeReceipt():
                self._end_interchange(each)
            case _:
                pass

    def _end_interchange(self, receipt: InterchangeReceipt) -> None:
        self.told(receipt.findings)
        answer = answer_to_interchange(receipt, self._messages, self._profile)
        self.sets += [
            surveyed_set(answered, each.findings, group=each.group)
            for each, answered in zip(self._messages, answer.sets, strict=True)
        ]
        is_told = is_answered(receipt, self._messages, self._profile)
        self.end_interchange(
            receipt.head,
            findings=receipt.findings,
            answers=(answer,) if is_told else (),
            is_lost=is_wholly_wrong(receipt),
        )
        self._messages = []
