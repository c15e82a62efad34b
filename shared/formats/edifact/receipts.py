"""What is known of a message and an interchange once each has ended, for acknowledgements."""

from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.delimiters import Delimiters


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeHead:
    """UNB: from whom, to whom, under which reference; the key of DUP9 is all four of its facts."""

    charset: str
    syntax: str
    sender: str
    sender_qualifier: str
    receiver: str
    receiver_qualifier: str
    sent_on: str
    sent_at: str
    control: str
    wants_answer: bool
    is_test: bool
    delimiters: Delimiters
    byte: int

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """By what an interchange that comes again is known (DUP9)."""
        return (self.sender, self.receiver, self.control, self.sent_on, self.sent_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHead:
    """UNG."""

    function: str
    control: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHead:
    """UNH: its reference (0062), and what it says it is (S009)."""

    control: str
    kind: str
    version: str
    release: str
    agency: str
    association: str

    @property
    def directory(self) -> str:
        """The directory that the message is of, as D.96A; empty if none is stated."""
        return f"{self.version}.{self.release}" if self.version or self.release else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceipt:
    """One message that has ended, in which group if it is in one, and what was found in it."""

    head: MessageHead
    group: str
    findings: tuple[Diagnostic, ...]
    has_document: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeReceipt:
    """One interchange that has ended: how many messages or groups it states, and what was found."""

    head: InterchangeHead
    included: int
    findings: tuple[Diagnostic, ...]


Receipt = MessageReceipt | InterchangeReceipt
