"""Facilities, departments, the places stock lies in, and who bears cost."""

from datetime import date

from infra.local.network.model import AccountRole, CodedName, Place, PlaceKind
from shared.canonical.master import DepartmentRecord, DimensionRecord, FacilityRecord, PlaceRecord

TENANT = "meridian"
COMPANY = "Synthetic Meridian Network"

FACILITIES = (
    FacilityRecord(facility="NORTH", name="North Hospital", zone="America/Los_Angeles"),
    FacilityRecord(facility="SOUTH", name="South Hospital", zone="America/Chicago"),
    FacilityRecord(facility="EAST", name="East Hospital", zone="America/New_York"),
    FacilityRecord(facility="CLINIC", name="Outpatient Clinic", zone="America/Los_Angeles"),
    FacilityRecord(facility="DC", name="Distribution Centre", zone="America/Chicago"),
)
HOSPITALS = ("NORTH", "SOUTH", "EAST")

ACCOUNTS = (
    AccountRole(role="cash", code="1.1.1", name="Cash"),
    AccountRole(role="stock", code="1.3.1", name="Merchandise"),
    AccountRole(role="goods_received", code="2.1.9", name="Goods Received, Invoice to Come"),
    AccountRole(role="opening_equity", code="3.2.9", name="Opening Balance Equity"),
    AccountRole(role="price_variance", code="5.1.8", name="Purchase Price Variance"),
    AccountRole(role="supplies", code="5.1.9", name="Medical Supplies Consumed"),
)

_DEPARTMENT_NAMES = {
    "OR": ("Operating Rooms", "7010"),
    "CATH": ("Catheterisation Laboratory", "7020"),
    "IR": ("Interventional Radiology", "7030"),
    "PACU": ("Post-Anaesthesia Care", "7040"),
    "ENDO": ("Endoscopy", "7050"),
    "ICU": ("Intensive Care", "6010"),
    "NICU": ("Neonatal Intensive Care", "6020"),
    "MEDSURG": ("Medical-Surgical Ward", "6110"),
    "TELE": ("Telemetry Ward", "6120"),
    "LD": ("Labour and Delivery", "6210"),
    "ED": ("Emergency Department", "6310"),
    "AMB": ("Ambulatory Care", "6410"),
    "INFUSION": ("Infusion Centre", "6420"),
    "LAB": ("Laboratory", "7210"),
    "SUPPLY": ("Sterile Supply", "8310"),
}
_DEPARTMENTS = {
    "NORTH": (
        *("OR", "CATH", "IR", "PACU", "ENDO", "ICU", "NICU", "MEDSURG", "TELE", "LD", "ED"),
        *("LAB", "SUPPLY"),
    ),
    "SOUTH": ("OR", "CATH", "PACU", "ENDO", "ICU", "MEDSURG", "TELE", "ED", "LAB", "SUPPLY"),
    "EAST": ("OR", "CATH", "IR", "PACU", "ICU", "NICU", "MEDSURG", "LD", "ED", "LAB", "SUPPLY"),
    "CLINIC": ("AMB", "INFUSION", "ENDO", "ED", "LAB", "SUPPLY"),
    "DC": ("SUPPLY",),
}

PROJECTS = (
    CodedName(code="P-1001", name="Hybrid operating room opening"),
    CodedName(code="P-1002", name="Bed tower move"),
    CodedName(code="P-1003", name="Robotic surgery start-up"),
    CodedName(code="P-1004", name="Sterile supply renewal"),
    CodedName(code="P-1005", name="Stroke centre accreditation"),
    CodedName(code="P-1006", name="Surge readiness"),
    CodedName(code="P-1007", name="Wound care programme"),
    CodedName(code="P-1008", name="Blood management programme"),
)
GRANTS = (
    CodedName(code="G-2001", name="Cardiac outcomes study"),
    CodedName(code="G-2002", name="Rural trauma grant"),
    CodedName(code="G-2003", name="Neonatal nutrition study"),
    CodedName(code="G-2004", name="Infection prevention grant"),
    CodedName(code="G-2005", name="Joint registry study"),
    CodedName(code="G-2006", name="Emergency preparedness grant"),
    CodedName(code="G-2099", name="Catheter trial (closed)"),
)
SERVICE_LINES = (
    CodedName(code="S-CARD", name="Cardiovascular"),
    CodedName(code="S-ORTH", name="Orthopaedics"),
    CodedName(code="S-NEUR", name="Neurosciences"),
    CodedName(code="S-ONCO", name="Oncology"),
    CodedName(code="S-WOMN", name="Women and Infants"),
    CodedName(code="S-SURG", name="General Surgery"),
    CodedName(code="S-EMER", name="Emergency and Trauma"),
    CodedName(code="S-MEDI", name="General Medicine"),
)


