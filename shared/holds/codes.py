"""Every hold code: who owns it, how soon it is due, and what releases it.

Data, so that `ledgerward explain CODE` and the console say the same as the steps do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.canonical.hold import HoldKind


class Owner(StrEnum):
    """Roles that own holds. A role, never a person: people change, the queue stays."""

    SUPPLY_CHAIN_ANALYST = "supply_chain_analyst"
    MASTER_DATA_STEWARD = "master_data_steward"
    INTEGRATION_ENGINEER = "integration_engineer"
    CONTROLLER = "controller"
    ON_CALL = "on_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCode:
    """What one code means and what a person does about it.

    `due_hours` is POLICY. `next_command` follows the program's name on the command line;
    `{line_id}` and `{document_id}` stand for the hold's own.
    """

    code: str
    kind: HoldKind = HoldKind.BLOCKING
    owner: Owner
    due_hours: int
    rule: str
    meaning: str
    releases: str
    next_command: str = "trace {line_id}"


RELEASE = "holds release {line_id} --reason WHY"
# Of files and interchanges; they count where a person says so.
RELEASABLE = frozenset({"FORMAT_UNKNOWN", "INTERCHANGE_CONFLICT", "INTERCHANGE_FOREIGN"})


def _of_a_partner(code: str, rule: str, meaning: str, releases: str) -> HoldCode:
    """Of a file, an interchange or a set, which somebody talks to the partner about."""
    return HoldCode(
        code=code,
        owner=Owner.INTEGRATION_ENGINEER,
        due_hours=8,
        rule=rule,
        meaning=meaning,
        releases=releases,
        next_command=RELEASE if code in RELEASABLE else "trace {document_id}",
    )


_TABLE = (
    HoldCode(
        code="FACILITY_UNKNOWN",
        owner=Owner.INTEGRATION_ENGINEER,
        due_hours=4,
        rule="CLS2",
        meaning="The line names a facility that is not in the sender's set or not in master data.",
        releases="The facility is registered for the client and stands in master data.",
    ),
    HoldCode(
        code="DEPARTMENT_UNKNOWN",
        owner=Owner.MASTER_DATA_STEWARD,
        due_hours=8,
        rule="DIM1",
        meaning="The facility has no such department, so nobody bears the cost yet.",
        releases="The department, with its cost centre and places, stands in master data.",
    ),
    HoldCode(
        code="ITEM_UNMAPPED",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=8,
        rule="USE2a",
        meaning="The sender's charge code leads to no item of the ERP.",
        releases="A cross reference from the charge code to an item stands in master data.",
    ),
    HoldCode(
        code="PLACE_UNMAPPED",
        owner=Owner.MASTER_DATA_STEWARD,
        due_hours=8,
        rule="PAR5",
        meaning="A count, receipt or update names a location that leads to no place of the ERP.",
        releases="The place, and the source's name of it, stand in master data.",
    ),
    HoldCode(
        code="UOM_UNKNOWN",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=8,
        rule="UOM1",
        meaning="The item has no factor for this unit on the date of use; 1 is never assumed.",
        releases="A factor of this unit of this item, valid on the date, stands in master data.",
    ),
    HoldCode(
        code="UOM_INEXACT",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=24,
        rule="UOM4",
        meaning="The quantity is no exact decimal in base units; stock is never rounded.",
        releases="The unit's factor is corrected, or the sender states the use in another unit.",
    ),
    HoldCode(
        code="QUANTITY_FRACTIONAL",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=24,
        rule="UOM9",
        meaning="Part of a base unit was used of an item that cannot be divided.",
        releases="The item is marked divisible, or its charge code counts another unit.",
    ),
    HoldCode(
        code="SERIAL_QUANTITY",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=24,
        rule="SER1",
        meaning="One serial number stands for exactly one base unit; the line says otherwise.",
        releases="The charge code's unit is corrected, or the sender sends one line per serial.",
    ),
    HoldCode(
        code="LOT_MISSING",
        kind=HoldKind.ADVISORY,
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=24,
        rule="LOT1",
        meaning="A lot-controlled item was used without its lot; it is posted on lot UNKNOWN.",
        releases="Somebody finds the lot and moves the quantity to it in the ERP.",
    ),
    HoldCode(
        code="ITEM_INACTIVE",
        kind=HoldKind.ADVISORY,
        owner=Owner.MASTER_DATA_STEWARD,
        due_hours=72,
        rule="ITM3",
        meaning="An item that is no longer bought was used; the use is posted.",
        releases="The item is made active again, or its remaining stock is withdrawn.",
    ),
    HoldCode(
        code="DIMENSION_INVALID",
        owner=Owner.CONTROLLER,
        due_hours=24,
        rule="DIM3",
        meaning="A project, grant or service line is unknown or closed on the accounting date.",
        releases="The dimension is opened for that date; it is never re-coded silently.",
    ),
    HoldCode(
        code="REVERSAL_UNPAIRED",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=24,
        rule="USE7",
        meaning="A credit names no charge that can be taken back, or none came within the wait.",
        releases="The charge it names arrives and is posted, or a person closes the credit.",
    ),
    HoldCode(
        code="REVERSAL_EXCESS",
        kind=HoldKind.ADVISORY,
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=24,
        rule="USE6",
        meaning="More came back than was outstanding on the charge; what was is posted.",
        releases="Somebody finds which use the excess belongs to, or that it never came back.",
    ),
    HoldCode(
        code="REVERSAL_NOTHING_LEFT",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=24,
        rule="USE6",
        meaning="A credit takes back a charge that earlier credits have taken back whole.",
        releases="A person closes the credit, or the sender names the charge it belongs to.",
    ),
    HoldCode(
        code="LINE_MALFORMED",
        owner=Owner.INTEGRATION_ENGINEER,
        due_hours=8,
        rule="LAW1",
        meaning="The line cannot be read: something it must have is missing, cut or no value.",
        releases="The sender sends the line again, whole, under the same transaction id.",
        next_command="trace {document_id}",
    ),
    HoldCode(
        code="CONFLICT",
        owner=Owner.INTEGRATION_ENGINEER,
        due_hours=8,
        rule="USE2",
        meaning="The same line id came with other content; what stands already stays as it is.",
        releases="A person decides which content is true; a correction is a new fact.",
    ),
    HoldCode(
        code="ERP_REFUSED",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=8,
        rule="LAW7",
        meaning="The ERP refused the effect for good, with a reason that has no code of its own.",
        releases="The cause is mended in the ERP or in master data and the effect is released.",
        next_command=RELEASE,
    ),
    HoldCode(
        code="PERIOD_CLOSED",
        owner=Owner.CONTROLLER,
        due_hours=24,
        rule="CLS1",
        meaning="The ERP has no open period on the accounting date.",
        releases="The period is opened, or the controller approves another date.",
        next_command=RELEASE,
    ),
    HoldCode(
        code="MASTER_DATA_MISSING",
        owner=Owner.MASTER_DATA_STEWARD,
        due_hours=8,
        rule="DIM3",
        meaning="The ERP lacks an item, place or account that our master data has.",
        releases="The ERP has the record, and the effect is released.",
        next_command=RELEASE,
    ),
    HoldCode(
        code="INSUFFICIENT_STOCK",
        owner=Owner.SUPPLY_CHAIN_ANALYST,
        due_hours=8,
        rule="USE10",
        meaning="The ERP allows no negative stock and has too little of the item.",
        releases="The stock is received or counted in the ERP, and the effect is released.",
        next_command=RELEASE,
    ),
    HoldCode(
        code="TARGET_ACCESS",
        owner=Owner.ON_CALL,
        due_hours=1,
        rule="LAW3",
        meaning="The target refuses our credentials or rights; its effects keep and wait.",
        releases="The access is mended; the effects then go by themselves.",
    ),
    HoldCode(
        code="REVIEW",
        owner=Owner.ON_CALL,
        due_hours=4,
        rule="LAW3",
        meaning="Nobody but a person can say whether the target has written the effect.",
        releases="A person names the ERP document, or states that there is none.",
        next_command="holds posted {line_id} ERP_ID --reason WHY",
    ),
    HoldCode(
        code="POISON",
        owner=Owner.ON_CALL,
        due_hours=4,
        rule="LAW7",
        meaning="A message keeps crashing its workers and was taken out of their way.",
        releases="The defect is mended and the message goes back into its queue.",
        next_command="trace {document_id}",
    ),
    _of_a_partner(
        *("FORMAT_UNKNOWN", "LAW7"),
        "No format, more than one, or another than the partner's recognises the file.",
        "It is dropped again, mended, or under its own profile; or released: read as this one's.",
    ),
    _of_a_partner(
        *("FILE_UNREAD", "LAW7"),
        "Part of the file is no interchange that can be read; the others were taken in.",
        "The partner sends that part again, whole.",
    ),
    _of_a_partner(
        *("INTERCHANGE_CONFLICT", "DUP9"),
        "An interchange came under a control number that had other content before.",
        "A person asks the partner which is true, and releases or rejects the later one.",
    ),
    _of_a_partner(
        *("INTERCHANGE_FOREIGN", "partner profile: ours, theirs"),
        "An interchange is not from this partner to us, by what its header states.",
        "Whoever sent it drops it where it belongs; or a person releases it as the partner's.",
    ),
    _of_a_partner(
        *("INTERCHANGE_REJECTED", "LAW7"),
        "The envelope of an interchange is cut or contradicts itself; nothing counts.",
        "The partner sends it again, whole.",
    ),
    _of_a_partner(
        *("SET_REJECTED", "LAW7"),
        "A set, or the group it stands in, was rejected in our acknowledgement.",
        "The partner sends the set again, mended, in a new interchange.",
    ),
    _of_a_partner(
        *("ANSWER_UNWRITABLE", "ACK1"),
        "The partner's own numbers cannot stand in an acknowledgement to him.",
        "The delimiters of the profile are changed, or the partner is told by hand.",
    ),
)

HOLD_CODES: Mapping[str, HoldCode] = MappingProxyType({entry.code: entry for entry in _TABLE})
