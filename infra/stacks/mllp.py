"""HL7 v2 over MLLP into the edge: the bridge of shared/mllp, in containers in a site's network.

Not in the box: its engine runs no containers, and the bridge is a command there.
"""

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.constructs.balanced_service import BalancedService
from infra.constructs.container_task import ContainerTask
from infra.constructs.private_port import PrivatePort
from infra.constructs.purpose_key import PurposeKey
from infra.constructs.site_network import SiteNetwork
from infra.constructs.topic_alarm import alarm_above, alarm_below
from infra.environments import Environment
from infra.stacks import limits
from infra.stacks.core_parts import MllpSecrets
from infra.stacks.platform_stack import PlatformStack

UNANSWERED = "message unanswered, connection closed"  # as the bridge logs it


class MllpStack(PlatformStack):
    """Deployed last: its containers start with what people have put into their secrets."""

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        key: PurposeKey,
        secrets: MllpSecrets,
        alarms: sns.ITopic,
    ) -> None:
        super().__init__(
            scope, "Mllp", environment=environment, description="Ledgerward: HL7 v2 over MLLP"
        )
        network = SiteNetwork(self, "Network")
        self.port = PrivatePort(
            self, "Port", number=limits.MLLP_PORT, network=network, environment=environment
        )
        self.task = self._task(environment, key, secrets)
        self.service = BalancedService(
            self,
            "Service",
            task=self.task,
            port=self.port,
            network=network,
            at_least=limits.MLLP_TASKS,
            at_most=limits.MLLP_MOST_TASKS,
        )
        self._watch(alarms)
        self.publish("MllpAddress", self.port.address)
        self.publish("MllpClusterName", self.service.cluster.ref)
        self.publish("MllpServiceName", self.service.service.attr_name)

    def _task(
        self, environment: Environment, key: PurposeKey, secrets: MllpSecrets
    ) -> ContainerTask:
        made = ContainerTask(
            self,
            "Mllp",
            name="mllp",
            port=limits.MLLP_PORT,
            variables={
                "LISTENING_PORT": str(limits.MLLP_PORT),
                "CLIENT_SECRET_ARN": secrets.client.secret.secret_arn,
                "TLS_SECRET_ARN": secrets.tls.secret.secret_arn,
            },
            environment=environment,
            key=key,
            stop_seconds=limits.MLLP_STOP_SECONDS,
        )
        secrets.client.permit_read(made.identity)
        secrets.tls.permit_read(made.identity)
        return made

    def _watch(self, alarms: sns.ITopic) -> None:
        alarm_below(
            self,
            "MllpHealthy",
            self.port.healthy(),
            topic=alarms,
            says="No container takes MLLP connections; senders must keep what they have",
            below=1,
        )
        counted = self.task.count("Unanswered", message=UNANSWERED, metric="MllpUnanswered")
        alarm_above(
            self,
            "MllpUnanswered",
            counted.metric(period=Duration.minutes(1), statistic="Sum"),
            topic=alarms,
            says="MLLP messages were closed without an answer; senders send them again",
            above=0,
        )
