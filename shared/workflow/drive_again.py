"""What the archive holds is taken in again, by the kind of source that stored it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.canonical.message import Sighting
from shared.ports.raw_archive import ArchiveListing, RawArchive

Drive = Callable[[Sighting, bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveAgain:
    """`drives` takes a stored sighting in again, by its source."""

    listing: ArchiveListing
    archive: RawArchive
    drives: Mapping[str, Drive]

    def __call__(self, raw_key: str) -> None:
        """Drive what lies under an archive key.

        Raises:
            KeyError: nothing drives what this source stored.
            ThrottledError: something could not be made durable; call again.
        """
        drive = self.drives[source_of(raw_key)]
        drive(self.listing.sighting(raw_key), self.archive.read(raw_key))


def source_of(raw_key: str) -> str:
    """The source that an archive key names."""
    return raw_key.split("/")[1]
