"""Functions with the house defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aws_cdk import Duration, IgnoreMode, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge, acknowledge_in_both
from infra.constructs.data_table import DataTable
from infra.constructs.encrypted_queue import EncryptedQueue
from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment

REPOSITORY_ROOT = Path(__file__).parents[2]
# Gitignore rules: everything out, our two packages in, less what runs on a workstation or in a
# container.
NOT_IN_THE_CODE = (
    "/*",
    "!/functions",
    "!/shared",
    "/functions/mllp",
    "/shared/cli",
    "/shared/mllp",
    "/shared/simulation",
    "**/__pycache__",
)
STREAM_RETRIES = 10
NO_VPC_BECAUSE = (
    "The function calls AWS's own endpoints, over TLS, and the public addresses that people put for"
    " the ERP and the sources, under a role of its own; nothing reaches it but what may invoke it."
    " A VPC would add a NAT gateway or a dozen endpoints to keep, and no control over data that"
    " roles, keys and queue policies do not have. An ERP on a private network would need one."
)
NO_DESTINATION_BECAUSE = (
    "An SQS source knows no on-failure destination: what crashes its workers goes to the"
    " dead-letter queue that the source's own redrive policy names, or stays where the chain ends."
)
FOLLOWS_ITS_SENDER_BECAUSE = (
    "The function follows its sender: of the requests at the edge X-Ray records one in two hundred,"
    " and what comes of those is recorded here too. Tracing actively it would also record the first"
    " batch of every second, by a rule of X-Ray's own that none of ours replaces for functions on"
    " queues. What became of each message the journal tells, traced or not."
)
HAS_NO_SENDER_BECAUSE = (
    "A table's stream carries no trace, so there is no decision to follow, and nothing is recorded"
    " here. Tracing actively the function would begin traces that belong to no request. What became"
    " of each effect the journal tells, traced or not."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What every function of a stack shares."""

    environment: Environment
    dependencies: lambda_.ILayerVersion
    key: PurposeKey  # of logs and of the variables that functions are given
    failed_invocations: EncryptedQueue


