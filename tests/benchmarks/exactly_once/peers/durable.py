"""The AWS SDK for durable execution, on the service of its own testing SDK.

One execution an effect, named after it. What the service keeps lies in files, so that it outlives a
killed worker; the harness invokes again what was interrupted or waits, as Lambda does. A closed
execution is forgotten once its retention is over, and its name is free again. CPU has the service's
share in it.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aws_durable_execution_sdk_python import (  # type: ignore[import-not-found]
    DurableContext,
    durable_execution,
)
from aws_durable_execution_sdk_python.config import (  # type: ignore[import-not-found]
    Duration,
    StepConfig,
    StepSemantics,
)
from aws_durable_execution_sdk_python.exceptions import (  # type: ignore[import-not-found]
    StepError,
)
from aws_durable_execution_sdk_python.execution import (  # type: ignore[import-not-found]
    DurableExecutionInvocationOutput,
    InvocationStatus,
)
from aws_durable_execution_sdk_python.retries import (  # type: ignore[import-not-found]
    RetryPresets,
)
from aws_durable_execution_sdk_python_testing.checkpoint.processor import (  # type: ignore[import-not-found]
    CheckpointProcessor,
)
from aws_durable_execution_sdk_python_testing.exceptions import (  # type: ignore[import-not-found]
    ResourceNotFoundException,
)
from aws_durable_execution_sdk_python_testing.execution import (  # type: ignore[import-not-found]
    Execution,
)
from aws_durable_execution_sdk_python_testing.invoker import (  # type: ignore[import-not-found]
    InProcessInvoker,
    create_test_lambda_context,
)
from aws_durable_execution_sdk_python_testing.model import (  # type: ignore[import-not-found]
    StartDurableExecutionInput,
)
from aws_durable_execution_sdk_python_testing.stores.filesystem import (  # type: ignore[import-not-found]
    FileSystemExecutionStore,
)

from tests.benchmarks.exactly_once.peers import Peer
from tests.benchmarks.exactly_once.target import Target
from tests.benchmarks.exactly_once.terms import Ended, Message, World

ONCE = StepConfig(
    step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none()
)
LOOKS = 3
RETENTION_DAYS = 1
TIMEOUT_SECONDS = 86_400
Handler = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Implements the SDK's DurableServiceClient on files."""

    processor: Any

    def checkpoint(
        self,
        durable_execution_arn: str,  # noqa: ARG002 - the token names it
        checkpoint_token: str,
        updates: list[Any],
        client_token: str | None,
    ) -> Any:  # noqa: ANN401
        """Keep what the worker did."""
        return self.processor.process_checkpoint(checkpoint_token, updates, client_token)

    def get_execution_state(
        self,
        durable_execution_arn: str,  # noqa: ARG002 - the token names it
        checkpoint_token: str,
        next_marker: str,
        max_items: int = 1000,
    ) -> Any:  # noqa: ANN401
        """What is kept."""
        return self.processor.get_execution_state(checkpoint_token, next_marker, max_items)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersClock:
    """Implements the testing SDK's Clock."""

    world: World

    def now(self) -> datetime:
        """Now, by the worker's clock."""
        return datetime.fromtimestamp(self.world.now(), UTC)

    def arm(self, wake: datetime) -> float:
        """Seconds until then."""
        return max((wake - self.now()).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Durable(Peer):
    """One durable function and the service that invokes it."""

    handler: Handler
    store: Any
    clock: WorkersClock

    def attempt(self, message: Message) -> Ended:
        """One invocation of the effect's execution."""
        execution = self._standing(message)
        if not execution.is_complete:
            output = self._invoked(execution)
            execution = self.store.load(message.reference)
            self._conclude(execution, DurableExecutionInvocationOutput.from_dict(output))
        if not execution.is_complete:
            return Ended.OWED
        is_done = execution.result.status is InvocationStatus.SUCCEEDED
        return Ended.DONE if is_done else Ended.LEFT

    def nightly(self) -> None:
        """The retention of closed executions is over."""
        for execution in self.store.list_all():
            if execution.is_complete:
                self.store._get_file_path(execution.durable_execution_arn).unlink()  # noqa: SLF001

    def due(self) -> Collection[str]:
        """Executions that wait or were interrupted."""
        open_ones = [each for each in self.store.list_all() if not each.is_complete]
        return [each.durable_execution_arn for each in open_ones]

    def _standing(self, message: Message) -> Any:  # noqa: ANN401
        try:
            return self.store.load(message.reference)
        except ResourceNotFoundException:
            execution = Execution(message.reference, _start_of(message), [])
            execution.start(self.clock.now())
            return execution

    def _invoked(self, execution: Any) -> Any:  # noqa: ANN401
        execution.begin_new_invocation()
        execution.complete_due_operations(self.clock.now())
        service = Service(processor=CheckpointProcessor(self.store, None, self.clock))
        event = InProcessInvoker(self.handler, service).create_invocation_input(execution)
        execution.mark_state_delivered()
        self.store.save(execution)
        return self.handler(event, create_test_lambda_context())

    def _conclude(self, execution: Any, output: Any) -> None:  # noqa: ANN401
        if output.status is InvocationStatus.SUCCEEDED:
            execution.complete_success(output.result, self.clock.now())
        elif output.status is InvocationStatus.FAILED:
            execution.complete_fail(output.error, self.clock.now())
        self.store.save(execution)


def _start_of(message: Message) -> Any:  # noqa: ANN401
    return StartDurableExecutionInput(
        account_id="000000000000",
        function_name="post",
        function_qualifier="$LATEST",
        execution_name=message.reference,
        execution_timeout_seconds=TIMEOUT_SECONDS,
        execution_retention_period_days=RETENTION_DAYS,
        invocation_id=message.reference,
        input=json.dumps({name: getattr(message, name) for name in Message.__slots__}),
    )


def opened(world: World, *, at_most_once: bool = False, looks: bool = False) -> Durable:
    """The peer: as it comes, with one attempt, or with one attempt and a look after the wait."""
    target = Target(port=world.erp_port, timeout_seconds=world.call_timeout_seconds)
    config = ONCE if at_most_once else StepConfig()

    @durable_execution  # type: ignore[untyped-decorator]
    def post(event: dict[str, Any], context: DurableContext) -> Any:  # noqa: ANN401
        message = Message(**event)
        return context.step(lambda _: target.post(message), name="post", config=config)

    @durable_execution  # type: ignore[untyped-decorator]
    def post_and_look(event: dict[str, Any], context: DurableContext) -> Any:  # noqa: ANN401
        message = Message(**event)
        for turn in range(LOOKS):
            try:
                return context.step(lambda _: target.post(message), name=f"post{turn}", config=ONCE)
            except StepError:
                context.wait(Duration.from_seconds(int(world.latest_commit_seconds)))
            if found := context.step(lambda _: target.look(message.reference), name=f"look{turn}"):
                return found[0]
        raise TimeoutError(f"{LOOKS} attempts without a document")

    return Durable(
        handler=post_and_look if looks else post,
        store=FileSystemExecutionStore.create(Path(world.folder) / "executions"),
        clock=WorkersClock(world=world),
    )
