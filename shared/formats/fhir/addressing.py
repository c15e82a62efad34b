"""Where a body of FHIR is to be sent, by what it says of itself: for whoever sends a file."""

from shared.formats.fhir.offered import RELEASES
from shared.formats.fhir.profile import DEFAULT_PROFILE, Version
from shared.formats.fhir.submission import read_submission


def path_of(body: bytes, *, year: int) -> str:
    """The release and the type, if it is no Bundle: `r4/ChargeItem`, `r5`.

    R5 where nothing tells R4 from it.
    """
    submission = read_submission(body, year=year, profile=DEFAULT_PROFILE)
    readings = (each.reading for each in submission.resources)
    versions = (reading.version for reading in readings if reading)
    version = next((each for each in versions if each is not Version.UNTOLD), Version.R5)
    release = next(name for name, each in RELEASES.items() if each is version)
    is_alone = submission.kind and not submission.is_bundle
    return f"{release}/{submission.kind}" if is_alone else release
