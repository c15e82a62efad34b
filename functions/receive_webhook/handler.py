"""Signed HTTPS -> archive, journal, documents queue. Logic: shared/workflow/receive_webhook.py."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.gateway import http_response, inbound_webhook
from shared.aws.wiring.receive_webhook import receive_webhook
from shared.observability import logger


@logger.inject_lambda_context(clear_state=True)  # never log_event: events carry patient data
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:  # noqa: ARG001
    """Answer one webhook."""
    answer = receive_webhook()(inbound_webhook(event))
    note = logger.debug if answer.is_taken_in else logger.info
    note(
        "webhook received",
        message_id=answer.message_id,
        document_id=answer.document_id,
        code=answer.code,
        lines=answer.lines,
        is_audited=answer.is_audited,
    )
    return http_response(answer)
