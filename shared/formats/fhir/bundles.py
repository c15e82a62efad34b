"""A Bundle entry by entry: what stands above them, and where each that others refer to begins."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.canonical.usage import SourceSystem
from shared.formats.fhir.bounds import LONGEST_REFERRED, MOST_KEPT
from shared.formats.fhir.decoding import Decoder, Skimmer
from shared.formats.fhir.elements import REFERABLE, is_one_of
from shared.formats.fhir.window import BOM, BrokenTextError, Held, ReadsValues, Window, held

ENTRIES = "entry"
NOBODY = SourceSystem(application="", facility="")
_FIRST_SLOTS = 64
_OFFSET_BITS = 40  # a terabyte
_OFFSET = (1 << _OFFSET_BITS) - 1
_FIRST_PIECE = 8 * 1024
_HISTORY = re.compile(r"/_history/[^/]*\Z")
_NEXT = re.compile(r"[ \t\r\n]*+,[ \t\r\n]*+(?=[{\"])")
_TYPE_AND_ID = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+/[A-Za-z0-9.\-]{1,64})")


class Member(NamedTuple):
    """A member of the Bundle that is not its entries, and the byte of its value."""

    name: str
    byte: int
    value: object


class Entry(NamedTuple):
    """One entry: its number from 0, its byte, its text and what was read of it."""

    number: int
    byte: int
    raw: str
    value: object


class Broken(NamedTuple):
    """A place from which on nothing could be read: an entry by its number, or the rest."""

    number: int | None
    byte: int
    code: str


class BundleWalk:
    """Goes through a Bundle once. Behind it `at` is the place of the window that follows it."""

    def __init__(self, window: Window, at: int, reads: ReadsValues) -> None:
        self.at = at
        self.is_whole = False
        self._window = window
        self._reads = reads
        self._count = 0
        self._is_lost = False  # what is told of an entry says that the rest is lost, too

    def walk(self) -> Iterator[Member | Entry | Broken]:
        """Its members, and each of its entries."""
        try:
            self.at = self._window.blank(self.at + 1)
            is_open = not self._closes("}")
            while is_open:
                yield from self._member()
                is_open = self._goes_on("}")
        except BrokenTextError as error:
            if not self._is_lost:
                yield Broken(None, self._window.byte_of(error.at), error.code)
            return
        self.is_whole = True

    def _member(self) -> Iterator[Member | Entry | Broken]:
        window = self._window
        name, self.at = window.value(self.at, self._reads)
        self._expect(":")
        if name == ENTRIES and window.is_at(self.at, "["):
            yield from self._entries()
        else:
            byte = window.byte_of(self.at)
            value, self.at = window.value(self.at, self._reads)
            yield Member(str(name), byte, value)

    def _entries(self) -> Iterator[Entry | Broken]:
        window = self._window
        self.at = window.blank(self.at + 1)
        is_open = not self._closes("]")
        while is_open:
            self.at = window.drop(self.at)
            start, byte = self.at, window.byte_of(self.at)
            try:
                value, self.at = window.value(start, self._reads)
            except BrokenTextError as error:
                yield Broken(self._count, window.byte_of(error.at), error.code)
                self._is_lost = error.code == "JSON_CUT" or not window.is_at(start, "{")
                self.at = window.skip(start)
                self._is_lost = False
            else:
                yield Entry(self._count, byte, window.text[start : self.at], value)
            self._count += 1
            is_open = self._goes_on("]")

    def _closes(self, closer: str) -> bool:
        is_end = self._window.is_at(self.at, closer)
        self.at += is_end
        return is_end

    def _goes_on(self, closer: str) -> bool:
        found = _NEXT.match(self._window.text, self.at)
        if found:
            self.at = found.end()
            return True
        self.at = self._window.blank(self.at)
        if self._closes(closer):
            return False
        self._expect(",")
        return True

    def _expect(self, mark: str) -> None:
        at = self._window.blank(self.at)
        if not self._window.is_at(at, mark):
            is_end = at == len(self._window.text)
            raise BrokenTextError("JSON_CUT" if is_end else "JSON_INVALID", at)
        self.at = self._window.blank(at + 1)


class Places:
    """Where in the file each name leads, in sixteen bytes a name; a place may be a wrong one."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _FIRST_SLOTS))
        self._count = 0

    def add(self, name: str, byte: int) -> None:
        """Note where what a name is given to begins."""
        if 2 * self._count >= len(self._slots):
            self._grow()
        self._put(_sign(name) << _OFFSET_BITS | (byte + 1))

    def of(self, name: str) -> Iterator[int]:
        """Every place that the name may lead to, the first noted first."""
        slots, sign = self._slots, _sign(name)
        slot = sign % len(slots)
        while slots[slot]:
            if slots[slot] >> _OFFSET_BITS == sign:
                yield (slots[slot] & _OFFSET) - 1
            slot = (slot + 1) % len(slots)

    def _put(self, entry: int) -> None:
        slots = self._slots
        slot = (entry >> _OFFSET_BITS) % len(slots)
        while slots[slot]:
            slot = (slot + 1) % len(slots)
        slots[slot] = entry
        self._count += 1

    def _grow(self) -> None:
        old = self._slots
        self._slots, self._count = array("Q", bytes(16 * len(old))), 0
        for entry in filter(None, old):
            self._put(entry)


