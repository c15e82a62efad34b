"""The way into one Tryton company, as its secret describes it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.errors import SettingsError
from shared.ports.erp import EffectClass
from shared.targets.tryton.books import TrytonBooks
from shared.targets.tryton.client import TrytonClient, TrytonSettings
from shared.targets.tryton.references import OnMoves, OnShipments

# A use happened: neither an expired lot nor another warning refuses it, nor is its item replaced.
# Our reference module says so by itself.
AS_IT_HAPPENED: Final = MappingProxyType({"_skip_warnings": True, "_product_replacement": False})


def tryton_client(secret: Mapping[str, object]) -> TrytonClient:
    """A client from a secret {"base_url", "database", "key", "company"}.

    Raises:
        SettingsError: the secret lacks something; its content is not shown.
    """
    return TrytonClient(_settings(secret))


def plain_tryton_client(secret: Mapping[str, object]) -> TrytonClient:
    """A client from the same secret, to post into a Tryton without our reference module.

    Raises:
        SettingsError: the secret lacks something; its content is not shown.
    """
    return TrytonClient(_settings(secret), context=AS_IT_HAPPENED)


def tryton_books(secret: Mapping[str, object], erp_class: EffectClass) -> TrytonBooks:
    """The books of a Tryton, asked where one of its class keeps our references.

    Raises:
        SettingsError: the secret lacks something, or there is no Tryton of this class.
    """
    match erp_class:
        case EffectClass.E1:
            return TrytonBooks(tryton_client(secret), OnMoves())
        case EffectClass.E2:
            return TrytonBooks(tryton_client(secret), OnShipments())
        case _:
            raise SettingsError(f"there is no Tryton of class {erp_class}")


def _settings(secret: Mapping[str, object]) -> TrytonSettings:
    try:
        return TrytonSettings(
            base_url=str(secret["base_url"]),
            database=str(secret["database"]),
            key=str(secret["key"]),
            company=int(str(secret["company"])),
        )
    except (KeyError, ValueError) as error:
        raise SettingsError("the ERP secret needs base_url, database, key, company") from error
