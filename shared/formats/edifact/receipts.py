"""What is known of a message and an interchange once each has ended, for acknowledgements."""

from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.delimiters import Delimiters
from shared.formats.edi.envelope import StatedHead


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeHead(StatedHead):
    """UNB, or what stands for one where an interchange has none."""

    charset: str
    syntax: str
    delimiters: Delimiters

    @property
    def is_stated(self) -> bool:
        """Whether there was a UNB."""
        return bool(self.delimiters.element)


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
