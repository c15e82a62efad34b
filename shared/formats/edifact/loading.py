"""Partner profiles from their JSON files, checked before anything is read or written by one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from shared.errors import LedgerwardError
from shared.formats.edi.profile_checks import PartnerChecks
from shared.formats.edifact.acknowledge import ALWAYS, IF_ASKED, NEVER
from shared.formats.edifact.charsets import CHARSETS
from shared.formats.edifact.elements import D01B, D96A, elements_of
from shared.formats.edifact.profile import Mailbox, PartnerProfile
from shared.formats.edifact.vocabularies import ITEM_SCHEMES
from shared.formats.profile_folder import ProfileFolder

_FLAGS = (
    *("is_wrapped", "is_test", "asks_acknowledgement", "rejects_on_error"),
    "reuses_control_numbers",
)
_MAILBOX_LIMITS = {"id": (1, 35), "qualifier": (0, 4)}
_SYNTAXES = ("1", "2", "3", "4")


class PartnerProfileError(LedgerwardError):
    """A profile says something that cannot be worked by: in which file, which field, and why."""

    code = "EDIFACT_PROFILE"


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
    allowed = ("element", "component", "segment", "repetition", "release", "decimal")

    def reads(self, field: str) -> Callable[[object], object]:
        """How the value of a field is read."""
        reads: dict[str, Callable[[object], object]] = {
            "ours": partial(self._mailbox, field=field),
            "theirs": partial(self._mailbox, field=field),
            "delimiters": self.delimiters,
            "directory": partial(self.among, allowed=(D96A, D01B), field=field),
            "charset": partial(self.among, allowed=tuple(CHARSETS), field=field),
            "syntax": partial(self.among, allowed=_SYNTAXES, field=field),
            "acknowledges": partial(self.among, allowed=(ALWAYS, IF_ASKED, NEVER), field=field),
            "association": partial(self.text, field=field),
            "tolerated": self.tolerated,
            "element_codes": partial(self.element_codes, elements=elements_of(D96A)),
            "item_qualifiers": partial(self.item_qualifiers, schemes=ITEM_SCHEMES),
            **dict.fromkeys(_FLAGS, partial(self.flag, field=field)),
        }
        return reads.get(field, partial(self.count, field=field))

    def _mailbox(self, said: object, field: str) -> Mailbox:
        return Mailbox(**self.mailbox(said, field, _MAILBOX_LIMITS))
