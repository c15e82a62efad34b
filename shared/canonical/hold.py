"""A hold: something that needs a person, with an owner and a due time."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class HoldKind(StrEnum):
    """LAW1: blocking parks the line and posts nothing; advisory posts and leaves work open."""

    BLOCKING = "blocking"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One reason why one line waits for a person.

    `line_id` is the effect id the line has or will have. `missing` are the master-data keys whose
    arrival releases it; `payload` is the line (as canonical JSON, without patient data) that a
    release maps again.
    """

    code: str
    kind: HoldKind
    owner: str
    line_id: str
    document_id: str
    message_id: str
    opened_at: datetime
    due_at: datetime
    position: str
    rule: str
    detail: str
    releases: str
    facility: str = ""
    amount: Decimal | None = None
    content_hash: str = ""
    missing: tuple[str, ...] = ()
    payload: str = ""
