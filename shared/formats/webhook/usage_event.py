"""supply.used: uses of supplies and their returns. Pure, positioned, never raising on bad input."""

import re
from collections.abc import Iterator
from dataclasses import replace

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.usage import MalformedLine, UsageLine
from shared.formats.json_tree import JsonArray, JsonObject, NotJsonError, json_tree
from shared.formats.spots import Spot, identifier_of
from shared.formats.webhook.codes import finding
from shared.formats.webhook.event_line import read_line
from shared.formats.webhook.reading import CaseIdentifiers, EventFacts, EventReading

EVENT_TYPE = "supply.used"
BODY_LIMIT = 1024 * 1024
LINE_LIMIT = 5_000
EVENT_MEMBERS = frozenset({"type", "timestamp", "document"})
DOCUMENT_MEMBERS = frozenset(
    {"id", "version", "facility", "department", "case", "patient", "lines"}
)
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_BOM = b"\xef\xbb\xbf"
_NOWHERE = Position(segment="", occurrence=0)


class _EventFaultError(Exception):
    """Inside this module: nothing of the event can be used, and here is why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def read_event(body: bytes, source: str) -> EventReading:
    """Read a usage event of a registered source.

    A bad line is held with its position and rule while the rest goes on.
    """
    try:
        event = _event(body)
        facts, document = _facts(event, source)
        lines = _lines(document, facts)
    except _EventFaultError as fault:
        return EventReading(facts=None, diagnostics=(fault.diagnostic,))
    identifiers, notes = _identifiers(document)
    beside = (*_bom(body), *_unknown(event, document), *notes)
    return replace(_read(lines, facts, document, beside), identifiers=identifiers)


def _event(body: bytes) -> Spot:
    if len(body) > BODY_LIMIT:
        raise _EventFaultError(finding("BODY_TOO_LARGE", _NOWHERE))
    try:
        event = Spot(pointer="", value=json_tree(body, len(_BOM) if body.startswith(_BOM) else 0))
    except NotJsonError as error:
        raise _EventFaultError(finding(error.code, replace(_NOWHERE, byte=error.byte))) from error
    _check_object(event, EVENT_MEMBERS)
    return event


def _facts(event: Spot, source: str) -> tuple[EventFacts, Spot]:
    stated = event.member("type")
    document = event.member("document")
    event_type = _text(stated) if stated else ""
    if stated and event_type != EVENT_TYPE:
        raise _EventFaultError(finding("EVENT_UNSUPPORTED", stated.position, event_type))
    if stated is None or document is None:
        raise _EventFaultError(finding("EVENT_INVALID", event.position))
    _check_object(document, DOCUMENT_MEMBERS)
    facts = EventFacts(
        application=source,
        event_type=event_type,
        document=_required(document, "id"),
        facility=_required(document, "facility"),
        department=_required(document, "department"),
        version=_version(document),
    )
    return facts, document


def _check_object(spot: Spot, names: frozenset[str]) -> None:
    if not isinstance(spot.value, JsonObject):
        raise _EventFaultError(finding("EVENT_INVALID", spot.position))
    again = spot.repeated(names)
    if again:
        raise _EventFaultError(finding("DOCUMENT_MEMBER_REPEATED", again))


def _required(document: Spot, name: str) -> str:
    member = document.member(name)
    stated = _text(member, is_number_allowed=name == "id") if member else ""
    if not stated:
        position = member.position if member else document.gap(name)
        raise _EventFaultError(finding("DOCUMENT_MEMBER_MISSING", position))
    return stated


def _version(document: Spot) -> int:
    """Which version of its case the document is, as a number or its digits (USE4)."""
    member = document.member("version")
    if member is None:
        return 0
    try:
        stated = identifier_of(member, is_number_allowed=True)
    except ValueError:
        stated = ""
    if not _VERSION.fullmatch(stated):
        raise _EventFaultError(finding("VERSION_INVALID", member.position, stated))
    return int(stated)


def _text(member: Spot, *, is_number_allowed: bool = False) -> str:
    try:
        return identifier_of(member, is_number_allowed=is_number_allowed)
    except ValueError as error:
        found = finding("DOCUMENT_MEMBER_INVALID", member.position)
        raise _EventFaultError(found) from error


def _lines(document: Spot, facts: EventFacts) -> tuple[Spot, ...]:
    """The lines; a version may have none left, when nothing of its case was used after all."""
    lines = document.member("lines")
    if lines is None:
        raise _EventFaultError(finding("LINES_ABSENT", document.gap("lines")))
    if not isinstance(lines.value, JsonArray):
        raise _EventFaultError(finding("DOCUMENT_MEMBER_INVALID", lines.position))
    items = lines.value.items
    if len(items) > LINE_LIMIT or not (items or facts.version):
        code = "LINES_TOO_MANY" if items else "LINES_ABSENT"
        raise _EventFaultError(finding(code, lines.position))
    return lines.items()


def _identifiers(document: Spot) -> tuple[CaseIdentifiers, list[Diagnostic]]:
    """Whose case it is, as far as it can be read: the books do not depend on it."""
    found: dict[str, str] = {}
    notes = []
    for name in ("case", "patient"):
        member = document.member(name)
        try:
            found[name] = identifier_of(member, is_number_allowed=True) if member else ""
        except ValueError:
            notes.append(finding("CASE_UNREADABLE", document.gap(name)))
    identifiers = CaseIdentifiers(case=found.get("case", ""), patient=found.get("patient", ""))
    return identifiers, notes


def _bom(body: bytes) -> Iterator[Diagnostic]:
    if body.startswith(_BOM):
        yield finding("BOM_PRESENT", _NOWHERE)


def _unknown(event: Spot, document: Spot) -> Iterator[Diagnostic]:
    for spot, names in ((event, EVENT_MEMBERS), (document, DOCUMENT_MEMBERS)):
        position = spot.unknown(names)
        if position:
            yield finding("DOCUMENT_MEMBER_UNKNOWN", position)


def _read(
    spots: tuple[Spot, ...], facts: EventFacts, document: Spot, beside: tuple[Diagnostic, ...]
) -> EventReading:
    """Each kind of line in the order of the document; an equal line of the same key counts once."""
    lines: dict[UsageLine, UsageLine] = {}
    malformed: list[MalformedLine] = []
    findings: list[Diagnostic] = []
    for number, spot in enumerate(spots, start=1):
        line = read_line(spot, number, facts)
        if isinstance(line, MalformedLine):
            malformed.append(line)
            findings.append(line.diagnostic)
        elif lines.setdefault(replace(line, number="", position=_NOWHERE), line) is not line:
            findings.append(finding("LINE_REPEATED", line.position))
    if spots and not lines:
        nothing = finding("LINES_UNREADABLE", document.gap("lines"))
        return EventReading(facts=facts, diagnostics=(nothing, *findings, *beside))
    return EventReading(
        facts=facts,
        diagnostics=(*findings, *beside),
        lines=tuple(lines.values()),
        malformed=tuple(malformed),
    )
