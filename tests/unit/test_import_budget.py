"""What each function imports, exactly: a cold start pays for every module (timings are flaky)."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "boto3",
    "botocore",
    "s3transfer",
    "httpx",
    "pydantic",
    "aws_lambda_powertools.tracing",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.idempotency",
    "aws_lambda_powertools.utilities.parser",
    "aws_lambda_powertools.event_handler",
    "aws_xray_sdk",
    "shared.cli",
    "shared.finance",
    "shared.formats.fhir",
    "shared.formats.flatfile",
    "shared.formats.hl7v2",
    "shared.formats.webhook",
    "shared.mapping",
    "shared.simulation",
    "shared.targets.tryton",
    "infra",
    "rich",
    "typer",
)
# Powertools' own __init__ names its tracing module; the X-Ray SDK behind it stays unloaded.
EVERY_FUNCTION = {"botocore", "pydantic", "aws_lambda_powertools.tracing"}
BUDGET = {
    "receive_message": EVERY_FUNCTION | {"shared.formats.hl7v2"},
    "receive_resource": EVERY_FUNCTION | {"shared.formats.fhir"},
    "serve_resource": EVERY_FUNCTION | {"shared.formats.fhir", "shared.mapping"},
    # shared.mapping: only the names of master data's keys.
    "receive_webhook": EVERY_FUNCTION | {"shared.formats.webhook", "shared.mapping"},
    "deliver_status": EVERY_FUNCTION | {"shared.formats.webhook", "shared.mapping"},
    # Every format is asked whether it knows a partner's file.
    "receive_file": EVERY_FUNCTION
    | {f"shared.formats.{name}" for name in ("fhir", "flatfile", "hl7v2", "webhook")},
    "map_document": EVERY_FUNCTION | {"shared.mapping"},
    "post_effect": EVERY_FUNCTION,
    # It releases reversals, and asks the rules whether they can go on.
    "publish_outcome": EVERY_FUNCTION | {"shared.mapping"},
    "release_parked": EVERY_FUNCTION | {"shared.mapping"},
    "sweep_effects": EVERY_FUNCTION,
    "seal_journal": EVERY_FUNCTION - {"pydantic"},
    "redrive_dead_letters": EVERY_FUNCTION,
}


def heavy_modules_of(function: str) -> set[str]:
    program = (
        f"import sys, json, functions.{function}.handler;"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=60
    )
    return set(json.loads(ended.stdout))


@pytest.mark.parametrize("function", sorted(BUDGET))
def test_a_function_imports_what_its_step_uses_and_nothing_heavier(function: str) -> None:
    assert heavy_modules_of(function) == BUDGET[function]
