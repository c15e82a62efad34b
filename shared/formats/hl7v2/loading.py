"""Senders' profiles from their JSON files, checked before anything is read by one."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import NoReturn

from shared.errors import LedgerwardError
from shared.formats.hl7v2.profile import FieldPlace, SenderProfile
from shared.formats.profile_folder import ProfileFolder

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_MOST = 999  # fields of a segment
_FLAGS = frozenset({"dispenses_are_uses", "has_numeric_units"})
_KNOWN = frozenset(each.name for each in fields(SenderProfile)) - {"name"}
_PLACE = frozenset(each.name for each in fields(FieldPlace))


class SenderProfileError(LedgerwardError):
    """A profile says something that cannot be read by: in which file, which field, and why."""

    code = "HL7V2_PROFILE"


def profile_from(text: str, *, file: str) -> SenderProfile:
    """The profile that a JSON text is, strictly; `file` is where it stands, its stem the name.

    Raises:
        SenderProfileError: it is none.
    """
    checked, name = _Checked(file), Path(file).stem
    if not _NAME.fullmatch(name):
        checked.refuse("", "has a name that is not made of a-z, 0-9, _ and -")
    try:
        said = json.loads(text)
    except ValueError as error:
        checked.refuse("", f"is no JSON: {error}")
    return checked.profile(name, checked.members(said, "the profile"))


_FOLDER = ProfileFolder(Path(__file__).parent / "profiles", profile_from)
profile_names = _FOLDER.names
find_profile = _FOLDER.find


class _Checked:
    """Checks one file; every refusal names it and the field."""

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, field: str, why: str) -> NoReturn:
        """Nobody may read by this profile."""
        raise SenderProfileError(f"profile {self._file}: {field + ' ' if field else ''}{why}")

    def profile(self, name: str, said: Mapping[str, object]) -> SenderProfile:
        """The profile of these facts."""
        for field in sorted(set(said) - _KNOWN):
            self.refuse(field, "is no field of a profile")
        version = self._whole(said.get("version"), "version")
        flags = {field: self._flag(said[field], field) for field in _FLAGS & set(said)}
        places = {
            field: self._places(said[field], field) for field in set(said) - _FLAGS - {"version"}
        }
        return SenderProfile(name=name, version=version, **flags, **places)  # type: ignore[arg-type]

    def members(self, said: object, field: str) -> Mapping[str, object]:
        """An object."""
        if not isinstance(said, dict):
            self.refuse(field, "is no object")
        return said

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

    def _flag(self, said: object, field: str) -> bool:
        if not isinstance(said, bool):
            self.refuse(field, "is neither true nor false")
        return said
