"""Where one sender puts what FT1 has no field for: data, never code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlace:
    """A field of the segments that follow an FT1.

    Where `only_if_value` is given, `only_if_field` must hold it: an OBX says in OBX-3 what it is.
    """

    segment: str
    field: int
    component: int = 1
    only_if_field: int = 0
    only_if_value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageProfile:
    """The places of each fact, all of which are read; two different values are a finding.

    `reverses` is where a credit names the FT1-2 of its charge; by default it has the same (USE5).
    """

    name: str
    lot: tuple[FieldPlace, ...] = ()
    serial: tuple[FieldPlace, ...] = ()
    project: tuple[FieldPlace, ...] = ()
    grant: tuple[FieldPlace, ...] = ()
    service_line: tuple[FieldPlace, ...] = ()
    unit: tuple[FieldPlace, ...] = ()
    reverses: tuple[FieldPlace, ...] = ()

    @property
    def segments(self) -> frozenset[str]:
        """The segments that this profile reads."""
        identified = self.lot + self.serial + self.unit + self.reverses
        places = identified + self.project + self.grant + self.service_line
        return frozenset(place.segment for place in places)


def _observed(name: str) -> FieldPlace:
    return FieldPlace(segment="OBX", field=5, only_if_field=3, only_if_value=name)


DEFAULT_PROFILE = UsageProfile(
    name="default",
    lot=(FieldPlace(segment="PRT", field=19), FieldPlace(segment="ZLW", field=1), _observed("LOT")),
    serial=(
        FieldPlace(segment="PRT", field=20),
        FieldPlace(segment="ZLW", field=2),
        _observed("SERIAL"),
    ),
    project=(FieldPlace(segment="ZLW", field=3),),
    grant=(FieldPlace(segment="ZLW", field=4),),
    service_line=(FieldPlace(segment="ZLW", field=5),),
    unit=(FieldPlace(segment="ZLW", field=6),),
    reverses=(FieldPlace(segment="ZLW", field=7),),
)
