"""The facts of a line that its sender's profile has a place for."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from shared.canonical.diagnostic import Position
from shared.formats.hl7v2.barcodes import EXPIRES, barcode_of
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.facts import fail, identifier
from shared.formats.hl7v2.groups import LineGroup
from shared.formats.hl7v2.lines import LineReading
from shared.formats.hl7v2.message import Segment
from shared.formats.hl7v2.profile import BARCODE, FieldPlace, SenderProfile
from shared.formats.hl7v2.values import time_of

NOTHING: Mapping[str, str] = MappingProxyType({})
_SENT_AT = 7
_MAY_END_WITH_A_BLANK = "+"  # a HIBC barcode, whose check character may be one


class _Scanned(NamedTuple):
    """What a barcode says, and where it stands."""

    value: str
    position: Position


Scans = Sequence[tuple[Segment, FieldPlace]]


def stated_facts(group: LineGroup, profile: SenderProfile) -> Mapping[str, str]:
    """The one value that the places of each fact state; facts that nobody states are left out.

    Raises:
        LineFaultError: two places state different ones, which leaves the line to a person.
    """
    return _stated(group, profile)[0]


def facts_of_device(group: LineGroup, reading: LineReading) -> Mapping[str, str]:
    """As `stated_facts`, and what nobody typed as the barcode of the line's device states it.

    What is typed counts where they differ. Where several barcodes do, none of them does: which is
    that of the item, nobody may guess. Either is noted.

    Raises:
        LineFaultError: as `stated_facts`.
    """
    typed, scans = _stated(group, reading.profile)
    scanned: dict[str, _Scanned] = {}
    for name, found in (each for scan in scans for each in _scanned(*scan, reading)):
        if scanned.setdefault(name, found).value != found.value:
            reading.note(finding("UDI_MISMATCH", found.position))
            return typed
    if not scanned:
        return typed
    for name, found in scanned.items():
        if name != EXPIRES and typed.get(name, found.value) != found.value:
            reading.note(finding("UDI_MISMATCH", found.position))
    has_day = bool(time_of(typed.get(EXPIRES, "")))  # one that is none keeps no other from counting
    kept = {name: value for name, value in typed.items() if name != EXPIRES or has_day}
    return {**typed, **{name: found.value for name, found in scanned.items()}, **kept}


def _stated(group: LineGroup, profile: SenderProfile) -> tuple[Mapping[str, str], Scans]:
    """What is typed, and where barcodes stand."""
    if profile.segments.isdisjoint(group.names):
        return NOTHING, ()
    found: dict[str, str] = {}
    scans: list[tuple[Segment, FieldPlace]] = []
    for segment in group.segments():
        for fact, place in profile.places.get(segment.name, ()):
            if place.only_if_field and segment.value(place.only_if_field) != place.only_if_value:
                continue
            if fact == BARCODE:
                scans.append((segment, place))
                continue
            value = identifier(segment, place.field, place.component)
            if value and found.setdefault(fact, value) != value:
                fail("VALUES_SEVERAL", segment, place.field)
    return found, scans


def _scanned(
    segment: Segment, place: FieldPlace, reading: LineReading
) -> Sequence[tuple[str, _Scanned]]:
    """The facts of one barcode, if there is any."""
    text = segment.value(place.field, place.component)
    if not text:
        return ()
    if text.startswith(_MAY_END_WITH_A_BLANK) and f"{text} " in segment.raw(place.field):
        text += " "
    barcode, at = barcode_of(text, _sent_at(segment)), segment.position(place.field)
    if barcode.codes:
        reading.note(finding("UDI_UNREADABLE", at, fact=" ".join(barcode.codes)))
    return [(name, _Scanned(value, at)) for name, value in barcode.facts.items() if value]


def _sent_at(segment: Segment) -> str:
    return Segment(segment.message, 0).value(_SENT_AT)
