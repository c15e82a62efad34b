"""The stack in the box: `up`, `down`, `reset`, `status`. Everything listens on 127.0.0.1 only."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from infra.local import contents, erp
from infra.local.aws import EngineClients
from infra.local.deploy import Outputs, deploy, read_assembly, stack_statuses
from infra.local.engine_process import (
    engine_process,
    has_lost_changes,
    note_lost_changes,
    save_engine_state,
    start_engine,
    stop_engine,
)
from infra.local.errors import BoxError
from infra.local.network import Network, build_network
from infra.local.ports import refuse_taken_port
from infra.local.processes import ManagedProcess, Stopped
from infra.local.progress import MeasuredProgress, Progress, SilentProgress
from infra.local.settings import BoxSettings
from infra.local.state import (
    Checkpoint,
    choose_erp_class,
    discard_unfinished_engine_state,
    erp_class_of,
    only_one_at_a_time,
    read_addresses,
    read_checkpoint,
    remove_state,
    token_secret,
    webhook_secrets,
    write_addresses,
    write_checkpoint,
    year_of,
)
from infra.local.synthesis import assembly_key, synthesise
from infra.local.undertaking import Undertaking, all_or_nothing
from shared.ports.erp import EffectClass

NETWORK_SEED = 1
MAPPING, POSTING = ("MapDocument",), ("PostEffect",)  # in the names of their functions


@dataclass(frozen=True, slots=True, kw_only=True)
class UpReport:
    """What `up` did.

    Attributes:
        addresses: Where to find the APIs, the edge, tokens and the ERP.
        outputs: Outputs of every stack.
        started: Which processes were not running before.
        deployed: Whether templates or code had changed.
        lost_changes: The engine once ended without saving: recovery must drive every stored message
            again that is not complete in the books, and then call `declare_repaired`.
        seconds: How long each phase took; phases overlap.
        total_seconds: From the command to the last address.
    """

    addresses: Mapping[str, str]
    outputs: Outputs
    started: tuple[str, ...]
    deployed: bool
    lost_changes: bool
    seconds: Mapping[str, float]
    total_seconds: float


def up(
    settings: BoxSettings,
    progress: Progress | None = None,
    *,
    erp_class: EffectClass | None = None,
) -> UpReport:
    """Start what is not running and bring the platform up to date. Again does no harm.

    `erp_class` is chosen on the first start and kept.

    Raises:
        BoxError: what went wrong and what to do; nothing that this call started is left running.
    """
    began = time.monotonic()
    measured = MeasuredProgress(progress or SilentProgress())
    with only_one_at_a_time(settings), all_or_nothing() as undertaking:
        choose_erp_class(settings, erp_class)
        started = _what_is_missing(settings)
        network = build_network(seed=NETWORK_SEED, year=year_of(settings))
        key = assembly_key(settings)
        serving = _begin_erp(settings, network, undertaking, measured, started)
        checkpoint = _begin_engine(settings, undertaking, measured, started)
        outputs = _deployed(settings, key, checkpoint, undertaking, measured)
        undertaking.result_of(serving)
        _fill(settings, network, _wanted(settings, network, key, outputs), checkpoint, measured)
        addresses = _addresses(settings, outputs)
        write_addresses(settings, addresses, outputs)
    return UpReport(
        addresses=addresses,
        outputs=outputs,
        started=started,
        deployed=checkpoint is None or checkpoint.assembly != key,
        lost_changes=has_lost_changes(settings),
        seconds=measured.seconds,
        total_seconds=round(time.monotonic() - began, 2),
    )


def down(settings: BoxSettings, progress: Progress | None = None) -> bool:
    """Stop the box and keep its state; true if anything was running."""
    shown = progress or SilentProgress()
    with only_one_at_a_time(settings):
        with shown.step("Stop the AWS engine"):
            engine = stop_engine(settings)
        with shown.step("Stop the ERP"):
            served = _erp(settings).stop()
    return {engine, served} != {Stopped.WAS_NOT_RUNNING}


def reset(settings: BoxSettings, progress: Progress | None = None) -> None:
    """Stop the box and forget all it knows. Caches stay, so the next start is quick."""
    down(settings, progress)
    with only_one_at_a_time(settings):
        remove_state(settings)


def status(settings: BoxSettings) -> dict[str, Any]:
    """What runs, where, and how it is; ready to be written as JSON."""
    states = {name: process.state() for name, process in _processes(settings).items()}
    is_reachable = states["engine"].healthy
    return {
        "processes": {
            name: {"pid": state.pid, "address": state.address, "healthy": state.healthy}
            for name, state in states.items()
        },
        "erp_class": erp_class_of(settings),
        "addresses": read_addresses(settings),
        "stacks": stack_statuses(EngineClients(settings)) if is_reachable else {},
        "state": str(settings.state),
    }


def _what_is_missing(settings: BoxSettings) -> tuple[str, ...]:
    """Processes to start; their ports are free, or nothing is begun at all."""
    _refuse_another_port(settings)
    missing = {name: each for name, each in _processes(settings).items() if not each.running()}
    for name, process in missing.items():
        refuse_taken_port(process.port, name=name, setting=process.port_setting)
    return tuple(missing)


def _refuse_another_port(settings: BoxSettings) -> None:
    """Queue addresses hold the engine's port: a state works on the port that it was made with."""
    checkpoint = read_checkpoint(settings)
    if checkpoint is not None and checkpoint.engine_port != settings.engine_port:
        raise BoxError(
            f"The state in {settings.state} was made with the engine on port "
            f"{checkpoint.engine_port}, not {settings.engine_port}",
            hint="Use that port (LEDGERWARD_ENGINE_PORT), another LEDGERWARD_STATE, or reset.",
        )


