"""The AWS engine of the box does what our stacks need, and without our fixes it still does not.

Each check is tried twice: on the engine as the box runs it, where it must hold, and on the engine
as published, where it must fail; a check that holds there names a fix that can go.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
import pytest
from ministack.core import lambda_runtime

from infra.local.engine import apply_fixes
from infra.local.engine_process import (
    complete_until,
    declare_repaired,
    engine_process,
    has_lost_changes,
    save_engine_state,
    start_engine,
)
from infra.local.errors import BoxError
from infra.local.fixes.workers import wait_less_for_logs
from infra.local.held_mappings import let_go
from tests.contract.engine_checks import CHECKS, FAILING, SENDS_A_BATCH, Check
from tests.contract.engine_room import ALL_FIXES, Engine, allow, eventually, running_engine

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with running_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def bare_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with running_engine(tmp_path_factory.mktemp("bare"), left_out=ALL_FIXES) as running:
        yield running


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_with_our_fixes(engine: Engine, check: Check) -> None:
    assert check(engine)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_engine_as_published_still_needs_the_fix(bare_engine: Engine, check: Check) -> None:
    assert not check(bare_engine)


def test_a_secret_known_by_its_arn_can_be_changed_and_removed_by_its_stack(engine: Engine) -> None:
    def secret(text: str) -> dict[str, object]:
        return {"Type": "AWS::SecretsManager::Secret", "Properties": {"Description": text}}

    outputs = {"Arn": {"Ref": "Secret"}}
    made = engine.stack({"Secret": secret("first")}, outputs)
    changed = engine.change_stack(made["StackName"], {"Secret": secret("second")}, outputs)
    secrets = engine.client("secretsmanager")

    assert changed["Arn"] == made["Arn"]
    assert secrets.describe_secret(SecretId=made["Arn"])["Description"] == "second"

    engine.client("cloudformation").delete_stack(StackName=made["StackName"])

    def gone() -> bool:
        return made["Arn"] not in [each["ARN"] for each in secrets.list_secrets()["SecretList"]]

    assert eventually(gone)


def test_an_invocation_waits_less_than_fifty_milliseconds_for_logs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    def drain(_worker: object, first_line_wait: float = 0.05, **_: float) -> str:
        waits.append(first_line_wait)
        return ""

    monkeypatch.setattr(lambda_runtime.Worker, "_drain_stderr_bounded", drain)
    wait_less_for_logs()

    assert lambda_runtime.Worker._drain_stderr_bounded(None) == ""  # noqa: SLF001
    assert waits == [0.004]


def test_another_version_of_the_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.engine.version", lambda _name: "1.6.0")

    with pytest.raises(BoxError, match=r"for ministack 1\.5\.33, but 1\.6\.0 is installed"):
        apply_fixes()


def test_a_role_without_the_grant_is_denied(engine: Engine) -> None:
    url, arn = engine.queue()
    role = engine.role(allow("sqs:ReceiveMessage", on=arn))
    sender = engine.function(SENDS_A_BATCH, role=role, variables={"TO": url})

    answer = engine.invoke(sender)

    assert answer["errorType"] == "ClientError"
    assert "AccessDenied" in answer["errorMessage"]


def test_a_role_with_the_grant_on_another_queue_is_denied(engine: Engine) -> None:
    (url, _), (_, other_arn) = engine.queue(), engine.queue()
    role = engine.role(allow("sqs:SendMessage", on=other_arn))
    sender = engine.function(SENDS_A_BATCH, role=role, variables={"TO": url})

    assert "AccessDenied" in engine.invoke(sender)["errorMessage"]


def test_everything_survives_a_clean_stop(engine: Engine) -> None:
    table, _ = engine.table_with_stream()
    engine.put(table, "kept")
    url, _ = engine.queue()
    engine.client("sqs").send_message(QueueUrl=url, MessageBody='"waiting"')
    function = engine.function("def handle(event, context): return 'still here'")

    engine.restart()

    assert not has_lost_changes(engine.settings)
    items = engine.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": "kept"}})
    assert items["Item"] == {"pk": {"S": "kept"}}
    assert engine.messages(url, 1) == ["waiting"]
    assert engine.invoke(function) == "still here"


def test_a_checkpoint_survives_a_power_cut_and_what_came_after_does_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_engine(tmp_path_factory.mktemp("cut")) as engine:
        table, _ = engine.table_with_stream()
        engine.put(table, "before")
        save_engine_state(engine.settings)
        engine.put(table, "after")

        engine.crash()
        engine.restart()

        get = engine.client("dynamodb").get_item
        assert "Item" in get(TableName=table, Key={"pk": {"S": "before"}})
        assert has_lost_changes(engine.settings)
        assert "Item" not in get(TableName=table, Key={"pk": {"S": "after"}})

        engine.restart()
        assert has_lost_changes(engine.settings)  # nobody has repaired it yet
        declare_repaired(engine.settings)
        assert not has_lost_changes(engine.settings)


def test_a_held_function_takes_nothing_until_it_is_let_go(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_engine(tmp_path_factory.mktemp("held")) as engine:
        source, source_arn = engine.queue()
        results, results_arn = engine.queue()
        role = engine.role(allow("sqs:*", on=source_arn), allow("sqs:SendMessage", on=results_arn))
        sending = engine.function(SENDS_A_BATCH, role=role, variables={"TO": results})
        engine.client("lambda").create_event_source_mapping(
            FunctionName=sending, EventSourceArn=source_arn
        )
        save_engine_state(engine.settings)
        engine.crash()

        start_engine(engine.settings, held=[sending])
        engine.client("sqs").send_message(QueueUrl=source, MessageBody="{}")
        assert engine.messages(results, 1, seconds=3) == []

        let_go(engine.client("lambda"))
        assert engine.messages(results, 1) == [{}]


def test_the_last_complete_moment_stands_still_until_lost_changes_are_repaired(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_engine(tmp_path_factory.mktemp("moment")) as engine:
        assert complete_until(engine.settings) is None
        before = datetime.now(UTC)
        save_engine_state(engine.settings)
        saved = complete_until(engine.settings)
        assert saved is not None
        assert before <= saved <= datetime.now(UTC)

        engine.crash()
        engine.restart()
        engine.restart()
        save_engine_state(engine.settings)
        assert complete_until(engine.settings) == saved  # the kept state lacks what was lost

        declare_repaired(engine.settings)
        assert complete_until(engine.settings) == saved  # repaired in memory, not yet on disk
        engine.restart()
        moved = complete_until(engine.settings)
        assert moved is not None
        assert moved > saved


def test_nothing_listens_beyond_this_machine(engine: Engine) -> None:
    engine.invoke(engine.function("def handle(event, context): return 1"))
    process = engine_process(engine.settings).running()
    assert process is not None

    family = [process, *process.children(recursive=True)]
    listening = [
        connection.laddr
        for each in family
        for connection in each.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN and connection.laddr
    ]

    assert len(family) > 1
    assert {(address.ip, address.port) for address in listening} == {
        ("127.0.0.1", engine.settings.engine_port)
    }


def test_workers_end_with_the_engine_and_leave_no_files(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_engine(tmp_path_factory.mktemp("workers")) as engine:
        worker = engine.invoke(engine.function(FAILING))
        assert psutil.pid_exists(worker)
        unpacked = engine.settings.state / "tmp"
        assert any(unpacked.iterdir())

    def ended() -> bool:
        return not psutil.pid_exists(worker) or (
            psutil.Process(worker).status() == psutil.STATUS_ZOMBIE
        )

    assert eventually(ended, 5)
    assert not unpacked.exists()


def test_functions_are_given_this_engines_address_and_credentials_of_their_own(
    engine: Engine,
) -> None:
    names = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN")
    source = f"import os\ndef handle(event, context): return [os.environ[n] for n in {names}]"
    first, second = (engine.invoke(engine.function(source)) for _ in range(2))

    assert first[:2] == [engine.settings.endpoint, engine.settings.region]
    assert first[2].startswith("ASIA")
    assert first[2:] != second[2:]
    assert json.dumps(first).count(engine.settings.account) == 0


def test_functions_are_sent_to_a_proxy_and_the_engine_is_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    source = "import os\ndef handle(event, context): return os.environ['AWS_ENDPOINT_URL']"

    with running_engine(tmp_path_factory.mktemp("proxied"), functions_port=9871) as engine:
        address = engine.invoke(engine.function(source))

    assert address == "http://127.0.0.1:9871" != engine.settings.endpoint
