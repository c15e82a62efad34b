"""Registered clients of the edge: machines that trade a secret for a token with scopes."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.environments import Environment

TOKEN_HOURS = 1


class ClientPool(Construct):
    """OAuth client credentials. What a client may speak for is its registration, not its token.

    No person signs in here; the password and second-factor rules hold should one ever be added.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        environment: Environment,
        resource_server: str,
        scopes: Sequence[cognito.ResourceServerScope],
    ) -> None:
        super().__init__(scope, id_)
        self.pool = _pool(self, environment)
        server = self.pool.add_resource_server("Server", identifier=resource_server, scopes=scopes)
        self.pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(
                domain_prefix=f"ledgerward-{environment.name}-{Aws.ACCOUNT_ID}"
            ),
        )
        self.client = self.pool.add_client(
            "Client",
            generate_secret=True,
            access_token_validity=Duration.hours(TOKEN_HOURS),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(client_credentials=True),
                scopes=[cognito.OAuthScope.resource_server(server, each) for each in scopes],
            ),
        )


def _pool(scope: Construct, environment: Environment) -> cognito.UserPool:
    return cognito.UserPool(
        scope,
        "Pool",
        self_sign_up_enabled=False,
        feature_plan=cognito.FeaturePlan.PLUS,
        standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
        mfa=cognito.Mfa.REQUIRED,
        mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
        password_policy=cognito.PasswordPolicy(
            min_length=14,
            require_digits=True,
            require_lowercase=True,
            require_symbols=True,
            require_uppercase=True,
        ),
        deletion_protection=environment.deletion_protection,
        removal_policy=RemovalPolicy.RETAIN,
    )
