"""Where one sender puts what the standard has no field for: data, never code. One file a sender."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType

BARCODE = "barcode"  # the one fact that states others


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlace:
    """A field of the segments that follow the first of a line.

    Where `only_if_value` is given, `only_if_field` must hold it: an OBX says in OBX-3 what it is.
    """

    segment: str
    field: int
    component: int = 1
    only_if_field: int = 0
    only_if_value: str = ""


@dataclass(frozen=True, kw_only=True)
class SenderProfile:
    """The places of each fact, all of which are read; two different values are a finding.

    `version` counts the changes of this profile. `reverses` is where a credit names the FT1-2 of
    its charge; by default it has the same (USE5). `barcode` is that of what is charged (UDI1).
    `case` and `procedure` say what a requisition is for. `dispenses_are_uses` says which of a
    dispense and an administration of this sender is the use, and which the evidence of it (USE2a).
    `has_numeric_units` says that units of measure may be bare numbers with this sender, so that
    such a one is no sign of shifted fields.
    """

    name: str
    version: int = 1
    lot: tuple[FieldPlace, ...] = ()
    serial: tuple[FieldPlace, ...] = ()
    expires: tuple[FieldPlace, ...] = ()
    project: tuple[FieldPlace, ...] = ()
    grant: tuple[FieldPlace, ...] = ()
    service_line: tuple[FieldPlace, ...] = ()
    unit: tuple[FieldPlace, ...] = ()
    reverses: tuple[FieldPlace, ...] = ()
    barcode: tuple[FieldPlace, ...] = ()
    case: tuple[FieldPlace, ...] = ()
    procedure: tuple[FieldPlace, ...] = ()
    dispenses_are_uses: bool = False
    has_numeric_units: bool = False

    @cached_property
    def places(self) -> Mapping[str, tuple[tuple[str, FieldPlace], ...]]:
        """By segment, the places in it with the names of their facts."""
        found: dict[str, list[tuple[str, FieldPlace]]] = {}
        for each in fields(self):
            stated = getattr(self, each.name)
            for place in stated if isinstance(stated, tuple) else ():
                found.setdefault(place.segment, []).append((each.name, place))
        return MappingProxyType({name: tuple(places) for name, places in found.items()})

    @cached_property
    def segments(self) -> frozenset[str]:
        """The segments that this profile reads."""
        return frozenset(self.places)


def _observed(name: str) -> FieldPlace:
    return FieldPlace(segment="OBX", field=5, only_if_field=3, only_if_value=name)


DEFAULT_PROFILE = SenderProfile(
    name="default",
    lot=(FieldPlace(segment="PRT", field=19), FieldPlace(segment="ZLW", field=1), _observed("LOT")),
    serial=(
        FieldPlace(segment="PRT", field=20),
        FieldPlace(segment="ZLW", field=2),
        _observed("SERIAL"),
    ),
    expires=(FieldPlace(segment="PRT", field=18),),
    project=(FieldPlace(segment="ZLW", field=3),),
    grant=(FieldPlace(segment="ZLW", field=4),),
    service_line=(FieldPlace(segment="ZLW", field=5),),
    unit=(FieldPlace(segment="ZLW", field=6),),
    reverses=(FieldPlace(segment="ZLW", field=7),),
    barcode=(FieldPlace(segment="PRT", field=10), _observed("UDI")),
)
