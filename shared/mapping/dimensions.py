"""Where a use belongs: its facility, department, accounting date and dimensions (DIM1 to DIM3)."""

from collections.abc import Collection, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from shared.canonical.master import DepartmentRecord
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.mapping.keys import master_key
from shared.mapping.problems import Problem
from shared.ports.master_data import MasterData


def zone_of_facility(
    line: UsageLine, document: SupplyUsage, master: MasterData, *, as_of: str
) -> ZoneInfo | Problem:
    """The zone of the line's facility, if its sender may speak for it."""
    return facility_zone(line.facility, document.facilities, master, as_of=as_of)


def facility_zone(
    facility: str, allowed: Collection[str], master: MasterData, *, as_of: str
) -> ZoneInfo | Problem:
    """The zone of a facility that the sender may speak for; what stands in the message is no right.

    Facilities outside the client's registered set are not even looked up.
    """
    if facility not in allowed:
        detail = f"facility {facility} is not in the sender's set"
        return Problem(code="FACILITY_UNKNOWN", detail=detail)
    record = master.facility(facility, as_of=as_of)
    zone = _zone(record.zone) if record else None
    if zone is None:
        detail = f"facility {facility} has no record with a time zone"
        missing = (master_key("facility", facility),)
        return Problem(code="FACILITY_UNKNOWN", detail=detail, missing=missing)
    return zone


def department_of(line: UsageLine, master: MasterData, *, as_of: str) -> DepartmentRecord | Problem:
    """The department that bears the cost, with its cost centre and places."""
    if not line.department:
        detail = f"the line names no department of {line.facility}"
        return Problem(code="DEPARTMENT_UNKNOWN", detail=detail)
    record = master.department(line.facility, line.department, as_of=as_of)
    if record is None:
        detail = f"{line.facility} has no department {line.department}"
        missing = (master_key("department", line.facility, line.department),)
        return Problem(code="DEPARTMENT_UNKNOWN", detail=detail, missing=missing)
    return record


def invalid_dimension(
    line: UsageLine, master: MasterData, *, on: date, as_of: str
) -> Problem | None:
    """All dimensions of a line that may not be charged on the accounting date, as one problem."""
    invalid = list(_invalid(line, master, on=on, as_of=as_of))
    if not invalid:
        return None
    names = ", ".join(f"{kind} {code}" for kind, code in invalid)
    missing = tuple(master_key("dimension", kind, code) for kind, code in invalid)
    return Problem(code="DIMENSION_INVALID", detail=f"not valid on {on}: {names}", missing=missing)


def _invalid(
    line: UsageLine, master: MasterData, *, on: date, as_of: str
) -> Iterator[tuple[str, str]]:
    stated = (
        ("project", line.project),
        ("grant", line.grant),
        ("service_line", line.service_line),
    )
    for kind, code in stated:
        record = master.dimension(kind, code, as_of=as_of) if code else None
        is_valid = record is not None and record.valid_from <= on <= record.valid_to
        if code and not is_valid:
            yield kind, code


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found is a KeyError, a path a ValueError
        return None
