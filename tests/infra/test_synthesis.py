"""Synthesis needs a Python and nothing else: no account, no Docker, no Node on the path."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, CfnResource, Stack

from infra.app import FLAGS, build, main
from infra.constructs import platform_function
from infra.environments import DEV, ENVIRONMENTS, LOCAL, PROD
from infra.node import packaged_node
from tests.infra.assembly import Assembly, Resource

OUTPUTS = {
    "Data": {
        "RawBucket",
        "SealsBucket",
        "InboxBucket",
        "OutboxBucket",
        "JournalTable",
        "EffectsTable",
        "HoldsTable",
        "MasterDataTable",
        "PositionsTable",
    },
    "Core": {
        "FilesQueueUrl",
        "FilesDeadLettersUrl",
        "StatusesQueueUrl",
        "StatusesDeadLettersUrl",
        "DocumentsQueueUrl",
        "DocumentsDeadLettersUrl",
        "EffectsQueueUrl",
        "EffectsDeadLettersUrl",
        "OutcomeFailuresUrl",
        "ErpClass",
        "ErpSecretArn",
        "TokenSecretArn",
        "WebhookSecretArn",
        "EventBusName",
        "ReceiveFileFunctionName",
        "MapDocumentFunctionName",
        "ReleaseParkedFunctionName",
        "PostEffectFunctionName",
        "PublishOutcomeFunctionName",
        "DeliverStatusFunctionName",
        "SweepEffectsFunctionName",
        "SealJournalFunctionName",
        "RedriveDeadLettersFunctionName",
    },
    "Edge": {
        "ApiId",
        "ApiKeyId",
        "ApiStage",
        "UserPoolId",
        "UserPoolClientId",
        "ReceiveMessageFunctionName",
        "ReceiveResourceFunctionName",
        "ServeResourceFunctionName",
        "ReceiveWebhookFunctionName",
    },
    "Operations": {"AlarmTopicArn"},
}
NEEDS = {
    "Data": set(),
    "Core": {"Data"},
    "Edge": {"Data", "Core"},
    "Operations": {"Data", "Core", "Edge"},
    "Mllp": {"Data", "Core", "Operations"},
}


def test_a_bare_machine_synthesises(tmp_path: Path) -> None:
    bare = {
        "PATH": str(tmp_path / "nothing-here"),
        "HOME": str(Path.home()),  # jsii keeps its unpacked libraries there
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "JSII_NODE": str(packaged_node()),
        "LEDGERWARD_ENVIRONMENT": "local",
    }
    root = Path(__file__).parents[2]

    done = subprocess.run(  # noqa: S603 - our own app
        [sys.executable, "-m", "infra.app", "--outdir", str(tmp_path / "out")],
        cwd=root,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert len(Assembly(tmp_path / "out").templates) == 4


def test_production_templates_are_free_of_any_account(prod: Assembly) -> None:
    environments = {
        artifact["environment"]
        for artifact in prod.manifest["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    }

    assert environments == {"aws://unknown-account/unknown-region"}


@pytest.mark.parametrize("part", OUTPUTS)
def test_a_stack_tells_exactly_these_addresses(local: Assembly, part: str) -> None:
    outputs = local.templates[f"Ledgerward{part}-local"]["Outputs"]

    told = {name.removeprefix("Output") for name in outputs if name.startswith("Output")}
    assert told == OUTPUTS[part]


def test_stacks_depend_on_each_other_in_one_direction(assembly: Assembly) -> None:
    stacks = {
        name: {each for each in artifact.get("dependencies", ()) if each.startswith("Ledgerward")}
        for name, artifact in assembly.manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    needs = {
        name.split("-")[0].removeprefix("Ledgerward"): {
            each.split("-")[0].removeprefix("Ledgerward")
            for each in dependencies
            if not each.endswith(".assets")
        }
        for name, dependencies in stacks.items()
    }

    assert needs == {name: needs_of for name, needs_of in NEEDS.items() if name in needs}


def test_resources_that_wait_for_each_other_fail_to_synthesise(tmp_path: Path) -> None:
    app = App(analytics_reporting=False, context=FLAGS, outdir=str(tmp_path))
    stack = Stack(app, "Circle")
    first, second = (
        CfnResource(stack, name, type="AWS::SQS::Queue", properties={}) for name in ("One", "Two")
    )
    first.add_property_override("QueueName", second.ref)
    second.add_property_override("QueueName", first.ref)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    assert "circular" in (tmp_path / "validation-report.json").read_text().lower()


def test_the_code_of_a_function_is_our_two_packages_less_what_runs_elsewhere(
    local: Assembly,
) -> None:
    function = local.functions()["post_effect"]
    key = function.properties["Code"]["S3Key"].removesuffix(".zip")
    folder = local.folder / f"asset.{key}"

    assert {path.name for path in folder.iterdir()} == {"functions", "shared"}
    packages = {path.name for path in (folder / "shared").iterdir() if path.is_dir()}
    assert {"aws", "workflow", "targets", "canonical", "ports"} <= packages
    assert not {"cli", "mllp", "simulation"} & packages
    assert not (folder / "functions" / "mllp").exists()
    assert not [path for path in folder.rglob("*") if path.name == "__pycache__"]


def test_all_functions_run_the_same_code(assembly: Assembly) -> None:
    keys = {function.properties["Code"]["S3Key"] for function in assembly.functions().values()}

    assert len(keys) == 1


def test_a_function_without_a_handler_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform_function, "REPOSITORY_ROOT", tmp_path)

    with pytest.raises(ValueError, match=r"functions/receive_file/handler\.py does not exist"):
        build(LOCAL, outdir=tmp_path / "out")


def test_an_aws_environment_is_not_synthesised_without_its_dependencies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--environment", "prod", "--dependencies", str(tmp_path / "absent")])

    assert "does not exist" in capsys.readouterr().err


def test_an_erp_without_our_module_is_told_of_fewer_effects_at_once(tmp_path: Path) -> None:
    main(["--environment", "local", "--erp-class", "E2", "--outdir", str(tmp_path)])

    plain = Assembly(tmp_path)
    posting = plain.functions()["post_effect"].properties["Environment"]["Variables"]
    sizes = {
        each.properties["BatchSize"]
        for each in plain.of_kind("AWS::Lambda::EventSourceMapping")
        if _posts(each)
    }
    assert posting["ERP_CLASS"] == "E2"
    assert sizes == {5}


def _posts(mapping: Resource) -> bool:
    return "PostEffect" in mapping.logical_id


def test_an_unknown_environment_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEDGERWARD_ENVIRONMENT", "staging")

    with pytest.raises(SystemExit):
        main([])

    assert "staging" in capsys.readouterr().err


def test_the_given_dependencies_become_the_layer(tmp_path: Path) -> None:
    wheel = tmp_path / "dependencies" / "python" / "package.py"
    wheel.parent.mkdir(parents=True)
    wheel.write_text("")

    main(
        [
            *("--environment", "dev"),
            *("--outdir", str(tmp_path / "out")),
            *("--dependencies", str(tmp_path / "dependencies")),
        ]
    )

    made = Assembly(tmp_path / "out")
    layers = made.of_kind("AWS::Lambda::LayerVersion")
    keys = {layer.properties["Content"]["S3Key"].removesuffix(".zip") for layer in layers}
    assert len(layers) == 2
    assert [
        (tmp_path / "out" / f"asset.{key}" / "python" / "package.py").is_file() for key in keys
    ] == [True]


def test_the_three_environments() -> None:
    assert list(ENVIRONMENTS) == ["local", "dev", "prod"]
    for environment in (DEV, PROD):
        assert environment.enforce_tls
        assert environment.deletion_protection
        assert environment.raw_lock_days
        assert environment.web_firewall
        assert environment.traced_share == 0.005


def test_functions_on_aws_run_the_newest_python_on_arm(prod: Assembly) -> None:
    for function in prod.functions().values():
        assert function.properties["Runtime"] == "python3.14"
        assert function.properties["Architectures"] == ["arm64"]


def test_functions_in_the_box_are_declared_for_this_interpreter(local: Assembly) -> None:
    for function in local.functions().values():
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        assert function.properties["Runtime"] == version


def test_the_cdk_command_line_finds_the_app() -> None:
    cdk = json.loads((Path(__file__).parents[2] / "cdk.json").read_text())

    assert cdk == {"app": "python -m infra.app"}


def test_the_node_that_was_found_runs_here() -> None:
    assert os.access(packaged_node(), os.X_OK)
