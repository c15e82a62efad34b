"""What a sender of FHIR hears: the stored resource, a Bundle of answers, or an OperationOutcome."""

import json
import uuid
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from http import HTTPStatus

from shared.canonical.message import Sighting
from shared.formats.fhir.offered import MEDIA_TYPE
from shared.formats.fhir.outcome import Issue, IssueType, outcome
from shared.formats.fhir.profile import Version
from shared.formats.fhir.stored import VERSION, Address, as_bytes, stored, text_of
from shared.workflow.receiving import Answer
from shared.workflow.resource_verdict import Judged, Verdict

RETRY_LATER = {"Retry-After": "5"}  # seconds
ETAG = f'W/"{VERSION}"'
MESSAGE = "message"
MOST_ISSUES = 1000  # in the answer to one Bundle
_US = "urn:ledgerward"
_MINIMAL, _OUTCOME = "minimal", "OperationOutcome"  # of Prefer: return= (FHIR 3.2.0.1.2)
_EVENTS = ("eventCoding", "eventUri", "eventCanonical")


def told(
    verdict: Verdict, sighting: Sighting, body: bytes, *, version: Version, preferred: str
) -> Answer:
    """The answer to a body, whose text comes back as it was received."""
    if verdict.refused is not None:
        return outcome_answer(verdict.refused, verdict.issues)
    if not verdict.submission.is_bundle:
        ((judged, address),) = verdict.stored
        return _created(judged, address, sighting, body, preferred)
    if verdict.submission.bundle == MESSAGE:
        bundle = _message(verdict, sighting, version)
    else:
        most = max(1, MOST_ISSUES // max(1, len(verdict.judged)))
        entries = [{"response": _response(each, sighting, most)} for each in verdict.judged]
        kind = f"{verdict.submission.bundle}-response"
        bundle = {"resourceType": "Bundle", "type": kind, "entry": entries}
    return _answer(HTTPStatus.OK, json.dumps(bundle).encode(), code="accepted")


def outcome_answer(
    status: HTTPStatus, issues: Sequence[Issue], headers: Mapping[str, str] | None = None
) -> Answer:
    """An OperationOutcome; its first issue is the code of the answer."""
    body = json.dumps(outcome(issues)).encode()
    return _answer(status, body, code=issues[0].code, headers=headers or {})


def last_modified(sighting: Sighting) -> str:
    """When it was stored, as HTTP says it."""
    return format_datetime(sighting.received_at, usegmt=True)


def _created(
    judged: Judged, address: Address, sighting: Sighting, body: bytes, preferred: str
) -> Answer:
    headers = {
        "Location": address.url,
        "ETag": ETAG,
        "Last-Modified": last_modified(sighting),
    }
    if preferred == _MINIMAL:
        shown = b""
    elif preferred == _OUTCOME:
        shown = json.dumps(outcome(judged.issues)).encode()
    else:
        shown = as_bytes(stored(text_of(body, None), address.id, sighting.received_at))
    return _answer(HTTPStatus.CREATED, shown, code="accepted", headers=headers)


def _response(judged: Judged, sighting: Sighting, most: int) -> dict[str, object]:
    """How one entry is answered (FHIR 3.2.0.13.3), with so many issues at most."""
    response: dict[str, object] = {"status": f"{judged.status.value} {judged.status.phrase}"}
    if judged.address:
        response["location"] = judged.address.url
        response["etag"] = ETAG
        response["lastModified"] = sighting.received_at.isoformat()
    if judged.issues:
        response["outcome"] = outcome(judged.issues, most=most)
    return response


def _message(verdict: Verdict, sighting: Sighting, version: Version) -> dict[str, object]:
    """The answer to a message: a message, whose header refers to the one it answers (FHIR 2.4)."""
    asked = verdict.submission.header or {}
    header_url, outcome_url = (_urn(sighting, part) for part in ("header", "outcome"))
    said = str(asked.get("id", ""))
    response: dict[str, object] = {"code": "ok", "details": {"reference": outcome_url}}
    if said:
        response["identifier"] = said if version is Version.R4 else {"value": said}
    header = {
        "resourceType": "MessageHeader",
        **{name: asked[name] for name in _EVENTS if name in asked},
        "source": {"endpoint": _US} if version is Version.R4 else {"name": "Ledgerward"},
        "response": response,
    }
    issues = [*verdict.issues, *(issue for each in verdict.judged for issue in each.issues)]
    entries = [
        {"fullUrl": header_url, "resource": header},
        {"fullUrl": outcome_url, "resource": outcome(issues)},
    ]
    at = sighting.received_at.isoformat()
    return {"resourceType": "Bundle", "type": MESSAGE, "timestamp": at, "entry": entries}


def _urn(sighting: Sighting, part: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{sighting.message_id}/{part}").urn


def _answer(
    status: HTTPStatus, body: bytes, *, code: str, headers: Mapping[str, str] | None = None
) -> Answer:
    return Answer(
        status=status, content_type=MEDIA_TYPE, body=body, code=code, headers=headers or {}
    )


NOT_REGISTERED = Issue(
    kind=IssueType.FORBIDDEN,
    code="client_not_registered",
    text="This client is not registered.",
    remedy="Nothing was stored. Ask the integration engineers to register the client.",
)
THROTTLED = Issue(
    kind=IssueType.TRANSIENT,
    code="throttled",
    text="The resource was not accepted.",
    remedy="Send it again; that it comes twice does no harm.",
)
