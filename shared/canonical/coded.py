"""A coded fact of a clinical source: the code, who keeps its list, and what it says in words."""

from typing import NamedTuple


class Coded(NamedTuple):
    """One concept, as an HL7 v2 CWE and a FHIR Coding state it; `system` is "" if not stated."""

    code: str
    system: str = ""
    text: str = ""
