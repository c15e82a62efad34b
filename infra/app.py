"""The CDK app: `python -m infra.app --environment local --outdir cdk.out`. Needs no AWS account."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aws_cdk import App

from infra.environments import ENVIRONMENTS, Environment
from infra.stacks.core import CoreStack
from infra.stacks.data import DataStack
from infra.stacks.edge import EdgeStack
from infra.stacks.mllp import MllpStack
from infra.stacks.operations import OperationsStack

# `python -m infra.app` reads no cdk.json, so the flags are here, where every way in finds them.
FLAGS = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    # What another stack uses cannot be taken away under it.
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
    "@aws-cdk/core:validateAgainstDefaultRules": True,  # circular stacks fail instead of warning
}


def build(
    environment: Environment, *, outdir: Path | None = None, dependencies: Path | None = None
) -> App:
    """Declare all stacks of one environment.

    `dependencies` is the folder of third-party packages for the functions' layer. Without one
    the layer is an empty placeholder: right for tests, and for the box, whose engine runs
    functions on the interpreter of our own environment.
    """
    app = App(
        analytics_reporting=False, context=FLAGS, outdir=None if outdir is None else str(outdir)
    )
    layer = dependencies or _placeholder(outdir)
    data = DataStack(app, environment=environment)
    core = CoreStack(app, environment=environment, data=data, dependencies=layer)
    edge = EdgeStack(app, environment=environment, data=data, core=core, dependencies=layer)
    operations = OperationsStack(app, environment=environment, core=core, edge=edge)
    if core.secrets.mllp:
        MllpStack(
            app,
            environment=environment,
            key=data.platform_key,
            secrets=core.secrets.mllp,
            alarms=operations.topic,
        )
    return app


def _placeholder(outdir: Path | None) -> Path:
    parent = Path(tempfile.mkdtemp()) if outdir is None else outdir
    folder = parent / "no-dependencies"
    (folder / "python").mkdir(parents=True, exist_ok=True)
    (folder / "python" / "EMPTY").write_text("The interpreter brings the packages.\n")
    return folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Synthesise one environment; the CDK command line calls this through cdk.json."""
    parser = argparse.ArgumentParser(description="Synthesise the CloudFormation of an environment")
    parser.add_argument(
        "--environment",
        choices=sorted(ENVIRONMENTS),
        default=os.environ.get("LEDGERWARD_ENVIRONMENT", "local"),
    )
    parser.add_argument("--erp-class", choices=("E1", "E2"), help="default: the environment's")
    parser.add_argument("--outdir", type=Path, help="default: what the CDK command line says")
    parser.add_argument("--dependencies", type=Path, default=Path("build/dependencies"))
    chosen = parser.parse_args(arguments)
    if chosen.environment not in ENVIRONMENTS:  # a default from outside is not checked
        parser.error(f"LEDGERWARD_ENVIRONMENT names no environment: {chosen.environment}")
    environment = ENVIRONMENTS[chosen.environment]
    if chosen.erp_class:
        environment = replace(environment, erp_class=chosen.erp_class)
    dependencies = chosen.dependencies if environment.packaged_dependencies else None
    if dependencies and not dependencies.is_dir():
        parser.error(f"{dependencies} does not exist; the README says how to fill it")
    build(environment, outdir=chosen.outdir, dependencies=dependencies).synth()


if __name__ == "__main__":
    main()