def _begin_erp(
    settings: BoxSettings,
    network: Network,
    undertaking: Undertaking,
    progress: Progress,
    started: tuple[str, ...],
) -> "Future[None]":
    """Prepare and start the ERP in a thread of its own."""
    process = _erp(settings)

    def work() -> None:
        if "erp" not in started:
            return
        undertaking.undo_with(process.stop)
        modules = erp.MODULES_OF[erp_class_of(settings)]
        erp.prepare(process.folder, settings.cache, network, progress, modules=modules)
        with progress.step("Start the ERP"):
            process.start()

    return undertaking.beside(work)


def _begin_engine(
    settings: BoxSettings,
    undertaking: Undertaking,
    progress: Progress,
    started: tuple[str, ...],
) -> Checkpoint | None:
    """Start the engine on its last checkpoint; none means that it is empty."""
    if "engine" in started:
        discard_unfinished_engine_state(settings)
        undertaking.undo_with(lambda: stop_engine(settings))
        with progress.step("Start the AWS engine"):
            start_engine(settings, held=_held(settings))
    return read_checkpoint(settings)


def _held(settings: BoxSettings) -> tuple[str, ...]:
    """What must wait for a recovery to doubt the ledger (infra/runbooks/recovery.md)."""
    if not note_lost_changes(settings):
        return ()
    return MAPPING if erp_class_of(settings) is EffectClass.E1 else (*MAPPING, *POSTING)


def _deployed(
    settings: BoxSettings,
    key: str,
    checkpoint: Checkpoint | None,
    undertaking: Undertaking,
    progress: Progress,
) -> Outputs:
    """What stands already if it is this assembly; else it is deployed."""
    if checkpoint is not None and checkpoint.assembly == key:
        return checkpoint.outputs

    def synthesis() -> Any:  # noqa: ANN401
        with progress.step("Synthesise the templates"):
            return synthesise(settings, key)

    folder = undertaking.result_of(undertaking.beside(synthesis))
    return deploy(read_assembly(folder, settings), EngineClients(settings), progress)


def _wanted(settings: BoxSettings, network: Network, key: str, outputs: Outputs) -> Checkpoint:
    """What the engine shall hold when it is filled."""
    return Checkpoint(
        assembly=key,
        master_data=contents.digest_of(network, outputs, settings.status_url),
        engine_port=settings.engine_port,
        outputs=outputs,
    )


def _fill(
    settings: BoxSettings,
    network: Network,
    wanted: Checkpoint,
    present: Checkpoint | None,
    progress: Progress,
) -> None:
    """Give the platform its secrets and master data, then make sure that all of it is kept."""
    clients = EngineClients(settings)
    with progress.step("Put the secrets"):
        credentials = erp.credentials(_erp(settings).folder)
        erp_arn = contents.output(wanted.outputs, "ErpSecretArn")
        contents.put_secret(clients, erp_arn, credentials.as_secret(settings.erp_url))
        token_arn = contents.output(wanted.outputs, "TokenSecretArn")
        contents.put_secret(clients, token_arn, token_secret(settings))
        webhook_arn = contents.output(wanted.outputs, "WebhookSecretArn")
        contents.put_secret(clients, webhook_arn, json.dumps(webhook_secrets(settings)))
    if present is None or present.master_data != wanted.master_data:
        with progress.step("Seed the master data"):
            contents.put_master_data(clients, network, wanted.outputs, settings.status_url)
    if present != wanted:
        with progress.step("Save a checkpoint"):
            save_engine_state(settings)
            write_checkpoint(settings, wanted)


def _addresses(settings: BoxSettings, outputs: Outputs) -> dict[str, str]:
    api = contents.output(outputs, "ApiId")
    stage = contents.output(outputs, "ApiStage")
    return {
        "endpoint": settings.endpoint,
        "api": f"{settings.endpoint}/_aws/execute-api/{api}/{stage}",
        "token": f"{settings.endpoint}/oauth2/token",
        "erp": settings.erp_url,
    }


def _processes(settings: BoxSettings) -> dict[str, ManagedProcess]:
    return {"engine": engine_process(settings), "erp": _erp(settings)}


def _erp(settings: BoxSettings) -> ManagedProcess:
    return erp.erp_process(settings.state / "erp", settings.erp_port)
