"""The house rules that tools can check, checked with everything else."""

import ast
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))
TOP_LEVEL = {
    *("functions", "infra", "shared", "events", "tests"),
    *("pyproject.toml", "cdk.json", "README.md", "LICENSE", "requirements.lock"),
}
MOST_MODULE_LINES = 300
MOST_HANDLER_LINES = 60
MOST_FUNCTION_LINES = 40


@pytest.mark.parametrize(
    "command",
    [
        ("lint-imports", "--no-cache"),
        *(("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)),
    ],
    ids=" ".join,
)
def test_a_tool_finds_nothing(command: tuple[str, ...]) -> None:
    ended = subprocess.run(  # noqa: S603 - our own tools
        [SCRIPTS / command[0], *command[1:]],
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout.decode()


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return listed.stdout.decode().splitlines()


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    stray = {name.split("/")[0] for name in tracked()} - TOP_LEVEL
    assert {name for name in stray if not name.startswith(".")} == set()


def test_no_module_is_longer_than_one_reading() -> None:
    lengths = {
        name: (ROOT / name).read_text().count("\n")
        for name in tracked()
        if name.endswith(".py") and not name.startswith("tests/") and (ROOT / name).exists()
    }
    assert {name for name, lines in lengths.items() if lines > MOST_MODULE_LINES} == set()
    handlers = {name for name in lengths if name.endswith("/handler.py")}
    assert {name for name in handlers if lengths[name] > MOST_HANDLER_LINES} == set()


def test_the_lock_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_no_function_is_longer_than_forty_lines() -> None:
    sources = [each for each in tracked() if each.endswith(".py") and not each.startswith("tests/")]
    lengths = {
        f"{name}:{node.lineno}": (node.end_lineno or 0) - node.lineno + 1
        for name in sources
        if (ROOT / name).exists()
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {place for place, lines in lengths.items() if lines > MOST_FUNCTION_LINES} == set()
