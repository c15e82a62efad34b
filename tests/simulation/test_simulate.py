"""The command: what it says, and that it fails when anything is wrong."""

import json

import pytest
from typer.testing import CliRunner

from shared.cli import simulate as command
from shared.cli.app import program
from shared.simulation.histories.campaign import Campaign, Total
from shared.simulation.histories.campaign import run_campaign as run

RUNNER = CliRunner()
KEYS = {
    *("effects", "events", "duplicated", "lost", "stuck", "cents_off", "reviews"),
    *("seeded_refusals", "seconds", "events_per_second"),
}


def test_a_good_run_ends_well_and_tells_programs_its_counts() -> None:
    answer = RUNNER.invoke(program, ["simulate", "--effects", "30", "--faults", "base", "--json"])

    assert answer.exit_code == 0
    told = json.loads(answer.stdout.splitlines()[-1])
    assert told.keys() >= KEYS
    assert (told["effects"], told["lost"], told["failed"]) == (30, 0, [])


def test_a_trace_tells_the_history_step_by_step() -> None:
    answer = RUNNER.invoke(program, ["simulate", "--effects", "5", "--faults", "none", "--trace"])

    assert answer.exit_code == 0
    assert "receive_message" in answer.stdout
    assert "peace" in answer.stdout


def test_a_wrong_run_fails_and_says_how_to_see_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoilt(campaign: Campaign, *, watch: object) -> Total:  # noqa: ARG001 - the real one's
        total = run(campaign)
        total.failed.append({"command": "simulate --effects 5 --seed 1", "examples": {"lost": 1}})
        return total

    monkeypatch.setattr(command, "run_campaign", spoilt)

    answer = RUNNER.invoke(program, ["simulate", "--effects", "5", "--faults", "none"])

    assert answer.exit_code == 1
    assert "simulate --effects 5 --seed 1" in answer.stdout
