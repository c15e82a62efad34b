"""Who may send, what arrives, and what refused senders are told."""

import json

import pytest

from tests.infra.assembly import Assembly, Resource

CODES = {
    "UNAUTHORIZED": (401, "unauthorized"),
    "EXPIRED_TOKEN": (401, "token_expired"),
    "ACCESS_DENIED": (403, "forbidden"),
    "INVALID_API_KEY": (403, "api_key_invalid"),
    "INVALID_SIGNATURE": (403, "forbidden"),
    "WAF_FILTERED": (403, "forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "not_found"),
    "BAD_REQUEST_PARAMETERS": (400, "parameter_missing"),
    "REQUEST_TOO_LARGE": (413, "too_large"),
    "THROTTLED": (429, "throttled"),
    "QUOTA_EXCEEDED": (429, "throttled"),
    "DEFAULT_4XX": (None, "bad_request"),
    "DEFAULT_5XX": (None, "unavailable"),
}


def only(assembly: Assembly, kind: str) -> Resource:
    (resource,) = assembly.of_kind(kind)
    return resource


def routes(assembly: Assembly) -> dict[str, Resource]:
    """Every method by its verb and path."""
    parts = {each.name: each for each in assembly.of_kind("AWS::ApiGateway::Resource")}

    def path(reference: str) -> str:
        if reference not in parts:  # the root
            return ""
        resource = parts[reference]
        return f"{path(assembly.reference(resource, 'ParentId'))}/{resource.properties['PathPart']}"

    found = {}
    for method in assembly.of_kind("AWS::ApiGateway::Method"):
        verb = method.properties["HttpMethod"]
        found[f"{verb} {path(assembly.reference(method, 'ResourceId'))}"] = method
    return found


SENDING = ("POST /hl7v2", "POST /fhir/{release}", "POST /fhir/{release}/{type}")

READING = (
    "GET /fhir/{release}/{type}",
    "GET /fhir/{release}/{type}/{id}",
    "GET /fhir/{release}/{type}/{id}/_history/{version}",
)


def test_these_are_the_routes(assembly: Assembly) -> None:
    assert set(routes(assembly)) == {*SENDING, *READING, "POST /webhooks/{source}"}


@pytest.mark.parametrize("route", READING)
def test_who_reads_asks_another_function_than_who_sends(assembly: Assembly, route: str) -> None:
    function = assembly.functions()["serve_resource"]

    assert f"{function.name}.Arn" in assembly.reference(routes(assembly)[route], "Integration.Uri")


@pytest.mark.parametrize("route", [*SENDING, *READING])
def test_messages_need_a_token_with_the_scope_to_send(assembly: Assembly, route: str) -> None:
    method = routes(assembly)[route]
    authorizer = only(assembly, "AWS::ApiGateway::Authorizer")

    assert method.properties["AuthorizationType"] == "COGNITO_USER_POOLS"
    assert method.properties["AuthorizationScopes"] == ["ledgerward/messages.send"]
    assert assembly.reference(method, "AuthorizerId") == authorizer.name


def test_messages_need_the_key_of_their_clients_plan_beside_the_token(assembly: Assembly) -> None:
    needed = {
        path: method.properties.get("ApiKeyRequired", False)
        for path, method in routes(assembly).items()
    }

    assert needed == {**dict.fromkeys((*SENDING, *READING), True), "POST /webhooks/{source}": False}


def test_every_client_has_a_key_and_limits_below_those_of_all_together(
    assembly: Assembly,
) -> None:
    plans = {plan.name: plan for plan in assembly.of_kind("AWS::ApiGateway::UsagePlan")}
    stage = only(assembly, "AWS::ApiGateway::Stage")
    (setting,) = stage.properties["MethodSettings"]
    keys = [
        (assembly.reference(each, "UsagePlanId"), assembly.reference(each, "KeyId"))
        for each in assembly.of_kind("AWS::ApiGateway::UsagePlanKey")
    ]

    assert len(assembly.of_kind("AWS::Cognito::UserPoolClient")) == len(plans) == len(keys)
    assert sorted(plan for plan, _ in keys) == sorted(plans)
    assert {key for _, key in keys} == {
        key.name for key in assembly.of_kind("AWS::ApiGateway::ApiKey")
    }
    for plan in plans.values():
        (covered,) = plan.properties["ApiStages"]
        assert assembly.resolved(plan.stack, covered["Stage"]) == stage.name
        throttle = plan.properties["Throttle"]
        assert 0 < throttle["RateLimit"] < setting["ThrottlingRateLimit"]
        assert 0 < throttle["BurstLimit"] < setting["ThrottlingBurstLimit"]
        assert "Quota" not in plan.properties


def test_webhooks_need_no_token_because_their_function_knows_the_secrets_to_check_signatures(
    assembly: Assembly,
) -> None:
    method = routes(assembly)["POST /webhooks/{source}"]
    function = assembly.functions()["receive_webhook"]

    assert method.properties["AuthorizationType"] == "NONE"
    assert "AuthorizerId" not in method.properties
    assert f"{function.name}.Arn" in assembly.reference(method, "Integration.Uri")
    assert "WEBHOOK_SECRET_ARN" in function.properties["Environment"]["Variables"]


def test_bodies_arrive_byte_for_byte(assembly: Assembly) -> None:
    api = only(assembly, "AWS::ApiGateway::RestApi")

    assert api.properties["BinaryMediaTypes"] == ["*/*"]
    for method in routes(assembly).values():
        assert method.properties["Integration"]["Type"] == "AWS_PROXY"


def test_a_request_that_lacks_its_content_type_is_refused_before_any_function_runs(
    assembly: Assembly,
) -> None:
    validator = only(assembly, "AWS::ApiGateway::RequestValidator")

    assert validator.properties["ValidateRequestParameters"] is True
    for route, method in routes(assembly).items():
        assert assembly.reference(method, "RequestValidatorId") == validator.name
        if route in READING:
            continue
        assert method.properties["RequestParameters"]["method.request.header.Content-Type"] is True


def test_the_stage_logs_who_called_but_never_what_they_sent(assembly: Assembly) -> None:
    stage = only(assembly, "AWS::ApiGateway::Stage")

    assert stage.properties["StageName"] == "v1"
    assert stage.properties["AccessLogSetting"]["DestinationArn"]
    (setting,) = stage.properties["MethodSettings"]
    assert (setting["HttpMethod"], setting["ResourcePath"]) == ("*", "/*")
    assert setting["DataTraceEnabled"] is False
    assert setting["LoggingLevel"] == "ERROR"
    assert setting["ThrottlingRateLimit"] > 0
    assert setting["ThrottlingBurstLimit"] > 0


def test_refusals_are_problems_with_stable_codes(assembly: Assembly) -> None:
    told = {}
    for answer in assembly.of_kind("AWS::ApiGateway::GatewayResponse"):
        body = json.loads(answer.properties["ResponseTemplates"]["application/json"])
        status = answer.properties.get("StatusCode")
        told[answer.properties["ResponseType"]] = (int(status) if status else None, body["code"])
        assert body.get("status") == (int(status) if status else None)
        assert body["title"]
        assert answer.properties["ResponseParameters"] == {
            "gatewayresponse.header.Content-Type": "'application/problem+json'"
        }

    assert told == CODES


def test_refusals_say_nothing_that_only_api_gateway_could_fill_in(assembly: Assembly) -> None:
    for answer in assembly.of_kind("AWS::ApiGateway::GatewayResponse"):
        assert "$" not in json.dumps(answer.properties["ResponseTemplates"])


def test_clients_trade_a_secret_for_a_token_and_nobody_signs_up(assembly: Assembly) -> None:
    client = only(assembly, "AWS::Cognito::UserPoolClient").properties
    pool = only(assembly, "AWS::Cognito::UserPool").properties
    server = only(assembly, "AWS::Cognito::UserPoolResourceServer").properties

    assert client["GenerateSecret"] is True
    assert client["AllowedOAuthFlows"] == ["client_credentials"]
    assert server["Identifier"] == "ledgerward"
    assert [scope["ScopeName"] for scope in server["Scopes"]] == ["messages.send"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["MfaConfiguration"] == "ON"


def test_on_aws_a_firewall_stands_before_the_stage_and_reads_no_body(prod: Assembly) -> None:
    association = only(prod, "AWS::WAFv2::WebACLAssociation")
    acl = only(prod, "AWS::WAFv2::WebACL")

    assert prod.reference(association, "WebACLArn") == f"{acl.name}.Arn"
    statements = [rule["Statement"] for rule in acl.properties["Rules"]]
    assert [list(statement) for statement in statements] == [["RateBasedStatement"]]


def test_the_firewalls_log_is_kept_and_has_no_credentials(prod: Assembly) -> None:
    logging = only(prod, "AWS::WAFv2::LoggingConfiguration")
    acl = only(prod, "AWS::WAFv2::WebACL")
    (destination,) = logging.properties["LogDestinationConfigs"]
    (group,) = [
        each
        for each in prod.of_kind("AWS::Logs::LogGroup")
        if str(each.properties["LogGroupName"]).startswith("aws-waf-logs-")
    ]

    assert prod.reference(logging, "ResourceArn") == f"{acl.name}.Arn"
    assert prod.resolved(logging.stack, destination).endswith(f":log-group:{group.name}")
    assert logging.properties["RedactedFields"] == [
        {"SingleHeader": {"Name": "authorization"}},
        {"SingleHeader": {"Name": "x-api-key"}},
    ]


def test_the_firewall_writes_down_what_it_stopped_since_the_stage_has_the_rest(
    prod: Assembly,
) -> None:
    logging = only(prod, "AWS::WAFv2::LoggingConfiguration")
    stage = only(prod, "AWS::ApiGateway::Stage")

    assert logging.properties["LoggingFilter"] == {
        "DefaultBehavior": "DROP",
        "Filters": [
            {
                "Behavior": "KEEP",
                "Requirement": "MEETS_ANY",
                "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
            }
        ],
    }
    for part in ("identity.sourceIp", "requestTime", "resourcePath", "status"):
        assert f"$context.{part}" in stage.properties["AccessLogSetting"]["Format"]


def test_one_in_a_hundred_requests_is_traced_on_aws_however_few_come(prod: Assembly) -> None:
    rule = only(prod, "AWS::XRay::SamplingRule")
    stage = only(prod, "AWS::ApiGateway::Stage")
    sampling = rule.properties["SamplingRule"]

    assert (sampling["FixedRate"], sampling["ReservoirSize"]) == (0.005, 0)
    assert sampling["ServiceType"] == "AWS::ApiGateway::Stage"
    assert f"/stages/{stage.name}" in prod.reference(rule, "SamplingRule.ResourceARN")
    for part in ("ServiceName", "Host", "HTTPMethod", "URLPath"):
        assert sampling[part] == "*"


def test_the_edge_answers_before_api_gateway_gives_up(assembly: Assembly) -> None:
    for name in ("receive_message", "receive_resource", "receive_webhook", "serve_resource"):
        assert assembly.functions()[name].properties["Timeout"] == 29
