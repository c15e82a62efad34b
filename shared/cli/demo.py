"""`ledgerward demo`: everything up from nothing, a day told by its sources, books tied out."""

import time
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated

import typer

from infra.local.box import up
from infra.local.day import Day, play_day
from infra.local.settings import BoxSettings
from infra.local.state import webhook_secrets
from infra.local.status_listener import StatusListener
from shared.cli.day_player import DayPlayer
from shared.cli.demo_report import DemoReport
from shared.cli.deployment import Deployment, open_deployment
from shared.cli.erp_class import ErpClassOption, effect_class
from shared.cli.operations import add_mapping
from shared.cli.output import JsonOption, Output
from shared.cli.positions import open_place
from shared.cli.progress import ShownProgress
from shared.cli.recovery import recover_if_lost
from shared.cli.settling import Settling
from shared.mllp.edge_client import EdgeAnswer

PauseOption = Annotated[
    float, typer.Option("--pause", help="Seconds each interface waits between messages.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Which day is played.")]
SOURCE = "ORTRACK"


def demo(
    *,
    pause: PauseOption = 0.0,
    seed: SeedOption = 1,
    erp_class: ErpClassOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start the box, play a day, wait until it is settled, tie out. Exit 0 only if all agrees."""
    output, progress = Output(as_json=as_json), ShownProgress()
    began = time.monotonic()
    settings = BoxSettings.from_environment()
    up(settings, progress, erp_class=effect_class(erp_class))
    is_up = time.monotonic()
    deployment = open_deployment()
    recover_if_lost(deployment, progress)
    with progress.step("following the storerooms from what the ERP has there"):
        for place in deployment.network.stock_places:
            open_place(deployment, place)
    today = date.today()  # noqa: DTZ011 - the hospitals' calendar day, not a moment
    day = play_day(deployment.network, today, seed=seed)
    with StatusListener(settings.status_port, webhook_secrets(settings)[SOURCE]) as listener:
        player = _play(deployment, day, progress, pause)
        with progress.step("waiting until everything is settled"):
            settling = Settling.watch(deployment)
    played = time.monotonic()
    with progress.step("tying out against the ERP"):
        report = DemoReport.of(deployment, player, settling, news=len(listener.news))
    seconds = {"up": round(is_up - began, 1), "play": round(played - is_up, 1)}
    report.draw(output)
    output.finish({**report.data(), "seconds": seconds}, *_next_commands(player.messages))
    if not report.all_agrees:
        raise SystemExit(1)


def _play(deployment: Deployment, day: Day, progress: ShownProgress, pause: float) -> DayPlayer:
    player = DayPlayer(
        deployment=deployment, edge=deployment.edge(), webhooks=deployment.webhooks(SOURCE)
    )
    for name, part in (("the morning", day.morning), ("the afternoon", day.afternoon)):
        with progress.bar(f"{name}, all sources", len(part)) as bar:
            player.play(part, partial(bar.advance, bar.task_ids[0]), pause)
        if part is day.morning:
            _noon(deployment, day, progress)
    return player


def _noon(deployment: Deployment, day: Day, progress: ShownProgress) -> None:
    """People add rules for what they see waiting: so the morning must have been mapped by then."""
    with progress.step("the morning is settled"):
        Settling.watch(deployment)
    with progress.step(f"{len(day.rules)} rules that people add at noon"):
        for rule in day.rules:
            add_mapping(deployment)(rule)


def _next_commands(answers: Sequence[EdgeAnswer]) -> tuple[str, ...]:
    known = next((each.document_id for each in answers if each.document_id), "")
    sample = "send events/inbound/hl7v2/one_line_dft.hl7"
    return (f"trace {known}", "holds", "tieout", sample, "status", "down")
