"""The delimiters that an MSH states: read, never assumed."""

from functools import lru_cache
from typing import NamedTuple

_MOST_ENCODING_CHARACTERS = 5  # the fifth is the truncation character of version 2.7
_SHORTEST_MSH = 5  # MSH, its separator, one encoding character


class Delimiters(NamedTuple):
    """The characters of MSH-1 and MSH-2; empty where the sender uses none."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def encoding_characters(self) -> str:
        """MSH-2, as it is written."""
        return "".join(
            (self.component, self.repetition, self.escape, self.subcomponent, self.truncation)
        )


STANDARD_DELIMITERS = Delimiters()


@lru_cache(maxsize=256)
def delimiters_of(start: str) -> Delimiters | None:
    """The delimiters that an MSH segment states in its first ten characters; None if it is none.

    The escape and sub-component characters may be left out (HL7 2.5.4).
    """
    if start[:3].upper() != "MSH" or len(start) < _SHORTEST_MSH:
        return None
    separator, rest = start[3:4], start[4:]
    encoding = rest.split(separator, 1)[0]
    characters = separator + encoding
    if not 1 <= len(encoding) <= _MOST_ENCODING_CHARACTERS or len(set(characters)) != len(
        characters
    ):
        return None
    if not all(_may_delimit(character) for character in characters):
        return None
    parts = [*characters[1:], "", "", "", ""]
    return Delimiters(
        field=characters[0],
        component=parts[0],
        repetition=parts[1],
        escape=parts[2],
        subcomponent=parts[3],
        truncation=parts[4],
    )


def _may_delimit(character: str) -> bool:
    return (
        character.isascii()
        and character.isprintable()
        and character not in ' "'
        and (not character.isalnum())
    )
