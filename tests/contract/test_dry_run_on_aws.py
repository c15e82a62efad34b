"""A dry run with the master data of a stack: what each use would post, and not one write."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.local.network.build import build_network
from shared.aws.clock import SystemClock
from shared.aws.versioned_records import VersionedRecords
from shared.canonical.message import ClientScope
from shared.cli import dry_run
from shared.cli.app import program
from tests.builders import KNOWN_SINCE
from tests.contract.families import Aws, Family
from tests.contract.tables import MASTER_DATA
from tests.golden import INBOUND

SAMPLE = INBOUND / "flatfile" / "cabinet_day.csv"
READING = {"GetItem", "BatchGetItem", "Query"}


@pytest.fixture
def stack(aws: Aws, on_aws: Family, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Master data of the hospitals and the cabinets' registration."""
    network = build_network(year=2026)
    for given in (
        *(network.facilities, network.departments, network.items, network.units),
        *(network.number_codes, network.dimensions),
    ):
        on_aws.put_master(given, KNOWN_SINCE)
    on_aws.register(ClientScope(client_id="cabinet", tenant="meridian", facilities=("NORTH",)))
    records = VersionedRecords(client=aws.dynamodb, table=MASTER_DATA, clock=SystemClock())
    monkeypatch.setattr(dry_run, "open_platform", lambda: SimpleNamespace(records=records))
    return aws


def ran(path: Path, *arguments: str) -> list[dict[str, Any]]:
    ended = CliRunner().invoke(
        program, ["file", "dry-run", str(path), "--profile", "cabinet", "--json", *arguments]
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_each_use_is_mapped_by_what_the_stack_knows_and_nothing_is_written(stack: Aws) -> None:
    told: list[dict[str, Any]] = []

    calls = stack.calls.counts_of(lambda: told.extend(ran(SAMPLE, "--mapped")))

    mapped = [each["mapped"] for each in told if "mapped" in each]
    assert mapped == ["post", "post", "post", "reverse", "post"]
    posted = next(each for each in told if each.get("posts_item") == "CTR-001")
    assert posted["posts_quantity"] == "12.5 ML"
    assert calls
    assert set(calls) <= READING


def test_without_a_stack_asked_for_no_call_is_made(stack: Aws) -> None:
    assert stack.calls.counts_of(lambda: ran(SAMPLE)) == {}


@pytest.mark.usefixtures("stack")
def test_of_a_client_that_nobody_registered_nothing_is_mapped() -> None:
    ended = CliRunner().invoke(
        program,
        ["file", "dry-run", str(SAMPLE), "--profile", "cabinet", "--mapped", "--client", "x"],
    )

    assert getattr(ended.exception, "code", "") == "CLIENT_UNKNOWN"
    assert ended.stdout == ""
