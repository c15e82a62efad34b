"""Bundles of R5 as a hospital sends them, sound or with errors sown at known places."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.formats.gtins import check_digit

ROUND = 8  # resources of one round: some of every kind
SOWN_EVERY = 3  # rounds
_ITEMS = 6  # of a delivery and of a count
_HEAD = '{"resourceType":"Bundle","type":"collection","entry":['
_TAIL = "]}"
_SYSTEM = "https://hospital.example/ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class SownError:
    """An error that was sown: its finding, and the place and byte of what is wrong."""

    code: str
    place: str
    byte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedBundle:
    """A text with what was sown in it."""

    text: str
    resources: int
    sown: tuple[SownError, ...]


def generate(resources: int, *, sown: bool = False) -> GeneratedBundle:
    """A Bundle of so many resources, or some more to make the last round whole."""
    parts: list[str] = []
    errors: list[SownError] = []
    byte = len(_HEAD)
    for number, entry in enumerate(_entries(resources)):
        text = json.dumps(entry, separators=(",", ":"))
        if sown and number // ROUND % SOWN_EVERY == 0:
            code, place, right, wrong = _SOWN[number % ROUND]
            before, _, behind = text.partition(right)
            text = f"{before}{wrong}{behind}"
            at = byte + text.rindex(":", 0, len(before) + len(wrong)) + 1
            where = f"Bundle.entry[{number}].resource.{place}"
            errors.append(SownError(code=code, place=where, byte=at))
        parts.append(text)
        byte += len(text) + 1
    text = f"{_HEAD}{','.join(parts)}{_TAIL}"
    return GeneratedBundle(text=text, resources=len(parts), sown=tuple(errors))


def _entries(resources: int) -> Iterator[Mapping[str, Any]]:
    for number in range(-(-resources // ROUND)):
        for make in _MAKERS:
            resource = make(number)
            kind = resource["resourceType"]
            identified = {"resourceType": kind, "id": f"{kind.lower()}-{number}"}
            url = f"https://hospital.example/{kind}/{identified['id']}"
            yield {"fullUrl": url, "resource": identified | resource}


def _identifier(kind: str, number: int) -> list[dict[str, str]]:
    return [{"system": f"{_SYSTEM}/{kind}", "value": f"{kind.upper()}-{number:07d}"}]


def _concept(number: int) -> dict[str, Any]:
    digits = f"{614141 * 10**6 + number % 900:013d}"
    gtin = {"system": "https://www.gs1.org/gtin", "code": digits + check_digit(digits)}
    own = {"system": f"{_SYSTEM}/items", "code": f"IT-{number % 900}"}
    return {"coding": [gtin, own], "text": f"Item {number % 900}"}


def _quantity(number: int) -> dict[str, Any]:
    return {
        "value": number % 9 + 1.5,
        "unit": "each",
        "system": "http://unitsofmeasure.org",
        "code": "EA",
    }


def _time(number: int) -> str:
    return f"2026-03-{number % 28 + 1:02d}T{number % 24:02d}:{number % 60:02d}:00-08:00"


def _device(number: int) -> dict[str, Any]:
    digits = f"{614141 * 10**6 + number % 900:013d}"
    di = digits + check_digit(digits)
    return {
        "resourceType": "Device",
        "identifier": _identifier("device", number),
        "udiCarrier": [
            {
                "deviceIdentifier": di,
                "issuer": "http://hl7.org/fhir/NamingSystem/gs1-di",
                "carrierHRF": f"(01){di}(17)280131(10)LOT{number % 90}(21)SN{number}",
                "entryType": "barcode",
            }
        ],
        "status": "active",
        "manufacturer": "Example Devices",
        "expirationDate": "2028-01-31",
        "lotNumber": f"LOT{number % 90}",
        "serialNumber": f"SN{number}",
        "type": [_concept(number)],
    }


def _device_usage(number: int) -> dict[str, Any]:
    return {
        "resourceType": "DeviceUsage",
        "identifier": _identifier("use", number),
        "status": "completed",
        "patient": {"reference": f"Patient/{number % 500}"},
        "timingDateTime": _time(number),
        "device": {"reference": {"reference": f"Device/device-{number}"}},
    }


def _charge(number: int) -> dict[str, Any]:
    return {
        "resourceType": "ChargeItem",
        "identifier": _identifier("charge", number),
        "status": "billable",
        "code": _concept(number),
        "subject": {"reference": f"Patient/{number % 500}"},
        "encounter": {"reference": f"Encounter/{number}"},
        "occurrenceDateTime": _time(number),
        "costCenter": {"identifier": {"system": f"{_SYSTEM}/departments", "value": "CATH"}},
        "quantity": _quantity(number),
        "enteredDate": _time(number),
    }


def _request(number: int) -> dict[str, Any]:
    return {
        "resourceType": "SupplyRequest",
        "identifier": _identifier("request", number),
        "status": "active",
        "priority": "routine",
        "item": {"concept": _concept(number)},
        "quantity": _quantity(number),
        "occurrenceDateTime": _time(number + 1),
        "authoredOn": _time(number),
        "requester": {"reference": "PractitionerRole/9"},
        "deliverFrom": {"reference": "Location/stores"},
        "deliverTo": {"reference": f"Location/ward-{number % 40}"},
    }


def _delivery(number: int) -> dict[str, Any]:
    return {
        "resourceType": "SupplyDelivery",
        "identifier": _identifier("delivery", number),
        "basedOn": [{"reference": f"SupplyRequest/request-{number}"}],
        "status": "completed",
        "suppliedItem": [
            {"quantity": _quantity(each), "itemCodeableConcept": _concept(number + each)}
            for each in range(_ITEMS)
        ],
        "occurrenceDateTime": _time(number),
        "supplier": {"display": "Central stores"},
        "destination": {"reference": f"Location/ward-{number % 40}"},
    }


def _count(number: int) -> dict[str, Any]:
    return {
        "resourceType": "InventoryReport",
        "identifier": _identifier("count", number),
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": _time(number),
        "inventoryListing": [
            {
                "location": {"reference": f"Location/shelf-{number % 300}"},
                "countingDateTime": _time(number),
                "item": [
                    {"quantity": _quantity(each), "item": {"concept": _concept(number + each)}}
                    for each in range(_ITEMS)
                ],
            }
        ],
    }


def _appointment(number: int) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "identifier": _identifier("case", number),
        "status": "booked",
        "start": _time(number),
        "end": _time(number + 3),
        "minutesDuration": 180,
        "participant": [
            {
                "actor": {"reference": f"Patient/{number % 500}"},
                "required": True,
                "status": "accepted",
            },
            {
                "actor": {"reference": f"Location/theatre-{number % 12}", "display": "Theatre"},
                "required": True,
                "status": "accepted",
            },
        ],
    }


def _procedure(number: int) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "identifier": _identifier("procedure", number),
        "status": "completed",
        "subject": {"reference": f"Patient/{number % 500}"},
        "occurrenceDateTime": _time(number),
        "location": {"reference": f"Location/theatre-{number % 12}"},
        "used": [{"concept": _concept(number + each)} for each in range(2)],
        "focalDevice": [{"manipulated": {"reference": f"Device/device-{number}"}}],
    }


_MAKERS = (
    *(_device, _device_usage, _charge, _request, _delivery, _count, _appointment, _procedure),
)
# By the maker: the finding, its place, what stands in the text and what is put there.
_SOWN = (
    ("UDI_MISMATCH", "lotNumber", '"lotNumber":"LOT', '"lotNumber":"LOX'),
    ("CODE_UNKNOWN", "status", '"status":"completed"', '"status":"complete"'),
    ("QUANTITY_INEXACT", "quantity.comparator", '"unit":"each"', '"comparator":"<"'),
    ("TIME_INVALID", "occurrenceDateTime", '"occurrenceDateTime":"2026-', '"occurrenceDateTime":"'),
    ("ELEMENT_REPEATED", "status", '"status":"completed"', '"status":"x","status":"completed"'),
    ("CODE_UNKNOWN", "countType", '"countType":"snapshot"', '"countType":"census"'),
    ("CODE_STRANGE", "participant[1].status", 'accepted"}]', 'accept"}]'),
    ("TIME_INVALID", "occurrenceDateTime", '"occurrenceDateTime":"2026-', '"occurrenceDateTime":"'),
)
