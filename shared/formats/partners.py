"""Trading partners by the name of their profile, whatever EDI they speak."""

from collections.abc import Callable
from types import MappingProxyType

from shared.formats.edi.exchange import Partner
from shared.formats.edifact.partner import edifact_partner
from shared.formats.x12.partner import x12_partner

# By the format's source; a name belongs to a profile of one format alone.
SPOKEN = MappingProxyType[str, Callable[[str], Partner | None]](
    {"x12": x12_partner, "edifact": edifact_partner}
)


def find_partner(name: str) -> Partner | None:
    """The partner whose profile has this name; None if there is none.

    Raises:
        PartnerProfileError: there is one, and it is wrong.
    """
    found = (by_name(name) for by_name in SPOKEN.values())
    return next((partner for partner in found if partner is not None), None)
