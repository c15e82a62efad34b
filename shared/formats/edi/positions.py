"""Where in an interchange something stands."""

from dataclasses import dataclass

from shared.canonical.diagnostic import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class EdiPosition(Position):
    """A place in a file of interchanges; every count is from 1, and 0 means "the whole".

    `ordinal` is the segment's number in its set (its header is 1), as acknowledgements count; that
    of a segment outside a set is its number in the interchange. `byte` is the offset in the file of
    what is named: of the element where one is named, else of the segment. `loop` is the trigger of
    the loop that the segment stands in.
    """

    interchange: int = 0
    group: int = 0
    set: int = 0
    ordinal: int = 0
    loop: str = ""

    def __str__(self) -> str:
        """1/1/2 PO1[7]-2.1 @ byte 933: interchange, group, set, segment and its number, element."""
        field = f"-{self.field}" if self.field else ""
        component = f".{self.component}" if self.component else ""
        place = f"{self.interchange}/{self.group}/{self.set}"
        segment = f"{self.segment}[{self.ordinal}]{field}{component}"
        return f"{place} {segment} @ byte {self.byte}"
