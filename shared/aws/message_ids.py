"""The ids of sightings."""

import secrets as randomness
import time


def new_message_id() -> str:
    """32 hex characters that sort by time: milliseconds, then chance."""
    return f"{time.time_ns() // 1_000_000:012x}{randomness.token_hex(10)}"
