"""Partner profiles from their JSON files, checked before anything is read or written by one."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from shared.errors import LedgerwardError
from shared.formats.edi.profile_checks import PartnerChecks
from shared.formats.profile_folder import ProfileFolder
from shared.formats.x12.elements import elements_of
from shared.formats.x12.profile import Mailbox, PartnerProfile
from shared.formats.x12.vocabularies import ITEM_SCHEMES

STANDARDS = ("004010", "004020", "004030", "004040", "004050", "004060", "005010")
ACKNOWLEDGEMENTS = ("997", "999", "")
_FLAGS = (
    *("is_wrapped", "is_test", "asks_interchange_answer", "rejects_on_error"),
    "reuses_control_numbers",
)
_MAILBOX_LIMITS = {"qualifier": (2, 2), "id": (1, 15), "application": (2, 15)}


class PartnerProfileError(LedgerwardError):
    """A profile says something that cannot be worked by: in which file, which field, and why."""

    code = "X12_PROFILE"


def profile_from(text: str, *, file: str) -> PartnerProfile:
    """The profile that a JSON text is, strictly; `file` is where it stands, its stem the name.

    Raises:
        PartnerProfileError: it is none.
    """
    return _Checked(file).profile(PartnerProfile, text)


_FOLDER = ProfileFolder(Path(__file__).parent / "profiles", profile_from)
profile_names = _FOLDER.names
find_profile = _FOLDER.find


class _Checked(PartnerChecks):
    """Checks one file."""

    error = PartnerProfileError

    def reads(self, field: str) -> Callable[[object], object]:
        """How the value of a field is read."""
        reads: dict[str, Callable[[object], object]] = {
            "ours": partial(self._mailbox, field=field),
            "theirs": partial(self._mailbox, field=field),
            "delimiters": self.delimiters,
            "standard": partial(self.among, allowed=STANDARDS, field=field),
            "acknowledges": partial(self.among, allowed=ACKNOWLEDGEMENTS, field=field),
            "tolerated": self.tolerated,
            "element_codes": partial(self.element_codes, elements=elements_of("004")),
            "stock_kinds": self._stock_kinds,
            "item_qualifiers": partial(self.item_qualifiers, schemes=ITEM_SCHEMES),
            **dict.fromkeys(_FLAGS, partial(self.flag, field=field)),
        }
        return reads.get(field, partial(self.count, field=field))

    def _mailbox(self, said: object, field: str) -> Mailbox:
        return Mailbox(**self.mailbox(said, field, _MAILBOX_LIMITS))

    def _stock_kinds(self, said: object) -> Mapping[str, str]:
        kinds = self.members(said, "stock_kinds")
        return MappingProxyType(
            {code: self.text(kind, f"stock_kinds.{code}") for code, kind in kinds.items()}
        )
