"""What segments are called."""

import re
from collections.abc import Sequence
from functools import lru_cache

UNREADABLE = ""  # the name of text that is no segment
NAME_LENGTH = 3
_KEPT = 1_024
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2}")


def names_of(texts: Sequence[str], separator: str) -> list[str]:
    """What each segment is called; text that is none, or begins with a blank, is unreadable."""
    known = _known(separator)
    return [known[text[: NAME_LENGTH + 1]] for text in texts]


class _Names(dict[str, str]):
    """By its first characters, what a segment is called; read when asked for, then a look-up."""

    __slots__ = ("_separator",)

    def __init__(self, separator: str) -> None:
        super().__init__()
        self._separator = separator

    def __missing__(self, start: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        found = self[start] = self._name_of(start)
        return found

    def _name_of(self, start: str) -> str:
        """Three characters before the first separator, in capitals whatever the sender wrote."""
        name = start[:NAME_LENGTH]
        is_whole = start[NAME_LENGTH:] in ("", self._separator)
        return name.upper() if is_whole and _NAME.fullmatch(name) else UNREADABLE


@lru_cache(maxsize=16)
def _known(separator: str) -> _Names:
    return _Names(separator)
