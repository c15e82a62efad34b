"""Which FHIR a resource is of: what is configured, then meta.profile, then its shape."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from shared.formats.fhir.codes import FHIR_CODES
from shared.formats.fhir.element import Element
from shared.formats.fhir.elements import ELEMENTS, EVERY, Elements
from shared.formats.fhir.profile import FhirProfile, Version

_CORE = re.compile(r"http://hl7\.org/fhir/(?:(4\.0|4\.3|5\.0)/)?.*?(?:\|(4\.0|4\.3|5\.0)[0-9.]*)?")
_BY_NUMBER = MappingProxyType({"4.0": Version.R4, "4.3": Version.R4, "5.0": Version.R5})
_PARTICIPANTS = "participant"
# Where R4 has one concept and R5 a list of them, and where R4 has a code and R5 a boolean.
_TELLING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"Procedure": ("category",), "Device": ("type",), "Appointment": (_PARTICIPANTS,)}
)
_BY_TYPE: Mapping[type, Version] = MappingProxyType(
    {list: Version.R5, bool: Version.R5, dict: Version.R4, str: Version.R4}
)
MOST_SHAPES = 1024
_USUAL = 64  # elements; what has more is remembered for no other


class _Shape(NamedTuple):
    """What the names of a resource's elements tell, and of which version it is by them alone."""

    shapes: tuple[tuple[Version, str], ...]
    unknown: tuple[str, ...]
    version: Version


def settle_version(root: Element, kind: str) -> None:
    """Note on the resource which version it is of, and what of it is of none or the other."""
    traits = tuple(_trait(name, root.members.get(name)) for name in _TELLING.get(kind, ()))
    names = tuple(root.members)
    shape = (_shape if len(names) <= _USUAL else _shape.__wrapped__)(kind, names, traits)
    for name in shape.unknown:
        _tell_unknown(root, name)
    profile = root.text.profile
    version = profile.fhir or _of_profiles(root, profile) or shape.version
    root.text.version = version
    for each, name in shape.shapes:
        if version is not each and name != _PARTICIPANTS:  # each of them is told by itself
            root.note("VERSION_CONTRADICTED", name)


@lru_cache(maxsize=MOST_SHAPES)
def _shape(kind: str, names: tuple[str, ...], traits: tuple[Version | None, ...]) -> _Shape:
    """The versions that elements belong to alone, with the first such element of each."""
    known = ELEMENTS[kind]
    by_value = dict(zip(_TELLING.get(kind, ()), traits, strict=True))
    found: dict[Version, str] = {}
    unknown = []
    for name in names:
        version = by_value.get(name) or _of_name(name, known)
        if version:
            found.setdefault(version, name)
        elif not _is_known(name, known):
            unknown.append(name)
    version = _only(known) or next(iter(found), Version.UNTOLD)
    return _Shape(tuple(found.items()), tuple(unknown), version)


def _of_name(name: str, known: Elements) -> Version | None:
    if name in known.r5:
        return Version.R5
    return Version.R4 if name in known.r4 else None


def _is_known(name: str, known: Elements) -> bool:
    """Whether the type has such an element, or a sibling of one."""
    bare = name.removeprefix("_")
    return bare in known.both or bare in known.r4 or bare in known.r5 or bare in EVERY


def _trait(name: str, value: object) -> Version | None:
    """The version that an element shows by what it holds: see `_TELLING`."""
    if name == _PARTICIPANTS:
        return _of_needs(value)
    return _BY_TYPE.get(type(value))


def _of_needs(value: object) -> Version | None:
    """Whether participants are needed by a code or by a boolean, if all say it alike."""
    needs = {
        type(each["required"])
        for each in (value if isinstance(value, list) else ())
        if isinstance(each, dict) and "required" in each
    }
    return _BY_TYPE.get(needs.pop()) if len(needs) == 1 else None


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


def _tell_unknown(root: Element, name: str) -> None:
    """Tell of an element that the type does not have, by its byte: its name may be a patient's."""
    place = replace(root.position(name), segment=root.text.path)
    root.text.tell(FHIR_CODES["ELEMENT_UNKNOWN"].found(place))
