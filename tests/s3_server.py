"""A server that speaks the protocol of S3, in a process of its own, with one bucket in it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest

from gateways.s3_files import Bucket
from runtime.ports import any_free


@contextmanager
def an_s3_bucket() -> Iterator[Bucket]:
    """Start the server, make a bucket, and end the server again."""
    port = any_free()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield _make_bucket(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the S3 server did not start")


def _make_bucket(endpoint: str) -> Bucket:
    region = "eu-west-2"
    bucket = Bucket(name="files", endpoint=endpoint, region=region, access_key="test-access", secret_key="test-secret")
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=bucket.access_key,
        aws_secret_access_key=bucket.secret_key,
    )
    client.create_bucket(Bucket=bucket.name, CreateBucketConfiguration={"LocationConstraint": region})
    client.close()
    return bucket
