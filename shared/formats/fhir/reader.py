"""Reads FHIR: bytes in, documents and positioned findings out, in the order of the text.

Pure, and never raises on what the bytes hold. Memory does not grow with the text: what is kept is
a stretch of it, one resource, and sixteen bytes for each resource of a Bundle that others refer to.
A resource of which nothing can be used gives a finding of severity `message` and no document; a
line that is wrong is held in its document, beside the others.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.usage import SourceSystem
from shared.formats.bounds import IDENTIFIER_LIMIT
from shared.formats.fhir.bundles import Broken, BundleWalk, Entry, Library, Member, surveyed
from shared.formats.fhir.decoding import Decoder, has_odd_characters
from shared.formats.fhir.elements import is_one_of
from shared.formats.fhir.one_resource import ReadsResources, Stretch, finding, shown
from shared.formats.fhir.profile import DEFAULT_PROFILE, FhirProfile
from shared.formats.fhir.reading import FhirDocument, FhirReading
from shared.formats.fhir.window import BOM, BrokenTextError, Held, Source, Window, held

Told = FhirReading | Diagnostic
BUNDLE = "Bundle"
MOST_TOLD = 8
_BUNDLE_TYPES = frozenset({"transaction", "message", "batch", "searchset", "collection"})
_ASKS = frozenset({"GET", "HEAD"})
_UNREAD = frozenset({"DELETE", "PATCH"})
_PLAIN_RESOURCE = re.compile(r'\{\s*"resourceType"\s*:\s*"([A-Za-z]{1,64})"')
_FIRST_BYTES = 8
_OTHERS = (
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\x00", "UTF-16 or UTF-32"),
    (b"{\x00", "UTF-16 or UTF-32"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "gzip"),
    (b"<", "XML"),
    (b"\xef\xbb\xbf<", "XML"),
)


def read(
    source: Source, *, year: int, profile: FhirProfile = DEFAULT_PROFILE
) -> Iterator[FhirDocument | Diagnostic]:
    """Every document and every finding of a text, in its order.

    `year` is that of the reading, by which the years of barcodes get their century (UDI2).
    """
    for each in follow(source, year=year, profile=profile):
        yield each.document if isinstance(each, FhirReading) else each


def follow(source: Source, *, year: int, profile: FhirProfile = DEFAULT_PROFILE) -> Iterator[Told]:
    """As `read`, each document with whose case it is, for the edge to make tokens of."""
    with held(source) as kept:
        yield from _Reader(kept, profile, year).read()


class _Reader:
    """Where the reader stands in its text."""

    def __init__(self, source: Held, profile: FhirProfile, year: int) -> None:
        self._held = source
        self._profile = profile
        self._decoder = Decoder()
        self._resources = ReadsResources(profile, year)

    def read(self) -> Iterator[Told]:
        """Each value of the text: there is one, or one a line."""
        start = self._held.read(0, _FIRST_BYTES)
        other = next((what for sign, what in _OTHERS if start.startswith(sign)), "")
        if other:
            yield finding("ENCODING_UNSUPPORTED", "", 0, fact=other)
            return
        window = Window(self._held, 0)
        at = int(window.text.startswith(BOM))
        if at:
            yield finding("BOM_PRESENT", "", 0)
        at = window.blank(at)
        if at == len(window.text):
            yield finding("JSON_INVALID", "", window.byte_of(at), fact="nothing stands there")
        number = 0
        while at < len(window.text):
            number += 1
            at = yield from self._value(window, window.drop(at), number)
            at = window.blank(at)

    def _value(self, window: Window, at: int, number: int) -> Generator[Told, None, int]:
        """Read the value that begins at a place, and come to the place behind it."""
        path = f"line[{number}]." if number > 1 else ""
        try:
            return (yield from self._resource(window, at, path))
        except BrokenTextError as error:
            yield finding(error.code, path.rstrip("."), window.byte_of(error.at))
            return window.next_line(at)

    def _resource(self, window: Window, at: int, path: str) -> Generator[Told, None, int]:
        byte = window.byte_of(at)
        begun = _PLAIN_RESOURCE.match(window.text, at)
        if window.is_at(at, "{") and (begun is None or begun[1] == BUNDLE):
            library = surveyed(self._held, byte)
            if library.members.get("resourceType") == BUNDLE:
                return (yield from self._bundle(window, at, path, library))
        value, end = window.value(at, self._decoder)
        raw = window.text[at:end]
        kind = value.get("resourceType") if isinstance(value, dict) else None
        is_odd = self._decoder.is_odd or has_odd_characters(raw)
        stretch = Stretch(raw, byte, value, is_odd, f"{path}{shown(kind)}")
        source = _said_by(self._source({}), value)
        yield from self._resources.read(stretch, _nowhere, source, is_alone=True)
        return end

    def _bundle(
        self, window: Window, at: int, path: str, library: Library
    ) -> Generator[Told, None, int]:
        """Read a Bundle entry by entry."""
        byte, bundle = window.byte_of(at), f"{path}{BUNDLE}"
        if not is_one_of(library.members.get("type"), _BUNDLE_TYPES):
            at_type = library.bytes.get("type", byte)
            yield finding("CODE_STRANGE", f"{bundle}.type", at_type)
        for repeated in library.repeated[:MOST_TOLD]:
            yield finding("ELEMENT_UNREAD", bundle, repeated, fact="ELEMENT_REPEATED")
        library.source = _said_by(self._source(library.header), library.members)
        walk = BundleWalk(window, at, self._decoder)
        for each in walk.walk():
            match each:
                case Entry():
                    yield from self._entry(each, bundle, library)
                case Broken(number=number, byte=broken, code=code):
                    place = bundle if number is None else f"{bundle}.entry[{number}]"
                    yield finding(code, place, broken)
                case Member() if self._decoder.is_odd:
                    yield finding("ELEMENT_UNREAD", bundle, each.byte)
                case _:
                    pass  # the survey has it
        return walk.at if walk.is_whole else window.next_line(walk.at)

    def _entry(self, entry: Entry, bundle: str, library: Library) -> Iterator[Told]:
        path, value = f"{bundle}.entry[{entry.number}]", entry.value
        members = value if isinstance(value, dict) else {}
        request, url = members.get("request"), members.get("fullUrl")
        method = request.get("method") if isinstance(request, dict) else None
        if is_one_of(method, _ASKS) or ("response" in members and "resource" not in members):
            return
        if is_one_of(method, _UNREAD) or (request and "resource" not in members):
            yield finding("REQUEST_UNREAD", path, entry.byte)
            return
        is_odd = self._decoder.is_odd or has_odd_characters(entry.raw)
        stretch = Stretch(
            raw=entry.raw,
            byte=entry.byte,
            value=value,
            is_odd=is_odd,
            path=f"{path}.resource",
            root=("resource",),
            full_url=url if isinstance(url, str) else "",
        )
        library.keep(entry)
        source = _said_by(library.source, members.get("resource"))
        yield from self._resources.read(stretch, library.find, source, is_alone=False)

    def _source(self, header: dict[str, object]) -> SourceSystem:
        """Who says it: as it is registered, else by the message's header."""
        sent, sender = _inner(header, "source"), _inner(header, "sender")
        return SourceSystem(
            application=self._profile.application
            or _text(sent, "name")
            or _text(sent, "endpoint")
            or _text(sent, "endpointUrl"),
            facility=self._profile.facility
            or _text(_inner(sender, "identifier"), "value")
            or _text(sender, "display"),
        )


def _said_by(source: SourceSystem, resource: object) -> SourceSystem:
    """Who says a resource, which may tell where nobody else does."""
    meta = None if source.application else _inner(resource, "meta")
    stated = _text(meta, "source") if meta else ""
    return replace(source, application=stated) if stated else source


def _nowhere(_reference: str) -> dict[str, object] | None:
    return None


def _inner(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _text(value: object, name: str) -> str:
    found = _inner(value, name)
    return found.strip()[:IDENTIFIER_LIMIT] if isinstance(found, str) else ""
