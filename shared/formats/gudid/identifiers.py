"""The identifiers of a device: its own, and those of the packages that it is sold in."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from shared.canonical.item_master import ItemPack
from shared.canonical.trade import ItemId
from shared.formats.bounds import is_bounded
from shared.formats.gtins import GTIN, sound_gtin
from shared.formats.gudid.codes import finding
from shared.formats.gudid.members import Members

MOST_IDENTIFIERS = 200
_READ = ("deviceId", "deviceIdType", "deviceIdIssuingAgency", "containsDINumber")
_OF_PACKAGES = ("pkgQuantity", "pkgType")
_PRIMARY, _PACKAGE = "Primary", "Package"
_OWN = frozenset({_PRIMARY, "Secondary", "Direct Marking"})  # the others name other things
_AGENCIES: Mapping[str, str] = MappingProxyType(
    {"GS1": GTIN, "HIBCC": "hibcc", "ICCBBA": "iccbba", "NDC/NHRIC": "ndc"}
)


class Identifier(NamedTuple):
    """One identifier of a device, or of a package of it; `members` is where it stands."""

    di: str
    kind: str
    agency: str
    contains: str
    members: Members


def identifiers_of(device: Members) -> tuple[Identifier, ...]:
    """All of them, the primary one first.

    Raises:
        DeviceFaultError: not exactly one is primary, or one is given in two ways.
    """
    found = [_identifier(each) for each in device.each("identifiers", "identifier")]
    if len(found) > MOST_IDENTIFIERS:
        device.refuse("IDENTIFIERS_TOO_MANY")
    first = [each for each in found if each.kind == _PRIMARY and each.di]
    if len({each.di for each in first}) != 1:
        device.refuse("IDENTIFIERS_SEVERAL" if first else "IDENTIFIER_MISSING")
    return (first[0], *(each for each in found if each.kind != _PRIMARY and each.di))


def own_ids(identifiers: Sequence[Identifier]) -> Iterator[ItemId]:
    """The names of the device itself: what else they stand on is another trade item."""
    for each in identifiers:
        if each.kind in _OWN:
            yield _item_id(each)


def packs_of(identifiers: Sequence[Identifier]) -> Iterator[ItemPack]:
    """Each package with how many of the primary item it holds, however deep it holds them."""
    units = {identifiers[0].di: Decimal(1)}
    waiting = [each for each in identifiers if each.kind == _PACKAGE]
    while ready := [each for each in waiting if each.contains in units]:
        waiting = [each for each in waiting if each.contains not in units]
        for each in ready:
            quantity = each.members.count("pkgQuantity")
            held = None if quantity is None else quantity * units[each.contains]
            if held is None or not is_bounded(held) or each.di in units:
                _unresolved(each)
                continue
            units[each.di] = held
            unit = each.members.text("pkgType")
            yield ItemPack(unit=unit, quantity=held, gtin=sound_gtin(each.di))
    for each in waiting:
        _unresolved(each)


def _identifier(members: Members) -> Identifier:
    members.check(*_READ, *_OF_PACKAGES)
    di, kind, agency, contains = map(members.text, _READ)
    return Identifier(di, kind, agency, contains, members)


def _item_id(each: Identifier) -> ItemId:
    scheme = _AGENCIES.get(each.agency, each.agency or "udi")
    if scheme != GTIN:
        return ItemId(scheme, each.di)
    sound = sound_gtin(each.di)
    if sound:
        return ItemId(GTIN, sound)
    each.members.notes.append(finding("GTIN_UNSOUND", each.members.spot.position, each.di))
    return ItemId(each.agency, each.di)


def _unresolved(each: Identifier) -> None:
    each.members.notes.append(finding("PACKAGE_UNRESOLVED", each.members.spot.position))
