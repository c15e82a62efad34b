"""What the profiles of partners of all EDI standards state, each field checked."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from shared.formats.edi.codes import EDI_CODES
from shared.formats.edi.delimiters import Delimiters
from shared.formats.edi.tables import Element
from shared.formats.edi.vocabulary import Vocabulary
from shared.formats.profile_checks import ProfileChecks

Limits = Mapping[str, tuple[int, int]]


class PartnerChecks(ProfileChecks):
    """Checks one partner's file.

    `needed` and `allowed` are the separators that a profile states, and may state.
    """

    required: ClassVar[tuple[str, ...]] = ("version", "ours", "theirs")
    needed: ClassVar[tuple[str, ...]] = ("element", "component", "segment")
    allowed: ClassVar[tuple[str, ...]] = ("element", "component", "segment", "repetition")

    def mailbox(self, said: object, field: str, limits: Limits) -> dict[str, str]:
        """One side of an interchange; its fields by their least and most length, 0 if optional."""
        box = self.members(said, field)
        needed = {name for name, (least, _) in limits.items() if least}
        if not needed <= set(box) <= set(limits):
            self.refuse(field, f"states exactly {', '.join(limits)}")
        for name, stated in box.items():
            least, most = limits[name]
            value = self.text(stated, f"{field}.{name}")
            if not least <= len(value) <= most or not value.isascii() or not value.isprintable():
                self.refuse(f"{field}.{name}", f"is not {least} to {most} printable characters")
        return {name: str(value) for name, value in box.items()}

    def delimiters(self, said: object) -> Delimiters:
        """The separators: each one ASCII character, and no two the same."""
        stated = self.members(said, "delimiters")
        if not set(self.needed) <= set(stated) <= set(self.allowed):
            others = ", ".join(each for each in self.allowed if each not in self.needed)
            self.refuse("delimiters", f"state {', '.join(self.needed)} and perhaps {others}")
        for name, value in stated.items():
            if not isinstance(value, str) or len(value) != 1 or not value.isascii():
                self.refuse(f"delimiters.{name}", "is not one ASCII character")
            if value.isalnum() or value == " ":
                self.refuse(f"delimiters.{name}", "is a letter, a digit or a space")
        if len(set(stated.values())) != len(stated):
            self.refuse("delimiters", "has one character for two of them")
        return Delimiters(**{name: str(value) for name, value in stated.items()})

    def tolerated(self, said: object) -> frozenset[str]:
        """Findings that cost nothing with this partner."""
        codes = self.texts(said, "tolerated")
        for code in codes:
            if code not in EDI_CODES:
                self.refuse("tolerated", f"names {code!r}, which is no finding")
        return frozenset(codes)

    def element_codes(
        self, said: object, elements: Mapping[str, Element]
    ) -> Mapping[str, tuple[str, ...]]:
        """Codes for lists that are closed; others need none."""
        lists = self.members(said, "element_codes")
        for number in lists:
            if number not in elements or not elements[number].codes:
                self.refuse(f"element_codes.{number}", "is no element with a closed list")
        return MappingProxyType(
            {
                number: self.texts(codes, f"element_codes.{number}")
                for number, codes in lists.items()
            }
        )

    def item_qualifiers(self, said: object, schemes: Vocabulary) -> Mapping[str, str]:
        """What is written by such a code is read back as the word it was written for."""
        codes = self.members(said, "item_qualifiers")
        for word, code in codes.items():
            if not isinstance(code, str) or code == word or schemes.word(code) != word:
                self.refuse(f"item_qualifiers.{word}", f"is {code!r}, which does not mean it")
        return MappingProxyType({word: str(code) for word, code in codes.items()})
