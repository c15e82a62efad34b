"""The text that a resource stands in, by which the byte of a value is found when one is asked for.

Few values are asked for: the lines, and what is wrong. The lines of a list are found by the name
that each of them begins with, else by reading over them at the speed of the interpreter; anything
else by the tree of the whole resource.
"""

import re
from collections.abc import Callable, Collection
from json import JSONDecodeError
from typing import NamedTuple

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.fhir.decoding import Skimmer, tree_of
from shared.formats.fhir.profile import FhirProfile
from shared.formats.json_tree import JsonArray, JsonObject, JsonValue, NotJsonError
from shared.formats.making import drafted

Step = str | int
_new_position = drafted(Position)
_SKIMMER = Skimmer()
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_OPENS = {opener: re.compile(rf"\s*:\s*(?=\{opener})") for opener in "{["}


class Items(NamedTuple):
    """The items of a list: by which name it is known, and the byte of each."""

    path: str
    bytes: tuple[int, ...]

    def position(self, index: int) -> Position | None:
        """Where an item stands; None if that is not known."""
        if index >= len(self.bytes):
            return None
        return _new_position(segment=f"{self.path}[{index}]", occurrence=0, byte=self.bytes[index])


class Text:
    """`root` leads from the text to the resource, and `path` names the resource to people.

    `byte` is where the text begins, and `is_odd` whether it hides something from the quick reader.
    What is found of the resource gathers in `findings`.
    """

    __slots__ = (
        *("_items", "_lists", "_mark", "_sought", "_start", "_told", "_tree"),
        *("byte", "is_odd", "path", "profile", "raw", "root", "version"),
    )

    def __init__(
        self,
        *,
        raw: str,
        byte: int,
        path: str,
        root: tuple[str, ...],
        profile: FhirProfile,
        is_odd: bool = False,
    ) -> None:
        self.raw = raw
        self.is_odd = is_odd
        self.byte = byte
        self.path = path
        self.root = root
        self.profile = profile
        self.version = profile.fhir
        self._told: dict[Diagnostic, None] = {}
        self._tree: JsonValue | None = None
        self._start: int | None = None
        self._lists: dict[tuple[Step, ...], list[int]] = {}
        self._items: dict[int, Items] = {}
        self._sought: set[str] = set()
        self._mark = (0, byte)

    @property
    def findings(self) -> Collection[Diagnostic]:
        """What was found of the resource, each once, in the order of its reading."""
        return self._told.keys()

    def tell(self, found: Diagnostic) -> None:
        """Tell what was found; the same again says nothing."""
        self._told[found] = None

    def position(self, steps: tuple[Step, ...]) -> Position:
        """Where a value of the resource stands, or what it should stand in."""
        byte = self._searched((*self.root, *steps)) if steps else self._begins()
        return _new_position(
            segment=f"{self.path}{_names(steps)}", occurrence=0, byte=self.byte + byte
        )

    def _begins(self) -> int:
        """The byte at which the resource begins."""
        if self._start is None:
            place = self._place_of_item(()) if self.root else 0
            self._start = self._searched(self.root) if place is None else _size(self.raw[:place])
        return self._start

    def items(self, values: list[object], steps_of: Callable[[], tuple[Step, ...]]) -> "Items":
        """Where the items of a list stand, to which some steps lead."""
        found = self._items.get(id(values))
        if found is None:
            steps = steps_of()
            places = self._alike(str(steps[-1]), values) or self._places(steps)
            found = Items(f"{self.path}{_names(steps)}", self._bytes_of(places))
            self._items[id(values)] = found
        return found

    def _bytes_of(self, places: list[int]) -> tuple[int, ...]:
        """The bytes of the whole at some places of the text."""
        if self.raw.isascii():
            return tuple([self.byte + place for place in places])
        return tuple(map(self._byte_of, places))

    def _byte_of(self, place: int) -> int:
        """As `_bytes_of`, of one place, counted from the last one if it can be."""
        last, byte = self._mark if place >= self._mark[0] else (0, self.byte)
        self._mark = (place, byte + _size(self.raw[last:place]))
        return self._mark[1]

    def _alike(self, list_name: str, values: list[object]) -> list[int]:
        """Where the items begin, if every object that begins with a certain name is one of them.

        Of the lists of one name only the first is looked for so, since it costs the whole text.
        """
        if list_name in self._sought:
            return []
        self._sought.add(list_name)
        names = {next(iter(each), "") if isinstance(each, dict) else "" for each in values}
        name = names.pop()
        sign = f'{{"{name}"'
        is_sure = not names and name.isalnum() and not self.is_odd
        if not is_sure or self.raw.count(sign) != len(values):
            return []
        places = [-1]
        for _ in values:
            places.append(self.raw.index(sign, places[-1] + 1))
        return places[1:]

    def _place_of_item(self, steps: tuple[Step, ...]) -> int | None:
        """Where the resource, or an item of a list of it begins; None if that needs the tree."""
        if not steps:
            return self._member_place(self.root[0], 0, len(self.raw), "{")
        *names, index = steps
        if not isinstance(index, int):
            return None
        places = self._places(tuple(names))
        return places[index] if index < len(places) else None

    def _places(self, names: tuple[Step, ...]) -> list[int]:
        """Where the items of a list begin; nothing if its name is not alone in its surroundings."""
        places = self._lists.get(names)
        if places is None:
            places = self._lists[names] = self._found_places(names)
        return places

    def _found_places(self, names: tuple[Step, ...]) -> list[int]:
        start, end = 0, len(self.raw)
        if len(names) > 1:
            begun = self._place_of_item(names[:-1])
            if begun is None:
                return []
            start, end = begun, _SKIMMER.value(self.raw, begun)[1]
        at = self._member_place(str(names[-1]), start, end, "[")
        return [] if at is None else _item_places(self.raw, at)

    def _member_place(self, name: str, start: int, end: int, opener: str) -> int | None:
        """Where the value of a member begins that no other has the name of."""
        if not name.isalnum():
            return None
        sign, opens, places = f'"{name}"', _OPENS[opener], []
        at = self.raw.find(sign, start, end)
        while at >= 0:
            behind = at + len(sign)
            found = opens.match(self.raw, behind, end)
            if found:
                places.append(found.end())
            at = self.raw.find(sign, behind, end)
        return places[0] if len(places) == 1 else None

    def _read(self) -> JsonValue:
        """The tree; of what is too much of one, the place alone at which it begins."""
        try:
            return tree_of(self.raw)
        except NotJsonError:
            return JsonArray(at=0, items=())

    def _searched(self, steps: tuple[Step, ...]) -> int:
        """The byte of a value, or of the last one on the way that is there."""
        here = self._tree = self._tree or self._read()
        for step in steps:
            if isinstance(here, JsonObject) and step in here.members:
                here = here.members[str(step)]
            elif isinstance(here, JsonArray) and isinstance(step, int) and step < len(here.items):
                here = here.items[step]
            else:
                break
        return here.at


def _names(steps: tuple[Step, ...]) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in steps)


def _item_places(raw: str, at: int) -> list[int]:
    """Where each item of the list begins that begins at a place."""
    places = []
    at = _behind_blank(raw, at + 1)
    while raw[at : at + 1] not in ("]", ""):
        places.append(at)
        try:
            at = _behind_blank(raw, _SKIMMER.value(raw, at)[1])
        except JSONDecodeError:
            return []
    return places


def _behind_blank(raw: str, at: int) -> int:
    found = _BETWEEN.match(raw, at)
    return found.end() if found else at


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
