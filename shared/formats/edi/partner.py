"""A trading partner of any standard: what his profile says, and his files gone through."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from shared.formats.edi.exchange import FilePart, FileSurvey, PartnerFacts
from shared.formats.edi.surveying import Surveying, file_parts

ProfileT = TypeVar("ProfileT", bound=PartnerFacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfiledPartner(ABC, Generic[ProfileT]):
    """Implements Partner but for `answer`; a standard says how it is read and surveyed.

    `set_receipt` and `interchange_receipt` are what its reader tells of a set and an interchange
    that have ended.
    """

    source: ClassVar[str]
    content_type: ClassVar[str]
    set_receipt: ClassVar[type]
    interchange_receipt: ClassVar[type]

    profile: ProfileT

    @abstractmethod
    def follow(self, body: bytes) -> Iterator[object]:
        """Every document, finding and receipt of a file, in its order."""

    @abstractmethod
    def surveying(self) -> Surveying:
        """What a survey of one file is kept in."""

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
        surveying = self.surveying()
        for each in self.follow(body):
            surveying.take(each)
        return surveying.ended(len(body))

    def parts(self, body: bytes) -> Iterator[FilePart]:
        """Go through the same file again: every set of the survey, in the same order."""
        return file_parts(self.follow(body), self.set_receipt, self.interchange_receipt)
