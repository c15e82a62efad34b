"""Senders' profiles from their JSON files, checked before anything is read by one."""

import re
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path

from shared.errors import LedgerwardError
from shared.formats.hl7v2.profile import FieldPlace, SenderProfile
from shared.formats.profile_checks import ProfileChecks
from shared.formats.profile_folder import ProfileFolder

_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_MOST = 999  # fields of a segment
_FLAGS = frozenset({"dispenses_are_uses", "has_numeric_units"})
_PLACE = frozenset(each.name for each in fields(FieldPlace))


class SenderProfileError(LedgerwardError):
    """A profile says something that cannot be read by: in which file, which field, and why."""

    code = "HL7V2_PROFILE"


def profile_from(text: str, *, file: str) -> SenderProfile:
    """The profile that a JSON text is, strictly; `file` is where it stands, its stem the name.

    Raises:
        SenderProfileError: it is none.
    """
    return _Checked(file).profile(SenderProfile, text)


_FOLDER = ProfileFolder(Path(__file__).parent / "profiles", profile_from)
profile_names = _FOLDER.names
find_profile = _FOLDER.find


class _Checked(ProfileChecks):
    """Checks one file; all but its version and its flags are lists of places."""

    what = "profile"
    error = SenderProfileError
    required = ("version",)

    def reads(self, field: str) -> Callable[[object], object]:
        """How the value of a field is read."""
        if field == "version":
            return partial(self._whole, field=field)
        return partial(self.flag if field in _FLAGS else self._places, field=field)

    def _places(self, said: object, field: str) -> tuple[FieldPlace, ...]:
        if not isinstance(said, list) or not said:
            self.refuse(field, "is no list of places")
        return tuple(self._place(each, f"{field}[{at}]") for at, each in enumerate(said))

    def _place(self, said: object, field: str) -> FieldPlace:
        stated = self.members(said, field)
        if not {"segment", "field"} <= set(stated) <= _PLACE:
            self.refuse(field, "states segment, field and perhaps " + ", ".join(sorted(_PLACE)))
        segment, value = stated["segment"], stated.get("only_if_value", "")
        if not isinstance(segment, str) or not _SEGMENT.fullmatch(segment):
            self.refuse(f"{field}.segment", "is no name of a segment")
        if not isinstance(value, str) or bool(value) != ("only_if_field" in stated):
            self.refuse(field, "states only_if_field and only_if_value together")
        numbers = {
            name: self._whole(stated[name], f"{field}.{name}")
            for name in ("field", "component", "only_if_field")
            if name in stated
        }
        return FieldPlace(segment=segment, only_if_value=value, **numbers)

    def _whole(self, said: object, field: str) -> int:
        if not isinstance(said, int) or isinstance(said, bool) or not 1 <= said <= _MOST:
            self.refuse(field, f"is no whole number from 1 to {_MOST}")
        return said
