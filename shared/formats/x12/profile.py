"""What one trading partner does in his own way: data, never code. One file a partner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.formats.edi.delimiters import Delimiters

DEFAULT_DELIMITERS = Delimiters(element="*", component=">", segment="~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One side of an interchange: ISA qualifier and id, and the name in GS."""

    qualifier: str
    id: str
    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerProfile:
    """How one partner's interchanges are read and written.

    `version` counts the changes of this profile. `element_codes` adds codes to the closed lists, by
    element number. `stock_kinds` gives codes of element 673 our words, since senders disagree about
    them; `item_qualifiers` says by which code of several our words for item numbers are written to
    him. `tolerated` are findings that cost nothing with this partner. `acknowledges` says with
    which set a group is answered: 997, 999 or none; `rejects_on_error` whether a set with an error
    in a line is rejected, or accepted with errors. `reuses_control_numbers` says that the date and
    the time of an interchange belong to its name, since its number alone comes again (DUP9).
    """

    name: str
    version: int = 1
    ours: Mailbox = Mailbox(qualifier="ZZ", id="HOSPITAL1", application="HOSPITAL1")
    theirs: Mailbox = Mailbox(qualifier="ZZ", id="SUPPLIER1", application="SUPPLIER1")
    standard: str = "004010"
    delimiters: Delimiters = DEFAULT_DELIMITERS
    is_wrapped: bool = False
    is_test: bool = False
    first_control: int = 1
    acknowledges: str = "997"
    asks_interchange_answer: bool = False
    rejects_on_error: bool = False
    reuses_control_numbers: bool = False
    tolerated: frozenset[str] = frozenset()
    element_codes: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    stock_kinds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    item_qualifiers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    total_tolerance_cents: int = 2


DEFAULT_PROFILE = PartnerProfile(name="default")
