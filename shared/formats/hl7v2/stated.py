"""The facts of a line that its sender's profile has a place for."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.formats.hl7v2.barcodes import read_barcode
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.facts import fail, identifier
from shared.formats.hl7v2.groups import LineGroup
from shared.formats.hl7v2.lines import LineReading
from shared.formats.hl7v2.message import Segment
from shared.formats.hl7v2.profile import BARCODE, FieldPlace

NOTHING: Mapping[str, str] = MappingProxyType({})
_MAY_BE_ROUGH = "expires"  # typed to the month, or with a time: no two ways to write it are equal
_SENT_AT = 7


def stated_facts(group: LineGroup, reading: LineReading) -> Mapping[str, str]:
    """The one value that the places of each fact state; facts that nobody states are left out.

    Raises:
        LineFaultError: two places state different ones, which leaves the line to a person.
    """
    profile = reading.profile
    if profile.segments.isdisjoint(group.names):
        return NOTHING
    found: dict[str, str] = {}
    barcodes: list[tuple[Segment, FieldPlace]] = []
    for segment in group.segments():
        for fact, place in profile.places.get(segment.name, ()):
            if place.only_if_field and segment.value(place.only_if_field) != place.only_if_value:
                continue
            if fact == BARCODE:
                barcodes.append((segment, place))
                continue
            _state(found, fact, identifier(segment, place.field, place.component), segment, place)
    for segment, place in barcodes:
        _add_barcode(found, segment, place, reading)
    return found


def _state(
    found: dict[str, str], fact: str, value: str, segment: Segment, place: FieldPlace
) -> None:
    if value and found.setdefault(fact, value) != value:
        fail("VALUES_SEVERAL", segment, place.field)


def _add_barcode(
    found: dict[str, str], segment: Segment, place: FieldPlace, reading: LineReading
) -> None:
    """What a barcode states; the day that it expires only where nobody typed one."""
    text = segment.value(place.field, place.component)
    if not text:
        return
    sent_at = Segment(segment.message, 0).value(_SENT_AT)
    barcode = read_barcode(text, sent_at)
    if barcode.codes:
        at = segment.position(place.field)
        reading.notes.append(finding("UDI_UNREADABLE", at, fact=" ".join(barcode.codes)))
    for fact, value in barcode.facts.items():
        if fact != _MAY_BE_ROUGH or fact not in found:
            _state(found, fact, value, segment, place)
