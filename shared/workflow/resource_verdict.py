"""What becomes of each resource that was sent: stored under an id, kept beside others, refused.

A transaction and a message are one fact of many lines: whatever of it can be used is taken, and
what cannot be used waits for a person (LAW1). The entries of a batch stand for themselves, each as
if it had been sent alone. The same bytes, sighting and profile have the same verdict and the same
ids: recovery asks again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.message import Sighting
from shared.formats.fhir.bounds import RESOURCE_BYTES
from shared.formats.fhir.offered import BUNDLE_TYPES, MEDIA_TYPES
from shared.formats.fhir.outcome import Issue, IssueType, issue_of
from shared.formats.fhir.profile import FhirProfile
from shared.formats.fhir.reader import BUNDLE
from shared.formats.fhir.stored import Address
from shared.formats.fhir.submission import Fate, Submission, Submitted, read_submission

BODY_BYTES = RESOURCE_BYTES  # a function's answer takes 6 MB, in which the resource goes back
MOST_ENTRIES = 200  # of one Bundle, each with a chain of the journal of its own
TOGETHER = frozenset({"transaction", "message"})
_STATUSES: Mapping[str, HTTPStatus] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *("ENCODING_UNSUPPORTED", "JSON_CUT", "JSON_INVALID", "JSON_TOO_DEEP"),
                *("JSON_TOO_MUCH", "RESOURCE_INVALID"),
            ),
            HTTPStatus.BAD_REQUEST,
        ),
        "RESOURCE_TOO_LARGE": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "RESOURCE_UNSUPPORTED": HTTPStatus.NOT_FOUND,
        "REQUEST_UNREAD": HTTPStatus.METHOD_NOT_ALLOWED,
    }
)
_ASKED = Issue(
    kind=IssueType.NOT_SUPPORTED,
    code="ENTRY_ASKS",
    text="A Bundle brings resources and reads none.",
    remedy="Send a GET of its own.",
)
_TOO_LARGE = Issue(
    kind=IssueType.TOO_LONG,
    code="BODY_TOO_LARGE",
    text="The body is over 4 MiB.",
    remedy="Nothing of it was taken. Send it in several requests.",
)
_TOO_MANY = Issue(
    kind=IssueType.TOO_COSTLY,
    code="ENTRIES_TOO_MANY",
    text=f"The Bundle has over {MOST_ENTRIES} entries.",
    remedy="Nothing of it was taken. Send it in several Bundles.",
    place=f"{BUNDLE}.entry",
)
_NOTHING = Issue(
    kind=IssueType.NOT_SUPPORTED,
    code="NOTHING_TO_TAKE",
    text="The Bundle has no resource that is taken.",
    remedy="Send it with the resource that its entries are there for.",
    place=f"{BUNDLE}.entry",
)
_MEDIA_TYPE = Issue(
    kind=IssueType.NOT_SUPPORTED,
    code="MEDIA_TYPE_UNSUPPORTED",
    text="Only FHIR in JSON is read here.",
    remedy="Send it as application/fhir+json.",
)
_OTHER_TYPE = Issue(
    kind=IssueType.INVALID,
    code="TYPE_MISMATCH",
    text="The body is not of the type that the path names.",
    remedy="Send a resource to the path of its type, and a Bundle to that of its release.",
)
_BUNDLE_TYPE = Issue(
    kind=IssueType.NOT_SUPPORTED,
    code="BUNDLE_TYPE_UNSUPPORTED",
    text="Bundles of this type are not taken.",
    remedy=f"Send its resources in a Bundle of type {', '.join(BUNDLE_TYPES)}.",
    place=f"{BUNDLE}.type",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One resource with the status that it is answered by; `address` is where it is stored."""

    resource: Submitted
    status: HTTPStatus
    address: Address | None = None

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What its sender should know of it."""
        asked = (_ASKED,) if self.resource.fate is Fate.ASKS else ()
        return (*asked, *map(issue_of, self.resource.findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a body. `refused` is the status of one of which nothing is taken."""

    submission: Submission
    refused: HTTPStatus | None = None
    issues: tuple[Issue, ...] = ()
    judged: tuple[Judged, ...] = ()

    @property
    def stored(self) -> tuple[tuple[Judged, Address], ...]:
        """The resources that have an address from now on."""
        return tuple((each, each.address) for each in self.judged if each.address)

    @property
    def line_count(self) -> int:
        """How many lines of what is stored could be read, or wait for a person."""
        readings = (each.resource.reading for each, _ in self.stored)
        return sum(each.line_count + len(each.malformed) for each in readings if each)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What was found of the whole, and of the resources that are not stored."""
        stored = {each.resource.number for each, _ in self.stored}
        left = (each for each in self.submission.resources if each.number not in stored)
        return (*self.submission.findings, *(found for each in left for found in each.findings))


def judge(sighting: Sighting, body: bytes, profile: FhirProfile) -> Verdict:
    """The verdict on a body, by what its path and its content type say of it."""
    unread = _unread(sighting, body)
    if unread is not None:
        return unread
    year = sighting.received_at.year
    submission = read_submission(body, year=year, profile=profile)
    refused = _refused_whole(submission, sighting.address.partition("/")[2])
    if refused is not None:
        return refused
    judged = tuple(_judged(each, submission, sighting) for each in submission.resources)
    is_one = not submission.is_bundle or submission.bundle in TOGETHER
    if is_one and judged and not any(each.resource.fate is Fate.READ for each in judged):
        issues = [issue for each in judged for issue in each.issues] or [_NOTHING]
        status = HTTPStatus.UNPROCESSABLE_ENTITY if submission.is_bundle else judged[0].status
        return _refused(submission, status, *issues)
    return Verdict(
        submission=submission, issues=tuple(map(issue_of, submission.findings)), judged=judged
    )


def _unread(sighting: Sighting, body: bytes) -> Verdict | None:
    nothing = Submission(kind="")
    if len(body) > BODY_BYTES:
        return _refused(nothing, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
    if sighting.content_type.partition(";")[0].strip().lower() not in MEDIA_TYPES:
        return _refused(nothing, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _MEDIA_TYPE)
    return None


def _refused_whole(submission: Submission, kind: str) -> Verdict | None:
    """Why not even single resources of a body are looked at, if so."""
    if not submission.kind:
        issues = list(map(issue_of, submission.findings))
        return _refused(submission, _STATUSES.get(issues[0].code, HTTPStatus.BAD_REQUEST), *issues)
    if submission.kind != (kind or BUNDLE):
        return _refused(submission, HTTPStatus.BAD_REQUEST, _OTHER_TYPE)
    if not submission.is_bundle:
        return None
    if submission.bundle not in BUNDLE_TYPES:
        return _refused(submission, HTTPStatus.UNPROCESSABLE_ENTITY, _BUNDLE_TYPE)
    if len(submission.resources) > MOST_ENTRIES:
        return _refused(submission, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_MANY)
    return None


def _refused(submission: Submission, status: HTTPStatus, *issues: Issue) -> Verdict:
    return Verdict(submission=submission, refused=status, issues=issues)


def _judged(resource: Submitted, submission: Submission, sighting: Sighting) -> Judged:
    status = _status(resource, is_together=submission.bundle in TOGETHER)
    if status is not HTTPStatus.CREATED:
        return Judged(resource=resource, status=status)
    number = resource.number
    id_ = sighting.message_id if number is None else f"{sighting.message_id}-{number}"
    return Judged(resource=resource, status=status, address=Address(resource.kind, id_))


def _status(resource: Submitted, *, is_together: bool) -> HTTPStatus:
    """How a resource is answered; what nobody can use is stored only as a part of a whole."""
    match resource.fate:
        case Fate.READ:
            return HTTPStatus.CREATED
        case Fate.UNUSABLE if is_together:
            return HTTPStatus.CREATED
        case Fate.SUPPORTING:
            return HTTPStatus.ACCEPTED
        case Fate.UNREAD if is_together:
            return HTTPStatus.ACCEPTED
        case Fate.ASKS:
            return HTTPStatus.METHOD_NOT_ALLOWED
        case _:
            return _status_of(each.code for each in resource.costs)


def _status_of(codes: Iterable[str]) -> HTTPStatus:
    first = next(iter(codes), "")
    return _STATUSES.get(first, HTTPStatus.UNPROCESSABLE_ENTITY)
