"""Whether bytes are FHIR in JSON, before anything else is read."""

import re

_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\{")
_TYPE = re.compile(rb'"resourceType"\s*:\s*"[A-Z]')
_OUR_EVENT = re.compile(rb'"type"\s*:\s*"supply\.')  # of a usage event, which may carry anything


def is_fhir(body: bytes, _content_type: str) -> bool:
    """An object with a resourceType, its own or that of what stands in it."""
    return bool(_OBJECT.match(body) and _TYPE.search(body)) and not _OUR_EVENT.search(body)
