"""Secrets, read when a process starts and kept in its memory only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.aws.refusals import deliver_again_if_throttled
from shared.errors import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def read_secret(client: SecretsManagerClient, arn: str) -> Mapping[str, object]:
    """A secret that is a JSON object.

    Raises:
        SettingsError: it is something else; its content is not shown.
        ThrottledError: it could not be read now.
    """
    with deliver_again_if_throttled("secret"):
        text = client.get_secret_value(SecretId=arn)["SecretString"]
    try:
        secret = json.loads(text)
    except ValueError:
        raise SettingsError(f"the secret {arn} is not JSON") from None
    if not isinstance(secret, dict):
        raise SettingsError(f"the secret {arn} is not a JSON object")
    return secret
