"""FHIR resources read over HTTPS. The logic is shared/workflow/serve_resource.py."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.gateway import asked_resource, http_response
from shared.aws.wiring.serve_resource import serve_resource
from shared.observability import logger


@logger.inject_lambda_context(clear_state=True)  # never log_event: addresses may carry anything
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:  # noqa: ARG001
    """Answer one read or search."""
    answer = serve_resource()(asked_resource(event))
    note = logger.debug if answer.is_taken_in else logger.info
    note("resource asked for", code=answer.code)
    return http_response(answer)
