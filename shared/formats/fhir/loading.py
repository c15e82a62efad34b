"""Profiles of FHIR senders from their JSON files, checked before anything is read by one."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from shared.errors import LedgerwardError
from shared.formats.fhir.profile import FhirProfile, Version
from shared.formats.gtins import GTIN
from shared.formats.profile_checks import ProfileChecks
from shared.formats.profile_folder import ProfileFolder

ITEM_SCHEMES = ("buyer", "supplier", "hospital", "manufacturer", GTIN)
_VERSIONS = (Version.R4.value, Version.R5.value)


class FhirProfileError(LedgerwardError):
    """A profile says something that cannot be read by: in which file, which field, and why."""

    code = "FHIR_PROFILE"


def profile_from(text: str, *, file: str) -> FhirProfile:
    """The profile that a JSON text is, strictly; `file` is where it stands, its stem the name.

    Raises:
        FhirProfileError: it is none.
    """
    return _Checked(file).profile(FhirProfile, text)


_FOLDER = ProfileFolder(Path(__file__).parent / "profiles", profile_from)
profile_names = _FOLDER.names
find_profile = _FOLDER.find


class _Checked(ProfileChecks):
    """Checks one file."""

    error = FhirProfileError
    required = ("version", "application")

    def reads(self, field: str) -> Callable[[object], object]:
        """How the value of a field is read."""
        reads: dict[str, Callable[[object], object]] = {
            "version": partial(self.count, field=field),
            "fhir": partial(self._fhir, field=field),
            "profiles": self._profiles,
            "systems": self._systems,
            "modifiers": self._modifiers,
        }
        return reads.get(field, partial(self.text, field=field))

    def _fhir(self, said: object, field: str) -> Version:
        return Version(self.among(said, allowed=_VERSIONS, field=field))

    def _profiles(self, said: object) -> Mapping[str, Version]:
        urls = self.members(said, "profiles")
        return MappingProxyType(
            {url: self._fhir(stated, f"profiles.{url}") for url, stated in urls.items()}
        )

    def _systems(self, said: object) -> Mapping[str, str]:
        systems = self.members(said, "systems")
        return MappingProxyType(
            {url: self.among(word, ITEM_SCHEMES, f"systems.{url}") for url, word in systems.items()}
        )

    def _modifiers(self, said: object) -> frozenset[str]:
        return frozenset(self.texts(said, "modifiers"))
