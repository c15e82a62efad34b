"""Reads one resource that was found: what is wrong with it, then what it says."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.usage import SourceSystem
from shared.formats.fhir.codes import FHIR_CODES
from shared.formats.fhir.decoding import (
    Unusable,
    is_too_deep,
    plain,
    tree_of,
)
from shared.formats.fhir.element import Element, FaultError
from shared.formats.fhir.elements import SUPPORTING, is_one_of
from shared.formats.fhir.kinds import READERS
from shared.formats.fhir.memory import Memory
from shared.formats.fhir.people import people_of
from shared.formats.fhir.profile import FhirProfile, Version
from shared.formats.fhir.reading import FhirDocument, FhirReading
from shared.formats.fhir.resource import Find, Resource, identity_of
from shared.formats.fhir.text import Text
from shared.formats.fhir.versions import settle_version
from shared.formats.json_tree import NotJsonError
from shared.formats.making import drafted
from shared.formats.patient_identifiers import NOBODY

_new_reading = drafted(FhirReading)
UNNAMED = "resource"
_REVISION = re.compile(r"[1-9][0-9]{0,8}")


class Stretch(NamedTuple):
    """A resource that was found: its text, what was read of it, and where it stands.

    `root` leads from the text to the resource, and `path` to the resource from the whole.
    """

    raw: str
    byte: int
    value: object
    is_odd: bool
    path: str = ""
    root: tuple[str, ...] = ()
    full_url: str = ""


def finding(code: str, path: str, byte: int, fact: str = "") -> Diagnostic:
    """A finding of a place that no resource is at."""
    return FHIR_CODES[code].found(Position(segment=path, occurrence=0, byte=byte), fact=fact)


def shown(kind: object) -> str:
    """The type of a resource as a place names it: only types that FHIR has are shown."""
    known = is_one_of(kind, READERS) or is_one_of(kind, SUPPORTING)
    return str(kind) if known else UNNAMED


class ReadsResources:
    """Reads the resources of one text; that no version can be told is said once."""

    def __init__(self, profile: FhirProfile, year: int) -> None:
        self._profile = profile
        self._year = year
        self._memory = Memory()
        self._find: Find | None = None
        self._is_untold = False

    def read(
        self, stretch: Stretch, find: Find, source: SourceSystem, *, is_alone: bool
    ) -> Iterator[FhirReading | Diagnostic]:
        """The findings of a resource, then what it says, if it can be used."""
        if find != self._find:  # another message
            self._find, self._memory = find, Memory()
        try:
            value = _exact(stretch)
        except NotJsonError as error:
            yield finding(error.code, stretch.path, stretch.byte + error.byte)
            return
        members = _at(value, stretch.root)
        kind = members.get("resourceType") if isinstance(members, dict) else None
        if not isinstance(members, dict) or not isinstance(kind, str):
            yield finding("RESOURCE_INVALID", stretch.path, stretch.byte)
        elif kind in READERS:
            yield from self._known(stretch, members, find, source)
        elif is_alone or kind not in SUPPORTING:
            yield finding("RESOURCE_UNSUPPORTED", stretch.path, stretch.byte)

    def _known(
        self, stretch: Stretch, members: dict[str, object], find: Find, source: SourceSystem
    ) -> Iterator[FhirReading | Diagnostic]:
        text = Text(
            raw=stretch.raw,
            byte=stretch.byte,
            path=stretch.path,
            root=stretch.root,
            profile=self._profile,
            is_odd=stretch.is_odd,
        )
        root = Element(text, members)
        kind = str(members["resourceType"])
        resource = Resource(
            kind=kind,
            root=root,
            source=source,
            find=find,
            year=self._year,
            memory=self._memory,
            full_url=stretch.full_url,
        )
        document, faults = _document(resource)
        patient = people_of(resource) if document is not None else NOBODY
        found = [*text.findings, *faults, *_held(document)]
        yield from found
        if stretch.is_odd:
            yield from _unread(stretch, members, found)
        yield from self._untold(text)
        if document is not None:
            yield _new_reading(
                kind=kind,
                document=document,
                source=source,
                version=text.version,
                place=stretch.path,
                patient=patient,
                revision=_revision(root),
            )

    def _untold(self, text: Text) -> Iterator[Diagnostic]:
        if text.version is Version.UNTOLD and not self._is_untold:
            self._is_untold = True
            yield finding("VERSION_UNTOLD", text.path, text.byte)


def _exact(stretch: Stretch) -> object:
    """The value; a text that hides something is read again for what that is.

    Raises:
        NotJsonError: it goes deeper than any resource, or is too much to be read again.
    """
    if is_too_deep(stretch.raw):
        raise NotJsonError("JSON_TOO_DEEP", 0)
    return plain(tree_of(stretch.raw)) if stretch.is_odd else stretch.value


def _at(value: object, steps: tuple[str, ...]) -> object:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _document(resource: Resource) -> tuple[FhirDocument | None, list[Diagnostic]]:
    """What the resource says, or why it cannot be used."""
    root = resource.root
    try:
        settle_version(root, resource.kind)
        resource.identity = identity_of(root, resource.kind, resource.full_url)
        _check_rules(root)
        return READERS[resource.kind](resource), []
    except FaultError as fault:
        unusable = finding("HEAD_UNUSABLE", root.text.path, root.text.byte)
        return None, [fault.diagnostic, unusable]


def _check_rules(root: Element) -> None:
    """Refuse rules that change what the resource says (FHIR 2.27.1.1: implicitRules)."""
    rules = root.members.get("implicitRules")
    if rules is not None and not is_one_of(rules, root.text.profile.modifiers):
        root.fault("MODIFIER_UNKNOWN", "implicitRules")


def _held(document: FhirDocument | None) -> Iterator[Diagnostic]:
    """What is wrong with the lines that are held; the same fault of the head once."""
    malformed = getattr(document, "malformed", ())
    yield from dict.fromkeys(line.diagnostic for line in malformed)


def _unread(
    stretch: Stretch, members: dict[str, object], told: list[Diagnostic]
) -> Iterator[Diagnostic]:
    """What cannot be used and nothing asked for, by its byte: its name may be a patient's."""
    bytes_told = {each.position.byte for each in told}
    for unusable in _unusable(members):
        byte = stretch.byte + unusable.byte
        if byte not in bytes_told:
            yield finding("ELEMENT_UNREAD", stretch.path, byte, fact=unusable.code)


def _unusable(value: object) -> Iterator[Unusable]:
    if isinstance(value, Unusable):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _unusable(each)


def _revision(root: Element) -> int:
    meta = root.members.get("meta")
    stated = meta.get("versionId") if isinstance(meta, dict) else None
    return int(stated) if isinstance(stated, str) and _REVISION.fullmatch(stated) else 0
