"""What was read of an element before: the same item, place or patient comes again and again."""

import marshal
from collections.abc import Callable
from typing import Any, TypeVar, cast

from shared.formats.fhir.text import Text

MOST_REMEMBERED = 1024
_NOTHING = object()
_CONTAINED = b"#"  # what it leads to is another thing in each resource
Read = TypeVar("Read")


class Memory:
    """What elements of one text were read to, by all that they say."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[tuple[str, bytes], Any] = {}

    def of(self, what: str, members: Any, text: Text, read: Callable[[], Read]) -> Read:  # noqa: ANN401
        """What an element was read to before, else what it is read to now.

        What gives a finding is read each time: the finding belongs to its place.
        """
        try:
            key = (what, marshal.dumps(members))
        except ValueError:  # a number, or what cannot be used
            return read()
        found = self._kept.get(key, _NOTHING)
        if found is not _NOTHING:
            return cast(Read, found)
        told = len(text.findings)
        result = read()
        if len(text.findings) == told and _CONTAINED not in key[1]:
            if len(self._kept) >= MOST_REMEMBERED:
                self._kept.clear()
            self._kept[key] = result
        return result
