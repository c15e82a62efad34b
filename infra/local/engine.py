"""The AWS engine of the box: `ministack` plus the few fixes that our stacks need.

Run it as `python -m infra.local.engine`. Each fix is one function in `fixes/` with its symptom in
the docstring; all are held to the one version they were written for, and
`tests/contract/test_engine.py` shows each by its behaviour.
"""

import json
import os
import signal
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from infra.local.engine_process import CHECKPOINT_FILE, WITHOUT_FIXES
from infra.local.errors import BoxError
from infra.local.fixes import delivery, metrics, permissions, streams, templates, workers
from infra.local.held_mappings import held_here, hold_from_the_start

PINNED_VERSION = "1.5.33"

FIXES: tuple[Callable[[], None], ...] = (
    workers.report_the_real_exception_and_stay_warm,
    workers.put_code_before_layers,
    workers.wait_less_for_logs,
    permissions.authorise_batches_as_single_actions,
    permissions.make_ref_of_a_secret_its_arn,
    delivery.let_batches_exceed_ten,
    streams.keep_streams_across_restarts,
    streams.honour_partial_failures_and_failure_destinations,
    templates.keep_table_expiry_and_encryption,
    templates.validate_requests,
    metrics.turn_log_metrics_into_metrics,
    metrics.watch_queue_depth_and_alarms,
)


def apply_fixes(left_out: Sequence[str] = ()) -> None:
    """Apply every fix, in order.

    Raises:
        BoxError: the engine is not the version that the fixes were written for.
    """
    found = version("ministack")
    if found != PINNED_VERSION:
        raise BoxError(
            f"The fixes are for ministack {PINNED_VERSION}, but {found} is installed",
            hint="Install the versions of requirements.lock.",
        )
    for fix in FIXES:
        if fix.__name__ not in left_out:
            fix()


def _save_when_asked() -> None:
    """Write the whole state on SIGUSR1, as a clean stop does, and answer in the checkpoint file.

    A stop and a start take seconds; saving a quiet engine takes a fraction of one.
    """
    from ministack import app  # noqa: PLC0415 - only the engine's own process pays for this import
    from ministack.core import persistence  # noqa: PLC0415

    def save() -> None:
        failed = []
        for name, get_state in app._build_persistence_save_dict().items():  # noqa: SLF001
            try:
                state = get_state()
            except RuntimeError as error:  # changed while it was copied
                failed.append(f"{name}: {error}")
                continue
            if state is not None:
                persistence.save_state(name, state)
        answer = Path(os.environ[CHECKPOINT_FILE])
        partial = answer.with_suffix(".partial")
        partial.write_text(json.dumps({"failed": failed}), encoding="utf-8")
        partial.replace(answer)

    signal.signal(signal.SIGUSR1, lambda *_: threading.Thread(target=save, daemon=True).start())


def main() -> None:
    """Run the engine until it is told to stop."""
    from ministack.app import main as serve  # noqa: PLC0415

    apply_fixes([name for name in os.environ.get(WITHOUT_FIXES, "").split(",") if name])
    if held := held_here():
        hold_from_the_start(held)
    _save_when_asked()
    serve()


if __name__ == "__main__":
    main()