def departments() -> tuple[DepartmentRecord, ...]:
    """Every department draws on its facility's storeroom and consumes into its own place."""
    return tuple(
        DepartmentRecord(
            facility=facility,
            department=department,
            cost_centre=_cost_centre(facility, department),
            from_place=f"{facility}-STO",
            to_place=f"{facility}-{department}-USED",
        )
        for facility, names in _DEPARTMENTS.items()
        for department in names
    )


def cost_centres() -> tuple[CodedName, ...]:
    """One cost centre for each department of each facility."""
    return tuple(
        CodedName(
            code=_cost_centre(facility, department),
            name=f"{facility} {_DEPARTMENT_NAMES[department][0]}",
        )
        for facility, names in _DEPARTMENTS.items()
        for department in names
    )


def places() -> tuple[Place, ...]:
    """A storeroom for each facility; a shelf and a place of consumption for each department."""
    found: list[Place] = []
    for record in FACILITIES:
        facility = record.facility
        found.append(_place(facility, "STO", f"{record.name} storeroom", PlaceKind.STORAGE))
        for department in _DEPARTMENTS[facility]:
            name = f"{record.name} {_DEPARTMENT_NAMES[department][0]}"
            found.append(_place(facility, f"{department}-PAR", f"{name} shelf", PlaceKind.PAR))
            found.append(_place(facility, f"{department}-USED", f"{name} used", PlaceKind.USED))
    return tuple(found)


def stock_places() -> tuple[PlaceRecord, ...]:
    """The storerooms: what departments draw on is followed there."""
    return tuple(
        PlaceRecord(place=place.code, facility=place.facility)
        for place in places()
        if place.kind is PlaceKind.STORAGE
    )


def dimensions(year: int) -> tuple[DimensionRecord, ...]:
    """When each project, grant and service line may be charged.

    Grants follow their sponsors' years: one ends in the year, one begins in it, one is over.
    """
    long_before, long_after = date(year - 3, 1, 1), date(year + 5, 12, 31)
    periods = {
        "P-1008": (date(year, 1, 1), date(year, 6, 30)),
        "G-2001": (date(year - 1, 1, 1), date(year + 2, 12, 31)),
        "G-2002": (date(year - 1, 10, 1), date(year, 9, 30)),
        "G-2003": (date(year, 7, 1), date(year + 1, 6, 30)),
        "G-2006": (date(year, 10, 1), date(year + 1, 9, 30)),
        "G-2099": (date(year - 3, 7, 1), date(year - 1, 6, 30)),
    }
    kinds = (("project", PROJECTS), ("grant", GRANTS), ("service_line", SERVICE_LINES))
    records = []
    for kind, names in kinds:
        for name in names:
            valid_from, valid_to = periods.get(name.code, (long_before, long_after))
            records.append(
                DimensionRecord(kind=kind, code=name.code, valid_from=valid_from, valid_to=valid_to)
            )
    return tuple(records)


def _cost_centre(facility: str, department: str) -> str:
    number = [record.facility for record in FACILITIES].index(facility) + 1
    return f"{number}{_DEPARTMENT_NAMES[department][1]}"


def _place(facility: str, suffix: str, name: str, kind: PlaceKind) -> Place:
    return Place(code=f"{facility}-{suffix}", name=name, facility=facility, kind=kind)
