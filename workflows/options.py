"""Named timeouts and retry policies: how patient a workflow is with each kind of neighbour."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio.common import RetryPolicy

# PostgreSQL: short attempts, without end. It comes back, and what it holds is the case.
DATABASE_TIMEOUT: Final = timedelta(seconds=10)
DATABASE_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=15)
)

# Mail: patient for days, then a person is told.
MAIL_TIMEOUT: Final = timedelta(seconds=40)  # the gateway gives up after 30; a worker that died says nothing
MAIL_PATIENCE: Final = timedelta(days=3)
MAIL_RETRY: Final = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=10))

# GOV.UK Notify: a look-up and a hand-over are bounded together, below this. A look that fails is left to the next one.
NOTIFY_TIMEOUT: Final = timedelta(seconds=60)
NOTIFY_PATIENCE: Final = timedelta(hours=6)
