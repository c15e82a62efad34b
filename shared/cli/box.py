"""`ledgerward up`, `down`, `reset`, `status`: the whole stack on this machine."""

from dataclasses import asdict

from infra.local import box
from infra.local.settings import BoxSettings
from shared.cli.deployment import Deployment
from shared.cli.erp_class import ErpClassOption, effect_class
from shared.cli.output import JsonOption, Output
from shared.cli.progress import ShownProgress
from shared.cli.recovery import recover_if_lost
from shared.cli.targets import TARGETS, told

SAMPLE = "send events/inbound/hl7v2/one_line_dft.hl7"


def up(*, erp_class: ErpClassOption = None, as_json: JsonOption = False) -> None:
    """Start what is not running, deploy what changed, print addresses."""
    output = Output(as_json=as_json)
    settings, progress = BoxSettings.from_environment(), ShownProgress()
    report = box.up(settings, progress, erp_class=effect_class(erp_class))
    recovered = recover_if_lost(Deployment(settings), progress)
    output.table("addresses", ("what", "where"), report.addresses.items())
    output.say(f"up after {report.total_seconds:.1f} s")
    if report.lost_changes:
        output.say("[yellow]The engine had ended without saving its state.[/yellow]")
        output.table("recovered", ("what", "count"), recovered.items())
    output.finish({**asdict(report), "recovered": recovered}, SAMPLE, "demo", "status", "down")


def down(*, as_json: JsonOption = False) -> None:
    """Stop everything and keep its state."""
    output = Output(as_json=as_json)
    was_running = box.down(BoxSettings.from_environment(), ShownProgress())
    output.say("stopped" if was_running else "nothing was running")
    output.finish({"was_running": was_running}, "up", "reset")


def reset(*, as_json: JsonOption = False) -> None:
    """Stop everything and forget its state; caches stay."""
    output = Output(as_json=as_json)
    box.reset(BoxSettings.from_environment(), ShownProgress())
    output.say("stopped and forgotten")
    output.finish({"reset": True}, "up")


def status(*, as_json: JsonOption = False) -> None:
    """Which processes live, where they listen, whether they answer, and how targets stand."""
    output = Output(as_json=as_json)
    state = box.status(BoxSettings.from_environment())
    processes = state["processes"].items()
    rows = [(name, each["pid"], each["address"], each["healthy"]) for name, each in processes]
    output.table("processes", ("name", "pid", "address", "healthy"), rows)
    if state["stacks"]:
        deployment = Deployment(BoxSettings.from_environment())
        state["targets"] = {name: told(deployment.breakers.read(name)) for name in TARGETS}
        targets = [(name, *each.values()) for name, each in state["targets"].items()]
        output.table("targets", ("name", "left alone", "failed calls", "next probe"), targets)
    output.finish(state, "up", "holds", "tieout")
