"""By which reader each resource is read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.formats.fhir.appointments import read_appointment
from shared.formats.fhir.deliveries import read_delivery
from shared.formats.fhir.devices import read_device
from shared.formats.fhir.inventory import read_item, read_report
from shared.formats.fhir.reading import FhirDocument
from shared.formats.fhir.requests import read_request
from shared.formats.fhir.resource import Resource
from shared.formats.fhir.uses import (
    is_use,
    read_charge,
    read_delivered,
    read_device_use,
    read_procedure,
)


def _delivery(resource: Resource) -> FhirDocument:
    return read_delivered(resource) if is_use(resource.root) else read_delivery(resource)


READERS: Mapping[str, Callable[[Resource], FhirDocument]] = MappingProxyType(
    {
        "SupplyRequest": read_request,
        "SupplyDelivery": _delivery,
        "DeviceUseStatement": read_device_use,
        "DeviceUsage": read_device_use,
        "Device": read_device,
        "ChargeItem": read_charge,
        "InventoryItem": read_item,
        "InventoryReport": read_report,
        "Procedure": read_procedure,
        "Appointment": read_appointment,
    }
)
