"""One row's cells by what they mean; asking for one that is no sound value is a fault with a place.

What cannot be trusted is not read: the last cell of a row that the file ends in, and every cell of
a row with too few or too many, where nobody knows which one is missing.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.formats.bounds import CONTROLS, IDENTIFIER_LIMIT, is_bounded
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.kinds import HIDDEN, NUMBERS, TEXTS
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import FileHead
from shared.formats.flatfile.record import Record
from shared.formats.flatfile.values import number_in, times_of
from shared.formats.gtins import GTIN, sound_gtin

TEXT_LIMIT = 1_000  # characters of prose
_FORMULA = ("=", "+", "-", "@")
_NUL = b"\x00"
_PLAIN = re.compile(r"[0-9A-Za-z][ -~]{0,127}").fullmatch  # most are; others are looked at closely


class _Clean(list[str | None]):
    """Cells that are all decoded and hold no NUL."""


class RowFaultError(Exception):
    """Inside this package: the row cannot be read, and here is why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


class Cells:
    """The cells of one row under one header."""

    def __init__(self, record: Record, head: FileHead, profile: FlatFileProfile) -> None:
        self.record = record
        self.profile = profile
        self._head = head
        self._texts = _decoded(record.cells, profile.encoding)
        self._trusted = _trusted(record, len(head.names))

    @property
    def trouble(self) -> Diagnostic | None:
        """What is wrong with the row as a whole, or with any cell of it, read or not."""
        record, columns = self.record, len(self._head.names)
        if record.fault:
            return self._finding(record.fault, record.fault_cell, fact=record.fault_fact)
        if not record.is_terminated:
            return self._finding("ROW_CUT", None)
        if len(record.cells) != columns:
            code = "ROW_TOO_SHORT" if len(record.cells) < columns else "ROW_TOO_LONG"
            return self._finding(code, None, fact=f"{len(record.cells)} of {columns}")
        if isinstance(self._texts, _Clean):
            return None
        bad = next(place for place, text in enumerate(self._texts) if _is_bad(text))
        return self._finding("BYTES_UNDECODABLE" if self._texts[bad] is None else "NUL_FOUND", bad)

    def read_by_meaning(self) -> bytes:
        """The cells that the profile reads, less those of a patient: what a row is known again by.

        None of them is trusted to be whole.
        """
        cells = self.record.cells
        places = ((fact, self._head.places[fact]) for fact in sorted(self._head.places))
        known = (
            cells[place] for fact, place in places if fact not in HIDDEN and place < len(cells)
        )
        return b"\x00".join(cell.strip() for cell in known)

    def stated(self, fact: str) -> str:
        """What the file says of a fact; empty if the cell is, or if there is no column for it."""
        place = self._head.places.get(fact)
        if place is None:
            return ""
        if place >= self._trusted:
            raise RowFaultError(self.trouble or self._finding("ROW_CUT", None))
        text = self._texts[place]
        if text is None or "\x00" in text:
            self.fail("BYTES_UNDECODABLE" if text is None else "NUL_FOUND", fact)
        stated = text.strip(" \t")
        return stated if not stated or _PLAIN(stated) else self._checked(stated, fact)

    def value(self, fact: str) -> str:
        """A fact in our words: by the column's table of codes, or the constant of the profile."""
        stated = self.stated(fact)
        table = self.profile.codes.get(fact)
        if table is not None and stated:
            return table.get(stated) or self.fail("CODE_UNKNOWN", fact, stated)
        return stated or self.profile.constants.get(fact, "")

    def required(self, fact: str) -> str:
        """The value of a fact without which the row means nothing."""
        return self.value(fact) or self.fail("VALUE_MISSING", fact)

    def unit(self, fact: str) -> str:
        """A unit in our word, or in the source's where the profile has none (UOM8)."""
        stated = self.value(fact)
        return self.profile.units.get(stated, stated)

    def number(self, fact: str) -> Decimal | None:
        """An exact number; None if the row states none."""
        stated = self.value(fact)
        if not stated:
            return None
        number = number_in(stated, fact, self.profile)
        if number is None:
            self.fail("QUANTITY_INVALID", fact, stated)
        if not is_bounded(number):
            self.fail("QUANTITY_TOO_LARGE", fact, stated)
        return number

    def item_ids(self, *named: tuple[str, str]) -> tuple[ItemId, ...]:
        """The names of an item, each by its fact and its scheme, and its GTIN (ITM1)."""
        stated = [(scheme, self.value(fact)) for fact, scheme in named]
        if gtin := self.value("gtin"):
            stated.append((GTIN, sound_gtin(gtin) or self.fail("GTIN_UNSOUND", "gtin", gtin)))
        return tuple(ItemId(scheme, value) for scheme, value in stated if value)

    def time(self, fact: str) -> SourceTime | None:
        """A time; None if the row states none."""
        stated = self.value(fact)
        if not stated:
            return None
        moments = times_of(stated, fact, self.profile)
        if len(moments) != 1:
            code = "TIME_AMBIGUOUS" if moments else "TIME_INVALID"
            self.fail(code, fact, stated)
        return next(iter(moments))

    def fail(self, code: str, fact: str, value: str = "") -> NoReturn:
        """The row cannot be read because of this cell."""
        shown = "" if fact in HIDDEN else value
        raise RowFaultError(self._finding(code, self._head.places.get(fact), shown))

    def position(self) -> Position:
        """The row as a whole."""
        return Position(segment="row", occurrence=self.record.number, byte=self.record.byte)

    def _checked(self, text: str, fact: str) -> str:
        if len(text) > (TEXT_LIMIT if fact in TEXTS else IDENTIFIER_LIMIT):
            self.fail("VALUE_TOO_LONG", fact)
        if not CONTROLS.isdisjoint(text):
            self.fail("CHARACTER_INVALID", fact)
        is_number = fact in NUMBERS and text[:1] in ("+", "-")
        if text.startswith(_FORMULA) and not is_number:
            self.fail("FORMULA", fact, text)
        return text

    def _finding(
        self, code: str, place: int | None, value: str = "", *, fact: str = ""
    ) -> Diagnostic:
        record = self.record
        is_cell = place is not None and not record.fault
        position = Position(
            segment="row",
            occurrence=record.number,
            field=0 if place is None else place + 1,
            byte=record.byte_of(place or 0) if is_cell else record.byte + record.fault_byte,
            column="" if place is None else self._column(place),
        )
        return finding(code, position, value, fact=fact)

    def _column(self, place: int) -> str:
        """The name of a column that the profile knows; another's may be anything, a patient's."""
        is_known = place in self._head.places.values()
        return self._head.names[place] if is_known else ""


def _decoded(cells: Sequence[bytes], encoding: str) -> Sequence[str | None]:
    """All cells at once, which no encoding of a profile minds; one by one where one of them is bad.

    No byte of a character is NUL, so what has as many parts behind it as before has none itself.
    """
    try:
        texts = _NUL.join(cells).decode(encoding).split("\x00")
    except UnicodeDecodeError:
        texts = []
    return _Clean(texts) if len(texts) == len(cells) else [_text(each, encoding) for each in cells]


def _text(cell: bytes, encoding: str) -> str | None:
    try:
        return cell.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_bad(text: str | None) -> bool:
    return text is None or "\x00" in text


def _trusted(record: Record, columns: int) -> int:
    """How many cells from the left are surely what the sender wrote, in surely their place."""
    if record.fault:
        return 0
    if not record.is_terminated:
        return len(record.cells) - 1 if len(record.cells) <= columns else 0
    return columns if len(record.cells) == columns else 0
