"""FHIR over HTTPS -> archive, journal, documents. Logic: shared/workflow/receive_resource.py."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.gateway import http_response, inbound_resource
from shared.aws.wiring.receive_resource import receive_resource
from shared.observability import logger


@logger.inject_lambda_context(clear_state=True)  # never log_event: events carry patient data
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:  # noqa: ARG001
    """Answer one resource or Bundle."""
    answer = receive_resource()(inbound_resource(event))
    note = logger.debug if answer.is_taken_in else logger.info
    note(
        "resource received",
        message_id=answer.message_id,
        document_id=answer.document_id,
        code=answer.code,
        lines=answer.lines,
    )
    return http_response(answer)
