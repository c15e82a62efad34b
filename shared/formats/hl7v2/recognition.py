"""Whether bytes are HL7 v2 at all, before anything else is read."""

_LEADING = b"\x0b\xef\xbb\xbf\r\n\t "
_FIRST_SEGMENTS = (b"MSH", b"FHS", b"BHS")
_CONTENT_TYPES = ("application/hl7-v2", "x-application/hl7-v2+er7")


def is_hl7v2(body: bytes, content_type: str) -> bool:
    """By the first segment's name; by the declared type where the body is blank."""
    start = body[:64].lstrip(_LEADING)[:3].upper()
    if start:
        return start in _FIRST_SEGMENTS
    return content_type.partition(";")[0].strip().lower() in _CONTENT_TYPES
