"""Makes this build of the worker the current one. A versioned worker does nothing before that."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.pollers import wait_until_attended
from runtime.settings import Settings

# A poll lasts a minute: a worker that polled longer ago than this has gone.
RECENT = timedelta(seconds=90)
_RETRY_SECONDS = 1.0


async def promote(settings: Settings, *, seconds: float = 120.0) -> str:
    """Wait for this build's pollers on every task queue, make it current, and say what was done.

    Run it after every deployment and after every rollback, with that build's id.
    """
    build_id = settings.worker_build_id
    if build_id is None:
        return "Workers are unversioned here (REDRESS_WORKER_BUILD_ID is not set): nothing to do."
    deadline = time.monotonic() + seconds
    client = await _connect(settings, deadline)
    since = datetime.now(UTC) - RECENT
    await wait_until_attended(client, since=since, seconds=deadline - time.monotonic(), build_id=build_id)
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=settings.deployment_name,
        build_id=build_id,
        identity="redress promote",
    )
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request, timeout=timedelta(seconds=10))
        except RPCError:
            # The engine learns of a new version's pollers a moment after they appear.
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(_RETRY_SECONDS)
            continue
        return f"{settings.deployment_name}:{build_id} is the current version."


async def _connect(settings: Settings, deadline: float) -> Client:
    while True:
        try:
            return await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(_RETRY_SECONDS)
