"""Prepares a Temporal server that is not ours to start: namespace, retention, search attributes. Safe to repeat.

The embedded server makes its namespace by itself; a server with a database of its own starts without one.
"""

import asyncio
import time
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.settings import Settings, load_settings
from runtime.temporal_namespace import RETENTION, NotAnsweringError, ensure_namespace

_RPC_TIMEOUT = timedelta(seconds=5)
_RETRY_SECONDS = 1.0


async def prepare(settings: Settings, *, seconds: float = 120.0) -> None:
    """Make the namespace with all that we need of it. Raises NotAnsweringError when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            await _register(settings)
            # A new namespace is known to every part of the server some seconds later.
            await ensure_namespace(settings.temporal_address, settings.temporal_namespace)
            return
        except NotAnsweringError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(_RETRY_SECONDS)


async def _register(settings: Settings) -> None:
    kept = Duration()
    kept.FromTimedelta(RETENTION)
    request = RegisterNamespaceRequest(namespace=settings.temporal_namespace, workflow_execution_retention_period=kept)
    try:
        client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
        await client.workflow_service.register_namespace(request, timeout=_RPC_TIMEOUT)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise NotAnsweringError(str(error)) from error
    except RuntimeError as error:
        raise NotAnsweringError(str(error)) from error


if __name__ == "__main__":
    asyncio.run(prepare(load_settings()))
