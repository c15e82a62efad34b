"""The layout of a fixed-width file, each field of it checked."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from shared.formats.flatfile.layout import Counted, CountedIn, FixedLayout, Selector, Span
from shared.formats.profile_checks import ProfileChecks

LINE_LIMIT = 32 * 1024  # places of a line; mainframes' records have no more bytes
_SELECTORS = ("header", "detail", "trailer")
_KNOWN = frozenset(
    {*_SELECTORS, "columns", "length", "counted_in", "pads_short_lines", "count", "counts"}
)
Choice = TypeVar("Choice", bound=StrEnum)


class LayoutChecks(ProfileChecks):
    """Checks one file, its layout too."""

    def layout(self, said: object) -> FixedLayout:
        """Where the columns stand."""
        stated = self.members(said, "fixed")
        for name in stated:
            if name not in _KNOWN:
                self.refuse(f"fixed.{name}", "is no field of a layout")
        columns = self._spans(stated.get("columns"), "fixed.columns")
        last = max(span.end for span in columns.values())
        selectors = {
            name: self._selector(stated[name], f"fixed.{name}")
            for name in _SELECTORS
            if name in stated
        }
        if "count" in stated and "trailer" not in stated:
            self.refuse("fixed.count", "needs fixed.trailer")
        return FixedLayout(
            columns=columns,
            length=self._length(stated.get("length", last), last),
            counted_in=self.one_of(
                CountedIn, stated.get("counted_in", CountedIn.CHARACTERS), "fixed.counted_in"
            ),
            pads_short_lines=self.flag(
                stated.get("pads_short_lines", False), "fixed.pads_short_lines"
            ),
            count=self._span(stated["count"], "fixed.count") if "count" in stated else None,
            counts=self.one_of(Counted, stated.get("counts", Counted.DETAILS), "fixed.counts"),
            **selectors,
        )

    def one_of(self, choices: type[Choice], said: object, field: str) -> Choice:
        """One of a few words."""
        return choices(self.among(said, tuple(each.value for each in choices), field))

    def _length(self, said: object, last: int) -> int:
        length = self.count(said, "fixed.length")
        if not last <= length <= LINE_LIMIT:
            self.refuse("fixed.length", f"is {length}, which is not from {last} to {LINE_LIMIT}")
        return length

    def _spans(self, said: object, field: str) -> Mapping[str, Span]:
        columns = self.members(said, field)
        if not columns:
            self.refuse(field, "is empty")
        return MappingProxyType(
            {name: self._span(span, f"{field}.{name}") for name, span in columns.items()}
        )

    def _span(self, said: object, field: str) -> Span:
        if not isinstance(said, list) or len(said) != len(Span._fields):
            self.refuse(field, "is no list of a first place and a length")
        start, length = (self.count(each, field) for each in said)
        if not start or not length:
            self.refuse(field, "has a place or a length of 0; places count from 1")
        return Span(start, length)

    def _selector(self, said: object, field: str) -> Selector:
        stated = self.members(said, field)
        if set(stated) != set(Selector._fields):
            self.refuse(field, f"states exactly {' and '.join(Selector._fields)}")
        at, text = self.count(stated["at"], f"{field}.at"), stated["text"]
        if not at:
            self.refuse(f"{field}.at", "is 0; places count from 1")
        if not isinstance(text, str) or not text.strip() or not text.isascii():
            self.refuse(f"{field}.text", "is no ASCII text that says something")
        return Selector(at, text)
