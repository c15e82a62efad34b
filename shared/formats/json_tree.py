"""JSON with the byte at which each value stands, and every member that a name was given to twice.

The standard library's reader forgets both. This one takes bytes, so that a text in a wrong
character set costs the line it stands in and not the message, and stops at limits of its own.
"""

import json
import re
from dataclasses import dataclass, field
from typing import NoReturn

DEEPEST = 16  # levels; a usage event has five
MOST_VALUES = 100_000

_BLANK = re.compile(rb"[ \t\r\n]*+")
_TEXT = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(rb"true|false|null|NaN|-?Infinity")
_AFTER_NUMBER = re.compile(rb"[0-9A-Za-z.+_-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonText:
    """A string. `is_sound` is false if its bytes or escapes stand for no characters."""

    at: int
    text: str
    is_sound: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonNumber:
    """A number as it is written."""

    at: int
    literal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonWord:
    """true, false or null; or NaN and the infinities, which are no JSON and so no value."""

    at: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonArray:
    """A list."""

    at: int
    items: "tuple[JsonValue, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonObject:
    """Members by name, the first of each; `repeated` are names that came again."""

    at: int
    members: "dict[str, JsonValue]"
    repeated: "dict[str, JsonValue]" = field(default_factory=dict)


JsonValue = JsonText | JsonNumber | JsonWord | JsonArray | JsonObject


class NotJsonError(Exception):
    """The bytes are no JSON, or too much of it. `byte` is where that shows."""

    def __init__(self, code: str, byte: int) -> None:
        super().__init__(f"{code} at byte {byte}")
        self.code = code
        self.byte = byte


def json_tree(
    body: bytes, start: int = 0, *, deepest: int = DEEPEST, most_values: int = MOST_VALUES
) -> JsonValue:
    """The one value that these bytes are, from `start` on.

    Raises:
        NotJsonError: they are not one JSON value, or go deeper or are more than is read.
    """
    scanner = _Scanner(body, deepest, most_values)
    value = scanner.value(scanner.blank(start), 1)
    end = scanner.blank(scanner.at)
    if end != len(body):
        _fail("JSON_INVALID", end)
    return value


class _Scanner:
    """One pass over the bytes. After each method `at` is the byte behind what it read."""

    def __init__(self, body: bytes, deepest: int, most_values: int) -> None:
        self.body = body
        self.at = 0
        self._values = 0
        self._deepest = deepest
        self._most_values = most_values

    def value(self, at: int, depth: int) -> JsonValue:
        """The value that begins at `at`."""
        self._values += 1
        if depth > self._deepest or self._values > self._most_values:
            _fail("JSON_TOO_DEEP" if depth > self._deepest else "JSON_TOO_MUCH", at)
        match self.body[at : at + 1]:
            case b"{":
                return self._object(at, depth)
            case b"[":
                return self._array(at, depth)
            case b'"':
                return self._text(at)
            case _:
                return self._word(at) or self._number(at)

    def blank(self, at: int) -> int:
        """The first byte from `at` on that is no white space."""
        found = _BLANK.match(self.body, at)
        return found.end() if found else at

    def _object(self, at: int, depth: int) -> JsonObject:
        members: dict[str, JsonValue] = {}
        repeated: dict[str, JsonValue] = {}
        is_open = not self._closes(at + 1, b"}")
        while is_open:
            name = self._text(self.at).text
            colon = self.blank(self.at)
            if self.body[colon : colon + 1] != b":":
                _fail("JSON_INVALID", colon)
            value = self.value(self.blank(colon + 1), depth + 1)
            if members.setdefault(name, value) is not value:
                repeated[name] = value
            is_open = self._goes_on(b"}")
        return JsonObject(at=at, members=members, repeated=repeated)

    def _array(self, at: int, depth: int) -> JsonArray:
        items: list[JsonValue] = []
        is_open = not self._closes(at + 1, b"]")
        while is_open:
            items.append(self.value(self.at, depth + 1))
            is_open = self._goes_on(b"]")
        return JsonArray(at=at, items=tuple(items))

    def _closes(self, at: int, closer: bytes) -> bool:
        """Whether an object or array ends where it could begin."""
        here = self.blank(at)
        is_end = self.body[here : here + 1] == closer
        self.at = here + 1 if is_end else here
        return is_end

    def _goes_on(self, closer: bytes) -> bool:
        """Whether another element follows; `at` is then where it begins."""
        if self._closes(self.at, closer):
            return False
        if self.body[self.at : self.at + 1] != b",":
            _fail("JSON_INVALID", self.at)
        self.at = self.blank(self.at + 1)
        return True

    def _text(self, at: int) -> JsonText:
        found = _TEXT.match(self.body, at)
        if found is None:
            _fail("JSON_INVALID", at)
        self.at = found.end()
        text, is_sound = _characters(found[1])
        return JsonText(at=at, text=text, is_sound=is_sound)

    def _word(self, at: int) -> JsonWord | None:
        found = _WORD.match(self.body, at)
        if found is None or _AFTER_NUMBER.match(self.body, found.end()):
            return None
        self.at = found.end()
        return JsonWord(at=at, word=found[0].decode())

    def _number(self, at: int) -> JsonNumber:
        found = _NUMBER.match(self.body, at)
        if found is None or _AFTER_NUMBER.match(self.body, found.end()):
            _fail("JSON_INVALID", at)
        self.at = found.end()
        return JsonNumber(at=at, literal=found[0].decode())


def _characters(written: bytes) -> tuple[str, bool]:
    """What a string's bytes stand for, and whether they stand for characters throughout."""
    try:
        text = written.decode()
        if "\\" in text:
            text = str(json.loads(f'"{text}"', strict=False))
        text.encode()  # an escape may name half of a character
    except ValueError:
        return written.decode("utf-8", "replace"), False
    return text, True


def _fail(code: str, at: int) -> NoReturn:
    raise NotJsonError(code, at)
