"""The raw archive in S3: each sighting's exact bytes, written once, its envelope as metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.aws.envelope import metadata_of, sighting_of
from shared.aws.objects import read_object
from shared.aws.refusals import code_of, deliver_again_if_throttled
from shared.canonical.message import Sighting, archived_hour
from shared.errors import LedgerwardError, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_s3 import S3Client

EXISTS = "PreconditionFailed"
RACED = "ConditionalRequestConflict"
RACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class S3RawArchive:
    """Implements the RawArchive and ArchiveListing ports."""

    client: S3Client
    bucket: str
    page: int = 1000  # keys in one answer of a listing: S3 gives no more

    def store(self, sighting: Sighting, body: bytes) -> None:
        """Durable when this returns, under `sighting.key`. The same again is success.

        Raises:
            LedgerwardError: other bytes stand under this key.
            ThrottledError: the archive took nothing.
        """
        for _ in range(RACES):
            refusal = self._put(sighting, body)
            if refusal is None:
                return
            if refusal == EXISTS:
                self._confirm_same(sighting)
                return
        raise ThrottledError(f"raw archive: {RACED} for {sighting.key}")

    def read(self, key: str) -> bytes:
        """The exact bytes.

        Raises:
            KeyError: there are none.
        """
        return read_object(self.client, self.bucket, key, what="raw archive")

    def sighting(self, key: str) -> Sighting:
        """The envelope that was stored beside the bytes."""
        with deliver_again_if_throttled("raw archive"):
            return sighting_of(self.client.head_object(Bucket=self.bucket, Key=key)["Metadata"])

    def keys_since(self, since: datetime) -> Iterator[str]:
        """Keys of all tenants and sources, from the beginning of the hour of `since` on.

        What is older is never listed: each source is entered at its own hour.

        Raises:
            ThrottledError: the listing broke off; what was told until then is right.
        """
        for tenant in self._folders(""):
            for source in self._folders(tenant):
                yield from self._keys_after(source, f"{source}{archived_hour(since)}/")

    def _folders(self, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2")
        with deliver_again_if_throttled("raw archive"):
            return [
                folder["Prefix"]
                for page in pages.paginate(
                    Bucket=self.bucket,
                    Prefix=prefix,
                    Delimiter="/",
                    PaginationConfig={"PageSize": self.page},
                )
                for folder in page.get("CommonPrefixes", ())
            ]

    def _keys_after(self, source: str, first: str) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket,
            Prefix=source,
            StartAfter=first,
            PaginationConfig={"PageSize": self.page},
        )
        with deliver_again_if_throttled("raw archive"):
            for page in pages:
                yield from (found["Key"] for found in page.get("Contents", ()))

    def _put(self, sighting: Sighting, body: bytes) -> str | None:
        try:
            with deliver_again_if_throttled("raw archive"):
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=sighting.key,
                    Body=body,
                    # The sender's own type is in the envelope: nobody's browser shall act on it.
                    ContentType="application/octet-stream",
                    Metadata=metadata_of(sighting),
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if code_of(error) in (EXISTS, RACED):
                return code_of(error)
            raise
        return None

    def _confirm_same(self, sighting: Sighting) -> None:
        if self.sighting(sighting.key).sha256 != sighting.sha256:
            raise LedgerwardError(f"other bytes stand in the raw archive under {sighting.key}")
