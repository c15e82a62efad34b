"""Who may do what: names of actions and resources as IAM sees them."""
# ruff: noqa: SLF001, PLC0415, ANN401 - reaching into a pinned engine is the point of a fix

from collections.abc import Callable
from typing import Any

_SINGLE_ACTIONS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}


def authorise_batches_as_single_actions() -> None:
    """Check a batch call to a queue as the single action, as on AWS.

    Symptom: AccessDenied on `sqs:SendMessageBatch`, an action that does not exist in IAM, although
    the role may send.
    """
    from ministack.core import iam_actions

    def as_single(find: Callable[..., Any]) -> Callable[..., Any]:
        def action(*args: Any, **kwargs: Any) -> Any:
            name = find(*args, **kwargs)
            return _SINGLE_ACTIONS.get(name, name)

        return action

    iam_actions._action_from_target = as_single(iam_actions._action_from_target)
    iam_actions._action_from_query = as_single(iam_actions._action_from_query)


def make_ref_of_a_secret_its_arn() -> None:
    """Let `Ref` of a secret give its ARN.

    Symptom: `Ref` gives the bare name. CDK's `secret_arn` is that `Ref`, so every grant to read a
    secret names nothing and GetSecretValue is denied.
    """
    from ministack.services import secretsmanager
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def name_of(physical_id: str) -> str:
        secrets = secretsmanager._secrets.items()
        return next((name for name, secret in secrets if secret["ARN"] == physical_id), physical_id)

    def create_by_arn(logical_id: str, props: Any, stack_name: str) -> Any:
        _, attributes = create(logical_id, props, stack_name)
        return attributes["Arn"], attributes

    def update_by_arn(physical_id: str, old: Any, new: Any, *args: Any, **kwargs: Any) -> Any:
        _, attributes = update(name_of(physical_id), old, new, *args, **kwargs)
        return attributes["Arn"], attributes

    def delete_by_arn(physical_id: str, props: Any) -> Any:
        return delete(name_of(physical_id), props)

    handler.update(create=create_by_arn, update=update_by_arn, delete=delete_by_arn)
