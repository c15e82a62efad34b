"""Where systems reach us: the client pool, the REST API and the function behind it."""

from pathlib import Path

from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.client_pool import ClientPool
from infra.constructs.message_api import STAGE, MessageApi
from infra.constructs.platform_function import Platform, PlatformFunction, dependency_layer
from infra.constructs.web_firewall import WebFirewall
from infra.environments import Environment
from infra.stacks.core import CoreStack
from infra.stacks.data import DataStack
from infra.stacks.platform_stack import PlatformStack

RECEIVE_TIMEOUT_SECONDS = 29  # API Gateway waits no longer
RESOURCE_SERVER = "ledgerward"
SEND_SCOPE = "messages.send"


class EdgeStack(PlatformStack):
    """Nothing is acknowledged here before it is durable; nothing here waits for the ERP."""

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        data: DataStack,
        core: CoreStack,
        dependencies: Path,
    ) -> None:
        super().__init__(
            scope, "Edge", environment=environment, description="Ledgerward: messages in"
        )
        platform = Platform(
            environment=environment,
            dependencies=dependency_layer(
                self, "Dependencies", dependencies=dependencies, environment=environment
            ),
            key=data.platform_key,
            failed_invocations=core.failed_invocations,
        )
        self.receive_message = self._receive_message(data, core, platform)
        self.clients = self._clients(environment)
        self.api = MessageApi(
            self, "Messages", environment=environment, clients=self.clients, platform=platform
        )
        self.api.accept(
            "hl7v2", self.receive_message.function, scope=f"{RESOURCE_SERVER}/{SEND_SCOPE}"
        )
        if environment.web_firewall:
            stage = self.api.api.deployment_stage
            WebFirewall(self, "Firewall", stage=stage, platform=platform)
        self._publish_addresses()

    def _clients(self, environment: Environment) -> ClientPool:
        send = cognito.ResourceServerScope(
            scope_name=SEND_SCOPE, scope_description="Send messages from a system"
        )
        return ClientPool(
            self,
            "Clients",
            environment=environment,
            resource_server=RESOURCE_SERVER,
            scopes=[send],
        )

    def _receive_message(
        self, data: DataStack, core: CoreStack, platform: Platform
    ) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "ReceiveMessage",
            name="receive_message",
            variables={
                "RAW_BUCKET": data.raw.bucket.bucket_name,
                "JOURNAL_TABLE": data.journal.table.table_name,
                "MASTER_DATA_TABLE": data.master_data.table.table_name,
                "DOCUMENTS_QUEUE_URL": core.documents.main.queue.queue_url,
                "TOKEN_SECRET_ARN": core.token_secret.secret.secret_arn,
            },
            platform=platform,
            timeout_seconds=RECEIVE_TIMEOUT_SECONDS,
            reserved_concurrency=50,
        )
        data.raw.permit_store(made.identity)
        data.journal.permit(made.identity, "BatchWriteItem", "PutItem", "Query")
        data.master_data.permit(made.identity, "Query")
        core.documents.main.permit_send(made.identity)
        core.token_secret.permit_read(made.identity)
        return made

    def _publish_addresses(self) -> None:
        self.publish("ApiId", self.api.api.rest_api_id)
        self.publish("ApiStage", STAGE)
        self.publish("UserPoolId", self.clients.pool.user_pool_id)
        self.publish("UserPoolClientId", self.clients.client.user_pool_client_id)
        self.publish("ReceiveMessageFunctionName", self.receive_message.function.function_name)
