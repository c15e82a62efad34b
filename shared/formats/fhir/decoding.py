"""JSON at the speed of the interpreter's own reader; what it hides is found again where it matters.

The own reader takes the last of two members of one name, NaN for a number and half of a character
for one. Such text is told apart here and read a second time by `shared.formats.json_tree`, which
knows the place of every value.
"""

import re
from json import JSONDecoder
from typing import NamedTuple

from shared.formats.fhir.bounds import DEEPEST, MOST_VALUES
from shared.formats.json_tree import (
    JsonArray,
    JsonNumber,
    JsonObject,
    JsonText,
    JsonValue,
    json_tree,
)

_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_PAIRS = re.compile(r"\{\}|\[\]")
_BLANK = re.compile(r"[ \t\r\n]*+")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def behind_blank(text: str, at: int) -> int:
    """The first place from `at` on that is no white space."""
    found = _BLANK.match(text, at)
    return found.end() if found else at


class Numeral(str):
    """A number as it is written."""

    __slots__ = ()


class Unusable(NamedTuple):
    """A value that cannot be used: the code of the finding, and its byte in the resource."""

    code: str
    byte: int


class Decoder:
    """Reads values out of a longer text; `is_odd` says whether the last one hides something."""

    def __init__(self) -> None:
        self.is_odd = False
        self._json = JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=Numeral,
            parse_int=Numeral,
            parse_constant=self._constant,
            strict=False,
        )

    def value(self, text: str, at: int) -> tuple[object, int]:
        """The value that begins at `at`, and where it ends.

        Raises:
            JSONDecodeError: there is none, or it is cut.
            RecursionError: it is nested deeper than the interpreter goes.
        """
        self.is_odd = False
        return self._json.raw_decode(text, at)

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) != len(pairs):
            self.is_odd = True
        return members

    def _constant(self, _word: str) -> None:
        self.is_odd = True


class Skimmer:
    """Reads values for what they are and where they end, and nothing exact of them."""

    def __init__(self) -> None:
        # A number may be longer than int takes: as a text it costs nothing.
        self._json = JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)

    def value(self, text: str, at: int) -> tuple[object, int]:
        """As `Decoder.value`."""
        return self._json.raw_decode(text, at)


def has_odd_characters(raw: str) -> bool:
    """Whether bytes or escapes of a text may stand for no characters."""
    if raw.isascii():
        return "\\u" in raw and bool(_HALF_CHARACTER.search(raw))
    try:
        raw.encode()
    except UnicodeEncodeError:
        return True
    return bool(_HALF_CHARACTER.search(raw))


def is_too_deep(raw: str) -> bool:
    """Whether sound JSON is nested deeper than any resource is."""
    if raw.count("{") + raw.count("[") <= DEEPEST:
        return False
    brackets = _NO_BRACKET.sub("", _TEXTS.sub("", raw))
    for _ in range(DEEPEST):
        brackets = _PAIRS.sub("", brackets)
        if not brackets:
            return False
    return True


def tree_of(raw: str) -> JsonValue:
    """The resource with the byte of each value.

    Raises:
        NotJsonError: it is nested too deep or is too much.
    """
    body = raw.encode("utf-8", "surrogateescape")
    return json_tree(body, deepest=DEEPEST, most_values=MOST_VALUES)


def plain(value: JsonValue) -> object:
    """A tree as the quick reader gives it, with what cannot be used told apart."""
    match value:
        case JsonText(at=at, text=text, is_sound=is_sound):
            return text if is_sound else Unusable("CHARACTER_INVALID", at)
        case JsonNumber(literal=literal):
            return Numeral(literal)
        case JsonArray(items=items):
            return [plain(each) for each in items]
        case JsonObject(members=members, repeated=repeated):
            read = {name: plain(each) for name, each in members.items()}
            again = {name: Unusable("ELEMENT_REPEATED", each.at) for name, each in repeated.items()}
            return {**read, **again}
        case _:
            word = value.word
            return _WORDS[word] if word in _WORDS else Unusable("NUMBER_INVALID", value.at)
