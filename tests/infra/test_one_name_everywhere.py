"""One name: a folder, a workflow module, a wiring function, settings, a construct, a test file."""

import ast
from pathlib import Path

import pytest

from shared import settings
from tests.infra.assembly import Assembly

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/handler.py"))


def class_name(function: str) -> str:
    return "".join(word.capitalize() for word in function.split("_"))


def defined_in(path: Path) -> set[str]:
    """Names of the functions and classes at the top of a module."""
    module = ast.parse(path.read_text())
    return {node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_the_functions_are_these() -> None:
    assert FUNCTIONS == [
        "deliver_status",
        "map_document",
        "post_effect",
        "publish_outcome",
        "receive_file",
        "receive_message",
        "receive_resource",
        "receive_webhook",
        "redrive_dead_letters",
        "release_parked",
        "seal_journal",
        "serve_resource",
        "sweep_effects",
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_step_is_a_class_of_the_workflow_module_of_that_name(name: str) -> None:
    assert class_name(name) in defined_in(ROOT / "shared" / "workflow" / f"{name}.py")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wiring_builds_it_under_that_name(name: str) -> None:
    assert name in defined_in(ROOT / "shared" / "aws" / "wiring" / f"{name}.py")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_settings_have_that_name(name: str) -> None:
    assert hasattr(settings, f"{class_name(name)}Settings")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_construct_has_that_name(local: Assembly, name: str) -> None:
    assert local.functions()[name].logical_id.startswith(f"{class_name(name)}Function")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_tests_have_that_name(name: str) -> None:
    assert (ROOT / "tests" / "unit" / f"test_{name}.py").is_file()


def test_the_bridge_has_one_name_from_its_entry_to_its_runbook(prod: Assembly) -> None:
    (definition,) = prod.of_kind("AWS::ECS::TaskDefinition")
    (container,) = definition.properties["ContainerDefinitions"]
    variables = {each["Name"]: each["Value"] for each in container["Environment"]}

    assert "main" in defined_in(ROOT / "functions" / "mllp" / "__main__.py")
    assert "mllp" in defined_in(ROOT / "shared" / "aws" / "wiring" / "mllp.py")
    assert "mllp" in defined_in(ROOT / "shared" / "cli" / "mllp.py")
    assert "MllpStack" in defined_in(ROOT / "infra" / "stacks" / "mllp.py")
    assert hasattr(settings, "MllpSettings")
    assert container["Name"] == variables["POWERTOOLS_SERVICE_NAME"] == "mllp"
    assert definition.properties["Family"] == "ledgerward-prod-mllp"
    assert definition.logical_id.startswith("MllpDefinition")
    assert (ROOT / "infra" / "mllp" / "Dockerfile").is_file()
    assert (ROOT / "infra" / "runbooks" / "mllp.md").is_file()
