"""From queues to functions."""
# ruff: noqa: SLF001, PLC0415, ANN401 - reaching into a pinned engine is the point of a fix

from typing import Any


def let_batches_exceed_ten() -> None:
    """Give a mapping the batch size that its template asks for.

    Symptom: at most 10 messages reach a function whatever BatchSize says. Batch size decides the
    ERP's throughput (one by one 11, fifty a call 50 issues a second).
    """
    from ministack.services import sqs

    def receive(queue_url: str, max_number: int) -> Any:
        with sqs._queues_lock:
            queue = sqs._get_q(queue_url)
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            visibility = int(queue["attributes"].get("VisibilityTimeout", "30"))
            return sqs._collect_msgs(queue, int(max_number or 1), visibility)

    sqs._receive_messages_for_esm = receive
