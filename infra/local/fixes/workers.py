"""How the engine runs functions: errors, import order and logs. All from the worker's side."""
# ruff: noqa: SLF001, PLC0415, ANN401 - reaching into a pinned engine is the point of a fix

from typing import Any

from infra.local.fixes.source import replace_once

_REPORTED_ERROR = "__ledgerward_reported_error__"


def report_the_real_exception_and_stay_warm() -> None:
    """Keep the class name of an exception, and the worker that raised it.

    Symptom: every exception arrives as errorType `Runtime.HandlerError` and kills its worker, so a
    retry by name never matches and each failed delivery costs a cold start.
    """
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    lambda_runtime._PYTHON_WORKER_SCRIPT = replace_once(
        lambda_runtime._PYTHON_WORKER_SCRIPT,
        '_real_stdout.write(json.dumps({"status": "error", "error": str(e),'
        ' "trace": traceback.format_exc()}) + "\\n")',
        "traceback.print_exc()\n"
        '            _real_stdout.write(json.dumps({"status": "ok", "result": {'
        f'"{_REPORTED_ERROR}": {{"errorMessage": str(e), "errorType": type(e).__name__, '
        '"requestId": _ms_ctx.get("request_id", ""), '
        '"stackTrace": traceback.format_tb(e.__traceback__)}}}) + "\\n")',
    )
    execute = lambda_svc._execute_function_warm

    def execute_and_report(func: Any, event: Any, request_id: str) -> Any:
        outcome = execute(func, event, request_id)
        body = outcome.get("body")
        if isinstance(body, dict) and _REPORTED_ERROR in body:
            return {**outcome, "body": body[_REPORTED_ERROR], "error": True}
        return outcome

    lambda_svc._execute_function_warm = execute_and_report


def put_code_before_layers() -> None:
    """Let a function's own code win over its layers, as on AWS.

    Symptom: a module of the same name in a layer hides the function's own.
    """
    from ministack.core import lambda_runtime

    line = "    sys.path.insert(0, code_dir)\n"
    after_the_layers = "    # After sys.path is complete"
    script = replace_once(lambda_runtime._PYTHON_WORKER_SCRIPT, line, "")
    lambda_runtime._PYTHON_WORKER_SCRIPT = replace_once(
        script, after_the_layers, line + after_the_layers
    )


def wait_less_for_logs() -> None:
    """Answer a few milliseconds after the handler, not fifty.

    Symptom: an invocation that logs nothing waits 50 ms for a first line (p50 56 ms, 12 without).
    """
    from ministack.core import lambda_runtime

    drain = lambda_runtime.Worker._drain_stderr_bounded

    def drain_quickly(worker: Any, **_: Any) -> Any:
        return drain(worker, first_line_wait=0.004, idle_confirm=0.002)

    lambda_runtime.Worker._drain_stderr_bounded = drain_quickly
