"""`ledgerward demo`: everything up from nothing, a day at three hospitals, books tied out."""

import time
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from infra.local.box import up
from infra.local.day import play_day
from infra.local.settings import BoxSettings
from shared.cli.demo_report import DemoReport
from shared.cli.deployment import Deployment, open_deployment
from shared.cli.edge_client import EdgeAnswer
from shared.cli.output import JsonOption, Output
from shared.cli.player import Player
from shared.cli.progress import ShownProgress
from shared.cli.settling import Settling

PauseOption = Annotated[
    float, typer.Option("--pause", help="Seconds each interface waits between messages.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Which day is played.")]


def demo(*, pause: PauseOption = 0.0, seed: SeedOption = 1, as_json: JsonOption = False) -> None:
    """Start the box, play a day, wait until it is settled, tie out. Exit 0 only if all agrees."""
    output, progress = Output(as_json=as_json), ShownProgress()
    began = time.monotonic()
    up(BoxSettings.from_environment(), progress)
    is_up = time.monotonic()
    deployment = open_deployment()
    answers = _play(deployment, progress, pause=pause, seed=seed)
    with progress.step("waiting until everything is settled"):
        settling = Settling.watch(deployment)
    played = time.monotonic()
    with progress.step("tying out against the ERP"):
        report = DemoReport.of(deployment, answers, settling)
    seconds = {"up": round(is_up - began, 1), "play": round(played - is_up, 1)}
    report.draw(output)
    output.finish({**report.data(), "seconds": seconds}, *_next_commands(answers))
    if not report.all_agrees:
        raise SystemExit(1)


def _play(
    deployment: Deployment, progress: ShownProgress, *, pause: float, seed: int
) -> list[EdgeAnswer]:
    today = date.today()  # noqa: DTZ011 - the hospitals' calendar day, not a moment
    bodies = play_day(deployment.network, today, seed=seed)
    player = Player(edge=deployment.edge(), pause_seconds=pause)
    with progress.bar("messages from three hospitals", len(bodies)) as bar:
        return player.play(bodies, lambda _: bar.advance(bar.task_ids[0]))


def _next_commands(answers: Sequence[EdgeAnswer]) -> tuple[str, ...]:
    known = next((each.document_id for each in answers if each.document_id), "")
    sample = "send events/inbound/hl7v2/one_line_dft.hl7"
    return (f"trace {known}", "holds", "tieout", sample, "status", "down")
