"""Documents as one interchange: envelope, control numbers, counts, the partner's delimiters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from shared.canonical.acknowledgement import FunctionalAcknowledgement, InterchangeAcknowledgement
from shared.canonical.invoice import Invoice
from shared.canonical.purchase_order import (
    PurchaseOrder,
    PurchaseOrderAcknowledgement,
    PurchaseOrderChange,
)
from shared.canonical.ship_notice import ShipNotice
from shared.errors import LedgerwardError
from shared.formats.edi.delimiters import COMPONENT, Delimiters
from shared.formats.x12.profile import Mailbox, PartnerProfile
from shared.formats.x12.sets import FUNCTIONAL_IDS
from shared.formats.x12.vocabularies import ITEM_SCHEMES
from shared.formats.x12.writing.acknowledgements import NEWER, functional_rows, interchange_row
from shared.formats.x12.writing.invoices import invoice_rows
from shared.formats.x12.writing.orders import acknowledgement_rows, change_rows, order_rows
from shared.formats.x12.writing.parts import Row
from shared.formats.x12.writing.shipments import shipment_rows

Document = (
    PurchaseOrder
    | PurchaseOrderChange
    | PurchaseOrderAcknowledgement
    | ShipNotice
    | Invoice
    | FunctionalAcknowledgement
)
_ID_WIDTH, _CONTROL_WIDTH, _SET_WIDTH = 15, 9, 4
_IDS_FROM = MappingProxyType({"PO1": 6, "IT1": 6, "POC": 8, "ACK": 7, "LIN": 2})


class UnwritableError(LedgerwardError):
    """A value holds a character that structures the interchange, and X12 has no escape."""

    code = "X12_UNWRITABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlNumbers:
    """The numbers of the next interchange and of its first group; whoever sends keeps them."""

    interchange: int
    group: int


def write(
    documents: Iterable[Document],
    profile: PartnerProfile,
    controls: ControlNumbers,
    *,
    at: datetime,
    answers: Sequence[InterchangeAcknowledgement] = (),
) -> bytes:
    """Write documents from us to the partner, a group for each run of the same function.

    `answers` are TA1, which stand before the groups.

    Raises:
        UnwritableError: a value holds one of the profile's delimiters.
    """
    separator = profile.delimiters
    line_end = "\r\n" if profile.is_wrapped else ""
    rows = _interchange(documents, profile, controls, at, answers)
    texts = [_isa(profile, controls, at), *(_segment(row, separator) for row in rows)]
    return "".join(f"{text}{separator.segment}{line_end}" for text in texts).encode("utf-8")


def _interchange(
    documents: Iterable[Document],
    profile: PartnerProfile,
    controls: ControlNumbers,
    at: datetime,
    answers: Sequence[InterchangeAcknowledgement],
) -> Iterator[Row]:
    yield from map(interchange_row, answers)
    groups = 0
    for function, members in groupby(documents, key=lambda each: FUNCTIONAL_IDS[kind_of(each)]):
        control = str(controls.group + groups)
        groups += 1
        yield from _group(function, list(members), profile, control, at)
    yield ("IEA", str(groups), f"{controls.interchange:0{_CONTROL_WIDTH}d}")


def _group(
    function: str,
    members: Sequence[Document],
    profile: PartnerProfile,
    control: str,
    at: datetime,
) -> Iterator[Row]:
    ours, theirs = profile.ours.application, profile.theirs.application
    day, time = f"{at:%Y%m%d}", f"{at:%H%M}"
    yield ("GS", function, ours, theirs, day, time, control, "X", profile.standard)
    for count, document in enumerate(members, start=1):
        number = f"{count:0{_SET_WIDTH}d}"
        rows = [_qualified(row, profile) for row in _rows(document)]
        guide = (profile.standard,) if kind_of(document) == NEWER else ()
        yield ("ST", kind_of(document), number, *guide)
        yield from rows
        yield ("SE", str(len(rows) + 2), number)
    yield ("GE", str(len(members)), control)


def _qualified(row: Row, profile: PartnerProfile) -> Row:
    """Item numbers under the partner's own qualifiers."""
    first = _IDS_FROM.get(row[0])
    if first is None or not profile.item_qualifiers:
        return row
    own = {ITEM_SCHEMES.code(word): code for word, code in profile.item_qualifiers.items()}
    is_qualifier = range(first, len(row), 2)
    return [own.get(text, text) if at in is_qualifier else text for at, text in enumerate(row)]


def kind_of(document: Document) -> str:
    """Which set a document is written as."""
    match document:
        case PurchaseOrder():
            return "850"
        case PurchaseOrderChange():
            return "860"
        case PurchaseOrderAcknowledgement():
            return "865" if document.answers_change else "855"
        case ShipNotice():
            return "856"
        case Invoice():
            return "810"
        case FunctionalAcknowledgement():
            return document.form or "997"
        case _:
            raise TypeError(type(document).__name__)


def _rows(document: Document) -> Iterator[Row]:
    match document:
        case PurchaseOrder():
            return order_rows(document)
        case PurchaseOrderChange():
            return change_rows(document)
        case PurchaseOrderAcknowledgement():
            return acknowledgement_rows(document)
        case ShipNotice():
            return shipment_rows(document)
        case Invoice():
            return invoice_rows(document)
        case FunctionalAcknowledgement() if not _names_all(document):
            raise UnwritableError("a group or a set states no number: tell its sender by hand")
        case FunctionalAcknowledgement():
            return functional_rows(document)
        case _:
            raise TypeError(type(document).__name__)


def _names_all(answer: FunctionalAcknowledgement) -> bool:
    """Whether the group and its sets have what AK1 and AK2 must state."""
    return bool(answer.group) and all(each.kind and each.control for each in answer.sets)


def _segment(row: Row, delimiters: Delimiters) -> str:
    last = max((place for place, value in enumerate(row) if value), default=0)
    values = [_written(value, row[0], delimiters) for value in row[: last + 1]]
    return delimiters.element.join(values)


def _written(value: str, tag: str, delimiters: Delimiters) -> str:
    """A value as it stands in the interchange; what is ours to part, by the partner's separator."""
    forbidden = (delimiters.element, delimiters.segment, delimiters.component)
    if any(each and each in value for each in (*forbidden, delimiters.repetition)):
        raise UnwritableError(
            f"a value of {tag} holds a delimiter of the interchange; change the delimiters of the"
            " profile, or the value"
        )
    if not value.replace(COMPONENT, "").isprintable():
        raise UnwritableError(f"a value of {tag} holds a control character")
    return value.replace(COMPONENT, delimiters.component)


def _isa(profile: PartnerProfile, controls: ControlNumbers, at: datetime) -> str:
    repeats = profile.delimiters.repetition or "U"
    return profile.delimiters.element.join(
        (
            *("ISA", "00", " " * 10, "00", " " * 10),
            *_mailbox(profile.ours),
            *_mailbox(profile.theirs),
            *(f"{at:%y%m%d}", f"{at:%H%M}", repeats, f"00{profile.standard[2]}01"),
            f"{controls.interchange:0{_CONTROL_WIDTH}d}",
            *("1" if profile.asks_interchange_answer else "0", "T" if profile.is_test else "P"),
            profile.delimiters.component,
        )
    )


def _mailbox(box: Mailbox) -> tuple[str, str]:
    return box.qualifier, box.id.ljust(_ID_WIDTH)
