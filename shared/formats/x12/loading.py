"""Partner profiles from their JSON files, checked before anything is read or written by one."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from shared.errors import LedgerwardError
from shared.formats.edi.codes import EDI_CODES
from shared.formats.edi.delimiters import Delimiters
from shared.formats.x12.elements import elements_of
from shared.formats.x12.profile import Mailbox, PartnerProfile
from shared.formats.x12.vocabularies import ITEM_SCHEMES

FOLDER = Path(__file__).parent / "profiles"
STANDARDS = ("004010", "004020", "004030", "004040", "004050", "004060", "005010")
ACKNOWLEDGEMENTS = ("997", "999", "")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FLAGS = (
    *("is_wrapped", "is_test", "asks_interchange_answer", "rejects_on_error"),
    "reuses_control_numbers",
)
_REQUIRED = ("version", "ours", "theirs")
_SEPARATORS = ("element", "component", "segment", "repetition")
_MAILBOX_LIMITS = {"qualifier": (2, 2), "id": (1, 15), "application": (2, 15)}
_LARGEST = 999_999_999


class PartnerProfileError(LedgerwardError):
    """A profile says something that cannot be worked by: in which file, which field, and why."""

    code = "X12_PROFILE"


def profile_names() -> tuple[str, ...]:
    """The partners there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def find_profile(name: str) -> PartnerProfile | None:
    """A partner's profile; None if there is none.

    Raises:
        PartnerProfileError: there is one, and it is wrong.
    """
    return _loaded(name) if name in profile_names() else None


def profile_from(text: str, *, file: str) -> PartnerProfile:
    """The profile that a JSON text is, strictly; `file` is where it stands, its stem the name.

    Raises:
        PartnerProfileError: it is none.
    """
    checked = _Checked(file)
    try:
        said = json.loads(text)
    except ValueError as error:
        checked.refuse("", f"is no JSON: {error}")
    return checked.profile(said)


@cache
def _loaded(name: str) -> PartnerProfile:
    path = FOLDER / f"{name}.json"
    return profile_from(path.read_text(encoding="utf-8"), file=path.name)


class _Checked:
    """Checks one file; every refusal names it and the field."""

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, field: str, why: str) -> NoReturn:
        raise PartnerProfileError(
            f"partner profile {self._file}: {field + ' ' if field else ''}{why}"
        )

    def profile(self, said: object) -> PartnerProfile:
        name = Path(self._file).stem
        if not _NAME.fullmatch(name):
            self.refuse("", "has a name that is not made of a-z, 0-9, _ and -")
        facts = self._object(said, "the profile")
        known = {each.name for each in fields(PartnerProfile)} - {"name"}
        for field in facts:
            if field not in known:
                self.refuse(field, "is no field of a profile")
        for field in _REQUIRED:
            if field not in facts:
                self.refuse(field, "is missing")
        stated: dict[str, Any] = {
            field: self._value(field, value) for field, value in facts.items()
        }
        return PartnerProfile(name=name, **stated)

    def _value(self, field: str, said: object) -> object:
        reads: dict[str, Callable[[object], object]] = {
            "ours": partial(self._mailbox, field=field),
            "theirs": partial(self._mailbox, field=field),
            "delimiters": self._delimiters,
            "standard": partial(self._among, allowed=STANDARDS, field=field),
            "acknowledges": partial(self._among, allowed=ACKNOWLEDGEMENTS, field=field),
            "tolerated": self._tolerated,
            "element_codes": self._element_codes,
            "stock_kinds": self._stock_kinds,
            "item_qualifiers": self._item_qualifiers,
            **dict.fromkeys(_FLAGS, partial(self._flag, field=field)),
        }
        return reads.get(field, partial(self._count, field=field))(said)

    def _stock_kinds(self, said: object) -> Mapping[str, str]:
        kinds = self._object(said, "stock_kinds")
        return MappingProxyType(
            {code: self._text(kind, f"stock_kinds.{code}") for code, kind in kinds.items()}
        )

    def _item_qualifiers(self, said: object) -> Mapping[str, str]:
        """What is written by such a code is read back as the word it was written for."""
        codes = self._object(said, "item_qualifiers")
        for word, code in codes.items():
            if not isinstance(code, str) or code == word or ITEM_SCHEMES.word(code) != word:
                self.refuse(f"item_qualifiers.{word}", f"is {code!r}, which does not mean it")
        return MappingProxyType({word: str(code) for word, code in codes.items()})

    def _mailbox(self, said: object, field: str) -> Mailbox:
        box = self._object(said, field)
        if set(box) != set(_MAILBOX_LIMITS):
            self.refuse(field, f"states exactly {', '.join(_MAILBOX_LIMITS)}")
        for name, (least, most) in _MAILBOX_LIMITS.items():
            value = self._text(box[name], f"{field}.{name}")
            if not least <= len(value) <= most or not value.isascii() or not value.isprintable():
                self.refuse(f"{field}.{name}", f"is not {least} to {most} printable characters")
        return Mailbox(**{name: str(value) for name, value in box.items()})

    def _delimiters(self, said: object) -> Delimiters:
        stated = self._object(said, "delimiters")
        if not {"element", "component", "segment"} <= set(stated) <= set(_SEPARATORS):
            self.refuse("delimiters", "state element, component, segment and perhaps repetition")
        for name, value in stated.items():
            if not isinstance(value, str) or len(value) != 1 or not value.isascii():
                self.refuse(f"delimiters.{name}", "is not one ASCII character")
            if value.isalnum() or value == " ":
                self.refuse(f"delimiters.{name}", "is a letter, a digit or a space")
        if len(set(stated.values())) != len(stated):
            self.refuse("delimiters", "has one character for two of them")
        return Delimiters(**{name: str(value) for name, value in stated.items()})

    def _tolerated(self, said: object) -> frozenset[str]:
        codes = self._texts(said, "tolerated")
        for code in codes:
            if code not in EDI_CODES:
                self.refuse("tolerated", f"names {code!r}, which is no finding")
        return frozenset(codes)

    def _element_codes(self, said: object) -> Mapping[str, tuple[str, ...]]:
        lists = self._object(said, "element_codes")
        elements = elements_of("004")
        for number in lists:
            if number not in elements or not elements[number].codes:
                self.refuse(f"element_codes.{number}", "is no element with a closed list")
        return MappingProxyType(
            {
                number: self._texts(codes, f"element_codes.{number}")
                for number, codes in lists.items()
            }
        )

    def _among(self, said: object, allowed: tuple[str, ...], field: str) -> str:
        if not isinstance(said, str) or said not in allowed:
            self.refuse(field, f"is {said!r}, which is not among {allowed}")
        return said

    def _flag(self, said: object, field: str) -> bool:
        if not isinstance(said, bool):
            self.refuse(field, "is neither true nor false")
        return said

    def _count(self, said: object, field: str) -> int:
        if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= _LARGEST:
            self.refuse(field, f"is no whole number from 0 to {_LARGEST}")
        return said

    def _object(self, said: object, field: str) -> Mapping[str, object]:
        if not isinstance(said, dict):
            self.refuse(field, "is no object")
        return said

    def _text(self, said: object, field: str) -> str:
        if not isinstance(said, str) or not said or said.strip(" ") != said:
            self.refuse(field, "is no text, is empty, or has spaces around it")
        return said

    def _texts(self, said: object, field: str) -> tuple[str, ...]:
        if not isinstance(said, list):
            self.refuse(field, "is no list")
        return tuple(self._text(each, f"{field}[{number}]") for number, each in enumerate(said))
