"""An arrival in the inbox: what its path says, its id, and where the answers to it go."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from posixpath import basename

TAG_LENGTH = 12
_PATH_PARTS = 3  # client, profile, name; what stands between profile and name is the sender's


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedFile:
    """One arrival in the inbox. `version` is empty where the inbox keeps none."""

    key: str
    version: str
    dropped_at: datetime

    @property
    def name(self) -> str:
        """The file's own name."""
        return basename(self.key)

    @property
    def path(self) -> tuple[str, str] | None:
        """The client and the profile it lies under; None if it lies nowhere of that kind."""
        parts = self.key.split("/")
        is_whole = len(parts) >= _PATH_PARTS and parts[0] and parts[1] and parts[-1]
        return (parts[0], parts[1]) if is_whole else None

    def message_id(self, sha256: str = "") -> str:
        """32 hex characters that sort by time, the same for every delivery of this arrival."""
        identity = json.dumps([self.key, self.version, self.dropped_at.isoformat(), sha256])
        milliseconds = int(self.dropped_at.timestamp() * 1000)
        return f"{milliseconds:012x}{hashlib.sha256(identity.encode()).hexdigest()[:20]}"

    def answer_key(self, tag: str, kind: str) -> str:
        """Where in the outbox an answer lies: `<client>/<profile>/<name>.<tag>.<kind>`."""
        folder = "/".join(self.path or ("unknown", "unknown"))
        return f"{folder}/{self.name}.{tag[:TAG_LENGTH]}.{kind}"
