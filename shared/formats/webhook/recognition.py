"""Whether bytes are an event of ours at all, before anything else is read."""

import re

_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\{")
_OUR_TYPE = re.compile(rb'"type"\s*:\s*"supply\.')


def is_supply_event(body: bytes, _content_type: str) -> bool:
    """An object that says so in its type, wherever that stands: every JSON is declared alike."""
    return bool(_OBJECT.match(body)) and bool(_OUR_TYPE.search(body))
