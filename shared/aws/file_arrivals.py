"""S3's news of dropped files, as a queue carries them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from shared.workflow.dropped_files import DroppedFile

_TEST = "s3:TestEvent"  # sent once, when the bucket is told where to send its news
_ARRIVED = "ObjectCreated:"


def dropped_files_of(body: str) -> tuple[DroppedFile, ...]:
    """The files that one message tells of; none if it only tries whether news arrive.

    Raises:
        ValueError: it is no such message.
        KeyError: it lacks something.
    """
    news = json.loads(body)
    if not isinstance(news, dict):
        raise ValueError("news of files are an object")  # noqa: TRY004 - whatever is wrong with it
    if news.get("Event") == _TEST:
        return ()
    return tuple(_dropped(record) for record in news["Records"])


def _dropped(record: Mapping[str, Any]) -> DroppedFile:
    if not record["eventName"].removeprefix("s3:").startswith(_ARRIVED):
        raise ValueError(f"no news of an arrival: {record['eventName']}")
    stored = record["s3"]["object"]
    dropped_at = datetime.fromisoformat(record["eventTime"])
    if dropped_at.tzinfo is None:
        raise ValueError("the time of an arrival has no zone")
    return DroppedFile(
        key=unquote_plus(stored["key"]),  # a space is a plus there
        version=stored.get("versionId") or "",
        dropped_at=dropped_at,
    )
