"""A whole message of each format, read to its documents and findings, for whoever looks at it.

Patients and cases are left out: what is read here is shown, and tokens need a key.
"""

import datetime as dt
import io
from collections.abc import Iterator

from shared.canonical.diagnostic import Position
from shared.errors import LedgerwardError
from shared.formats.documents import ReadUsage
from shared.formats.edifact import loading as edifact_profiles
from shared.formats.edifact import reader as edifact
from shared.formats.edifact.profile import DEFAULT_PROFILE as ANY_EDIFACT
from shared.formats.fhir import loading as fhir_profiles
from shared.formats.fhir import reader as fhir
from shared.formats.fhir.profile import DEFAULT_PROFILE as ANY_FHIR
from shared.formats.flatfile import loading as flatfile_profiles
from shared.formats.flatfile.codes import finding as file_finding
from shared.formats.flatfile.documents import findings_of, people_of, read_document
from shared.formats.flatfile.recognition import fitting_profiles
from shared.formats.flatfile.transactions import survey, transactions
from shared.formats.gudid import reader as gudid
from shared.formats.hl7v2 import loading as hl7v2_profiles
from shared.formats.hl7v2 import reader as hl7v2
from shared.formats.hl7v2.profile import DEFAULT_PROFILE as ANY_HL7V2
from shared.formats.hl7v2.reading import ReadContext
from shared.formats.udi import reader as udi
from shared.formats.webhook.usage_event import read_event
from shared.formats.x12 import loading as x12_profiles
from shared.formats.x12 import reader as x12
from shared.formats.x12.profile import DEFAULT_PROFILE as ANY_X12

UNNAMED_SOURCE = "source"  # an event does not say who sends it; its registration does


class ProfileUnknownError(LedgerwardError):
    """No profile of this name, or none that is alone in fitting the file."""

    code = "PROFILE_UNKNOWN"


def read_hl7v2(body: bytes, profile: str) -> Iterator[object]:
    """Messages of HL7 v2, one or a batch of them.

    Raises:
        ProfileUnknownError: there is no sender's profile of that name.
    """
    found = hl7v2_profiles.find_profile(profile) if profile else ANY_HL7V2
    if found is None:
        raise ProfileUnknownError(f"there is no HL7 v2 profile {profile!r}")
    return hl7v2.read(body, ReadContext(profile=found))


def read_usage_event(body: bytes, _profile: str) -> Iterator[object]:
    """A usage event."""
    reading = read_event(body, UNNAMED_SOURCE)
    yield from reading.diagnostics
    if reading.facts is not None and not reading.is_refused:
        yield ReadUsage(
            number=reading.facts.document, lines=reading.lines, malformed=reading.malformed
        )


def read_flat_file(body: bytes, profile: str) -> Iterator[object]:
    """A file of rows, by its transactions.

    Raises:
        ProfileUnknownError: not exactly one profile fits, or none of that name is there.
    """
    name = profile or _only(fitting_profiles(body))
    found = flatfile_profiles.find_profile(name)
    if found is None:
        raise ProfileUnknownError(f"there is no flat-file profile {name!r}")
    surveyed = survey(io.BytesIO(body), found)
    yield from surveyed.findings
    if surveyed.is_refused:
        return
    for transaction in transactions(io.BytesIO(body), found, surveyed):
        yield from people_of(transaction)[1]
        yield from findings_of(transaction)
        for number in transaction.repeated:
            yield file_finding("ROW_REPEATED", Position(segment="row", occurrence=number))
        yield read_document(transaction, found)


def read_barcodes(body: bytes, _profile: str) -> Iterator[object]:
    """Barcodes of devices, one a line; years of two digits by the window of today."""
    return udi.read(body, year=dt.datetime.now(dt.UTC).year)


def read_fhir(body: bytes, profile: str) -> Iterator[object]:
    """Resources, or Bundles of them; years of two digits by the window of today.

    Raises:
        ProfileUnknownError: there is no sender of that name.
    """
    found = fhir_profiles.find_profile(profile) if profile else ANY_FHIR
    if found is None:
        raise ProfileUnknownError(f"there is no FHIR profile {profile!r}")
    return fhir.read(body, year=dt.datetime.now(dt.UTC).year, profile=found)


def read_gudid(body: bytes, _profile: str) -> Iterator[object]:
    """Look-up records of devices, one or one a line."""
    return gudid.read(body)


def read_x12(body: bytes, profile: str) -> Iterator[object]:
    """Interchanges of X12.

    Raises:
        ProfileUnknownError: there is no partner of that name.
    """
    found = x12_profiles.find_profile(profile) if profile else ANY_X12
    if found is None:
        raise ProfileUnknownError(f"there is no X12 profile {profile!r}")
    return x12.read(body, found)


def read_edifact(body: bytes, profile: str) -> Iterator[object]:
    """Interchanges of EDIFACT.

    Raises:
        ProfileUnknownError: there is no partner of that name.
    """
    found = edifact_profiles.find_profile(profile) if profile else ANY_EDIFACT
    if found is None:
        raise ProfileUnknownError(f"there is no EDIFACT profile {profile!r}")
    return edifact.read(body, found)


def _only(names: tuple[str, ...]) -> str:
    if len(names) != 1:
        fitting = ", ".join(names) or "none"
        raise ProfileUnknownError(f"profiles that fit the file: {fitting}; name one")
    return names[0]
