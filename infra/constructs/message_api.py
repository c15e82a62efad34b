"""The REST API that systems send messages to."""

from collections.abc import Mapping

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge, acknowledge_in_both
from infra.constructs.client_pool import ClientPool
from infra.constructs.platform_function import Platform, named_log_group
from infra.constructs.problem_answers import add_problem_answers
from infra.environments import Environment

STAGE = "v1"
# Of one client, and of all together: who floods us delays nobody else.
CLIENT_REQUESTS_A_SECOND = 100
CLIENT_BURST = 200
REQUESTS_A_SECOND = 200
BURST = 400
NOT_CACHED_BECAUSE = (
    "A POST must act each time: an answer out of a cache would acknowledge a message that nobody"
    " took in. A GET tells where lines stand now, to one client by its own rights: a cache knows"
    " neither."
)


class MessageApi(Construct):
    """Routes for senders that we know; bodies reach the functions byte for byte."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        environment: Environment,
        clients: ClientPool,
        platform: Platform,
    ) -> None:
        super().__init__(scope, id_)
        self.api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=f"ledgerward-{environment.name}",
            description="Ledgerward: messages from systems",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            # Anything else is decoded as UTF-8, and what does not decode is changed.
            binary_media_types=["*/*"],
            cloud_watch_role=False,  # the account's role for API logs is made once, elsewhere
            deploy_options=self._stage(environment, platform),
        )
        acknowledge_in_both(
            self.api.deployment_stage, "APIGWCacheEnabledAndEncrypted", reason=NOT_CACHED_BECAUSE
        )
        self._authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self, "Authorizer", cognito_user_pools=[clients.pool]
        )
        self._validator = self.api.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )
        add_problem_answers(self.api)

    def _stage(self, environment: Environment, platform: Platform) -> apigateway.StageOptions:
        access_log = named_log_group(
            self,
            "AccessLog",
            name=f"/ledgerward/{environment.name}/api-access",
            environment=platform.environment,
            key=platform.key,
        )
        certificate = (
            apigateway.CfnClientCertificate(self, "Certificate")
            if environment.client_certificate
            else None
        )
        return apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(access_log),
            access_log_format=apigateway.AccessLogFormat.json_with_standard_fields(
                caller=False,
                http_method=True,
                ip=True,
                protocol=True,
                request_time=True,
                resource_path=True,
                response_length=True,
                status=True,
                user=False,
            ),
            client_certificate_id=certificate.ref if certificate else None,
            data_trace_enabled=False,  # it would write bodies, which carry patient data
            # The access log has every request; ten more lines about each that went well cost money.
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            metrics_enabled=True,
            throttling_burst_limit=BURST,
            throttling_rate_limit=REQUESTS_A_SECOND,
            tracing_enabled=True,
        )

    def plan_for(self, client: str) -> apigateway.IApiKey:
        """A client's own key and limits; its token says who it is, the key whose limits count.

        No quota: a day's facts are not refused because there were many of them.
        """
        plan = self.api.add_usage_plan(
            f"{client}Plan",
            description=f"Limits of {client}",
            throttle=apigateway.ThrottleSettings(
                rate_limit=CLIENT_REQUESTS_A_SECOND, burst_limit=CLIENT_BURST
            ),
            api_stages=[
                apigateway.UsagePlanPerApiStage(api=self.api, stage=self.api.deployment_stage)
            ],
        )
        key = self.api.add_api_key(f"{client}Key", description=f"Key of {client}")
        plan.add_api_key(key)
        return key

    def accept(self, path: str, function: lambda_.IFunction, *, scope: str) -> None:
        """POST on a path, for tokens that carry a scope, beside the key of a plan."""
        header = {"method.request.header.Content-Type": True}
        self._add_method("POST", path, function, scope=scope, parameters=header)

    def serve(self, path: str, function: lambda_.IFunction, *, scope: str) -> None:
        """GET on a path, under the same conditions."""
        self._add_method("GET", path, function, scope=scope, parameters={})

    def _add_method(
        self,
        verb: str,
        path: str,
        function: lambda_.IFunction,
        *,
        scope: str,
        parameters: Mapping[str, bool],
    ) -> None:
        self.api.root.resource_for_path(path).add_method(
            verb,
            apigateway.LambdaIntegration(function, allow_test_invoke=False),
            authorization_type=apigateway.AuthorizationType.COGNITO,
            authorizer=self._authorizer,
            authorization_scopes=[scope],
            api_key_required=True,
            request_parameters=parameters,
            request_validator=self._validator,
        )

    def accept_signed(
        self, path: str, function: lambda_.IFunction, *, sender: str, because: str
    ) -> None:
        """POST on `path/{sender}` without a token: the function itself checks a signature.

        `because` is what an auditor reads.
        """
        method = (
            self.api.root.add_resource(path)
            .add_resource(f"{{{sender}}}")
            .add_method(
                "POST",
                apigateway.LambdaIntegration(function, allow_test_invoke=False),
                authorization_type=apigateway.AuthorizationType.NONE,
                request_parameters={
                    "method.request.header.Content-Type": True,
                    f"method.request.path.{sender}": True,
                },
                request_validator=self._validator,
            )
        )
        for rule in ("AwsSolutions-APIG4", "AwsSolutions-COG4"):
            acknowledge(method, rule, reason=because)
