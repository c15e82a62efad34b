"""What is known of a file of interchanges before any of it is taken in, whatever its standard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.canonical.acknowledgement import FunctionalAcknowledgement, InterchangeAcknowledgement
from shared.canonical.diagnostic import Diagnostic

Answer = FunctionalAcknowledgement | InterchangeAcknowledgement
REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedSet:
    """One set, and what its acknowledgement says of it: `rejected` too if its group is."""

    kind: str
    group: str
    control: str
    verdict: str
    findings: tuple[Diagnostic, ...]

    @property
    def is_rejected(self) -> bool:
        """Whether the sender is told to send it again, so that it may not count here."""
        return self.verdict == REJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedInterchange:
    """One interchange from its first byte to its last.

    `is_from_partner` says that it goes from the partner to us by its own header. `is_lost` says
    that its envelope is wrong: nothing of it counts. `answers` acknowledge it, none if the partner
    wants none; an acknowledgement is never acknowledged.
    """

    sender: str
    receiver: str
    control: str
    sent_on: str
    sent_at: str
    is_test: bool
    is_from_partner: bool
    is_lost: bool
    start: int
    end: int
    findings: tuple[Diagnostic, ...]
    sets: tuple[SurveyedSet, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSurvey:
    """A file's interchanges, and what in it is none that can be read."""

    interchanges: tuple[SurveyedInterchange, ...]
    unread: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """A set as it was read, in the order of the file, or what stands beside the sets (TA1).

    `interchange` counts from 0. `document` is None if the set gave none.
    """

    interchange: int
    is_set: bool
    document: object | None


class Address(Protocol):
    """One side of an interchange."""

    @property
    def id(self) -> str:
        """What it is called."""
        ...

    @property
    def qualifier(self) -> str:
        """By whose list."""
        ...


class PartnerFacts(Protocol):
    """What a partner's profile says in every standard."""

    @property
    def name(self) -> str:
        """The profile's own, which is its file's."""
        ...

    @property
    def ours(self) -> Address:
        """To whom he sends."""
        ...

    @property
    def theirs(self) -> Address:
        """As whom he sends."""
        ...

    @property
    def tolerated(self) -> frozenset[str]:
        """Findings that cost nothing with him."""
        ...

    @property
    def reuses_control_numbers(self) -> bool:
        """Whether date and time of an interchange are part of its name (DUP9)."""
        ...

    @property
    def first_control(self) -> int:
        """Where our control numbers to him begin."""
        ...


class Partner(Protocol):
    """A trading partner: how his files are read, and how he is answered."""

    @property
    def name(self) -> str:
        """The name of his profile."""
        ...

    @property
    def source(self) -> str:
        """The format's, as the registry has it."""
        ...

    @property
    def content_type(self) -> str:
        """What an answer to him is declared as."""
        ...

    @property
    def reuses_control_numbers(self) -> bool:
        """Whether date and time of an interchange are part of its name (DUP9)."""
        ...

    @property
    def first_control(self) -> int:
        """Where our control numbers to him begin."""
        ...

    def survey(self, body: bytes) -> FileSurvey:
        """Go through a file once; never raises on what it holds."""
        ...

    def parts(self, body: bytes) -> Iterator[FilePart]:
        """Go through the same file again: every set of the survey, in the same order."""
        ...

    def answer(self, answers: Sequence[Answer], *, control: int, at: datetime) -> bytes:
        """Write acknowledgements as one interchange of ours.

        Raises:
            LedgerwardError: the sender's own numbers cannot be written to him.
        """
        ...
