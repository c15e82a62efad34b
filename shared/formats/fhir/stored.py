"""A resource as the edge keeps it: every character as received, and an id and version of ours.

A number keeps each digit that was written, the last zero too (FHIR 2.1.28: decimal).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.formats.fhir.bundles import Entry, walked
from shared.formats.fhir.decoding import Skimmer, behind_blank
from shared.formats.fhir.window import BOM

VERSION = "1"
_OURS = frozenset({"versionId", "lastUpdated"})


class Address(NamedTuple):
    """Where a stored resource can be found, below the path of its release."""

    kind: str
    id: str

    @property
    def url(self) -> str:
        """Relative to the base, as `Location` and a Bundle's `location` say it."""
        return f"{self.kind}/{self.id}/_history/{VERSION}"


class _Member(NamedTuple):
    """A member of an object: its name, and its value as it is written."""

    name: str
    raw: str


def stored(
    text: str, id_: str, at: datetime, *, states: Sequence[Mapping[str, object]] = ()
) -> str:
    """The resource that a text is, with the id and version that it has here since `at`.

    Its own id and version are left out: they are its sender's (FHIR 3.2.0.7: create). `states` are
    extensions of its meta, beside those that it has.
    """
    members = list(_members(text, 0))
    metas = [each.raw for each in members if each.name == "meta" and each.raw.startswith("{")]
    kept = [each for each in _members(metas[0], 0) if each.name not in _OURS] if metas else []
    meta = [_Member("versionId", f'"{VERSION}"'), _Member("lastUpdated", f'"{at.isoformat()}"')]
    if states:
        theirs = [each.raw for each in kept if each.name == "extension"]
        kept = [each for each in kept if each.name != "extension"]
        meta.append(_Member("extension", _extended(theirs, states)))
    ours = [_Member("id", json.dumps(id_)), _Member("meta", _object([*meta, *kept]))]
    begun = [each for each in members if each.name == "resourceType"][:1]
    others = [each for each in members if each.name not in ("resourceType", "id", "meta")]
    return _object([*begun, *ours, *others])


def text_of(body: bytes, number: int | None) -> str:
    """The resource of a body as it is written: the body itself, or an entry of the Bundle it is.

    Raises:
        LookupError: there is no such entry.
    """
    if number is None:
        return body.decode("utf-8", "surrogateescape").removeprefix(BOM)
    for part in walked(body):
        if isinstance(part, Entry) and part.number == number:
            return next(each.raw for each in _members(part.raw, 0) if each.name == "resource")
    raise LookupError(f"there is no entry {number}")


def as_bytes(text: str) -> bytes:
    """The text as it is sent: what was no UTF-8 when it came is none when it goes."""
    return text.encode("utf-8", "surrogateescape")


def _members(text: str, at: int) -> Iterator[_Member]:
    """The members of the object that begins a sound text, in their order."""
    at = behind_blank(text, at) + 1
    while text[at := behind_blank(text, at)] != "}":
        name, at = Skimmer().value(text, at)
        begun = behind_blank(text, behind_blank(text, at) + 1)
        _, at = Skimmer().value(text, begun)
        yield _Member(str(name), text[begun:at])
        at = _behind_comma(text, at)


def _behind_comma(text: str, at: int) -> int:
    at = behind_blank(text, at)
    return at + 1 if text[at] == "," else at


def _extended(theirs: Sequence[str], ours: Sequence[Mapping[str, object]]) -> str:
    """A list of extensions as it is written, and ours behind it."""
    inside = [raw[1:-1].strip() for raw in theirs if raw.startswith("[")]
    return f"[{','.join(filter(None, (*inside, *map(json.dumps, ours))))}]"


def _object(members: Sequence[_Member]) -> str:
    return f"{{{','.join(f'{json.dumps(each.name)}:{each.raw}' for each in members)}}}"
