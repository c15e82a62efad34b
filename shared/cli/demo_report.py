"""What a played day came to, counted where it is true: journal, ledger, holds, the ERP's tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from shared.canonical.hold import Hold, HoldKind
from shared.cli.day_player import DayPlayer
from shared.cli.deployment import Deployment
from shared.cli.file import file_answer
from shared.cli.holds import open_holds
from shared.cli.output import Output
from shared.cli.positions import rows_of
from shared.cli.settling import Settling
from shared.cli.tieout import draw_tie_out
from shared.finance.tie_out import TieOut
from shared.holds.codes import Owner
from shared.inventory.comparison import StockRow
from shared.mllp.edge_client import EdgeAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """Arrivals of this run; effects, holds and books as they stand in all.

    An arrival is a message, an event or a file; a file's documents are its transactions.
    """

    received: int
    rejected: int
    documents: int
    duplicates_ignored: int
    news: int
    holds: tuple[Hold, ...]
    settling: Settling
    books: TieOut
    stock: tuple[StockRow, ...]

    @classmethod
    def of(
        cls, deployment: Deployment, player: DayPlayer, settling: Settling, *, news: int
    ) -> Self:
        """Count."""
        accepted = [answer for answer in player.messages if answer.is_accepted]
        told = [answer for answer in player.events if answer.is_accepted]
        repeats, of_files = _files(deployment, player.files)
        documents = {each.document_id for each in accepted} | {each.document_id for each in told}
        arrivals = len(player.messages) + len(player.events) + len(player.files)
        refused = arrivals - len(accepted) - len(told) - len(player.files)
        repeated = sum(answer.code == "duplicate" for answer in told) + repeats
        return cls(
            received=arrivals,
            rejected=refused,
            documents=len(documents | of_files),
            duplicates_ignored=_seen_before(deployment, accepted) + repeated,
            news=news,
            holds=tuple(open_holds(deployment.holds, list(Owner))),
            settling=settling,
            books=deployment.tie_out(()),
            stock=tuple(
                row
                for place in deployment.network.stock_places
                for row in rows_of(deployment, place)
            ),
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
        agrees = agrees and not self.stock_unexplained
        return self.settling.in_doubt == 0 and agrees and self.books.unexplained == Decimal(0)

    @property
    def stock_unexplained(self) -> int:
        """Positions that differ from the ERP's stock without a reason."""
        return sum(bool(row.unexplained) for row in self.stock)

    def data(self) -> dict[str, object]:
        """The object that programs read."""
        return {
            "received": self.received,
            "duplicates_ignored": self.duplicates_ignored,
            "rejected": self.rejected,
            "documents": self.documents,
            "news": self.news,
            "effects": {
                "done": self.books.effects,
                "held": self.held,
                "in_doubt": self.settling.in_doubt,
            },
            "holds": dict(Counter(hold.code for hold in self.holds)),
            "erp": {"documents": self.books.documents, "moves": self.books.moves},
            "tieout": {"unexplained": str(self.books.unexplained)},
            "stock": {
                "positions": len(self.stock),
                "counted": sum(bool(row.counted_at) for row in self.stock),
                "unexplained": self.stock_unexplained,
            },
        }

    def draw(self, output: Output) -> None:
        """The same for people."""
        draw_tie_out(output, self.books)
        output.table("the day", ("what", "count"), _rows(self))


def _rows(report: DemoReport) -> list[tuple[str, object]]:
    counted = Counter(hold.code for hold in report.holds)
    return [
        ("messages, events and files received", report.received),
        ("of them seen before, ignored", report.duplicates_ignored),
        ("of them refused", report.rejected),
        ("documents", report.documents),
        ("news that reached their source", report.news),
        ("effects done", report.books.effects),
        ("lines held", report.held),
        ("in doubt", report.settling.in_doubt),
        *((f"hold {code}", count) for code, count in sorted(counted.items())),
        ("ERP documents", report.books.documents),
        ("ERP stock moves", report.books.moves),
        ("unexplained", report.books.unexplained),
        ("positions beside the ERP's stock", len(report.stock)),
        ("of them unexplained", report.stock_unexplained),
    ]


def _seen_before(deployment: Deployment, accepted: Sequence[EdgeAnswer]) -> int:
    """Messages of this run that were not the first sighting of their document, ever."""
    first = {
        sighting
        for document_id in {answer.document_id for answer in accepted}
        for sighting in _sightings(deployment, document_id)[:1]
    }
    return sum(answer.message_id not in first for answer in accepted)


def _sightings(deployment: Deployment, chain: str, kind: str = "received") -> list[str]:
    return [
        str(entry.fact.data["message_id"])
        for entry in deployment.journal.read(chain)
        if entry.fact.kind == kind
    ]


def _files(deployment: Deployment, names: Sequence[str]) -> tuple[int, set[str]]:
    """Drops whose bytes had been dropped before, and the documents in all of them."""
    answers = [file_answer(deployment, name) for name in names]
    documents = {row["document_id"] for each in answers if each for row in each.rows} - {""}
    chains = {
        chain
        for name in names
        for chain in deployment.journal.find(f"file:{name}")
        if chain.startswith("file:")
    }
    first = {sighting for chain in chains for sighting in _sightings(deployment, chain, "file")[:1]}
    dropped = {each.summary["message_id"] for each in answers if each}
    return len(names) - len(dropped & first), documents
