"""One object of S3, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.aws.refusals import code_of, deliver_again_if_throttled

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ABSENT = frozenset({"NoSuchKey", "404"})


def read_object(client: S3Client, bucket: str, key: str, *, what: str) -> bytes:
    """The exact bytes; `what` names the store in errors.

    Raises:
        KeyError: there are none.
        ThrottledError: the store asks to come again.
    """
    try:
        with deliver_again_if_throttled(what):
            answer = client.get_object(Bucket=bucket, Key=key)
            with answer["Body"] as body:
                return body.read()
    except ClientError as error:
        if code_of(error) in ABSENT:
            raise KeyError(key) from error
        raise
