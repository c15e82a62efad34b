"""The facts of a line that its sender's profile has a place for."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.formats.hl7v2.facts import fail, identifier
from shared.formats.hl7v2.groups import LineGroup
from shared.formats.hl7v2.profile import SenderProfile

NOTHING: Mapping[str, str] = MappingProxyType({})


def stated_facts(group: LineGroup, profile: SenderProfile) -> Mapping[str, str]:
    """The one value that the places of each fact state; facts that nobody states are left out.

    Raises:
        LineFaultError: two places state different ones, which leaves the line to a person.
    """
    if profile.segments.isdisjoint(group.names):
        return NOTHING
    found: dict[str, str] = {}
    places = profile.places
    for segment in group.segments():
        for fact, place in places.get(segment.name, ()):
            if place.only_if_field and segment.value(place.only_if_field) != place.only_if_value:
                continue
            value = identifier(segment, place.field, place.component)
            if value and found.setdefault(fact, value) != value:
                fail("VALUES_SEVERAL", segment, place.field)
    return found
