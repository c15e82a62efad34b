"""What one sender's files look like: data, never code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from shared.formats.flatfile.layout import FixedLayout

# No byte of a character is a line break, a quote, a comma, a semicolon or a tab that is none, so
# that rows can be told apart before they are decoded.
ENCODINGS = (
    *("utf-8", "ascii", "windows-1252", "iso-8859-1", "iso-8859-15", "iso-8859-2", "cp437"),
    *("cp850", "euc_jp", "euc_kr", "shift_jis", "big5", "gb18030"),
)
BAR_IN_CHARACTERS = ("shift_jis", "big5", "gb18030")  # of these a second byte may be |
SINGLE_BYTE = ("ascii", "windows-1252", "iso-8859-1", "iso-8859-15", "iso-8859-2", "cp437", "cp850")
FACILITY_ZONE = "facility"  # the wall clock of the facility that the row names (CLS2)


class FileKind(StrEnum):
    """What the rows of a file are."""

    USAGE = "usage"  # each a withdrawal or a return (USE1)
    ITEMS = "items"  # each what a source's item master says of an item
    COUNTS = "counts"  # each an item counted at a place (PAR5)


class Sign(StrEnum):
    """Where a number has its sign; one without is positive."""

    LEADING = "leading"
    TRAILING = "trailing"  # 12.50-, as COBOL's SIGN IS TRAILING SEPARATE
    OVERPUNCHED = "overpunched"  # in its last digit, as COBOL's zoned decimals: 12J is -121


class Negative(StrEnum):
    """What a negative quantity of a use is."""

    RETURN = "return"
    WITHDRAWAL = "withdrawal"  # stock moves: what leaves is negative, what comes back is not
    NOTHING = "nothing"  # the kind column alone says what is a return


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileColumns:
    """The name of the column that holds each fact; empty where the sender does not state it.

    Which facts the rows of a file have, its kind says (`kinds.py`). `case` and `patient` become
    tokens and are never shown. A return names its withdrawal in `original_transaction` and, where
    rows have lines, `original_line`. `transaction` of a count is the number of the count.
    """

    transaction: str = ""
    item: str = ""
    quantity: str = ""
    time: str = ""
    line: str = ""
    kind: str = ""
    facility: str = ""
    department: str = ""
    unit: str = ""
    lot: str = ""
    serial: str = ""
    case: str = ""
    patient: str = ""
    project: str = ""
    grant: str = ""
    service_line: str = ""
    original_transaction: str = ""
    original_line: str = ""
    location: str = ""
    expires: str = ""
    description: str = ""
    action: str = ""
    gtin: str = ""
    manufacturer: str = ""
    manufacturer_item: str = ""
    supplier: str = ""
    supplier_item: str = ""
    pack_unit: str = ""
    pack_quantity: str = ""
    pack_price: str = ""
    price: str = ""
    bin: str = ""
    reorder_point: str = ""
    reorder_quantity: str = ""
    account: str = ""
    charge_code: str = ""
    status: str = ""

    def named(self) -> Iterator[tuple[str, str]]:
        """Each fact that has a column, with the column's name."""
        for each in fields(self):
            if name := getattr(self, each.name):
                yield each.name, name


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFileProfile:
    """One sender's files.

    Every row is of `facility`, or of the one in its facility column. `constants` are facts that the
    file lacks and every row has. `units` turn this sender's codes into ours, and a code that is not
    among them is passed on as stated (UOM8); `codes` do so for the words of any other column, and a
    row with a word that is not among them is held.

    `times` are strptime formats, `dates` those of a column of its own, by its fact; `zone` is the
    one that a time without an offset is meant in. Numbers have `decimal_mark`, perhaps a
    `thousands_mark` and a sign where `sign` says; `implied_decimals` are the last digits of a
    number without a mark that stand behind it, by the fact. `negative` says what a use of a
    negative quantity is.

    With `fixed` the columns stand at places of a line, without it a delimiter parts them.
    """

    name: str
    application: str
    columns: ProfileColumns
    times: tuple[str, ...] = ()
    kind: FileKind = FileKind.USAGE
    facility: str = ""
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal_mark: str = "."
    thousands_mark: str = ""
    sign: Sign = Sign.LEADING
    implied_decimals: Mapping[str, int] = field(default_factory=_nothing)
    negative: Negative = Negative.RETURN
    zone: str = FACILITY_ZONE
    dates: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    withdrawals: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=_nothing)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=_nothing)
    constants: Mapping[str, str] = field(default_factory=_nothing)
    fixed: FixedLayout | None = None

    def formats_of(self, fact: str) -> tuple[str, ...]:
        """How a time of this fact may be written."""
        return self.dates.get(fact) or self.times
