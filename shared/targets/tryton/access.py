"""The way into one Tryton company, as its secret describes it."""

from collections.abc import Mapping

from shared.errors import SettingsError
from shared.targets.tryton.client import TrytonClient, TrytonSettings


def tryton_client(secret: Mapping[str, object]) -> TrytonClient:
    """A client from a secret {"base_url", "database", "key", "company"}.

    Raises:
        SettingsError: the secret lacks something; its content is not shown.
    """
    try:
        return TrytonClient(
            TrytonSettings(
                base_url=str(secret["base_url"]),
                database=str(secret["database"]),
                key=str(secret["key"]),
                company=int(str(secret["company"])),
            )
        )
    except (KeyError, ValueError) as error:
        raise SettingsError("the ERP secret needs base_url, database, key, company") from error
