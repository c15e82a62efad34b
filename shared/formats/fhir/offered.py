"""What may be sent to the edge, by the release that the path names: told by the readers' own table.

What routes a request is what the CapabilityStatement claims.
"""

from collections.abc import Mapping
from types import MappingProxyType

from shared.formats.fhir.elements import ELEMENTS
from shared.formats.fhir.kinds import READERS
from shared.formats.fhir.profile import Version

MEDIA_TYPE = "application/fhir+json"
MEDIA_TYPES = frozenset({MEDIA_TYPE, "application/json"})
BUNDLE_TYPES = ("transaction", "batch", "message")
PROCESS_MESSAGE = "$process-message"  # the operation that takes a Bundle of type message
RELEASES: Mapping[str, Version] = MappingProxyType({"r4": Version.R4, "r5": Version.R5})


def _types_of(version: Version) -> tuple[str, ...]:
    """The types that a release has and that are read here, in the order of their names."""
    return tuple(sorted(kind for kind in READERS if _has(version, kind)))


def _has(version: Version, kind: str) -> bool:
    elements = ELEMENTS[kind]
    own = elements.r4 if version is Version.R4 else elements.r5
    other = elements.r5 if version is Version.R4 else elements.r4
    return bool(elements.both) or len(own) > len(other)  # R5's DeviceUsage has one of drafts


TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {release: _types_of(version) for release, version in RELEASES.items()}
)
