"""Profiles from their JSON files, checked before the first row is read by one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from shared.errors import LedgerwardError
from shared.formats.flatfile.profile import (
    ENCODINGS,
    FACILITY_ZONE,
    FlatFileProfile,
    ProfileColumns,
)
from shared.formats.profile_folder import ProfileFolder

FOLDER = Path(__file__).parent / "profiles"
DELIMITERS = (",", ";", "\t", "|")
DECIMAL_MARKS = (".", ",")
_DIRECTIVES = frozenset("YmdHMSfzIp%")  # whose meaning hangs on no language
_NEEDED_DIRECTIVES = ("%Y", "%m", "%d")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TEXTS = ("application", "facility", "delimiter", "encoding", "decimal_mark", "zone")
_LISTS = ("times", "withdrawals", "returns")
_REQUIRED = ("application", "columns", "times")


class ProfileError(LedgerwardError):
    """A profile says something that cannot be read by: in which file, in which field, and why."""

    code = "PROFILE"


def profile_from(text: str, *, file: str) -> FlatFileProfile:
    """The profile that a JSON text is, strictly; `file` is where it stands, its stem the name.

    Raises:
        ProfileError: it is none.
    """
    checked = _Checked(file)
    try:
        said = json.loads(text)
    except ValueError as error:
        checked.refuse("", f"is no JSON: {error}")
    return checked.profile(said)


_FOLDER = ProfileFolder(FOLDER, profile_from)
profile_names = _FOLDER.names
find_profile = _FOLDER.find


class _Checked:
    """Checks one file; every refusal names it and the field."""

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, field: str, why: str) -> NoReturn:
        raise ProfileError(f"profile {self._file}: {field + ' ' if field else ''}{why}")

    def profile(self, said: object) -> FlatFileProfile:
        name = Path(self._file).stem
        if not _NAME.fullmatch(name):
            self.refuse("", "has a name that is not made of a-z, 0-9, _ and -")
        facts = self._object(said, "the profile")
        known = {each.name for each in fields(FlatFileProfile)} - {"name"}
        self._known(facts, known, _REQUIRED, "")
        stated: dict[str, Any] = {
            **{field: self._text(facts[field], field) for field in _TEXTS if field in facts},
            **{field: self._texts(facts[field], field) for field in _LISTS if field in facts},
        }
        profile = FlatFileProfile(
            name=name,
            columns=self._columns(facts["columns"]),
            units=self._units(facts.get("units", {})),
            **stated,
        )
        self._check_reading(profile)
        self._check_meaning(profile)
        return profile

    def _columns(self, said: object) -> ProfileColumns:
        columns = self._object(said, "columns")
        required = ("item", "quantity", "time")
        known = {each.name for each in fields(ProfileColumns)}
        if not columns.get("transaction"):
            why = "is missing: without a transaction column no row has an identity (USE2)"
            self.refuse("columns.transaction", why)
        self._known(columns, known, required, "columns.")
        named = {fact: self._text(name, f"columns.{fact}") for fact, name in columns.items()}
        folded = [name.casefold() for name in named.values()]
        for fact, name in named.items():
            if folded.count(name.casefold()) > 1:
                self.refuse(f"columns.{fact}", f"names {name!r} for more than one fact")
        return ProfileColumns(**named)

    def _units(self, said: object) -> Mapping[str, str]:
        units = self._object(said, "units")
        return MappingProxyType(
            {code: self._text(unit, f"units.{code}") for code, unit in units.items()}
        )

    def _check_reading(self, profile: FlatFileProfile) -> None:
        choices: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            ("delimiter", profile.delimiter, DELIMITERS),
            ("encoding", profile.encoding, ENCODINGS),
            ("decimal_mark", profile.decimal_mark, DECIMAL_MARKS),
        )
        for field, value, allowed in choices:
            if value not in allowed:
                self.refuse(field, f"is {value!r}, which is not among {allowed}")
        for number, form in enumerate(profile.times):
            self._check_time(form, f"times[{number}]")
        if not profile.times:
            self.refuse("times", "is empty")
        if profile.zone != FACILITY_ZONE:
            self._check_zone(profile.zone)

    def _check_time(self, form: str, field: str) -> None:
        used = re.findall(r"%(.?)", form)
        strange = [each for each in used if each not in _DIRECTIVES]
        if strange:
            self.refuse(field, f"has %{strange[0]}; known are {' '.join(sorted(_DIRECTIVES))}")
        lacking = [each for each in _NEEDED_DIRECTIVES if form.count(each) != 1]
        if lacking:
            self.refuse(field, f"does not state {lacking[0]} once")
        if ("%I" in form) != ("%p" in form):
            self.refuse(field, "has one of %I and %p without the other")

    def _check_zone(self, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            self.refuse("zone", f"is {zone!r}, which is neither 'facility' nor an IANA zone")

    def _check_meaning(self, profile: FlatFileProfile) -> None:
        columns = profile.columns
        if bool(profile.facility) == bool(columns.facility):
            self.refuse("facility", "is stated once: for all rows, or as columns.facility")
        if bool(columns.kind) != bool(profile.withdrawals):
            self.refuse("withdrawals", "and columns.kind go together")
        if profile.returns and not columns.kind:
            self.refuse("returns", "needs columns.kind")
        if set(map(str.casefold, profile.withdrawals)) & set(map(str.casefold, profile.returns)):
            self.refuse("returns", "has a word that stands in withdrawals as well")
        self._check_references(profile)

    def _check_references(self, profile: FlatFileProfile) -> None:
        columns = profile.columns
        if profile.returns and not columns.original_transaction:
            why = "a return names what it takes back"
            self.refuse("columns.original_transaction", f"is missing: {why}")
        if columns.original_line and not (columns.line and columns.original_transaction):
            needed = "columns.line and columns.original_transaction"
            self.refuse("columns.original_line", f"needs {needed}")
        if columns.line and columns.original_transaction and not columns.original_line:
            why = "a withdrawal is known by its line too"
            self.refuse("columns.original_line", f"is missing: {why}")

    def _known(
        self, said: Mapping[str, object], known: set[str], required: tuple[str, ...], prefix: str
    ) -> None:
        for name in said:
            if name not in known:
                self.refuse(f"{prefix}{name}", "is no field of a profile")
        for name in required:
            if name not in said:
                self.refuse(f"{prefix}{name}", "is missing")

    def _object(self, said: object, field: str) -> Mapping[str, object]:
        if not isinstance(said, dict):
            self.refuse(field, "is no object")
        return said

    def _text(self, said: object, field: str) -> str:
        if not isinstance(said, str) or not said or said.strip(" ") != said:
            self.refuse(field, "is no text, is empty, or has spaces around it")
        return said

    def _texts(self, said: object, field: str) -> tuple[str, ...]:
        if not isinstance(said, list):
            self.refuse(field, "is no list")
        return tuple(self._text(each, f"{field}[{number}]") for number, each in enumerate(said))


def columns_of_all() -> Iterator[tuple[str, str, frozenset[str]]]:
    """The name, the delimiter and the column names of every profile, these casefolded."""
    for profile in _FOLDER.every():
        columns = frozenset(column.casefold() for _, column in profile.columns.named())
        yield profile.name, profile.delimiter, columns
