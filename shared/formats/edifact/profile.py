"""What one trading partner does in his own way: data, never code. One file a partner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.formats.edi.delimiters import Delimiters
from shared.formats.edifact.header import LEVEL_A


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One side of an interchange: its identification (0004, 0010) and what kind it is (0007)."""

    id: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerProfile:
    """How one partner's interchanges are read and written.

    `version` counts the changes of this profile. `directory` is what is written to him, D.96A or
    D.01B, `association` the guide that he agreed on (0057), as EAN008. `charset` is the syntax
    identifier (UNOA, UNOC, UNOY...) of what is written. `element_codes` adds codes to the closed
    lists, by element number; `item_qualifiers` says by which code of several our words for item
    numbers are written. `tolerated` are findings that cost nothing with this partner.
    `acknowledges` says whether his interchanges are answered: always, if he asks, or never;
    `rejects_on_error` whether a message with an error in a line is rejected.
    `reuses_control_numbers` says that the date and the time of an interchange belong to its name,
    since its reference alone comes again (DUP9).
    """

    name: str
    version: int = 1
    ours: Mailbox = Mailbox(id="HOSPITAL1", qualifier="ZZZ")
    theirs: Mailbox = Mailbox(id="SUPPLIER1", qualifier="ZZZ")
    directory: str = "D.96A"
    association: str = ""
    charset: str = "UNOC"
    syntax: str = "3"
    delimiters: Delimiters = LEVEL_A
    is_wrapped: bool = False
    is_test: bool = False
    first_control: int = 1
    acknowledges: str = "always"
    asks_acknowledgement: bool = False
    rejects_on_error: bool = False
    reuses_control_numbers: bool = False
    tolerated: frozenset[str] = frozenset()
    element_codes: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    item_qualifiers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    total_tolerance_cents: int = 2


DEFAULT_PROFILE = PartnerProfile(name="default")
