"""Where systems reach us: the client pool, the REST API and the functions behind it."""

from pathlib import Path

from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.client_pool import ClientPool
from infra.constructs.message_api import STAGE, MessageApi
from infra.constructs.platform_function import Platform, PlatformFunction, dependency_layer
from infra.constructs.trace_sampling import TraceSampling
from infra.constructs.web_firewall import WebFirewall
from infra.environments import Environment
from infra.stacks import limits
from infra.stacks.core import CoreStack
from infra.stacks.data import DataStack
from infra.stacks.platform_stack import PlatformStack

RESOURCE_SERVER = "ledgerward"
SEND_SCOPE = "messages.send"
RECEIVERS = {"ReceiveMessage": "receive_message", "ReceiveResource": "receive_resource"}
RESOURCE = "fhir/{release}/{type}"
SENDING_PATHS = ("fhir/{release}", RESOURCE)
READING_PATHS = (RESOURCE, f"{RESOURCE}/{{id}}", f"{RESOURCE}/{{id}}/_history/{{version}}")
SIGNED_BECAUSE = (
    "Webhook senders sign and hold no OAuth client: before it takes anything in, the"
    " function checks an HMAC-SHA256 of the message id, its time and the raw bytes against the"
    " secret of the source in the path, in constant time and within a few minutes of the clock,"
    " and answers 401 otherwise. The stage's throttle and the firewall bound everybody else."
)


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
            failed_invocations=core.queues.failed_invocations,
        )
        self.receive_message = self._receiver("ReceiveMessage", data, core, platform, at_once=50)
        self.receive_resource = self._receiver("ReceiveResource", data, core, platform, at_once=20)
        self.serve_resource = self._serve_resource(data, platform)
        self.receive_webhook = self._receive_webhook(data, core, platform)
        self.clients = self._clients(environment)
        self.api = MessageApi(
            self, "Messages", environment=environment, clients=self.clients, platform=platform
        )
        self._client_key = self.api.plan_for("Client")
        send = f"{RESOURCE_SERVER}/{SEND_SCOPE}"
        self.api.accept("hl7v2", self.receive_message.function, scope=send)
        for path in SENDING_PATHS:
            self.api.accept(path, self.receive_resource.function, scope=send)
        for path in READING_PATHS:
            self.api.serve(path, self.serve_resource.function, scope=send)
        self.api.accept_signed(
            "webhooks", self.receive_webhook.function, sender="source", because=SIGNED_BECAUSE
        )
        self._watch_stage(platform)
        self._publish_addresses()

    def _watch_stage(self, platform: Platform) -> None:
        """A firewall before it, and a share of its requests traced, as the environment chooses."""
        environment, stage = platform.environment, self.api.api.deployment_stage
        if environment.web_firewall:
            WebFirewall(self, "Firewall", stage=stage, platform=platform)
        if environment.traced_share is not None:
            TraceSampling(
                self,
                "Tracing",
                name=f"ledgerward-{environment.name}",
                stage=stage,
                share=environment.traced_share,
            )

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

    def _receiver(
        self, id_: str, data: DataStack, core: CoreStack, platform: Platform, *, at_once: int
    ) -> PlatformFunction:
        """A function that takes in what registered clients send, and answers when it is durable."""
        made = PlatformFunction(
            self,
            id_,
            name=RECEIVERS[id_],
            variables={
                "RAW_BUCKET": data.raw.bucket.bucket_name,
                "JOURNAL_TABLE": data.journal.table.table_name,
                "HOLDS_TABLE": data.holds.table.table_name,
                "MASTER_DATA_TABLE": data.master_data.table.table_name,
                "DOCUMENTS_QUEUE_URL": core.queues.documents.main.queue.queue_url,
                "TOKEN_SECRET_ARN": core.secrets.token.secret.secret_arn,
            },
            platform=platform,
            timeout_seconds=limits.RECEIVE_TIMEOUT_SECONDS,
            reserved_concurrency=at_once,
        )
        data.raw.permit_store(made.identity)
        data.journal.permit(made.identity, "BatchWriteItem", "PutItem", "Query")
        data.holds.permit(made.identity, "PutItem")
        data.master_data.permit(made.identity, "Query")
        core.queues.documents.main.permit_send(made.identity)
        core.secrets.token.permit_read(made.identity)
        return made

    def _serve_resource(self, data: DataStack, platform: Platform) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "ServeResource",
            name="serve_resource",
            variables={
                "RAW_BUCKET": data.raw.bucket.bucket_name,
                "JOURNAL_TABLE": data.journal.table.table_name,
                "HOLDS_TABLE": data.holds.table.table_name,
                "MASTER_DATA_TABLE": data.master_data.table.table_name,
                "EFFECTS_TABLE": data.effects.table.table_name,
                "POSITIONS_TABLE": data.positions.table.table_name,
            },
            platform=platform,
            timeout_seconds=limits.RECEIVE_TIMEOUT_SECONDS,
            reserved_concurrency=10,
        )
        data.raw.permit_read(made.identity)
        for table in (data.journal, data.holds, data.master_data, data.positions):
            table.permit(made.identity, "Query")
        data.positions.permit(made.identity, "GetItem")
        data.effects.permit_query(made.identity, index="by_period")  # the uses of a place
        return made

    def _receive_webhook(
        self, data: DataStack, core: CoreStack, platform: Platform
    ) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "ReceiveWebhook",
            name="receive_webhook",
            variables={
                "RAW_BUCKET": data.raw.bucket.bucket_name,
                "JOURNAL_TABLE": data.journal.table.table_name,
                "MASTER_DATA_TABLE": data.master_data.table.table_name,
                "DOCUMENTS_QUEUE_URL": core.queues.documents.main.queue.queue_url,
                "TOKEN_SECRET_ARN": core.secrets.token.secret.secret_arn,
                "WEBHOOK_SECRET_ARN": core.secrets.webhook.secret.secret_arn,
            },
            platform=platform,
            timeout_seconds=limits.RECEIVE_TIMEOUT_SECONDS,
            reserved_concurrency=20,
        )
        data.raw.permit_store(made.identity)
        data.journal.permit(made.identity, "BatchWriteItem", "GetItem", "PutItem", "Query")
        data.master_data.permit(made.identity, "Query")
        core.queues.documents.main.permit_send(made.identity)
        core.secrets.token.permit_read(made.identity)
        core.secrets.webhook.permit_read(made.identity)
        return made

    def _publish_addresses(self) -> None:
        self.publish("ApiId", self.api.api.rest_api_id)
        self.publish("ApiStage", STAGE)
        self.publish("UserPoolId", self.clients.pool.user_pool_id)
        self.publish("UserPoolClientId", self.clients.client.user_pool_client_id)
        self.publish("ApiKeyId", self._client_key.key_id)
        self.publish("ReceiveMessageFunctionName", self.receive_message.function.function_name)
        self.publish("ReceiveResourceFunctionName", self.receive_resource.function.function_name)
        self.publish("ServeResourceFunctionName", self.serve_resource.function.function_name)
        self.publish("ReceiveWebhookFunctionName", self.receive_webhook.function.function_name)
