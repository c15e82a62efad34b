"""What became of a partner's file, set by set and in sum: what people find in the outbox."""

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from shared.canonical.business_keys import (
    TradeDocument,
    broken_lines,
    business_keys,
    line_count,
)
from shared.formats.edi.exchange import SurveyedSet
from shared.workflow.told_findings import gravest


class SetOutcome(StrEnum):
    """What became of one set."""

    READ = "read"  # rests in the journal, whole
    HELD = "held"  # lines of it wait for a person, or all of it with its interchange
    REPEATED = "repeated"  # came before, in the same interchange; counts once
    REJECTED = "rejected"  # as its acknowledgement says


@dataclass(slots=True)
class SetResults:
    """One JSON object for each set of the file, in its order."""

    rows: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        interchange: str,
        surveyed: SurveyedSet,
        document: TradeDocument | None,
        *,
        outcome: SetOutcome,
        document_id: str,
        reason: str = "",
    ) -> None:
        """One set, which went on as this document; `reason` is why its interchange did not."""
        lines = line_count(document) if document is not None else 0
        held = len(broken_lines(document)) if document is not None else 0
        self.counts.update({"sets": 1, outcome.value: 1, "lines": lines + held, "held_lines": held})
        found = gravest(surveyed.findings)
        told = {
            "row": self.counts["sets"],
            "transaction": f"{interchange}/{surveyed.group}/{surveyed.control}",
            "kind": surveyed.kind,
            "document": type(document).__name__ if document is not None else "",
            "number": _number(document),
            "outcome": outcome.value,
            "verdict": surveyed.verdict,
            "lines": lines,
            "held_lines": held,
            "document_id": document_id,
            "code": reason or (found.code if found else ""),
            "column": str(found.position) if found else "",
            "message": found.message if found else "",
        }
        self.rows.append(json.dumps(told, ensure_ascii=False))

    def encoded(self) -> bytes:
        """JSON lines, one for each set."""
        return "".join(f"{row}\n" for row in self.rows).encode()


def _number(document: TradeDocument | None) -> str:
    keys = business_keys(document) if document is not None else ()
    return keys[0].value if keys else ""
