"""Metrics and alarms that AWS makes by itself."""
# ruff: noqa: SLF001, PLC0415, ANN401 - reaching into a pinned engine is the point of a fix

import contextlib
import json
import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

_BEAT_SECONDS = 5.0
_QUIET_BEATS = 12  # an unchanged depth is recorded once a minute, as on AWS
_LOGGER = logging.getLogger(__name__)


def turn_log_metrics_into_metrics() -> None:
    """Read metrics that functions write into their logs (embedded metric format).

    Symptom: what Powertools emits becomes no metric, so no alarm on it can ever fire.
    """
    from ministack.services import cloudwatch, lambda_svc

    emit = lambda_svc._emit_lambda_logs

    def emit_with_metrics(
        func: Any, request_id: str, log_text: str, *args: Any, **kwargs: Any
    ) -> Any:
        for line in (log_text or "").splitlines():
            for namespace, name, value, unit, dimensions in _embedded_metrics(line):
                cloudwatch.record_metric(namespace, name, value, unit, dimensions)
        return emit(func, request_id, log_text, *args, **kwargs)

    lambda_svc._emit_lambda_logs = emit_with_metrics


def watch_queue_depth_and_alarms() -> None:
    """Record the depth of queues and judge alarms every few seconds.

    Symptom: `ApproximateNumberOfMessagesVisible` has no data, and an alarm is judged only when
    somebody calls PutMetricData.
    """
    threading.Thread(target=_beat_for_ever, name="heartbeat", daemon=True).start()


def _embedded_metrics(line: str) -> Iterator[tuple[str, str, Any, str, dict[str, str]]]:
    if '"CloudWatchMetrics"' not in line:
        return
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):  # not that format
        document = json.loads(line[line.index("{") :])
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for names in directive.get("Dimensions") or [[]]:
                dimensions = {name: str(document[name]) for name in names}
                for metric in directive["Metrics"]:
                    values = document[metric["Name"]]
                    for value in values if isinstance(values, list) else [values]:
                        unit = metric.get("Unit", "None")
                        yield directive["Namespace"], metric["Name"], value, unit, dimensions


def _beat_for_ever() -> None:
    from ministack.services import cloudwatch

    last: dict[str, tuple[int, int]] = {}
    while True:
        time.sleep(_BEAT_SECONDS)
        try:
            _record_depths(last)
            cloudwatch._evaluate_all_alarms()
        except RuntimeError:  # a queue or alarm was made while we looked
            _LOGGER.debug("heartbeat skipped", exc_info=True)


def _record_depths(last: dict[str, tuple[int, int]]) -> None:
    from ministack.services import cloudwatch, sqs

    now = time.time()
    for url, queue in list(sqs._queues.items()):
        name = queue.get("name") or url.rsplit("/", 1)[-1]
        depth = sum(1 for message in list(queue["messages"]) if message.get("visible_at", 0) <= now)
        previous, beats = last.get(name, (-1, 0))
        is_due = depth != previous or depth > 0 or beats >= _QUIET_BEATS
        last[name] = (depth, 0 if is_due else beats + 1)
        if is_due:
            metric = "ApproximateNumberOfMessagesVisible"
            cloudwatch.record_metric("AWS/SQS", metric, depth, "Count", {"QueueName": name})
