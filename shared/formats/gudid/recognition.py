"""Whether bytes are look-up records of GUDID, before anything else is read."""

import re

_RECORD = re.compile(rb'(?:\xef\xbb\xbf)?[ \t\r\n]*\{[ \t\r\n]*"gudid"[ \t\r\n]*:')


def is_gudid(body: bytes, _content_type: str) -> bool:
    """An object that begins with a member `gudid`."""
    return bool(_RECORD.match(body))
