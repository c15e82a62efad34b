"""What was sent to the edge: one resource, or a Bundle of them, each with what was found of it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.fhir.bundles import Entry, Member, walked
from shared.formats.fhir.decoding import Skimmer, behind_blank
from shared.formats.fhir.elements import SUPPORTING, is_one_of
from shared.formats.fhir.kinds import READERS
from shared.formats.fhir.one_resource import finding
from shared.formats.fhir.profile import FhirProfile
from shared.formats.fhir.reader import BUNDLE, follow
from shared.formats.fhir.reading import FhirReading
from shared.formats.fhir.window import BOM

_ENTRY = re.compile(r"Bundle\.entry\[([0-9]+)\]")
_ASKS = frozenset({"GET", "HEAD"})
Told = FhirReading | Diagnostic


class Fate(StrEnum):
    """What can be done with a resource that was sent."""

    READ = "read"  # all of it can be used, or a line at least
    UNUSABLE = "unusable"  # its type is read here, and nothing of it can be used
    SUPPORTING = "supporting"  # it stands there for others to refer to
    UNREAD = "unread"  # a type or a request that is not read here
    ASKS = "asks"  # a request to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """One resource as it was sent. `number` is that of its entry from 0; None of one alone."""

    number: int | None
    kind: str
    fate: Fate
    reading: FhirReading | None = None
    findings: tuple[Diagnostic, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, as a finding says it."""
        return self.kind if self.number is None else f"{BUNDLE}.entry[{self.number}]"

    @property
    def costs(self) -> tuple[Diagnostic, ...]:
        """Why it, or lines of it, cannot be used."""
        return tuple(each for each in self.findings if each.severity is not Severity.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A body as read. `kind` is its type, "" if it is no resource; `findings` are of the whole.

    `bundle` is the type of a Bundle and `header` its MessageHeader.
    """

    kind: str
    bundle: str = ""
    header: Mapping[str, object] | None = None
    resources: tuple[Submitted, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    @property
    def is_bundle(self) -> bool:
        """Whether it is one of many resources."""
        return self.kind == BUNDLE


def read_submission(body: bytes, *, year: int, profile: FhirProfile) -> Submission:
    """Read a body that must be one resource in JSON; one that is not has no resources."""
    told = list(follow(body, year=year, profile=profile))
    value, end = _whole(body)
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or end != len(body):
        return Submission(kind="", findings=_why_unread(told, end))
    if kind == BUNDLE:
        return _bundle(body, told)
    alone = _submitted(None, kind, told)
    return Submission(kind=kind, resources=(alone,))


def _whole(body: bytes) -> tuple[object, int]:
    """The first value of a text, and the byte behind it and all that is blank."""
    text = body.decode("utf-8", "surrogateescape")
    at = behind_blank(text, int(text.startswith(BOM)))
    try:
        value, end = Skimmer().value(text, at)
    except (json.JSONDecodeError, RecursionError):
        return None, at
    return value, len(text[: behind_blank(text, end)].encode("utf-8", "surrogateescape"))


def _why_unread(told: Sequence[Told], end: int) -> tuple[Diagnostic, ...]:
    """The findings that cost the whole; a second value is none that the reader tells of."""
    costly = tuple(each for each in _findings(told) if each.severity is Severity.MESSAGE)
    return costly or (finding("JSON_INVALID", "", end, fact="more than one value"),)


def _bundle(body: bytes, told: Sequence[Told]) -> Submission:
    by_number: defaultdict[int | None, list[Told]] = defaultdict(list)
    for each in told:
        by_number[_number_of(each)].append(each)
    entries, members = [], dict[str, object]()
    for part in walked(body):
        match part:
            case Entry():
                entries.append(part)
            case Member(name=name, value=value):
                members.setdefault(name, value)
            case _:
                pass  # a sound text has no broken part
    bundle = members.get("type")
    return Submission(
        kind=BUNDLE,
        bundle=bundle if isinstance(bundle, str) else "",
        header=next(_headers(entries), None),
        resources=tuple(_entry(each, by_number[each.number]) for each in entries),
        findings=tuple(_findings(by_number[None])),
    )


def _number_of(told: Told) -> int | None:
    place = told.place if isinstance(told, FhirReading) else told.position.segment
    found = _ENTRY.match(place)
    return int(found[1]) if found else None


def _headers(entries: Sequence[Entry]) -> Iterator[Mapping[str, object]]:
    for entry in entries:
        resource = _members(entry).get("resource")
        if isinstance(resource, dict) and resource.get("resourceType") == "MessageHeader":
            yield resource


def _members(entry: Entry) -> Mapping[str, object]:
    return entry.value if isinstance(entry.value, dict) else {}


def _entry(entry: Entry, told: Sequence[Told]) -> Submitted:
    members = _members(entry)
    resource, request = members.get("resource"), members.get("request")
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    method = request.get("method") if isinstance(request, dict) else None
    if is_one_of(method, _ASKS):
        return Submitted(number=entry.number, kind="", fate=Fate.ASKS)
    return _submitted(entry.number, kind if isinstance(kind, str) else "", told)


def _submitted(number: int | None, kind: str, told: Sequence[Told]) -> Submitted:
    reading = next((each for each in told if isinstance(each, FhirReading)), None)
    return Submitted(
        number=number,
        kind=kind if kind in READERS or kind in SUPPORTING else "",
        fate=_fate(number, kind, reading, told),
        reading=reading,
        findings=tuple(_findings(told)),
    )


def _fate(number: int | None, kind: str, reading: FhirReading | None, told: Sequence[Told]) -> Fate:
    if reading is not None:
        return Fate.READ if reading.is_usable else Fate.UNUSABLE
    if kind in READERS and not any(_is_request(each) for each in told):
        return Fate.UNUSABLE
    is_supporting = number is not None and kind in SUPPORTING and not any(_findings(told))
    return Fate.SUPPORTING if is_supporting else Fate.UNREAD


def _is_request(told: Told) -> bool:
    return isinstance(told, Diagnostic) and told.code == "REQUEST_UNREAD"


def _findings(told: Sequence[Told]) -> Iterator[Diagnostic]:
    return (each for each in told if isinstance(each, Diagnostic))
