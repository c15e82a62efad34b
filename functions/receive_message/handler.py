"""HTTPS -> archive, journal, documents queue. The logic is shared/workflow/receive_message.py."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.gateway import http_response, inbound_message
from shared.aws.wiring.receive_message import receive_message
from shared.observability import logger


@logger.inject_lambda_context(clear_state=True)  # never log_event: events carry patient data
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:  # noqa: ARG001
    """Answer one message with its acknowledgement."""
    answer = receive_message()(inbound_message(event, source="hl7v2"))
    note = logger.debug if answer.is_taken_in else logger.info
    note(
        "message received",
        message_id=answer.message_id,
        document_id=answer.document_id,
        code=answer.code,
        lines=answer.lines,
    )
    return http_response(answer)
