"""`ledgerward map add …`: rules that people add, each releasing what waited for it."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    ItemRecord,
    LocationRecord,
    PlaceRecord,
    UnitRecord,
)
from shared.cli.account import open_platform
from shared.cli.operations import ReasonOption, WhoOption, add_mapping, decided_by
from shared.cli.output import JsonOption, Output
from shared.mapping.keys import master_key
from shared.ports.master_data import MasterRecord
from shared.workflow.add_mapping import Entered

mapping = typer.Typer(name="map", help="The rules that mapping reads.", no_args_is_help=True)
add = typer.Typer(
    name="add", help="Add a rule and release what waits for it.", no_args_is_help=True
)
mapping.add_typer(add)

ItemOption = Annotated[str, typer.Option("--item", help="The ERP's item number.")]
UnitOption = Annotated[str, typer.Option("--unit", help="The unit that one charge counts.")]
CostOption = Annotated[str, typer.Option("--cost", help="Fixed cost of one base unit.")]
BaseUnitOption = Annotated[str, typer.Option("--base-unit", help="The unit stock is kept in.")]
LotOption = Annotated[bool, typer.Option("--lot", help="Lot-controlled.")]
SerialOption = Annotated[bool, typer.Option("--serial", help="Serial-controlled.")]
PerOption = Annotated[int, typer.Option("--per", help="Divisor, where one unit is a fraction.")]
FromOption = Annotated[str, typer.Option("--from", help="Valid from this date of use.")]
CentreOption = Annotated[str, typer.Option("--cost-centre", help="Who bears the cost.")]
FacilityOption = Annotated[str, typer.Option("--facility", help="Whose place it is.")]
PlaceOption = Annotated[str, typer.Option("--place", help="The ERP's code of the place.")]
FromPlaceOption = Annotated[str, typer.Option("--from-place", help="Where stock leaves.")]
ToPlaceOption = Annotated[str, typer.Option("--to-place", help="Where it is consumed.")]
ALWAYS = "1900-01-01"


@add.command("charge-code")
def charge_code(
    application: str,
    code: str,
    *,
    item: ItemOption,
    unit: UnitOption,
    reason: ReasonOption,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say what a source's code stands for: an item, and the unit that one charge counts."""
    record = ChargeCodeRecord(application=application, charge_code=code, item=item, unit=unit)
    _add(record, master_key("charge", application, code), reason, who, as_json=as_json)


@add.command("unit")
def unit(
    item: str,
    unit: str,
    base_units: int,
    *,
    reason: ReasonOption,
    per: PerOption = 1,
    valid_from: FromOption = ALWAYS,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say how many base units of an item one unit holds: exactly BASE_UNITS / PER."""
    record = UnitRecord(
        item=item,
        unit=unit,
        numerator=base_units,
        denominator=per,
        valid_from=date.fromisoformat(valid_from),
    )
    _add(record, master_key("unit", item, unit), reason, who, as_json=as_json)


@add.command("item")
def item(
    item: str,
    *,
    base_unit: BaseUnitOption,
    cost: CostOption,
    reason: ReasonOption,
    lot: LotOption = False,
    serial: SerialOption = False,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that the ERP has an item, at a fixed cost."""
    record = ItemRecord(
        item=item,
        base_unit=base_unit,
        unit_cost=Decimal(cost),
        is_lot_controlled=lot or serial,
        is_serial_controlled=serial,
    )
    _add(record, master_key("item", item), reason, who, as_json=as_json)


@add.command("place")
def place(
    place: str,
    *,
    facility: FacilityOption,
    reason: ReasonOption,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a place of the ERP is a facility's, so that its stock can be followed."""
    record = PlaceRecord(place=place, facility=facility)
    _add(record, master_key("place", place), reason, who, as_json=as_json)


@add.command("location")
def location(
    application: str,
    location: str,
    *,
    place: PlaceOption,
    reason: ReasonOption,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say which place of the ERP a source's name of a location stands for."""
    record = LocationRecord(application=application, location=location, place=place)
    _add(record, master_key("location", application, location), reason, who, as_json=as_json)


@add.command("department")
def department(
    facility: str,
    department: str,
    *,
    cost_centre: CentreOption,
    from_place: FromPlaceOption,
    to_place: ToPlaceOption,
    reason: ReasonOption,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say who bears a department's cost and which places its stock moves between."""
    record = DepartmentRecord(
        facility=facility,
        department=department,
        cost_centre=cost_centre,
        from_place=from_place,
        to_place=to_place,
    )
    _add(record, master_key("department", facility, department), reason, who, as_json=as_json)


def _add(record: MasterRecord, key: str, reason: str, who: str, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    entered = Entered(record=record, key=key, who=decided_by(who), reason=reason)
    released = add_mapping(open_platform())(entered)
    output.say(f"added {key}; {released} lines went on at once, others follow within a minute")
    output.finish({"key": key, "released": released}, "holds", "tieout")