@dataclass(slots=True, kw_only=True)
class Library:
    """The resources of a Bundle that others refer to; each is read when it is asked for."""

    held: Held
    source: SourceSystem = NOBODY
    places: Places = field(default_factory=Places)
    members: dict[str, object] = field(default_factory=dict)
    header: dict[str, object] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    repeated: list[int] = field(default_factory=list)
    _decoder: Decoder = field(default_factory=Decoder)
    _kept: dict[int, dict[str, object]] = field(default_factory=dict)

    def find(self, reference: str) -> dict[str, object] | None:
        """The resource that a reference leads to; None if it is not in the Bundle."""
        name = known_as(reference)
        for byte in self.places.of(name):
            entry = self._entry(byte)
            resource = entry.get("resource")
            if isinstance(resource, dict) and name in names_of(entry, resource):
                return resource
        return None

    def keep(self, entry: Entry) -> None:
        """Have an entry at hand that was read just now, if others may refer to it."""
        if is_one_of(_resource_of(entry).get("resourceType"), REFERABLE):
            self._keep(entry.byte, entry.value)

    def _entry(self, byte: int) -> dict[str, object]:
        kept = self._kept.pop(byte, None)
        if kept is not None:
            self._kept[byte] = kept  # the newest again
            return kept
        window = Window(self.held, byte, _FIRST_PIECE)
        try:
            value, _ = window.value(0, self._decoder)
        except BrokenTextError:  # as deep as the interpreter goes
            return {}
        return self._keep(byte, value)

    def _keep(self, byte: int, value: object) -> dict[str, object]:
        if len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[byte] = kept = value if isinstance(value, dict) else {}
        return kept


def surveyed(source: Held, byte: int) -> Library:
    """What a Bundle that begins at a byte has above its entries, and where each can be found."""
    library = Library(held=source)
    for each in BundleWalk(Window(source, byte), 0, Skimmer()).walk():
        match each:
            case Member(name=name, value=value):
                if library.members.setdefault(name, value) is not value:
                    library.repeated.append(each.byte)
                library.bytes.setdefault(name, each.byte)
            case Entry():
                _note(library, each)
            case _:
                pass  # the reading itself tells what is broken
    return library


def walked(body: bytes) -> Iterator[Member | Entry | Broken]:
    """The parts of a Bundle that a body is, for whoever asks what it has and not what it says."""
    with held(body) as kept:
        window = Window(kept, 0)
        at = window.blank(int(window.text.startswith(BOM)))
        yield from BundleWalk(window, at, Skimmer()).walk()


def names_of(entry: dict[str, object], resource: dict[str, object]) -> tuple[str, ...]:
    """By which names a resource may be referred to."""
    url, kind, number = (entry.get("fullUrl"), resource.get("resourceType"), resource.get("id"))
    stated = known_as(url) if isinstance(url, str) else ""
    relative = f"{kind}/{number}" if isinstance(number, str) and number else ""
    return tuple(dict.fromkeys(name for name in (stated, relative) if name))


def known_as(reference: str) -> str:
    """A reference without its server and version: type and id, or as it stands."""
    found = _TYPE_AND_ID.fullmatch(_HISTORY.sub("", reference))
    return found[1] if found else reference


def _note(library: Library, entry: Entry) -> None:
    value, resource = entry.value, _resource_of(entry)
    if is_one_of(resource.get("resourceType"), REFERABLE) and isinstance(value, dict):
        for name in names_of(value, resource):
            library.places.add(name, entry.byte)
    elif resource.get("resourceType") == "MessageHeader" and not library.header:
        library.header = resource


def _resource_of(entry: Entry) -> dict[str, object]:
    """The resource of an entry that others may refer to; empty if there is none."""
    value = entry.value
    if len(entry.raw) > LONGEST_REFERRED:  # what many lines refer to is read again and again
        return {}
    resource = value.get("resource") if isinstance(value, dict) else None
    return resource if isinstance(resource, dict) else {}


def _sign(name: str) -> int:
    """Twenty-four bits of a name, other ones in each process: nobody can make many names meet."""
    return hash(name) & 0xFFFFFF
