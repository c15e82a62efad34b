"""A document is mapped by its kind: uses to effects, counts and receipts to stock facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.canonical.mappable import MappableDocument
from shared.canonical.stock_report import StockReport
from shared.workflow.map_usage import MapUsage
from shared.workflow.mapped_document import MappedDocument, Mapping
from shared.workflow.record_stock import RecordStock

Begun = MappedDocument | Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocument:
    """Documents of one queue are begun one by one; uses are finished together (MapUsage)."""

    uses: MapUsage
    stock: RecordStock

    def begin(self, document: MappableDocument) -> Begun:
        """Map one document or chunk: uses but for their effects, a stock report to its end.

        Raises:
            ThrottledError: something could not be written; the document is delivered again.
        """
        if isinstance(document, StockReport):
            return self.stock(document)
        return self.uses.begin(document)

    def finish(self, begun: Sequence[Begun]) -> Sequence[Mapping]:
        """Send the effects of all; what became of each document, in order.

        Raises:
            ThrottledError: something could not be written; finish or deliver all of them again.
        """
        finished = iter(self.uses.finish(list(_uses(begun))))
        return [each if isinstance(each, Mapping) else next(finished) for each in begun]


def _uses(begun: Sequence[Begun]) -> Iterator[MappedDocument]:
    return (each for each in begun if isinstance(each, MappedDocument))
