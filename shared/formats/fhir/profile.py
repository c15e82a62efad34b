"""What the sender's registration says about its resources: data, never code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Version(StrEnum):
    """Which FHIR; R4B differs from R4 in nothing that is read here."""

    UNTOLD = ""
    R4 = "R4"
    R5 = "R5"


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirProfile:
    """One sender.

    `application` and `facility` are whom it speaks for; where they are empty, the message says it.
    `fhir` comes before what a resource says of itself; `profiles` has the version of profiles
    (canonical URLs) that do not show it. `systems` says what the code systems of items are in our
    words (`buyer`, `supplier`, `hospital`, `manufacturer`, `gtin`); `modifiers` are modifier
    extensions and implicit rules (URLs) that change nothing here.
    """

    name: str = "default"
    version: int = 1
    application: str = ""
    facility: str = ""
    department: str = ""
    fhir: Version = Version.UNTOLD
    profiles: Mapping[str, Version] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    modifiers: frozenset[str] = frozenset()


DEFAULT_PROFILE = FhirProfile()
