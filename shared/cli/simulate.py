"""`ledgerward simulate`: whole histories with faults in virtual time, judged by the ERP's books."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shared.cli.output import JsonOption, Output, command_name
from shared.simulation.histories.campaign import (
    MOST_EFFECTS,
    Campaign,
    Total,
    command_of,
    run_campaign,
)
from shared.simulation.histories.faults import FaultLevel
from shared.simulation.histories.history import History, Plan, run_history
from shared.simulation.histories.targets import TARGETS


class Faults(StrEnum):
    """A level, or all of them."""

    NONE = FaultLevel.NONE
    BASE = FaultLevel.BASE
    HEAVY = FaultLevel.HEAVY
    ADVERSARIAL = FaultLevel.ADVERSARIAL
    ALL = "all"


class Target(StrEnum):
    """A class of targets, or all of them."""

    E1 = "e1"
    E2 = "e2"
    E3 = "e3"
    ALL = "all"


EffectsOption = Annotated[
    int,
    typer.Option("--effects", min=1, help=f"In histories of at most {MOST_EFFECTS:,} each."),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Of the first history; others follow.")]
FaultsOption = Annotated[Faults, typer.Option("--faults", help="How much goes wrong.")]
TargetOption = Annotated[Target, typer.Option("--target", help="The class of the target.")]
JobsOption = Annotated[int, typer.Option("--jobs", min=1, help="Processes.")]
TraceOption = Annotated[bool, typer.Option("--trace", help="Tell one history step by step.")]
StateOption = Annotated[
    Path | None, typer.Option("--state", help="Keep outcomes here; what it has is not run again.")
]


def simulate(
    *,
    effects: EffectsOption = MOST_EFFECTS,
    seed: SeedOption = 1,
    faults: FaultsOption = Faults.BASE,
    target: TargetOption = Target.E1,
    jobs: JobsOption = 1,
    state: StateOption = None,
    trace: TraceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Prove it: nothing lost, doubled, stuck or a cent off, whatever fails. Exit 1 if not."""
    output = Output(as_json=as_json)
    levels = [*FaultLevel] if faults is Faults.ALL else [FaultLevel(faults)]
    targets = [*TARGETS] if target is Target.ALL else [target.value]
    campaign = Campaign(
        effects=effects, seed=seed, levels=levels, targets=targets, jobs=jobs, state=state
    )
    if trace:
        _tell(output, next(campaign.plans()))
    total = run_campaign(campaign, watch=lambda history: _say(output, history))
    _draw(output, total)
    output.finish(total.result(), "simulate --faults all --target all --effects 1000000 --jobs 2")
    if total.failed:
        raise SystemExit(1)


def _tell(output: Output, plan: Plan) -> None:
    """The first history, step by step."""
    told = replace(plan, keeps_trace=True)
    for step in run_history(told).trace:
        output.say(step)


def _say(output: Output, history: History) -> None:
    plan = history.plan
    rate = round(history.effects / max(history.seconds, 1e-6))
    came_to = "good" if history.is_good else "WRONG"
    output.say(
        f"{plan.target} {plan.level:<11} seed {plan.seed:<6} {history.effects:>6} effects "
        f"{history.events:>8} events {rate:>6} effects/s  {came_to}"
    )
    if not history.is_good:
        output.say(f"  again: {command_name()} {command_of(plan)} --trace")


def _draw(output: Output, total: Total) -> None:
    result = total.result()
    output.table(
        "simulated", ("what", "count"), ((n, v) for n, v in result.items() if n != "failed")
    )
    for outcome in total.failed:
        output.say(f"[red]wrong[/red] {outcome['command']}: {outcome['examples']}")
