"""What NORTH's operating rooms tell in FHIR R5 in a day: devices used, one of them in error."""

import json
import random
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from infra.local.day.ehr import plain_codes
from infra.local.network import Network

USES = 6
SYSTEM = "urn:example:or"
IN_ERROR = "entered-in-error"


def device_uses(network: Network, day: date, chance: random.Random) -> Iterator[dict[str, object]]:
    """One DeviceUsage a case; the same number always tells of the same use."""
    zone = next(each.zone for each in network.facilities if each.facility == "NORTH")
    codes = plain_codes(network)
    for number in range(1, USES + 1):
        at = datetime.combine(day, time(7 + number, 40), ZoneInfo(zone))
        coding = {"system": "urn:example:charges", "code": chance.choice(codes).charge_code}
        yield {
            "resourceType": "DeviceUsage",
            "identifier": [{"system": SYSTEM, "value": f"{day:%Y%m%d}-D-{number}"}],
            "status": "completed",
            "patient": {"reference": f"Patient/TEST-{number}"},
            "timingDateTime": at.isoformat(),
            "device": {"concept": {"coding": [coding]}},
        }


def in_error(use: dict[str, object]) -> dict[str, object]:
    """The same use, which never happened."""
    return {**use, "status": IN_ERROR}


def encoded(resource: dict[str, object]) -> bytes:
    """The bytes of one resource."""
    return json.dumps(resource).encode()
