"""What a cabinet exports: the file that the profile `cabinet` reads."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.formats.flatfile.loading import find_profile

PROFILE = "cabinet"
WITHDRAWAL, RETURN = "WITHDRAWAL", "RETURN"


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetRow:
    """Something taken from a cabinet or put back; a return names what it takes back.

    `time` is the wall clock where the cabinet stands; `unit` is the cabinet's own word.
    """

    transaction: str
    facility: str
    department: str
    item: str
    time: datetime
    line: str = "1"
    kind: str = WITHDRAWAL
    quantity: str = "1"
    unit: str = "EACH"
    lot: str = ""
    serial: str = ""
    patient: str = field(default="", repr=False)
    case: str = field(default="", repr=False)
    project: str = ""
    grant: str = ""
    service_line: str = ""
    original_transaction: str = ""
    original_line: str = ""


def cabinet_csv(rows: Sequence[CabinetRow]) -> bytes:
    """The rows as a cabinet writes them: a header, CRLF, the last row ended too."""
    profile = find_profile(PROFILE)
    if profile is None:
        raise ValueError(f"there is no profile {PROFILE}")
    facts = tuple(profile.columns.named())
    text = io.StringIO()
    writer = csv.writer(text, delimiter=profile.delimiter)
    writer.writerow([name for _, name in facts])
    writer.writerows([_cell(row, fact) for fact, _ in facts] for row in rows)
    return text.getvalue().encode(profile.encoding)


def _cell(row: CabinetRow, fact: str) -> str:
    if fact == "time":
        return f"{row.time:%Y-%m-%d %H:%M:%S}"
    return str(getattr(row, fact))
