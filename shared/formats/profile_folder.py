"""A folder of profiles, one JSON file each: the name of a profile is its file's."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Generic, Protocol, TypeVar

ProfileT = TypeVar("ProfileT")
ProfileT_co = TypeVar("ProfileT_co", covariant=True)


class ReadProfile(Protocol[ProfileT_co]):
    """Makes a profile of a JSON text, and raises what is wrong with it."""

    def __call__(self, text: str, *, file: str) -> ProfileT_co:
        """The profile that a text is; `file` is where it stands, its stem the name."""
        ...


class ProfileFolder(Generic[ProfileT]):
    """The profiles that are shipped with one format; each is read once, when it is asked for.

    What there is does not change while a process lives: the folder is listed once, too.
    """

    def __init__(self, folder: Path, profile_from: ReadProfile[ProfileT]) -> None:
        self._folder = folder
        self._profile_from = profile_from
        self._loaded = lru_cache(maxsize=None)(self._load)
        self.names = lru_cache(maxsize=1)(self._listed)

    def find(self, name: str) -> ProfileT | None:
        """A profile by its name; None if there is none.

        Raises:
            LedgerwardError: there is one, and it is wrong; by the error of its format.
        """
        return self._loaded(name) if name in self.names() else None

    def every(self) -> Iterator[ProfileT]:
        """All profiles, by their names."""
        return map(self._loaded, self.names())

    def _listed(self) -> tuple[str, ...]:
        """The profiles there are."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json")))

    def _load(self, name: str) -> ProfileT:
        path = self._folder / f"{name}.json"
        return self._profile_from(path.read_text(encoding="utf-8"), file=path.name)
