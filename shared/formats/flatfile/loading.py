"""Profiles from their JSON files, checked before the first row is read by one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from types import MappingProxyType

from shared.errors import LedgerwardError
from shared.formats.bounds import DECIMALS_LIMIT
from shared.formats.flatfile.layout import Selector
from shared.formats.flatfile.layout_checks import LayoutChecks
from shared.formats.flatfile.meaning import check_meaning
from shared.formats.flatfile.profile import (
    ENCODINGS,
    FileKind,
    FlatFileProfile,
    Negative,
    ProfileColumns,
    Sign,
)
from shared.formats.profile_folder import ProfileFolder

FOLDER = Path(__file__).parent / "profiles"
DELIMITERS = (",", ";", "\t", "|")
DECIMAL_MARKS = (".", ",")
THOUSANDS_MARKS = ("", ".", ",", "'", " ", "\u00a0", "\u202f")
_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "delimiter": DELIMITERS,
        "encoding": ENCODINGS,
        "decimal_mark": DECIMAL_MARKS,
        "thousands_mark": THOUSANDS_MARKS,
    }
)
TELLING_HEADER = 6  # characters: a shorter literal begins many a file that is another's
_LISTS = ("times", "withdrawals", "returns")


class ProfileError(LedgerwardError):
    """A profile says something that cannot be read by: in which file, in which field, and why."""

    code = "PROFILE"


def profile_from(text: str, *, file: str) -> FlatFileProfile:
    """The profile that a JSON text is, strictly; `file` is where it stands, its stem the name.

    Raises:
        ProfileError: it is none.
    """
    checked = _Checked(file)
    profile = checked.profile(FlatFileProfile, text)
    check_meaning(profile, checked.refuse)
    return profile


_FOLDER = ProfileFolder(FOLDER, profile_from)
profile_names = _FOLDER.names
find_profile = _FOLDER.find
every_profile = _FOLDER.every


class _Checked(LayoutChecks):
    """Checks one file."""

    what = "profile"
    error = ProfileError
    required = ("application", "columns")

    def reads(self, field: str) -> Callable[[object], object]:
        """How the value of a field is read."""
        reads: dict[str, Callable[[object], object]] = {
            "columns": self._columns,
            "kind": partial(self.one_of, FileKind, field=field),
            "sign": partial(self.one_of, Sign, field=field),
            "negative": partial(self.one_of, Negative, field=field),
            "implied_decimals": self._implied_decimals,
            "dates": partial(self._by_fact, read=self.texts, field=field),
            "codes": partial(self._by_fact, read=self._words, field=field),
            "constants": partial(self._by_fact, read=self.text, field=field),
            "units": partial(self._words, field=field),
            "fixed": self.layout,
            **{
                name: partial(self.among, allowed=allowed, field=name)
                for name, allowed in _CHOICES.items()
            },
            **{name: partial(self.texts, field=name) for name in _LISTS},
        }
        return reads.get(field, partial(self.text, field=field))

    def _columns(self, said: object) -> ProfileColumns:
        columns = self.members(said, "columns")
        self._check_facts(columns, "columns")
        named = {fact: self.text(name, f"columns.{fact}") for fact, name in columns.items()}
        folded = [name.casefold() for name in named.values()]
        for fact, name in named.items():
            if folded.count(name.casefold()) > 1:
                self.refuse(f"columns.{fact}", f"names {name!r} for more than one fact")
        return ProfileColumns(**named)

    def _implied_decimals(self, said: object) -> Mapping[str, object]:
        digits = self._by_fact(said, read=self.count, field="implied_decimals")
        for fact, number in digits.items():
            if not isinstance(number, int) or number > DECIMALS_LIMIT:
                self.refuse(f"implied_decimals.{fact}", f"is more than {DECIMALS_LIMIT}")
        return digits

    def _by_fact(
        self, said: object, *, read: Callable[[object, str], object], field: str
    ) -> Mapping[str, object]:
        """What is stated of some facts, each by the fact."""
        stated = self.members(said, field)
        self._check_facts(stated, field)
        return MappingProxyType(
            {fact: read(value, f"{field}.{fact}") for fact, value in stated.items()}
        )

    def _words(self, said: object, field: str) -> Mapping[str, str]:
        """Their words and ours."""
        words = self.members(said, field)
        return MappingProxyType(
            {word: self.text(ours, f"{field}.{word}") for word, ours in words.items()}
        )

    def _check_facts(self, stated: Mapping[str, object], field: str) -> None:
        known = {each.name for each in fields(ProfileColumns)}
        for fact in stated:
            if fact not in known:
                self.refuse(f"{field}.{fact}", "is no field of a profile")


def columns_of_all() -> Iterator[tuple[str, str, frozenset[str]]]:
    """The name, the delimiter and the column names of every delimited profile, casefolded."""
    for profile in every_profile():
        if profile.fixed is None:
            columns = frozenset(column.casefold() for _, column in profile.columns.named())
            yield profile.name, profile.delimiter, columns


def headers_of_all() -> Iterator[tuple[str, Selector]]:
    """The name and the header of every fixed-width profile whose header is told from text."""
    for profile in every_profile():
        header = profile.fixed.header if profile.fixed else None
        if header is not None and len(header.text) >= TELLING_HEADER:
            yield profile.name, header
