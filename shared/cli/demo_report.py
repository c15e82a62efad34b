"""What a played day came to, counted where it is true: journal, ledger, holds, the ERP's tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from shared.canonical.hold import Hold, HoldKind
from shared.cli.deployment import Deployment
from shared.cli.edge_client import EdgeAnswer
from shared.cli.holds import open_holds
from shared.cli.output import Output
from shared.cli.settling import Settling
from shared.cli.tieout import draw_tie_out
from shared.finance.tie_out import TieOut
from shared.holds.codes import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """Messages of this run; effects, holds and books as they stand in all."""

    received: int
    rejected: int
    documents: int
    duplicates_ignored: int
    holds: tuple[Hold, ...]
    settling: Settling
    books: TieOut

    @classmethod
    def of(cls, deployment: Deployment, answers: Sequence[EdgeAnswer], settling: Settling) -> Self:
        """Count."""
        accepted = [answer for answer in answers if answer.is_accepted]
        documents = {answer.document_id for answer in accepted}
        seen_first = {first for each in documents for first in _first_sighting(deployment, each)}
        return cls(
            received=len(answers),
            rejected=len(answers) - len(accepted),
            documents=len(documents),
            duplicates_ignored=sum(each.message_id not in seen_first for each in accepted),
            holds=tuple(open_holds(deployment.holds, list(Owner))),
            settling=settling,
            books=deployment.tie_out(()),
        )

    @property
    def held(self) -> int:
        """Lines that wait for a person and are not in the books."""
        blocking = (hold for hold in self.holds if hold.kind is HoldKind.BLOCKING)
        return len({hold.line_id for hold in blocking})

    @property
    def all_agrees(self) -> bool:
        """Nothing in doubt, as many ERP documents as effects done, nothing unexplained."""
        agrees = self.books.documents == self.books.effects and not self.books.differences
        return self.settling.in_doubt == 0 and agrees and self.books.unexplained == Decimal(0)

    def data(self) -> dict[str, object]:
        """The object that programs read."""
        return {
            "received": self.received,
            "duplicates_ignored": self.duplicates_ignored,
            "rejected": self.rejected,
            "documents": self.documents,
            "effects": {
                "done": self.books.effects,
                "held": self.held,
                "in_doubt": self.settling.in_doubt,
            },
            "holds": dict(Counter(hold.code for hold in self.holds)),
            "erp": {"documents": self.books.documents, "moves": self.books.moves},
            "tieout": {"unexplained": str(self.books.unexplained)},
        }

    def draw(self, output: Output) -> None:
        """The same for people."""
        draw_tie_out(output, self.books)
        output.table("the day", ("what", "count"), _rows(self))


def _rows(report: DemoReport) -> list[tuple[str, object]]:
    counted = Counter(hold.code for hold in report.holds)
    return [
        ("messages received", report.received),
        ("of them seen before, ignored", report.duplicates_ignored),
        ("of them refused", report.rejected),
        ("documents", report.documents),
        ("effects done", report.books.effects),
        ("lines held", report.held),
        ("in doubt", report.settling.in_doubt),
        *((f"hold {code}", count) for code, count in sorted(counted.items())),
        ("ERP documents", report.books.documents),
        ("ERP stock moves", report.books.moves),
        ("unexplained", report.books.unexplained),
    ]


def _first_sighting(deployment: Deployment, document_id: str) -> list[str]:
    sightings = [
        str(entry.fact.data["message_id"])
        for entry in deployment.journal.read(document_id)
        if entry.fact.kind == "received"
    ]
    return sightings[:1]
