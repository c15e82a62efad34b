"""Profiles of senders and partners: each field checked, each refusal by its place."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

from shared.errors import LedgerwardError

Noun = TypeVar("Noun")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LARGEST = 999_999_999


class ProfileChecks:
    """Checks one file; `error` is raised with `what` it is, the file, the field and why.

    `required` are the fields that every profile states.
    """

    what: ClassVar[str] = "partner profile"
    error: ClassVar[type[LedgerwardError]]
    required: ClassVar[tuple[str, ...]]

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, field: str, why: str) -> NoReturn:
        """Nobody may work by this profile."""
        raise self.error(f"{self.what} {self._file}: {field + ' ' if field else ''}{why}")

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
