"""Templates are made again exactly when something they are made from has changed."""

from pathlib import Path

import pytest

from infra.local.errors import BoxError
from infra.local.settings import BoxSettings
from infra.local.synthesis import assembly_key, synthesise

_APP = """
import argparse, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--environment"); parser.add_argument("--erp-class")
parser.add_argument("--outdir", type=pathlib.Path)
chosen = parser.parse_args()
with open("runs.txt", "a") as runs: runs.write(chosen.environment + "\\n")
(chosen.outdir / "manifest.json").write_text("{}")
"""


@pytest.fixture
def box(tmp_path: Path) -> BoxSettings:
    checkout = tmp_path / "checkout"
    for file, text in {
        "infra/__init__.py": "",
        "infra/app.py": _APP,
        "infra/local/box.py": "",
        "functions/map_document/handler.py": "",
        "shared/canonical/money.py": "",
        "shared/cli/app.py": "",
        "requirements.lock": "",
        "cdk.json": "{}",
        "pyproject.toml": "",
        "README.md": "",
    }.items():
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        (checkout / file).write_text(text)
    return BoxSettings(state=tmp_path / "state", cache=tmp_path / "cache", checkout=checkout)


def runs(box: BoxSettings) -> int:
    return len((box.checkout / "runs.txt").read_text().splitlines())


@pytest.mark.parametrize(
    "file",
    [
        "infra/app.py",
        "functions/map_document/handler.py",
        "shared/canonical/money.py",
        "requirements.lock",
        "cdk.json",
    ],
)
def test_a_change_in_what_is_deployed_asks_for_new_templates(box: BoxSettings, file: str) -> None:
    before = assembly_key(box)

    (box.checkout / file).write_text("# changed")

    assert assembly_key(box) != before


@pytest.mark.parametrize(
    "file",
    [
        "infra/local/box.py",
        "shared/cli/app.py",
        "shared/canonical/__pycache__/money.pyc",
        "README.md",
    ],
)
def test_a_change_in_what_is_not_deployed_keeps_the_templates(box: BoxSettings, file: str) -> None:
    before = assembly_key(box)

    (box.checkout / file).parent.mkdir(exist_ok=True)
    (box.checkout / file).write_text("# changed")

    assert assembly_key(box) == before


def test_a_moved_file_asks_for_new_templates(box: BoxSettings) -> None:
    before = assembly_key(box)

    (box.checkout / "functions/map_document").rename(box.checkout / "functions/post_effect")

    assert assembly_key(box) != before


def test_unchanged_sources_are_synthesised_once(box: BoxSettings) -> None:
    first = synthesise(box)
    second = synthesise(box)

    assert first == second
    assert (first / "manifest.json").is_file()
    assert runs(box) == 1


def test_changed_sources_are_synthesised_again_and_back_again_from_the_cache(
    box: BoxSettings,
) -> None:
    first = synthesise(box)
    (box.checkout / "shared/canonical/money.py").write_text("# changed")
    second = synthesise(box)
    (box.checkout / "shared/canonical/money.py").write_text("")

    assert synthesise(box) == first
    assert first != second
    assert runs(box) == 2


def test_the_cache_keeps_the_last_few_assemblies_only(box: BoxSettings) -> None:
    for number in range(7):
        (box.checkout / "shared/canonical/money.py").write_text(f"# {number}")
        latest = synthesise(box)

    kept = list((box.cache / "assemblies").iterdir())

    assert len(kept) == 4
    assert latest in kept


def test_a_broken_app_is_told_with_its_own_words_and_leaves_nothing_in_the_cache(
    box: BoxSettings,
) -> None:
    (box.checkout / "infra/app.py").write_text("raise ValueError('the queue has no key')")

    with pytest.raises(BoxError, match="the queue has no key"):
        synthesise(box)

    assert list((box.cache / "assemblies").iterdir()) == []
