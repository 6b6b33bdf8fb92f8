"""A worker that dies, by SIGKILL of its own, when a number of acts are committed and nobody has been told.

Run by tests as a process of its own: `python -m tests.faults.dying_worker ACTS`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, NoReturn

from temporalio import activity
from temporalio.client import Client
from temporalio.client import Interceptor as ClientInterceptor
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from contracts import names
from runtime.logging import configure_logging
from runtime.settings import load_settings
from runtime.workers import parts_of, workers


class Death(ClientInterceptor, Interceptor):
    """Hold back the verdict of every act; die at the last of so many."""

    def __init__(self, acts: int) -> None:
        self._left = acts

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Silence(next, self)

    async def committed(self) -> NoReturn:
        """Say nothing, for ever."""
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.Event().wait()
        raise AssertionError("never told")


class _Silence(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, death: Death) -> None:
        super().__init__(next)
        self._death = death

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        result = await super().execute_activity(input)
        if activity.info().activity_type == names.APPLY:
            await self._death.committed()
        return result


async def main(acts: int) -> None:
    """Work until death."""
    settings = load_settings()
    configure_logging(settings)
    async with parts_of(settings) as parts, AsyncExitStack() as stack:
        config = parts.client.config()
        config["interceptors"] = [Death(acts)]
        for worker in workers(replace(parts, client=Client(**config)), settings):
            await stack.enter_async_context(worker)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
