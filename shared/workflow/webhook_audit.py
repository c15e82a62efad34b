"""An entry in the journal for each webhook that was not believed, within bounds.

Whoever knows the address can cause refusals, so they may not fill a table: a chain is a day of one
source that has a key (one chain for all names that have none), and a worker adds a few entries a
minute to it. The handler counts every refusal.
"""

from dataclasses import dataclass, field
from datetime import datetime

from shared.canonical.journal import JournalFact
from shared.errors import ThrottledError
from shared.ports.journal import Journal

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedWebhook:
    """What is kept of it: why, under which id, and the hash of its bytes; never the bytes."""

    source: str
    reason: str
    webhook_id: str
    sha256: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class WebhookAudit:
    """Keeps refusals. `source` of an unknown name is `unknown`: the name is a stranger's text."""

    journal: Journal
    most_a_minute: int = 20
    _minute: str = field(default="", init=False)
    _kept: int = field(default=0, init=False)

    def keep(self, refused: RefusedWebhook) -> bool:
        """Journal a refusal; False if it was left out, by the bound or because the table is busy.

        The refusal stands either way.
        """
        minute = f"{refused.at:%Y-%m-%dT%H:%M}"
        if minute != self._minute:
            self._minute, self._kept = minute, 0
        if self._kept >= self.most_a_minute:
            return False
        self._kept += 1
        try:
            self.journal.append(chain_of(refused.source, refused.at), [_fact(refused)])
        except ThrottledError:
            return False
        return True


def chain_of(source: str, at: datetime) -> str:
    """The chain of one source's refusals of one day (UTC)."""
    return f"audit:{source}:{at:%Y-%m-%d}"


def _fact(refused: RefusedWebhook) -> JournalFact:
    at = refused.at.isoformat()
    return JournalFact(
        fact_id=f"refused:{refused.reason}:{refused.webhook_id}:{refused.sha256}:{at}",
        kind="refused",
        at=at,
        data={
            "reason": refused.reason,
            "webhook_id": refused.webhook_id,
            "sha256": refused.sha256,
        },
    )
