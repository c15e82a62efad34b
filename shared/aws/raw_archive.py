"""The raw archive in S3: each sighting's exact bytes, written once, its envelope as metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.aws.envelope import metadata_of, sighting_of
from shared.aws.refusals import code_of, deliver_again_if_throttled
from shared.canonical.message import Sighting
from shared.errors import LedgerwardError, ThrottledError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EXISTS = "PreconditionFailed"
RACED = "ConditionalRequestConflict"
ABSENT = frozenset({"NoSuchKey", "404"})
RACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class S3RawArchive:
    """Implements the RawArchive port."""

    client: S3Client
    bucket: str

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
        try:
            with deliver_again_if_throttled("raw archive"):
                answer = self.client.get_object(Bucket=self.bucket, Key=key)
                with answer["Body"] as body:
                    return body.read()
        except ClientError as error:
            if code_of(error) in ABSENT:
                raise KeyError(key) from error
            raise

    def sighting(self, key: str) -> Sighting:
        """The envelope that was stored beside the bytes."""
        with deliver_again_if_throttled("raw archive"):
            return sighting_of(self.client.head_object(Bucket=self.bucket, Key=key)["Metadata"])

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