class PlatformFunction(Construct):
    """Runs functions/<name>/handler.py. `identity` is the one way to permit it anything."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        variables: Mapping[str, str],
        platform: Platform,
        timeout_seconds: int,
        reserved_concurrency: int,
        memory_mb: int = 256,  # they wait more than they work
    ) -> None:
        super().__init__(scope, id_)
        environment = platform.environment
        log_group = self._log_group(name, platform)
        self.identity = Identity(self, "Identity", service="lambda.amazonaws.com")
        self.function = lambda_.Function(
            self,
            "Function",
            role=self.identity.role,
            handler=_handler(name),
            code=_code(),
            layers=[platform.dependencies],
            runtime=_runtime(environment),
            architecture=_architecture(environment),
            timeout=Duration.seconds(timeout_seconds),
            memory_size=memory_mb,
            reserved_concurrent_executions=reserved_concurrency,
            tracing=lambda_.Tracing.ACTIVE,
            environment={**house_variables(name, environment), **variables},
            environment_encryption=platform.key.key,
            dead_letter_queue=platform.failed_invocations.queue,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel[environment.log_level],
            # Lambda's own lines only of what failed; of the rest its metrics have the durations.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
        )
        acknowledge_in_both(self.function, "LambdaInsideVPC", reason=NO_VPC_BECAUSE)
        self._permit_house_defaults(log_group, platform)

    def _log_group(self, name: str, platform: Platform) -> logs.ILogGroup:
        path = f"/ledgerward/{platform.environment.name}/{name}"
        return named_log_group(
            self, "Logs", name=path, environment=platform.environment, key=platform.key
        )

    def _permit_house_defaults(self, log_group: logs.ILogGroup, platform: Platform) -> None:
        """What Lambda itself does with the role; CDK grants nothing to a fixed one."""
        self.identity.allow(
            "logs:CreateLogStream", "logs:PutLogEvents", on=[log_group.log_group_arn]
        )
        self.identity.allow_tracing()
        platform.key.permit_decrypt(self.identity)
        platform.failed_invocations.permit_send(self.identity)
        self.function.node.add_dependency(self.identity.policy)

    def begin_no_trace(self, *, because: str) -> None:
        """Record only what belongs to a trace that its sender's request has begun."""
        resource = cast("lambda_.CfnFunction", self.function.node.default_child)
        resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="PassThrough")
        acknowledge(self.function, "Serverless-LambdaTracing", reason=because)

    def run_every_minute(self, *, why: str, failures: EncryptedQueue) -> None:
        """Run on a schedule; a run that could not be begun is told to `failures`."""
        self._run_every("EveryMinute", Duration.minutes(1), why=why, failures=failures)

    def run_every_hour(self, *, why: str, failures: EncryptedQueue) -> None:
        """The same, once an hour."""
        self._run_every("EveryHour", Duration.hours(1), why=why, failures=failures)

    def _run_every(self, id_: str, rate: Duration, *, why: str, failures: EncryptedQueue) -> None:
        events.Rule(
            self,
            id_,
            description=why,
            schedule=events.Schedule.rate(rate),
            targets=[
                targets.LambdaFunction(
                    self.function,
                    dead_letter_queue=failures.queue,
                    max_event_age=Duration.minutes(5),
                    retry_attempts=2,
                )
            ],
        )

    def consume(
        self,
        id_: str,
        queue: EncryptedQueue,
        *,
        batch_size: int,
        concurrency: int,
        window_seconds: int = 0,
    ) -> None:
        """Run on a queue's messages; those reported as failed come back on their own."""
        queue.permit_receive(self.identity)
        mapping = lambda_.EventSourceMapping(
            self,
            id_,
            target=self.function,
            event_source_arn=queue.queue.queue_arn,
            batch_size=batch_size,
            max_batching_window=Duration.seconds(window_seconds),
            max_concurrency=concurrency,
            report_batch_item_failures=True,
        )
        acknowledge(
            mapping,
            "Serverless-LambdaEventSourceMappingDestination",
            reason=NO_DESTINATION_BECAUSE,
        )

    def follow(
        self, id_: str, table: DataTable, *, batch_size: int, failures: EncryptedQueue
    ) -> None:
        """Run on a table's changes; what keeps failing is told to `failures` and passed over."""
        table.permit_stream(self.identity)
        failures.permit_send(self.identity)
        lambda_.EventSourceMapping(
            self,
            id_,
            target=self.function,
            event_source_arn=table.stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=batch_size,
            bisect_batch_on_error=True,
            retry_attempts=STREAM_RETRIES,
            report_batch_item_failures=True,
            on_failure=event_sources.SqsDlq(failures.queue),
        )


def named_log_group(
    scope: Construct, id_: str, *, name: str, environment: Environment, key: PurposeKey
) -> logs.LogGroup:
    """A log group with a name, a retention and a key."""
    return logs.LogGroup(
        scope,
        id_,
        log_group_name=name,
        retention=logs.RetentionDays[environment.log_retention],
        encryption_key=key.key,
        removal_policy=RemovalPolicy.RETAIN,
    )


def dependency_layer(
    scope: Construct, id_: str, *, dependencies: Path, environment: Environment
) -> lambda_.LayerVersion:
    """Third-party packages. One layer in each stack: a shared one could never be replaced."""
    return lambda_.LayerVersion(
        scope,
        id_,
        code=lambda_.Code.from_asset(str(dependencies)),
        compatible_runtimes=[_runtime(environment)],
        compatible_architectures=[_architecture(environment)],
    )


def _handler(name: str) -> str:
    if not (REPOSITORY_ROOT / "functions" / name / "handler.py").is_file():
        raise ValueError(f"functions/{name}/handler.py does not exist")
    return f"functions.{name}.handler.lambda_handler"


def _code() -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(REPOSITORY_ROOT), ignore_mode=IgnoreMode.GIT, exclude=list(NOT_IN_THE_CODE)
    )


def _runtime(environment: Environment) -> lambda_.Runtime:
    return lambda_.Runtime(environment.runtime, lambda_.RuntimeFamily.PYTHON)


def _architecture(environment: Environment) -> lambda_.Architecture:
    match environment.architecture:
        case "arm64":
            return lambda_.Architecture.ARM_64
        case "x86_64":
            return lambda_.Architecture.X86_64
        case other:
            raise ValueError(f"no functions run on {other}")


def house_variables(name: str, environment: Environment) -> dict[str, str]:
    """What tells the library's logger and metrics where they are."""
    return {
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": "Ledgerward",
        "POWERTOOLS_LOG_LEVEL": environment.log_level,
    }
