"""What the edge itself answers when a request never reaches a function (RFC 9457)."""

import json
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemAnswer:
    """One kind of refusal: a stable code for programs, a title for people.

    Only static text: what API Gateway could fill in, the engine in the box leaves as it stands.
    `status` is None where one answer serves several.
    """

    id: str
    kind: apigateway.ResponseType
    code: str
    title: str
    status: int | None = None

    @property
    def body(self) -> str:
        """The JSON text."""
        problem: dict[str, object] = {"type": "about:blank", "title": self.title, "code": self.code}
        if self.status is not None:
            problem["status"] = self.status
        return json.dumps(problem)


_Kind = apigateway.ResponseType
PROBLEM_ANSWERS = (
    ProblemAnswer(
        id="Unauthorized",
        kind=_Kind.UNAUTHORIZED,
        code="unauthorized",
        title="A valid access token with the scope of this route is needed",
        status=401,
    ),
    ProblemAnswer(
        id="ExpiredToken",
        kind=_Kind.EXPIRED_TOKEN,
        code="token_expired",
        title="The access token has expired",
        status=401,
    ),
    ProblemAnswer(
        id="AccessDenied",
        kind=_Kind.ACCESS_DENIED,
        code="forbidden",
        title="This client may not do this",
        status=403,
    ),
    ProblemAnswer(
        id="InvalidApiKey",
        kind=_Kind.INVALID_API_KEY,
        code="api_key_invalid",
        title="The x-api-key of a registered client is needed beside its token",
        status=403,
    ),
    ProblemAnswer(
        id="InvalidSignature",
        kind=_Kind.INVALID_SIGNATURE,
        code="forbidden",
        title="The request's signature is not valid",
        status=403,
    ),
    ProblemAnswer(
        id="FirewallRefused",
        kind=_Kind.WAF_FILTERED,
        code="forbidden",
        title="The firewall refused the request",
        status=403,
    ),
    ProblemAnswer(
        id="NoSuchRoute",
        kind=_Kind.MISSING_AUTHENTICATION_TOKEN,
        code="not_found",
        title="There is no such route",
        status=404,
    ),
    ProblemAnswer(
        id="ParametersMissing",
        kind=_Kind.BAD_REQUEST_PARAMETERS,
        code="parameter_missing",
        title="A required header is missing: Content-Type",
        status=400,
    ),
    ProblemAnswer(
        id="TooLarge",
        kind=_Kind.REQUEST_TOO_LARGE,
        code="too_large",
        title="The body is too large",
        status=413,
    ),
    ProblemAnswer(
        id="Throttled",
        kind=_Kind.THROTTLED,
        code="throttled",
        title="Too many requests; send it again later",
        status=429,
    ),
    ProblemAnswer(
        id="QuotaExceeded",
        kind=_Kind.QUOTA_EXCEEDED,
        code="throttled",
        title="The client's quota is used up; send it again later",
        status=429,
    ),
    ProblemAnswer(
        id="OtherRefusals",
        kind=_Kind.DEFAULT_4_XX,
        code="bad_request",
        title="The request was refused",
    ),
    ProblemAnswer(
        id="OtherFailures",
        kind=_Kind.DEFAULT_5_XX,
        code="unavailable",
        title="The message was not accepted; send it again",
    ),
)


def add_problem_answers(api: apigateway.RestApi) -> None:
    """Make every refusal of the edge application/problem+json."""
    for answer in PROBLEM_ANSWERS:
        api.add_gateway_response(
            answer.id,
            type=answer.kind,
            status_code=None if answer.status is None else str(answer.status),
            response_headers={"Content-Type": "'application/problem+json'"},
            templates={"application/json": answer.body},
        )
