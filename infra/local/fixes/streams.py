"""From a table's stream to a function: what survives a restart, and what happens to what fails."""
# ruff: noqa: SLF001, PLC0415, ANN401 - reaching into a pinned engine is the point of a fix

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_SAVED = "ledgerward_streams"
_NO_LIMIT = -1  # of retries, as AWS writes it


def keep_streams_across_restarts() -> None:
    """Save the unread part of every stream with its table.

    Symptom: a mapping's position survives a stop, the records it counts do not. After the next
    start as many changes as were ever read before go by unseen: outcomes are told to nobody.
    """
    from ministack.services import dynamodb

    save, restore = dynamodb.get_state, dynamodb.load_persisted_state

    def save_with_streams() -> Any:
        return {**save(), _SAVED: _unread_records()}

    def restore_with_streams(data: Any) -> None:
        restore(data)
        saved = data.get(_SAVED)
        if saved:
            dynamodb._stream_records._data.update(saved["records"]._data)
            dynamodb._stream_trimmed._data.update(saved["trimmed"]._data)

    dynamodb.get_state = save_with_streams
    dynamodb.load_persisted_state = restore_with_streams


def honour_partial_failures_and_failure_destinations() -> None:
    """Deliver stream records the way a mapping on AWS does.

    Symptom: ReportBatchItemFailures is not read, so a record that the function named as failed
    counts as done and is lost; BisectBatchOnFunctionError and MaximumRetryAttempts are not read
    either, so one bad record blocks its table for ever and never reaches the failure destination.
    And a slow function stops the delivery of all queues: it runs on the thread that reads them.
    """
    from ministack.services import lambda_svc

    attempts: dict[str, Attempt] = {}

    def poll() -> bool:
        found = False
        for account, region, mapping in lambda_svc._iter_all_esms():
            with _scope(account, region):
                batch = _next_batch(mapping, attempts)
                if batch is not None:
                    lambda_svc._dispatch_esm_batch(mapping["UUID"], _deliver, batch, attempts)
                    found = True
        return found

    lambda_svc._poll_dynamodb_streams = poll


