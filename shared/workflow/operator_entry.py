"""What people enter is archived before it is applied, as every message is (section 5: recovery)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from shared.canonical.message import ClientScope, Sighting
from shared.ports.clock import Clock
from shared.ports.raw_archive import RawArchive

SOURCE = "operators"
_TYPE = "application/json; entry="


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorArchive:
    """The raw archive as people at the command line use it."""

    archive: RawArchive
    clock: Clock
    tenant: str
    new_id: Callable[[], str]

    def keep(self, body: str, *, kind: str, who: str) -> Sighting:
        """Archive one entry; its sighting says where and when."""
        encoded = body.encode()
        sighting = Sighting(
            message_id=self.new_id(),
            source=SOURCE,
            client=ClientScope(client_id=who, tenant=self.tenant, facilities=()),
            content_type=f"{_TYPE}{kind}",
            received_at=self.clock.now(),
            sha256=hashlib.sha256(encoded).hexdigest(),
        )
        self.archive.store(sighting, encoded)
        return sighting


def kind_of(sighting: Sighting) -> str:
    """What kind of entry it is."""
    return sighting.content_type.removeprefix(_TYPE)
