"""News for the sources that asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNews:
    """What became of one line of a source's document; told again under the same `news_id`.

    `state` is posted, rejected, held, waiting, evidence, offset, deferred, unchanged or superseded;
    `line` the source's own intent key, joined by a slash; `code` and `detail` say why it waits. No
    patient data.
    """

    news_id: str
    source: str
    document_id: str
    line: str
    state: str
    at: str
    code: str = ""
    detail: str = ""
    erp_reference: str = ""


class StatusQueue(Protocol):
    """News on their way out."""

    def send(self, news: Sequence[StatusNews]) -> None:
        """Durable when this returns. Sending one again does no harm: its id stays the same."""
        ...
