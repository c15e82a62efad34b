"""What one sender's files look like: data, never code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

# Byte for byte these are ASCII where ASCII goes, so rows can be told apart before they are decoded.
ENCODINGS = ("utf-8", "ascii", "windows-1252", "iso-8859-1", "iso-8859-15")
FACILITY_ZONE = "facility"  # the wall clock of the facility that the row names (CLS2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileColumns:
    """The header's name for each fact; empty where the sender does not state it.

    `case` and `patient` become tokens and are never shown. A return names its withdrawal in
    `original_transaction` and, where rows have lines, `original_line`.
    """

    transaction: str
    item: str
    quantity: str
    time: str
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

    def named(self) -> Iterator[tuple[str, str]]:
        """Each fact that has a column, with the column's name."""
        for each in fields(self):
            if name := getattr(self, each.name):
                yield each.name, name


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFileProfile:
    """One sender's files.

    Every row is of `facility`, or of the one in its facility column. Without a kind column a
    negative quantity is a return. `units` turn this sender's codes into ours, and a code that is
    not among them is passed on as stated (UOM8). `times` are strptime formats, `zone` is the one
    that a time without an offset is meant in.
    """

    name: str
    application: str
    columns: ProfileColumns
    times: tuple[str, ...]
    facility: str = ""
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal_mark: str = "."
    zone: str = FACILITY_ZONE
    withdrawals: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
