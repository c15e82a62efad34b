"""`ledgerward recover`: what is stored and not complete in journal and ledger is driven again."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

import typer

from infra.local.engine_process import complete_until, declare_repaired, has_lost_changes
from infra.local.held_mappings import let_go
from shared.cli.account import open_platform
from shared.cli.deployment import Deployment
from shared.cli.output import JsonOption, Output
from shared.cli.platform import Platform
from shared.cli.progress import ShownProgress
from shared.cli.recovery_step import recovery
from shared.cli.settling import Settling
from shared.errors import SettingsError
from shared.ports.erp import EffectClass
from shared.workflow.recover import Recover

EVERYTHING = datetime(2000, 1, 1, tzinfo=UTC)
UNMAPPED = ("files", "documents")
UNKNOWN = (*UNMAPPED, "effects")
MARGIN = timedelta(minutes=15)  # a message stored before that moment may have been in a queue then
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"],
        help="From when on, in UTC; else from the last complete save, or everything.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped(Settling):
    """Settled as far as the box alone can bring it: no target, no source need answer."""

    @classmethod
    def now(cls, platform: Platform) -> Self:
        """Files and documents that are not mapped yet; dead ones come back by themselves."""
        depths = platform.queue_depths()
        return cls(queued=sum(depths[name][0] for name in UNMAPPED), dead=0, unsettled=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Settling):
    """Every effect has been delivered once, so the ledger knows of it, whatever its target says."""

    @classmethod
    def now(cls, platform: Platform) -> Self:
        """What is in a queue and in no ledger yet."""
        depths = platform.queue_depths()
        return cls(queued=sum(depths[name][0] for name in UNKNOWN), dead=0, unsettled=0)


def recover(*, since: SinceOption = None, as_json: JsonOption = False) -> None:
    """Drive again what the raw archive holds and the books lack. Again does no harm."""
    output = Output(as_json=as_json)
    platform = open_platform()
    start = since.replace(tzinfo=UTC) if since else since_of(platform)
    counts = recover_from(platform, start, ShownProgress())
    output.table("recovered", ("what", "count"), [*counts.items()])
    output.finish({"since": start.isoformat(), **counts}, "tieout", "holds", "status")


def recover_if_lost(deployment: Deployment, progress: ShownProgress) -> dict[str, int]:
    """After an engine that ended without saving; else nothing."""
    if not has_lost_changes(deployment.settings):
        return {}
    return recover_from(deployment, since_of(deployment), progress)


def recover_from(platform: Platform, since: datetime, progress: ShownProgress) -> dict[str, int]:
    """Drive again, wait until that is mapped, decide again; then a box counts as repaired.

    What is mapped by then is on its way to targets and sources, however long those are away.
    """
    step = recovery(platform)
    with progress.step("driving again what is not complete"):
        recovered = step(since)
    if isinstance(platform, Deployment):
        let_go(platform.clients.functions)  # the ledger is doubted now
    with progress.step("waiting until it is mapped"):
        Mapped.watch(platform)
    decided = step.decide_again(since)
    _end_doubt(step, platform, progress)
    if isinstance(platform, Deployment):
        declare_repaired(platform.settings)
    return {**asdict(recovered), "decisions": decided}


def _end_doubt(step: Recover, platform: Platform, progress: ShownProgress) -> None:
    """Where nothing else prevents a second document, only once the ledger knows of every effect."""
    left = 0
    if platform.erp_class is not EffectClass.E1:
        with progress.step("waiting until it has reached the ledger"):
            left = Delivered.watch(platform).queued
    if not left:
        step.doubt.end()


def since_of(platform: Platform) -> datetime:
    """The last moment until which tables and queues are known to be complete, and a margin.

    Raises:
        SettingsError: only a box knows that moment by itself.
    """
    if not isinstance(platform, Deployment):
        raise SettingsError("say from when on: --since, the moment that was restored or lost")
    known = complete_until(platform.settings)
    return known - MARGIN if known else EVERYTHING
