"""Synthesises the app for tests. Import it only after JSII_NODE is set, as conftest.py does."""

from pathlib import Path

from aws_cdk import Validations
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R5Checks,
    ServerlessChecks,
)

from infra.app import build
from infra.environments import Environment
from tests.infra.assembly import Assembly

# One line a pack; what is then unacknowledged fails test_rule_packs.py.
PACKS = (AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, ServerlessChecks)


def synthesised(environment: Environment, folder: Path, *, with_packs: bool) -> Assembly:
    """The assembly of one environment; with the packs, their report lies in it."""
    app = build(environment, outdir=folder)
    if with_packs:
        Validations.of(app).add_plugins(*(pack(app) for pack in PACKS))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        # The templates and the report are written; test_rule_packs.py shows what was found.
    return Assembly(folder)
