"""Files dropped in a bucket and files put in another, in S3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, IncompleteReadError

from shared.aws.refusals import code_of, deliver_again_if_throttled
from shared.errors import ThrottledError
from shared.ports.file_boxes import WaitingFile

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 256 * 1024
# A look at the head has no body to say more than the status; 405 is a delete marker's.
GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "405"})


@dataclass(frozen=True, slots=True, kw_only=True)
class S3FileInbox:
    """Implements the FileInbox port on a bucket that keeps versions."""

    client: S3Client
    bucket: str

    def size(self, key: str, version: str) -> int:
        """How many bytes the file has.

        Raises:
            KeyError: it is gone.
        """
        with _raising_key_error(key), deliver_again_if_throttled("inbox"):
            head = self.client.head_object(Bucket=self.bucket, Key=key, **_version(version))
        return head["ContentLength"]

    def open(self, key: str, version: str) -> Iterator[bytes]:
        """The file's exact bytes, chunk by chunk.

        Raises:
            KeyError: it is gone; known before the first chunk is asked for.
            ThrottledError: it could not be read, or not to its end.
        """
        with _raising_key_error(key), deliver_again_if_throttled("inbox"):
            answer = self.client.get_object(Bucket=self.bucket, Key=key, **_version(version))
        return _chunks(answer["Body"])

    def clear(self, key: str, version: str = "") -> None:
        """Delete one version, or else every version and delete marker; none is no error."""
        for each in [version] if version else list(self._versions(key)):
            with deliver_again_if_throttled("inbox"):
                self.client.delete_object(Bucket=self.bucket, Key=key, VersionId=each)

    def waiting(self) -> Iterator[WaitingFile]:
        """Every version of every file that lies there; none of a key that its sender deleted."""
        pages = self.client.get_paginator("list_object_versions")
        with deliver_again_if_throttled("inbox"):
            for page in pages.paginate(Bucket=self.bucket):
                deleted = {
                    each["Key"] for each in page.get("DeleteMarkers", []) if each["IsLatest"]
                }
                for each in page.get("Versions", []):
                    if each["Key"] not in deleted:
                        yield WaitingFile(
                            key=each["Key"],
                            version=each["VersionId"],
                            dropped_at=each["LastModified"],
                        )

    def _versions(self, key: str) -> Iterator[str]:
        """All versions and delete markers of a key; keys come in order, the shortest first."""
        start: dict[str, Any] = {}
        while True:
            with deliver_again_if_throttled("inbox"):
                page = self.client.list_object_versions(Bucket=self.bucket, Prefix=key, **start)
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            yield from (each["VersionId"] for each in found if each["Key"] == key)
            if not page["IsTruncated"] or any(each["Key"] != key for each in found):
                return
            start = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }


@dataclass(frozen=True, slots=True, kw_only=True)
class S3FileOutbox:
    """Implements the FileOutbox port."""

    client: S3Client
    bucket: str

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Durable when this returns; replaces what stood there."""
        with deliver_again_if_throttled("outbox"):
            self.client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """The exact bytes.

        Raises:
            KeyError: there are none.
        """
        with _raising_key_error(key), deliver_again_if_throttled("outbox"):
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
        return b"".join(_chunks(answer["Body"]))


def _version(version: str) -> dict[str, Any]:
    return {"VersionId": version} if version else {}


def _chunks(body: StreamingBody) -> Iterator[bytes]:
    with body, _complete(), deliver_again_if_throttled("file"):
        yield from body.iter_chunks(CHUNK_BYTES)


@contextmanager
def _complete() -> Iterator[None]:
    """A file whose end did not come is no file."""
    try:
        yield
    except IncompleteReadError as error:
        raise ThrottledError("a file was cut off while it was read") from error


@contextmanager
def _raising_key_error(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if code_of(error) in GONE:
            raise KeyError(key) from error
        raise