@dataclass(frozen=True, slots=True)
class Attempt:
    """How often the head of a stream has failed; how few records to try next (0: a full batch)."""

    failures: int = 0
    window: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What to do after a failure: go on by so many records, then give up on so many."""

    advance: int
    give_up: int
    next_attempt: Attempt


def after_failure(
    attempt: Attempt, *, size: int, failed_at: int, bisects: bool, retries: int
) -> Step:
    """Decide as AWS does: keep what came before the failure, halve if asked to, else count retries.

    Halving costs no retry. Who gives up, gives up on everything from the failed record on.
    """
    remaining = size - failed_at
    earlier = 0 if failed_at else attempt.failures  # behind a success the count begins anew
    if bisects and remaining > 1:
        return Step(failed_at, 0, Attempt(failures=earlier, window=(remaining + 1) // 2))
    failures = earlier + 1
    if retries != _NO_LIMIT and failures > retries:
        return Step(failed_at, remaining, Attempt())
    return Step(failed_at, 0, Attempt(failures=failures, window=remaining))


def first_failure(records: Sequence[Mapping[str, Any]], body: object) -> int | None:
    """Where the function says it failed first; none if it says that all went well.

    An answer that names no record of the batch is a failure of the whole batch, as on AWS.
    """
    answer = json.loads(body) if isinstance(body, str) and body.startswith("{") else body
    failures = answer.get("batchItemFailures") if isinstance(answer, Mapping) else None
    if not failures:
        return None
    numbers = [str(record["dynamodb"]["SequenceNumber"]) for record in records]
    named = [str(failure.get("itemIdentifier", "")) for failure in failures]
    return min(numbers.index(name) if name in numbers else 0 for name in named)


@dataclass(frozen=True, slots=True)
class _Batch:
    mapping: dict[str, Any]
    function: Any
    records: Sequence[Any]


def _next_batch(mapping: dict[str, Any], attempts: Mapping[str, Attempt]) -> _Batch | None:
    from ministack.services import dynamodb, lambda_svc

    table = _table_of(mapping)
    known = dynamodb._tables.get(table) if table else None
    if known is None or known.get("LatestStreamArn") != mapping["EventSourceArn"]:
        return None
    identity = mapping["UUID"]
    is_waiting = lambda_svc._esm_backoff_until.get(identity, 0) > time.time()
    if is_waiting or lambda_svc._esm_inflight.get(identity) or not mapping.get("Enabled", True):
        return None
    function, _ = lambda_svc._get_func_record_for_qualifier(
        mapping["FunctionName"], mapping.get("Qualifier")
    )
    if function is None:
        return None
    limit = attempts.get(identity, Attempt()).window or int(mapping.get("BatchSize", 100))
    records = dynamodb.stream_records_since(table, _position(mapping, table), limit)
    return _Batch(mapping, function, list(records)) if records else None


def _deliver(batch: _Batch, attempts: dict[str, Attempt]) -> None:
    from ministack.services import lambda_svc

    mapping, identity = batch.mapping, batch.mapping["UUID"]
    wanted = lambda_svc._apply_filter_criteria(batch.records, mapping)
    result = lambda_svc._execute_function(batch.function, {"Records": wanted}) if wanted else {}
    failed_at = _failed_at(batch, result)
    if failed_at is None:
        _move_on(identity, len(batch.records))
        attempts.pop(identity, None)
        mapping["LastProcessingResult"] = f"OK - {len(batch.records)} records"
        return
    lambda_svc.logger.warning(
        "ESM: %s failed on a stream record\n%s", mapping["FunctionName"], result.get("log", "")
    )
    mapping["LastProcessingResult"] = "FAILED"
    step = after_failure(
        attempts.get(identity, Attempt()),
        size=len(batch.records),
        failed_at=failed_at,
        bisects=bool(mapping.get("BisectBatchOnFunctionError")),
        retries=int(mapping.get("MaximumRetryAttempts", _NO_LIMIT)),
    )
    condition = "RetryAttemptsExhausted"
    if not step.give_up and _is_too_old(mapping, batch.records[failed_at]):
        condition = "MaxRecordAgeExceeded"
        step = Step(failed_at, len(batch.records) - failed_at, Attempt())
    if step.give_up:
        lambda_svc._send_ddb_stream_failure_record(
            mapping,
            batch.function,
            batch.records[failed_at:],
            mapping["EventSourceArn"],
            result,
            condition,
        )
    _move_on(identity, step.advance + step.give_up)
    attempts[identity] = step.next_attempt
    pause = lambda_svc._ESM_BACKOFF_SECONDS
    lambda_svc._esm_backoff_until[identity] = time.time() + pause


def _failed_at(batch: _Batch, result: Mapping[str, Any]) -> int | None:
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in batch.mapping.get("FunctionResponseTypes", []):
        return None
    return first_failure(batch.records, result.get("body"))


def _is_too_old(mapping: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    limit = int(mapping.get("MaximumRecordAgeInSeconds") or 0)
    made_at = float(record["dynamodb"].get("ApproximateCreationDateTime", time.time()))
    return 0 < limit < time.time() - made_at


def _table_of(mapping: Mapping[str, Any]) -> str:
    source = str(mapping.get("EventSourceArn", ""))
    if ":dynamodb:" not in source or "/stream/" not in source:
        return ""
    return source.split("/stream/", maxsplit=1)[0].rsplit("/", 1)[-1]


def _position(mapping: Mapping[str, Any], table: str) -> int:
    from ministack.services import dynamodb, lambda_svc

    horizon = dynamodb.stream_start_position(table)
    with lambda_svc._dynamodb_stream_positions_lock:
        positions = lambda_svc._dynamodb_stream_positions
        if mapping["UUID"] not in positions:
            from_start = mapping.get("StartingPosition") == "TRIM_HORIZON"
            end = dynamodb.stream_end_position(table)
            positions[mapping["UUID"]] = horizon if from_start else end
        positions[mapping["UUID"]] = max(positions[mapping["UUID"]], horizon)
        return int(positions[mapping["UUID"]])


def _move_on(identity: str, count: int) -> None:
    from ministack.services import lambda_svc

    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[identity] += count


def _unread_records() -> dict[str, Any]:
    """What no mapping has read yet, and how many records came before."""
    from ministack.core.responses import AccountRegionScopedDict
    from ministack.services import dynamodb, lambda_svc

    read_up_to: dict[tuple[str, str, str], int] = {}
    for account, region, mapping in lambda_svc._iter_all_esms():
        if _table_of(mapping):
            key = (account, region, _table_of(mapping))
            positions = lambda_svc._dynamodb_stream_positions
            position = positions.get_scoped(account, region, mapping["UUID"], 0)
            read_up_to[key] = min(read_up_to.get(key, position), position)
    records, trimmed = AccountRegionScopedDict(), AccountRegionScopedDict()
    for key, kept in list(dynamodb._stream_records._data.items()):
        before = dynamodb._stream_trimmed._data.get(key, 0)
        read = max(0, read_up_to.get(key, 0) - before)
        records._data[key] = kept[read:]
        trimmed._data[key] = before + min(read, len(kept))
    return {"records": records, "trimmed": trimmed}


@contextmanager
def _scope(account: str, region: str) -> Iterator[None]:
    """Look at one account and region, as the engine's stores want it."""
    from ministack.services import lambda_svc

    account_token = lambda_svc._request_account_id.set(account)
    region_token = lambda_svc._request_region.set(region)
    try:
        yield
    finally:
        lambda_svc._request_account_id.reset(account_token)
        lambda_svc._request_region.reset(region_token)
