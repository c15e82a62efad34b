"""A row of a flat file mapped by the rules of now, and nothing done about it.

It asks master data alone and has no port that writes. What hangs on other documents is not known
here: a line that came before, an original that was never posted, a period that the ERP has closed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from shared.canonical.message import ClientScope, Sighting
from shared.canonical.usage import UsageLine
from shared.formats.flatfile.documents import transaction_documents
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import FileRow
from shared.formats.flatfile.transactions import Transaction
from shared.mapping.usage import MappedLine, map_usage
from shared.ports.master_data import MasterData
from shared.workflow.file_facts import CONTENT_TYPE, SOURCE

_UNSENT = "not sent"  # the message id of what never comes in


@dataclass(frozen=True, slots=True, kw_only=True)
class TryRows:
    """What the shipped mapping makes of rows that a client would drop at `now`."""

    master: MasterData
    client: ClientScope
    profile: FlatFileProfile
    now: datetime

    def __call__(self, row: FileRow) -> MappedLine | None:
        """What would become of a use; None for what is not mapped: counts, items, held rows."""
        if row.transaction is None or not isinstance(row.line, UsageLine):
            return None
        (document,) = transaction_documents(
            Transaction(name=row.transaction, rows=(row,)),
            self.profile,
            self._sighting(),
            case_token="",
            patient_token="",
        )
        mapped = map_usage(document, self.master, as_of=self.now.isoformat(), now=self.now)
        (line,) = mapped.lines
        return line

    def _sighting(self) -> Sighting:
        return Sighting(
            message_id=_UNSENT,
            source=SOURCE,
            client=self.client,
            content_type=CONTENT_TYPE,
            received_at=self.now,
            sha256=hashlib.sha256(b"").hexdigest(),
        )
