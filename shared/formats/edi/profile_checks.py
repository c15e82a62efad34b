"""Partner profiles of every standard: each field checked, each refusal by its place."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, TypeVar

from shared.errors import LedgerwardError
from shared.formats.edi.codes import EDI_CODES
from shared.formats.edi.delimiters import Delimiters
from shared.formats.edi.tables import Element
from shared.formats.edi.vocabulary import Vocabulary

Limits = Mapping[str, tuple[int, int]]
Noun = TypeVar("Noun")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LARGEST = 999_999_999


class ProfileChecks:
    """Checks one file; `error` is raised with the file, the field and why.

    `required` are the fields that every profile states.
    `needed` and `allowed` are the separators that a profile states, and may state.
    """

    error: ClassVar[type[LedgerwardError]]
    required: ClassVar[tuple[str, ...]] = ("version", "ours", "theirs")
    needed: ClassVar[tuple[str, ...]] = ("element", "component", "segment")
    allowed: ClassVar[tuple[str, ...]] = ("element", "component", "segment", "repetition")

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, field: str, why: str) -> NoReturn:
        """Nobody may work by this profile."""
        raise self.error(f"partner profile {self._file}: {field + ' ' if field else ''}{why}")

    def reads(self, field: str) -> Callable[[object], object]:
        """How the value of a field is read."""
        raise NotImplementedError

    def profile(self, noun: Callable[..., Noun], text: str) -> Noun:
        """The profile that a JSON text is, by the fields of its noun."""
        name = Path(self._file).stem
        if not _NAME.fullmatch(name):
            self.refuse("", "has a name that is not made of a-z, 0-9, _ and -")
        try:
            said = json.loads(text)
        except ValueError as error:
            self.refuse("", f"is no JSON: {error}")
        facts = self.members(said, "the profile")
        self._check_fields(set(facts), {each.name for each in fields(noun)} - {"name"})  # type: ignore[arg-type]
        stated: dict[str, Any] = {field: self.reads(field)(value) for field, value in facts.items()}
        return noun(name=name, **stated)

    def _check_fields(self, stated: set[str], known: set[str]) -> None:
        for field in sorted(stated - known):
            self.refuse(field, "is no field of a profile")
        for field in self.required:
            if field not in stated:
                self.refuse(field, "is missing")

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

    def among(self, said: object, allowed: tuple[str, ...], field: str) -> str:
        """One of a few texts."""
        if not isinstance(said, str) or said not in allowed:
            self.refuse(field, f"is {said!r}, which is not among {allowed}")
        return said

    def flag(self, said: object, field: str) -> bool:
        """True or false."""
        if not isinstance(said, bool):
            self.refuse(field, "is neither true nor false")
        return said

    def count(self, said: object, field: str) -> int:
        """A whole number."""
        if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= _LARGEST:
            self.refuse(field, f"is no whole number from 0 to {_LARGEST}")
        return said

    def members(self, said: object, field: str) -> Mapping[str, object]:
        """An object."""
        if not isinstance(said, dict):
            self.refuse(field, "is no object")
        return said

    def text(self, said: object, field: str) -> str:
        """A text that says something."""
        if not isinstance(said, str) or not said or said.strip(" ") != said:
            self.refuse(field, "is no text, is empty, or has spaces around it")
        return said

    def texts(self, said: object, field: str) -> tuple[str, ...]:
        """A list of texts."""
        if not isinstance(said, list):
            self.refuse(field, "is no list")
        return tuple(self.text(each, f"{field}[{number}]") for number, each in enumerate(said))
