"""Usage events of a webhook source, their golden pairs, and a key to sign them with."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.canonical.master import WebhookSourceRecord
from shared.formats.webhook.reading import EventFacts, EventReading
from shared.formats.webhook.signature import WebhookKey, key_of
from shared.simulation.master_data import SimulatedMasterData, SimulatedWebhookSources
from tests.builders import KNOWN_SINCE
from tests.golden import INBOUND, plain

SOURCE = "ORTRACK"
SECRET = "whsec_" + base64.b64encode(b"synthetic key of one test source").decode()
OLDER_SECRET = "whsec_" + base64.b64encode(b"the key that is being rotated out").decode()
KEY: WebhookKey = key_of(SECRET)
OLDER_KEY: WebhookKey = key_of(OLDER_SECRET)
AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
CASE, PATIENT = "CASE-77001", "MRN000123"

_FACTS = ("application", "event_type", "document", "facility", "department")


def a_line(number: str = "1", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Two sutures, with their lot."""
    line = {
        "id": number,
        "item": "C-SUT",
        "quantity": 2,
        "unit": "EA",
        "used_at": "2026-03-04T09:30:00-08:00",
        "lot": "L-1",
    }
    return line | changes


def an_event(*lines: dict[str, Any], **changes: Any) -> bytes:  # noqa: ANN401
    """A case in the operating room of NORTH."""
    document = {
        "id": "ORC-1",
        "facility": "NORTH",
        "department": "OR",
        "case": CASE,
        "patient": PATIENT,
        "lines": list(lines) or [a_line()],
    }
    return json.dumps({"type": "supply.used", "document": document | changes}).encode()


def registered(*sources: WebhookSourceRecord) -> SimulatedWebhookSources:
    """Registrations that have stood for a while."""
    master = SimulatedMasterData()
    master.put(sources, recorded_at=KNOWN_SINCE)
    return SimulatedWebhookSources(master=master)


def event_samples() -> list[Path]:
    """Every sample of a usage event."""
    return sorted((INBOUND / "webhook").glob("*.event"))


def event_sample(name: str) -> bytes:
    """The bytes of one sample."""
    return (INBOUND / "webhook" / f"{name}.event").read_bytes()


def event_as_golden(reading: EventReading) -> object:
    """A reading as its JSON: empty values left out, and nothing of the patient in it."""
    facts = reading.facts
    return {
        "is_refused": reading.is_refused,
        "facts": {name: getattr(facts, name) for name in _facts(facts)} if facts else None,
        "diagnostics": [plain(found) for found in reading.diagnostics],
        "lines": [plain(line) for line in reading.lines],
        "malformed": [plain(line) for line in reading.malformed],
    }


def _facts(facts: EventFacts) -> tuple[str, ...]:
    return (*_FACTS, "version") if facts.version else _FACTS
