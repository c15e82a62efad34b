"""Seals in S3, in a bucket with Object Lock: written once, kept for years."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.aws.objects import read_object
from shared.aws.refusals import code_of, deliver_again_if_throttled
from shared.canonical.seal import Seal
from shared.errors import ThrottledError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EXISTS = "PreconditionFailed"
RACED = "ConditionalRequestConflict"
SEALS, INDEXES = "seals/", "indexes/"
WHAT = "seals"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3SealStore:
    """Implements the SealStore port: one object a seal and one an index, named by the number."""

    client: S3Client
    bucket: str

    def numbers(self) -> tuple[int, ...]:
        """The numbers of all seals, rising: one call for each thousand, six weeks of hours."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=SEALS
        )
        with deliver_again_if_throttled(WHAT):
            keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return tuple(_number(key) for key in keys)

    def rewritten(self) -> tuple[int, ...]:
        """The numbers under which something was written, or removed, after the seal.

        Object Lock keeps the first version; whoever asks by key alone is given the newest.
        """
        pages = self.client.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=SEALS
        )
        with deliver_again_if_throttled(WHAT):
            versions = [
                each["Key"]
                for page in pages
                for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            ]
        return tuple(_number(key) for key, times in Counter(versions).items() if times > 1)

    def put(self, seal: Seal, index: bytes) -> bool:
        """Keep a seal, its index first. False: another seal of this number is there already.

        Raises:
            ThrottledError: the store took nothing.
        """
        self._put(_index_key(seal), index)
        return self._put(_seal_key(seal.number), seal.line) or self.read(seal.number) == seal.line

    def read(self, number: int) -> bytes:
        """A seal's line.

        Raises:
            KeyError: there is none.
        """
        return self._read(_seal_key(number))

    def read_index(self, seal: Seal) -> bytes:
        """The index of a seal.

        Raises:
            KeyError: there is none.
        """
        return self._read(_index_key(seal))

    def _put(self, key: str, body: bytes) -> bool:
        try:
            with deliver_again_if_throttled(WHAT):
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=body,
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if code_of(error) == RACED:
                raise ThrottledError(f"{WHAT}: {RACED} for {key}") from error
            if code_of(error) == EXISTS:
                return False
            raise
        return True

    def _read(self, key: str) -> bytes:
        return read_object(self.client, self.bucket, key, what=WHAT)


def _seal_key(number: int) -> str:
    return f"{SEALS}{number:08d}.json"


def _number(key: str) -> int:
    return int(key.removeprefix(SEALS).removesuffix(".json"))


def _index_key(seal: Seal) -> str:
    """By its content too: two who seal at once leave two indexes and one seal."""
    return f"{INDEXES}{seal.number:08d}-{seal.index_sha256[:16]}.jsonl"
