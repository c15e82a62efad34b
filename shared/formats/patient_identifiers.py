"""Whose case a message is about, until the edge has made tokens of it (USE9)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatientIdentifiers:
    """What the edge turns into tokens at once (USE9). Its text never shows a value."""

    patient: str = ""
    visit: str = ""
    account: str = ""

    @property
    def case(self) -> str:
        """What ties the lines of one case together: the visit, else the account."""
        return self.visit or self.account

    def __repr__(self) -> str:
        """Only that there are some."""
        return "PatientIdentifiers(hidden)"


NOBODY = PatientIdentifiers()
