"""What the form asks of the procedures: what people are called, and by when somebody who writes hears from us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Organisation


class FormRules(Protocol):
    """What the form of an organisation says for its procedure."""

    @property
    def person(self) -> str:
        """Return what somebody who is looked after, or served, is called."""
        ...

    @property
    def staff(self) -> str:
        """Return what somebody who works there is called."""
        ...

    @property
    def ombudsman(self) -> str:
        """Return who can be asked in the end."""
        ...

    @property
    def procedure(self) -> str:
        """Return what the procedure is called."""
        ...

    @property
    def hears_by(self) -> date | None:
        """Return the first day that is promised to somebody who wrote, if there is one."""
        ...


# A session of the organisation, what came in, and the day: None where no procedure governs that.
ReadForm = Callable[[AsyncSession, Organisation, str, date], Awaitable[FormRules | None]]
