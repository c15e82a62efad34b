"""Documents as one interchange: envelope, references, counts, the partner's delimiters."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import MappingProxyType

from shared.canonical.acknowledgement import FunctionalAcknowledgement
from shared.canonical.purchase_order import PurchaseOrder
from shared.errors import LedgerwardError
from shared.formats.edi.checking import faults_of
from shared.formats.edi.delimiters import COMPONENT, Delimiters
from shared.formats.edi.tables import SegmentRule
from shared.formats.edifact.charsets import CHARSETS
from shared.formats.edifact.header import LEVEL_A, NEWER_SYNTAX
from shared.formats.edifact.profile import Mailbox, PartnerProfile
from shared.formats.edifact.segments import rules_of
from shared.formats.edifact.vocabularies import ITEM_SCHEMES
from shared.formats.edifact.writing.control import control_rows
from shared.formats.edifact.writing.orders import order_rows
from shared.formats.edifact.writing.parts import Row, composed

Document = PurchaseOrder | FunctionalAcknowledgement
_IDS_FROM = MappingProxyType({"LIN": 3, "PIA": 2})
_OF_CONTROL = ("D", "3", "UN")


class UnwritableError(LedgerwardError):
    """A value has no place in the message: too long, without a code, or not of the charset."""

    code = "EDIFACT_UNWRITABLE"


def write(
    documents: Iterable[Document], profile: PartnerProfile, *, control: int, at: datetime
) -> bytes:
    """Write documents from us to the partner; whoever sends keeps the number of the interchange.

    Raises:
        UnwritableError: what we would write, we would not read without a finding.
    """
    rows = list(_interchange(tuple(documents), profile, f"{control:09d}", at))
    line_end = "\r\n" if profile.is_wrapped else ""
    end = f"{profile.delimiters.segment}{line_end}"
    texts = (_segment(_trimmed(row), profile.delimiters) for row in rows)
    text = _service_string(profile, line_end) + "".join(f"{each}{end}" for each in texts)
    try:
        return text.encode(CHARSETS[profile.charset])
    except UnicodeEncodeError as error:
        raise UnwritableError(
            f"a character is not in {profile.charset}; agree on another one with the partner"
        ) from error


def _interchange(
    documents: Sequence[Document], profile: PartnerProfile, control: str, at: datetime
) -> Iterator[Row]:
    asks = profile.asks_acknowledgement and not _has_answers(documents)
    yield (
        *("UNB", composed(profile.charset, profile.syntax)),
        *(_mailbox(profile.ours), _mailbox(profile.theirs)),
        *(composed(f"{at:%y%m%d}", f"{at:%H%M}"), control, "", "", ""),
        *("1" if asks else "", "", "1" if profile.is_test else ""),
    )
    for count, document in enumerate(documents, start=1):
        reference = str(count)
        rows = list(_message(document, profile))
        yield ("UNH", reference, composed(*_identity(document, profile)))
        yield from rows
        yield ("UNT", str(len(rows) + 2), reference)
    yield ("UNZ", str(len(documents)), control)


def _has_answers(documents: Sequence[Document]) -> bool:
    """No acknowledgement is asked for an acknowledgement (0031)."""
    return any(isinstance(each, FunctionalAcknowledgement) for each in documents)


def _message(document: Document, profile: PartnerProfile) -> Iterator[Row]:
    rules = rules_of(profile.directory)
    for row in _rows(document, profile):
        written = _trimmed(_qualified(row, profile))
        _check(rules[row[0]], written)
        yield written


def _rows(document: Document, profile: PartnerProfile) -> Iterator[Row]:
    match document:
        case PurchaseOrder():
            return order_rows(document, profile.directory)
        case FunctionalAcknowledgement():
            return control_rows(document, profile)
        case _:
            raise TypeError(type(document).__name__)


def _identity(document: Document, profile: PartnerProfile) -> Sequence[str]:
    if isinstance(document, FunctionalAcknowledgement):
        return ("CONTRL", *_OF_CONTROL)
    version, _, release = profile.directory.partition(".")
    return ("ORDERS", version, release, "UN", profile.association)


def _qualified(row: Row, profile: PartnerProfile) -> Row:
    """Item numbers under the partner's own qualifiers."""
    first = _IDS_FROM.get(row[0])
    if first is None or not profile.item_qualifiers:
        return row
    own = {ITEM_SCHEMES.code(word): code for word, code in profile.item_qualifiers.items()}

    def renamed(element: str) -> str:
        value, _, code = element.partition(COMPONENT)
        return composed(value, own.get(code, code))

    return [*row[:first], *map(renamed, row[first:])]


def _trimmed(row: Row) -> list[str]:
    last = max((place for place, value in enumerate(row) if value), default=0)
    return list(row[: last + 1])


def _check(rule: SegmentRule, row: Sequence[str]) -> None:
    """What is written must stand in the same tables as what is read."""
    for fault in faults_of(rule, row):
        raise UnwritableError(
            f"element {fault.field} component {fault.component} of {rule.tag} would be"
            f" {fault.code}; shorten the value, or give it a code of the standard"
        )


def _segment(row: Row, delimiters: Delimiters) -> str:
    parts = (
        delimiters.component.join(_escaped(each, delimiters) for each in element.split(COMPONENT))
        for element in row
    )
    return delimiters.element.join(parts)


def _escaped(value: str, delimiters: Delimiters) -> str:
    """A value with a release character before each of its characters that would part it.

    Raises:
        UnwritableError: there is such a character, and the partner has no release character.
    """
    for each in (delimiters.release, *delimiters[:4]):
        if each and each in value:
            if not delimiters.release:
                raise UnwritableError(
                    "a value holds a delimiter of the interchange; change the delimiters of the"
                    " profile, or give it a release character"
                )
            value = value.replace(each, f"{delimiters.release}{each}")
    return value


def _service_string(profile: PartnerProfile, line_end: str) -> str:
    """UNA, where the delimiters are not those that need none."""
    own = profile.delimiters
    if own == LEVEL_A and profile.syntax < NEWER_SYNTAX:
        return ""
    characters = (own.component, own.element, own.decimal, own.release or " ")
    return f"UNA{''.join(characters)}{own.repetition or ' '}{own.segment}{line_end}"


def _mailbox(box: Mailbox) -> str:
    return composed(box.id, box.qualifier)
