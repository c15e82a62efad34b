"""One resource while it is read: who says it, by which name it is known, what it refers to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar, cast

from shared.canonical.usage import MalformedLine, SourceSystem
from shared.formats.fhir.bounds import LINES_LIMIT
from shared.formats.fhir.bundles import known_as
from shared.formats.fhir.element import Element, FaultError
from shared.formats.fhir.elements import is_one_of
from shared.formats.fhir.memory import Memory
from shared.formats.fhir.text import Text

_OLD = "old"
_UUID = "urn:uuid:"
_OID = "urn:oid:"
PATIENTS = frozenset({"Patient", "Person", "RelatedPerson", "Group"})
_TO_PATIENT = re.compile(rf"(?:^|/)(?:{'|'.join(sorted(PATIENTS))})(?=[/?]|$)")
Line = TypeVar("Line")
Find = Callable[[str], dict[str, object] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """By which number people know a resource, and by which name it stays the same for ever.

    `document` is its identifier with the system, else server, type and id (USE2).
    """

    number: str
    document: str


@dataclass(slots=True, kw_only=True)
class Resource:
    """A resource and what it is read with.

    `find` leads from a reference to a resource of the same message, which is None for one that
    stands elsewhere; `memory` has what was read of that message before. `year` is that of the
    reading, for barcodes.
    """

    kind: str
    root: Element
    source: SourceSystem
    find: Find
    year: int
    memory: Memory
    full_url: str = ""
    identity: Identity = Identity(number="", document="")
    _by_id: dict[str, Element] | None = None
    _found: dict[tuple[str, int], tuple[Element, object]] = field(default_factory=dict)

    def key(self, *parts: str) -> tuple[str, ...]:
        """The intent key of a part of it (USE2).

        Raises:
            FaultError: it has no identity.
        """
        if not self.identity.document:
            self.root.fault("IDENTITY_MISSING")
        return (self.source.application, self.source.facility, self.identity.document, *parts)

    def held_key(self, *parts: str) -> tuple[str, ...]:
        """The key of a part that is held; empty if it has no identity."""
        return self.key(*parts) if self.identity.document else ()

    def resolved(self, reference: Element) -> Element | None:
        """What a reference leads to: contained in the resource, or elsewhere in the message."""
        stated = reference.identifier("reference")
        if stated.startswith("#"):
            self.memory.inward += 1
            found = self._contained(stated[1:])
        else:
            members = self.find(stated) if stated else None
            found = None if members is None else _elsewhere(members, reference)
        if found is None and stated.startswith(("#", _UUID, _OID)):
            reference.note("REFERENCE_UNRESOLVED", "reference")
        return found

    def named(self, reference: Element | None) -> str:
        """By which name something is known: its identifier, else its id; never a patient's."""
        if reference is None:
            return ""
        members, text = reference.members, reference.text
        return self.memory.of("named", members, text, lambda: self._named(reference))

    def placed(self, element: Element, name: str) -> str:
        """As `named`, of what is no person: where nothing else names it, what is shown does."""
        members = element.members.get(name)
        if members is None:
            return ""
        return self.memory.of(
            "placed", members, element.text, lambda: self._placed(element.child(name))
        )

    def _placed(self, reference: Element | None) -> str:
        if reference is None or is_patient(reference):
            return ""
        return self._named(reference) or reference.prose("display")

    def _named(self, reference: Element) -> str:
        if is_patient(reference):
            return ""
        found = self.resolved(reference)
        if found is not None and is_one_of(found.members.get("resourceType"), PATIENTS):
            return ""
        stated = reference.child("identifier")
        name = self._name_found(found) or (stated.identifier("value") if stated else "")
        text = reference.identifier("reference")
        is_local = text.startswith(("#", _UUID, _OID))
        return name or ("" if is_local else known_as(text).rpartition("/")[2])

    def lines(
        self,
        elements: list[Element],
        read: Callable[[int, Element], Line],
        tail: Callable[[Element], tuple[str, ...]] = lambda _element: (),
    ) -> tuple[tuple[Line, ...], tuple[MalformedLine, ...]]:
        """Each line as it is read, by its number from 1; one that cannot be is held.

        `tail` ends the key of a line that is held, as its reader would end it.

        Raises:
            FaultError: there are more than any resource has.
        """
        if len(elements) > LINES_LIMIT:
            elements[0].fault("LINES_TOO_MANY")
        lines: list[Line] = []
        held: list[MalformedLine] = []
        for number, element in enumerate(elements, start=1):
            try:
                lines.append(read(number, element))
            except FaultError as found:
                key = self.held_key(str(number), *tail(element))
                held.append(MalformedLine(number=str(number), key=key, diagnostic=found.diagnostic))
        return tuple(lines), tuple(held)

    def _contained(self, number: str) -> Element | None:
        """A contained resource; the resource itself for the reference "#"."""
        if not number:
            return self.root
        if self._by_id is None:
            contained = reversed(self.root.each("contained"))  # of two with one id the first
            self._by_id = {str(each.members.get("id")): each for each in contained}
        return self._by_id.get(number)

    def _name_found(self, found: Element | None) -> str:
        """The name of what was found; a fact is not held for what is wrong with its place."""
        if found is None:
            return ""
        try:
            return self.once("name", found, lambda: name_of(found))
        except FaultError:
            return ""

    def once(self, what: str, found: Element, read: Callable[[], Line]) -> Line:
        """What an element says that many lines lead to, read once for all of them.

        Raises:
            FaultError: it cannot be used, each time.
        """
        key = (what, id(found.members))
        if key not in self._found:
            try:
                said: object = read()
            except FaultError as fault:
                said = fault
            self._found[key] = (found, said)  # it lives as long as its name
        result = self._found[key][1]
        if isinstance(result, FaultError):
            raise result
        return cast(Line, result)


def identity_of(root: Element, kind: str, full_url: str) -> Identity:
    """How a resource is known again.

    Raises:
        FaultError: its identifier or id is none.
    """
    system, value = first_identifier(root)
    if value:
        return Identity(number=value, document=f"{system}|{value}" if system else value)
    number = root.identifier("id")
    if number:
        is_whole = full_url.startswith("http") and full_url.endswith(f"/{kind}/{number}")
        return Identity(number=number, document=full_url if is_whole else f"{kind}/{number}")
    return Identity(number=full_url, document=full_url)


def name_of(found: Element) -> str:
    """By which name a resource is known: its identifier, else its id."""
    return first_identifier(found)[1] or found.identifier("id")


def first_identifier(element: Element) -> tuple[str, str]:
    """System and value of its first identifier that is not an old one."""
    for each in element.each("identifier"):
        value = each.identifier("value")
        if value and each.members.get("use") != _OLD:
            return each.identifier("system"), value
    return "", ""


def is_patient(reference: Element) -> bool:
    """Whether a reference says of itself that it leads to somebody who is treated.

    An id that is none, or a search instead of an id (FHIR 3.2: conditional references), names a
    patient all the same.
    """
    text = reference.members.get("reference")
    return is_one_of(reference.members.get("type"), PATIENTS) or (
        isinstance(text, str) and bool(_TO_PATIENT.search(text))
    )


def references(element: Element, *names: str) -> Iterator[Element]:
    """The references of some elements, each of which may be one or a list."""
    for name in names:
        yield from element.each(name)


def _elsewhere(members: dict[str, object], reference: Element) -> Element:
    """A resource of another entry: what is wrong with it is told where it is read itself."""
    text = reference.text
    there = Text(
        raw="", byte=text.byte, path=str(members.get("resourceType")), root=(), profile=text.profile
    )
    return Element(there, members)
