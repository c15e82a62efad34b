"""`ledgerward recover`: what is stored and not complete in journal and ledger is driven again."""

import time
from collections.abc import Callable
from contextlib import suppress
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
from shared.cli.settling import PATIENCE_SECONDS, Settling
from shared.errors import SettingsError, ThrottledError
from shared.ports.erp import EffectClass
from shared.workflow.recover import Recover

EVERYTHING = datetime(2000, 1, 1, tzinfo=UTC)
UNMAPPED = ("files", "documents")
UNKNOWN = (*UNMAPPED, "effects")
AGAIN_SECONDS = 5.0
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
        """Files and documents that are not mapped yet, and dead ones, which come back."""
        depths = platform.queue_depths()
        queued, dead = (sum(depths[name][place] for name in UNMAPPED) for place in (0, 1))
        return cls(queued=queued, dead=dead, unsettled=0)


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
    left = _end_doubt(step, platform, progress)
    if isinstance(platform, Deployment) and not left:
        declare_repaired(platform.settings)
    return {**asdict(recovered), "decisions": decided, "in_doubt": left}


def _end_doubt(step: Recover, platform: Platform, progress: ShownProgress) -> int:
    """Effects and reversals that nobody knows the truth of; while there are any, doubt stays.

    Where nothing else prevents a second document, the ledger must know of every effect first.
    """
    if platform.erp_class is not EffectClass.E1:
        with progress.step("waiting until it has reached the ledger"):
            left = Delivered.watch(platform).queued
        if left:
            return left
    with progress.step("asking the ERP what reversals took"):
        return asked_until_known(step.end_doubt)


def asked_until_known(
    end_doubt: Callable[[], int],
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Ask until nothing is left, or patience ends; what is left then.

    Raises:
        ThrottledError: to the end something could not be written; recover again.
    """
    give_up_at = time.monotonic() + patience_seconds
    while time.monotonic() < give_up_at:
        with suppress(ThrottledError):  # traffic may write what is recalled at the same moment
            if not end_doubt():
                return 0
        sleep(AGAIN_SECONDS)
    return end_doubt()


def since_of(platform: Platform) -> datetime:
    """The last moment until which tables and queues are known to be complete, and a margin.

    Raises:
        SettingsError: only a box knows that moment by itself.
    """
    if not isinstance(platform, Deployment):
        raise SettingsError("say from when on: --since, the moment that was restored or lost")
    known = complete_until(platform.settings)
    return known - MARGIN if known else EVERYTHING
