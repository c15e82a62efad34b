"""What the data types of FHIR say, in our words: concepts, quantities, references, times."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from shared.canonical.coded import Coded
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.formats.fhir.element import Element
from shared.formats.gtins import GTIN, sound_gtin

REFERENCE = "reference"  # the scheme of an item that only a reference names
CODE = "code"  # the scheme of a code whose system is not stated
ITEM_SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "https://www.gs1.org/gtin": GTIN,
        "http://www.gs1.org/gtin": GTIN,
        "https://gs1.org/gtin": GTIN,
        "urn:oid:1.3.160": GTIN,
        "http://hl7.org/fhir/NamingSystem/gs1": GTIN,
        "http://hl7.org/fhir/NamingSystem/gs1-di": GTIN,
        "http://hl7.org/fhir/NamingSystem/hibcc": "hibcc",
        "http://hl7.org/fhir/NamingSystem/hibcc-dI": "hibcc",
        "http://hl7.org/fhir/NamingSystem/hibcc-diI": "hibcc",
        "http://hl7.org/fhir/NamingSystem/iccbba-blood": "iccbba",
        "http://hl7.org/fhir/NamingSystem/iccbba-other": "iccbba",
        "http://hl7.org/fhir/NamingSystem/iccbba-other-di": "iccbba",
    }
)


class Amount(NamedTuple):
    """A quantity as stated: its unit is the code, else the words."""

    value: Decimal
    unit: str


class Period(NamedTuple):
    """From when to when."""

    starts: SourceTime | None
    ends: SourceTime | None


def coded_of(concept: Element | None) -> Coded | None:
    """The first coding of a concept, with what it says in words; None if it says nothing."""
    return next(every_coded(concept), None)


def every_coded(concept: Element | None) -> Iterator[Coded]:
    """Each coding of a concept; its words alone where it has none."""
    if concept is None:
        return
    words = concept.prose("text")
    codings = concept.each("coding")
    for coding in codings:
        text = words or coding.prose("display")
        code = coding.identifier("code")
        if code or text:
            yield Coded(code=code, system=coding.identifier("system"), text=text)
    if words and not codings:
        yield Coded(code="", text=words)


def concepts(element: Element, *names: str) -> Iterator[Coded]:
    """The concepts of some elements, each one or a list; a CodeableReference by its concept."""
    for name in names:
        for each in element.each(name):
            inner = each.child("concept") if each.has("concept") else each
            found = coded_of(inner)
            if found:
                yield found


def item_ids(concept: Element | None) -> tuple[ItemId, ...]:
    """The names of an item that the codings of a concept are."""
    return tuple(
        item_id(coding, coding.identifier("system"), code, "code")
        for coding in (concept.each("coding") if concept else ())
        if (code := coding.identifier("code"))
    )


def item_id(at: Element, system: str, value: str, name: str) -> ItemId:
    """One name of an item; what is called a GTIN and is none keeps the system it came with."""
    scheme = at.text.profile.systems.get(system) or ITEM_SYSTEMS.get(system) or system or CODE
    if scheme != GTIN:
        return ItemId(scheme, value)
    sound = sound_gtin(value)
    if sound:
        return ItemId(GTIN, sound)
    at.note("GTIN_UNSOUND", name, value)
    return ItemId(system or CODE, value)


def amount_of(element: Element, name: str) -> Amount | None:
    """An exact quantity; None if it is not there.

    Raises:
        FaultError: it has a comparator, no number, or one that is not exact.
    """
    quantity = element.child(name)
    if quantity is None:
        return None
    if quantity.has("comparator"):
        quantity.fault("QUANTITY_INEXACT", "comparator")
    value = quantity.number("value")
    if value is None:
        quantity.missing("value")
    return Amount(value, quantity.identifier("code") or quantity.identifier("unit"))


def period_of(period: Element | None) -> Period:
    """A period, open where it states nothing."""
    if period is None:
        return Period(None, None)
    return Period(period.time("start"), period.time("end"))


def moment_of(element: Element, stem: str) -> SourceTime | None:
    """A time of several forms: `stem`DateTime, the start of `stem`Period, the first event."""
    name = f"{stem}DateTime"
    if element.has(name):
        return element.time(name)
    name = f"{stem}Period"
    if element.has(name):
        return period_of(element.child(name)).starts
    timing = element.child(f"{stem}Timing")
    return None if timing is None else _first_event(timing)


def _first_event(timing: Element) -> SourceTime | None:
    """The first moment that a Timing names, or the start of its bounds."""
    events = timing.members.get("event")
    if isinstance(events, list) and events:
        first = Element(timing.text, {"event": events[0]}, timing)
        return first.time("event")
    repeat = timing.child("repeat")
    return period_of(repeat.child("boundsPeriod")).starts if repeat else None
