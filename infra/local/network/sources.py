"""The systems that tell of uses, what each may speak for, and which of them moves stock."""

from infra.local.network.families import Control, families
from infra.local.network.items import ITEM_NUMBER_APPLICATIONS
from infra.local.network.sites import HOSPITALS, TENANT
from shared.canonical.master import LocationRecord, StockSourceRecord, WebhookSourceRecord
from shared.canonical.message import ClientScope

CABINET, ORTRACK = ITEM_NUMBER_APPLICATIONS
EHR = "EHR"

# One EHR serves the hospitals and the clinic, cabinets stand in the hospitals; nobody may speak for
# the distribution centre. A client of files is the first part of the name of what it drops. What it
# sends in FHIR says nowhere where a device was used: it is the operating rooms of one hospital.
EHR_CLIENT = ClientScope(
    client_id="ehr",
    tenant=TENANT,
    facilities=(*HOSPITALS, "CLINIC"),
    fhir_profile="ehr_north_or",
)
CABINET_CLIENT = ClientScope(client_id="cabinet", tenant=TENANT, facilities=HOSPITALS)
# A supplier drops EDI under the profile of his own, and speaks for no facility of ours.
SUPPLIER_CLIENT = ClientScope(client_id="supplier", tenant=TENANT, facilities=())
CLIENTS = (EHR_CLIENT, CABINET_CLIENT, SUPPLIER_CLIENT)

WEBHOOK_SOURCES = (WebhookSourceRecord(source=ORTRACK, tenant=TENANT, facilities=HOSPITALS),)

# Few, so that nearly all that the EHR tells of still moves stock.
_CABINET_CLASSES = ("Syringe", "Intravenous catheter")


def locations() -> tuple[LocationRecord, ...]:
    """What the EHR and the cabinets call the hospitals' storerooms."""
    return tuple(
        LocationRecord(
            application=application, location=f"{facility}-STOREROOM", place=f"{facility}-STO"
        )
        for facility in HOSPITALS
        for application in (EHR, CABINET)
    )


def stock_sources() -> tuple[StockSourceRecord, ...]:
    """Where one source moves stock and the others' lines about the same items are evidence.

    In NORTH two families of everyday supplies lie in cabinets that count what is taken; in SOUTH
    the operating rooms scan every implant. Everywhere else whoever tells of a use moves stock.
    """
    implants = [each.name for each in families() if each.pattern.control is Control.SERIAL]
    return (
        *(
            StockSourceRecord(facility="NORTH", item_class=name, application=CABINET)
            for name in _CABINET_CLASSES
        ),
        *(
            StockSourceRecord(facility="SOUTH", item_class=name, application=ORTRACK)
            for name in implants
        ),
    )
