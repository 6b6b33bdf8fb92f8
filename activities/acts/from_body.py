"""What a contributing body says, whichever way it came: checked, kept, and handed to whoever deals with it.

A message that is not allowed is kept with its refusal, and journalled: the act itself is applied, so that there is an
event of it. Whoever brought it is told the refusal from the message that is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from activities.acts.case import Case
from db.joint_said import FromBody, RecordFromBody
from db.models.joint import Contribution

# By the kind of the message: each takes the case, the contribution, and the shape of `db.joint_messages.TO_LEAD`.
_HEARD: Final[dict[str, Callable[[Case, Contribution, Any], Awaitable[None]]]] = {}


async def hear(case: Case, said: FromBody) -> None:
    """Take in a message of the protocol."""
    raise NotImplementedError


async def record(case: Case, said: RecordFromBody) -> None:
    """Take in what a body said by word of mouth or on paper."""
    raise NotImplementedError
