"""A container with the house defaults: it can write nothing, is nobody, and has two roles."""

from collections.abc import Mapping

from aws_cdk import Aws, CfnParameter, Duration, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge
from infra.constructs.identity import Identity
from infra.constructs.platform_function import house_variables, named_log_group
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment

NOBODY = "10001"  # as the Dockerfile has it
VARIABLES_BECAUSE = (
    "Its variables say which port it listens on, which secrets it reads by itself, where it is and"
    " what it is called in logs: no value of a secret is among them, and all of it may be read."
)
PULLS_BECAUSE = (
    "A registry's token is asked for without naming a repository; the statement holds nothing"
    " else, and the next one names the one repository that images are pulled from."
)


class ContainerTask(Construct):
    """Runs the image of the parameter ImageUri, out of `ledgerward-<environment>-<name>`.

    `identity` is the one way to permit what runs in it anything; what starts it has another role.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        port: int,
        variables: Mapping[str, str],
        environment: Environment,
        key: PurposeKey,
        stop_seconds: int,
    ) -> None:
        super().__init__(scope, id_)
        self.name = name
        self.log_group = named_log_group(
            self,
            "Logs",
            name=f"/ledgerward/{environment.name}/{name}",
            environment=environment,
            key=key,
        )
        self.identity = Identity(self, "Identity", service="ecs-tasks.amazonaws.com")
        self.repository = f"ledgerward-{environment.name}-{name}"
        self.starter = self._starter(self.repository)
        self.definition = ecs.FargateTaskDefinition(
            self,
            "Definition",
            family=self.repository,
            cpu=256,
            memory_limit_mib=512,
            task_role=self.identity.role,
            execution_role=self.starter.role,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=_architecture(environment),
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
        )
        acknowledge(self.definition, "AwsSolutions-ECS2", reason=VARIABLES_BECAUSE)
        self._contain(port, variables, environment, stop_seconds)

    def _contain(
        self, port: int, variables: Mapping[str, str], environment: Environment, stop_seconds: int
    ) -> None:
        """The one container, out of the one image of its repository."""
        self.definition.add_container(
            "Container",
            container_name=self.name,
            image=ecs.ContainerImage.from_registry(self._image(self.repository)),
            user=NOBODY,
            readonly_root_filesystem=True,
            linux_parameters=self._linux(),
            environment={
                **house_variables(self.name, environment),
                "AWS_DEFAULT_REGION": Aws.REGION,
                **variables,
            },
            port_mappings=[ecs.PortMapping(container_port=port)],
            health_check=_health_check(port),
            stop_timeout=Duration.seconds(stop_seconds),
            logging=ecs.LogDrivers.aws_logs(stream_prefix=self.name, log_group=self.log_group),
        )

    def _image(self, repository: str) -> str:
        return CfnParameter(
            Stack.of(self),
            "ImageUri",
            description=f"The image in {repository}, by its digest",
            allowed_pattern=(
                r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?"
                rf"/{repository}@sha256:[0-9a-f]{{64}}"
            ),
        ).value_as_string

    def _starter(self, repository: str) -> Identity:
        """Who pulls the image and opens the log."""
        starter = Identity(self, "Starter", service="ecs-tasks.amazonaws.com")
        starter.allow_wildcard(
            "ecr:GetAuthorizationToken", on="*", finding="*", reason=PULLS_BECAUSE
        )
        starter.allow(
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
            on=[
                f"arn:{Aws.PARTITION}:ecr:{Aws.REGION}:{Aws.ACCOUNT_ID}:repository/{repository}",
            ],
        )
        starter.allow(
            "logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.log_group_arn]
        )
        return starter

    def _linux(self) -> ecs.LinuxParameters:
        parameters = ecs.LinuxParameters(self, "Linux", init_process_enabled=True)
        parameters.drop_capabilities(ecs.Capability.ALL)
        return parameters

    def count(self, id_: str, *, message: str, metric: str) -> logs.MetricFilter:
        """A metric of the house's namespace: how many lines say exactly this."""
        return logs.MetricFilter(
            self,
            id_,
            log_group=self.log_group,
            filter_pattern=logs.FilterPattern.string_value("$.message", "=", message),
            metric_namespace="Ledgerward",
            metric_name=metric,
            default_value=0,
        )


def _health_check(port: int) -> ecs.HealthCheck:
    connects = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5).close()"
    return ecs.HealthCheck(
        command=["CMD", "python", "-c", connects],
        interval=Duration.seconds(30),
        timeout=Duration.seconds(10),
        retries=3,
        start_period=Duration.seconds(30),
    )


def _architecture(environment: Environment) -> ecs.CpuArchitecture:
    match environment.architecture:
        case "arm64":
            return ecs.CpuArchitecture.ARM64
        case "x86_64":
            return ecs.CpuArchitecture.X86_64
        case other:
            raise ValueError(f"no containers run on {other}")
