"""A file store in a bucket of S3, or of anything that speaks its protocol. Needs the extra `redress[s3]`."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from gateways.files import CHUNK, ContentMissing, FileKey, KeyTaken, StoreAway, Stored, collect, measure

_MISSING: Final = frozenset({"NoSuchKey", "404", "NotFound"})
_TAKEN: Final = frozenset({"PreconditionFailed", "412"})
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where the bucket is. Without keys, boto3 looks where it always looks: variables, profile, instance role."""

    name: str
    endpoint: str | None = None
    region: str | None = None
    access_key: str | None = None
    secret_key: str | None = None


class S3Files:
    """Keep objects in a bucket. Nothing here deletes or replaces one; let the bucket's policy forbid it too."""

    def __init__(self, bucket: Bucket) -> None:
        self._name = bucket.name
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=bucket.endpoint,
            region_name=bucket.region,
            aws_access_key_id=bucket.access_key,
            aws_secret_access_key=bucket.secret_key,
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "max_attempts": 2},
                # Servers of one's own seldom have a name for each bucket.
                s3={"addressing_style": "path" if bucket.endpoint else "auto"},
            ),
        )

    async def put(self, key: FileKey, source: BinaryIO) -> Stored:
        """Store an object only where there is none; the server checks the SHA-256 of what it received."""
        stored = await asyncio.to_thread(measure, source)
        source.seek(0)
        try:
            await _ask(
                self._client.put_object,
                Bucket=self._name,
                Key=str(key),
                Body=source,
                ContentLength=stored.size,
                ContentType="application/octet-stream",
                ChecksumSHA256=base64.b64encode(bytes.fromhex(stored.sha256)).decode(),
                IfNoneMatch="*",
            )
        except ClientError as error:
            if _code(error) not in _TAKEN:
                raise StoreAway from error
            if await collect(self, key) != stored:
                raise KeyTaken from None
        return stored

    async def open(self, key: FileKey) -> AsyncIterator[bytes]:
        """Read an object in chunks."""
        try:
            body = (await _ask(self._client.get_object, Bucket=self._name, Key=str(key)))["Body"]
        except ClientError as error:
            raise (ContentMissing() if _code(error) in _MISSING else StoreAway()) from error
        try:
            while chunk := await _ask(body.read, CHUNK):
                yield chunk
        finally:
            body.close()

    async def size(self, key: FileKey) -> int | None:
        """Return how many bytes are stored under a key, or None."""
        try:
            found = await _ask(self._client.head_object, Bucket=self._name, Key=str(key))
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise StoreAway from error
        return int(found["ContentLength"])


async def _ask(call: Callable[..., _Answer], *values: Any, **named: Any) -> _Answer:
    """Make one call in a thread. What comes of a connection becomes StoreAway; an answer stays what it is."""
    try:
        return await asyncio.to_thread(call, *values, **named)
    except (BotoCoreError, HTTPError, OSError) as error:
        raise StoreAway from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
