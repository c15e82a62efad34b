"""Which message is read how: one line for each structure. Other messages are a finding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from shared.formats.hl7v2 import financial, master_files, medication
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.message import Message
from shared.formats.hl7v2.profile import SenderProfile
from shared.formats.hl7v2.reading import Found
from shared.formats.hl7v2.requisitions import read_requisition
from shared.formats.hl7v2.schedules import EVENTS, read_schedule
from shared.formats.hl7v2.usages import read_uses

Read = Callable[[Message, HeaderFacts, SenderProfile], Found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What is read of a message structure, under the codes of MSH-9 that it goes by.

    `names_one_patient` says that a second patient in it is a mistake. `is_posted` says that a
    process takes it further; other documents rest in the journal.
    """

    name: str
    code: str
    events: tuple[str, ...]
    read: Read
    names_one_patient: bool = True
    is_posted: bool = False


_charges = partial(read_uses, layout=financial.LAYOUT, read_one=financial.read_charge)
_dispenses = partial(read_uses, layout=medication.DISPENSE, read_one=medication.read_dispense)
_administrations = partial(
    read_uses, layout=medication.ADMINISTRATION, read_one=medication.read_administration
)
_items = partial(
    master_files.read_master_file, layout=master_files.ITEMS, read_one=master_files.read_item
)
_lots = partial(
    master_files.read_master_file, layout=master_files.LOTS, read_one=master_files.read_lot
)
_charge_codes = partial(
    master_files.read_master_file,
    layout=master_files.CHARGES,
    read_one=master_files.read_charge_code,
)

# RDS^O01 and RAS^O01 are what version 2.3 calls O13 and O17.
STRUCTURES = (
    Structure(name="DFT_P03", code="DFT", events=("P03",), read=_charges, is_posted=True),
    Structure(name="DFT_P11", code="DFT", events=("P11",), read=_charges, is_posted=True),
    Structure(
        name="ORM_O01",
        code="ORM",
        events=("O01",),
        read=partial(read_requisition, is_stocked=None),
    ),
    Structure(
        name="OMS_O05",
        code="OMS",
        events=("O05",),
        read=partial(read_requisition, is_stocked=True),
    ),
    Structure(
        name="OMN_O07",
        code="OMN",
        events=("O07",),
        read=partial(read_requisition, is_stocked=False),
    ),
    Structure(name="RDS_O13", code="RDS", events=("O13", "O01"), read=_dispenses),
    Structure(name="RAS_O17", code="RAS", events=("O17", "O01"), read=_administrations),
    Structure(
        name="SIU_S12",
        code="SIU",
        events=tuple(EVENTS),
        read=read_schedule,
        names_one_patient=False,
    ),
    Structure(name="MFN_M04", code="MFN", events=("M04",), read=_charge_codes),
    Structure(name="MFN_M15", code="MFN", events=("M15",), read=_lots),
    Structure(name="MFN_M16", code="MFN", events=("M16",), read=_items),
)
BY_EVENT: Mapping[tuple[str, str], Structure] = MappingProxyType(
    {(each.code, event): each for each in STRUCTURES for event in each.events}
)
CODES = frozenset(each.code for each in STRUCTURES)
