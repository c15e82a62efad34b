"""What is known of an interchange, a group and a set once each has ended, for acknowledgements."""

from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.delimiters import Delimiters
from shared.formats.edi.envelope import StatedHead


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeHead(StatedHead):
    """ISA."""

    version: str
    delimiters: Delimiters


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHead:
    """GS."""

    function: str
    sender: str
    receiver: str
    control: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReceipt:
    """One set that has ended, and what was found in it."""

    kind: str
    control: str
    version: str
    findings: tuple[Diagnostic, ...]
    has_document: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReceipt:
    """One group that has ended: how many sets it states and has, and what was found around them."""

    interchange: InterchangeHead
    head: GroupHead
    included: int
    received: int
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeReceipt:
    """One interchange that has ended, and what was found around its groups."""

    head: InterchangeHead
    groups: int
    findings: tuple[Diagnostic, ...]


Receipt = SetReceipt | GroupReceipt | InterchangeReceipt
