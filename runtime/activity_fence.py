"""The fence around activities: only our own failures cross the wire, and no exception's text does."""

from __future__ import annotations

import logging
import traceback
from typing import Any, Final

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.service import RPCError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from contracts.failures import ErrorType
from gateways.engine import EngineAway

_OURS: Final = frozenset(ErrorType) | {"MAIL_AWAY"}
# What is away comes back, and is waited for without end. Anything else is a fault of ours: after a few
# attempts (a deploy may be under way) it is given up, so that it parks one act and holds up no clock.
_AWAY: Final = (OperationalError, InterfaceError, InternalError, PoolTimeoutError, RPCError, EngineAway, OSError)
_ATTEMPTS: Final = 5
_log = logging.getLogger(__name__)


class ActivityFence(Interceptor):
    """Wrap every activity of a worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put the fence in front of the activity."""
        return _Fence(next)


class _Fence(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Run the activity; turn any failure that is not ours into its type's name."""
        try:
            return await self.next.execute_activity(input)
        except CancelledError:
            raise
        except ApplicationError as failure:
            if failure.type in _OURS:
                raise
            raise _nameless(failure) from None
        except Exception as failure:  # noqa: BLE001  whatever it is, it must not cross
            # A validation error quotes the words it found, and no redactor knows them: the log gets
            # the type and the lines that were passed, never the text.
            passed = "".join(traceback.format_tb(failure.__traceback__))
            _log.warning("an activity failed: %s\n%s", type(failure).__name__, passed)
            raise _nameless(failure) from None


def _nameless(failure: Exception) -> ApplicationError:
    name = type(failure).__name__
    given_up = not isinstance(failure, (*_AWAY, TimeoutError)) and activity.info().attempt >= _ATTEMPTS
    return ApplicationError(name, type=name, non_retryable=given_up)
