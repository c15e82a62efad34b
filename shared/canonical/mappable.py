"""The documents that mapping takes, on a queue or in a parked line: which one a text is."""

from shared.canonical.codec import from_json
from shared.canonical.stock_report import StockReport
from shared.canonical.usage import SupplyUsage

MappableDocument = SupplyUsage | StockReport
_STOCK_BEGINS = '{"cause":'  # its first field, which the other has not


def mappable_from(text: str) -> MappableDocument:
    """Read a document back.

    Raises:
        pydantic.ValidationError: the text is none.
    """
    if text.startswith(_STOCK_BEGINS):
        return from_json(StockReport, text)
    return from_json(SupplyUsage, text)
