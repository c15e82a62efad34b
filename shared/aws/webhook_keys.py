"""The keys of webhook sources, in a secret of their own that no message can change."""

from collections.abc import Mapping

from shared.errors import SettingsError
from shared.formats.webhook.signature import WebhookKey, key_of


def webhook_keys(secret: Mapping[str, object]) -> Mapping[str, tuple[WebhookKey, ...]]:
    """The keys in a secret {"<source>": ["whsec_<base64>", ...]}, the newest first.

    Raises:
        SettingsError: the secret is not such a thing; its content is not shown.
    """
    return {source: _keys(source, texts) for source, texts in secret.items()}


def _keys(source: str, texts: object) -> tuple[WebhookKey, ...]:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise SettingsError(f"the webhook secret needs a list of texts for {source}")
    try:
        return tuple(key_of(text) for text in texts)
    except ValueError as error:
        raise SettingsError(f"the webhook secret of {source}: {error}") from None
