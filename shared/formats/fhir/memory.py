"""What was read of an element before: the same item, place or patient comes again and again."""

import marshal
from collections.abc import Callable
from typing import Any, TypeVar, cast

from shared.formats.fhir.text import Text

MOST_REMEMBERED = 1024  # of the newest; as many older ones are kept until these are full
_LONGEST = 1024  # bytes of what is said
_BY_VALUE = 2  # the last version that writes equal members alike, whoever else holds them
_NOTHING = object()
Read = TypeVar("Read")


class Memory:
    """What elements of one text were read to, by all that they say."""

    __slots__ = ("_newer", "_older", "inward")

    def __init__(self) -> None:
        self.inward = 0  # references followed into their own resource: to another thing in each
        self._newer: dict[tuple[str, bytes], Any] = {}
        self._older: dict[tuple[str, bytes], Any] = {}

    def of(self, what: str, members: Any, text: Text, read: Callable[[], Read]) -> Read:  # noqa: ANN401
        """What an element was read to before, else what it is read to now.

        What gives a finding is read each time: the finding belongs to its place.
        """
        try:
            key = (what, marshal.dumps(members, _BY_VALUE))
        except ValueError:  # a number, or what cannot be used
            return read()
        if len(key[1]) > _LONGEST:
            return read()
        found = self._newer.get(key, _NOTHING)
        if found is not _NOTHING:
            return cast(Read, found)
        found = self._older.get(key, _NOTHING)
        if found is _NOTHING:
            told, inward = len(text.findings), self.inward
            found = read()
            if len(text.findings) != told or self.inward != inward:
                return found
        self._keep(key, found)
        return cast(Read, found)

    def _keep(self, key: tuple[str, bytes], result: object) -> None:
        if len(self._newer) >= MOST_REMEMBERED:
            self._older, self._newer = self._newer, {}
        self._newer[key] = result
