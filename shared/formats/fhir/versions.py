"""Which FHIR a resource is of: what is configured, then meta.profile, then its shape."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from shared.formats.fhir.element import Element
from shared.formats.fhir.elements import ELEMENTS, EVERY, Elements
from shared.formats.fhir.profile import FhirProfile, Version

_CORE = re.compile(r"http://hl7\.org/fhir/(?:(4\.0|4\.3|5\.0)/)?.*?(?:\|(4\.0|4\.3|5\.0)[0-9.]*)?")
_BY_NUMBER = MappingProxyType({"4.0": Version.R4, "4.3": Version.R4, "5.0": Version.R5})
_PARTICIPANTS = "participant"
# Where R4 has one concept and R5 a list of them.
_LISTS_OF_R5: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"Procedure": ("category",), "Device": ("type",)}
)


def settle_version(root: Element, kind: str) -> None:
    """Note on the resource which version it is of, and what of it is of none or the other."""
    known = ELEMENTS[kind]
    _tell_unknown(root, known)
    shapes = _shapes(root, kind, known)
    stated = root.text.profile.version or _of_profiles(root, root.text.profile)
    version = stated or _only(known) or next(iter(shapes), Version.UNTOLD)
    root.text.version = version
    for shape, name in shapes.items():
        if version is not shape and name != _PARTICIPANTS:  # each of them is told by itself
            root.note("VERSION_CONTRADICTED", name)


def _shapes(root: Element, kind: str, known: Elements) -> dict[Version, str]:
    """The versions that elements of the resource belong to alone, with the first such element."""
    found: dict[Version, str] = {}
    for name, value in root.members.items():
        if name in known.r5 or (name in _LISTS_OF_R5.get(kind, ()) and isinstance(value, list)):
            found.setdefault(Version.R5, name)
        elif name in known.r4 or (name in _LISTS_OF_R5.get(kind, ()) and isinstance(value, dict)):
            found.setdefault(Version.R4, name)
        elif kind == "Appointment" and name == _PARTICIPANTS:
            shape = _shape_of_need(value)
            if shape:
                found.setdefault(shape, name)
    return found


def _shape_of_need(participants: object) -> Version | None:
    """What says whether a participant is needed: a code in R4, a boolean in R5."""
    needs = {
        type(each.get("required"))
        for each in (participants if isinstance(participants, list) else ())
        if isinstance(each, dict) and "required" in each
    }
    return {bool: Version.R5, str: Version.R4}.get(needs.pop()) if len(needs) == 1 else None


def _only(known: Elements) -> Version:
    """The version that has the resource, if the other has none of its name."""
    if known.both:
        return Version.UNTOLD
    return Version.R5 if len(known.r5) > len(known.r4) else Version.R4


def _of_profiles(root: Element, profile: FhirProfile) -> Version:
    meta = root.child("meta")
    stated = meta.members.get("profile") if meta else None
    for url in stated if isinstance(stated, list) else ():
        if not isinstance(url, str):
            continue
        core = _CORE.fullmatch(url)
        named = profile.profiles.get(url) or profile.profiles.get(url.partition("|")[0])
        if named or (core and (core[1] or core[2])):
            return named or _BY_NUMBER[(core[1] or core[2]) if core else ""]
    return Version.UNTOLD


def _tell_unknown(root: Element, known: Elements) -> None:
    """Tell of elements that the type does not have, by their place: a name may be a patient's."""
    stated = root.members.keys() - EVERY - known.both - known.r4 - known.r5
    for name in stated:
        bare = name.removeprefix("_")
        is_sibling = name != bare and bare in known.both | known.r4 | known.r5 | EVERY
        if not is_sibling:
            root.note("ELEMENT_UNKNOWN", name)
            found = root.text.findings.pop()
            place = replace(found.position, segment=root.text.path)
            root.text.findings.append(replace(found, position=place))


__all__ = ["settle_version"]
