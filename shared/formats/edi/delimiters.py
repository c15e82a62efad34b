"""The characters that structure an interchange. They come from its header, never from a default.

Whatever they are, readers see one set of them: the control characters below, put in their place
byte for byte, so that offsets stay and checks are compiled once and not for every sender. A control
character of that kind that a value holds is no separator: it becomes DEL, which no value may hold.
"""

from functools import lru_cache
from typing import NamedTuple

SEGMENT, ELEMENT, REPETITION, COMPONENT, RELEASE = "\x1c", "\x1d", "\x1e", "\x1f", "\x1b"
_STRAY = 0x7F


class Delimiters(NamedTuple):
    """Each is one character, "" if there is none; a segment terminator may be several bytes."""

    element: str
    component: str
    segment: str
    repetition: str = ""
    release: str = ""
    decimal: str = "."

    @property
    def terminator(self) -> str:
        """What ends a segment in normalised text."""
        return SEGMENT if len(self.segment) == 1 else self.segment


def normalised(text: str, delimiters: Delimiters) -> str:
    """The text with our separators in place of the sender's, each at the same offset."""
    return text.encode("latin-1").translate(_table(delimiters)).decode("latin-1")


@lru_cache(maxsize=64)
def _table(delimiters: Delimiters) -> bytes:
    table = bytearray(range(256))
    for ours in (SEGMENT, ELEMENT, REPETITION, COMPONENT, RELEASE):
        table[ord(ours)] = _STRAY
    places = (
        (delimiters.release, RELEASE),
        (delimiters.repetition, REPETITION),
        (delimiters.component, COMPONENT),
        (delimiters.element, ELEMENT),
        (delimiters.segment, SEGMENT),
    )
    for theirs, ours in places:
        if len(theirs) == 1:
            table[ord(theirs)] = ord(ours)
    return bytes(table)
