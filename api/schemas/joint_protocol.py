"""The envelope of the joint protocol: what goes through the door of one contribution (docs/joint-protocol.md).

Its names are written as the messages' own are, with underscores: it is spoken by other systems than ours.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import UploadFile
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from api.file_types import ALLOWED
from api.schemas.base import UtcTime, storable
from contracts.joint import PROTOCOL, ContributionState
from db.joint_messages import Binding, Level
from db.models.clock import ClockRow
from db.models.joint import Contribution, JointMessage
from db.models.organisation import Organisation

WITHHELD: Final = "withheld"
_DEEPEST: Final = 20


class Spoken(BaseModel):
    """What is said at the door, with underscores."""

    model_config = ConfigDict(extra="ignore")


def storable_body(value: dict[str, Any]) -> dict[str, Any]:
    """Return a body that the database can hold. Raises ValueError for what it cannot."""
    _check(value, 0)
    return value


def _check(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("This is nested too deeply.")
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("This is not a number of JSON.")
    elif isinstance(value, dict):
        for name, each in value.items():
            storable(name)
            _check(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)


class JointSaid(Spoken):
    """One message of a contributing body. The same again, under its id, gets the first answer."""

    protocol: Annotated[StrictInt, Field(ge=1, le=2**31 - 1)] = Field(description="The version that is spoken.")
    id: UUID = Field(description="Of this message, made by whoever says it: a UUID that is used for nothing else.")
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,63}$")] = Field(examples=["accept"])
    body: Annotated[dict[str, Any], AfterValidator(storable_body)] = Field(
        description="As the protocol says for the kind: docs/joint-protocol.md.",
        examples=[{"contact": "Sam Sample", "senior_lead": "Kim Sample"}],
    )


class JointFileSaid(BaseModel):
    """A form with a file that messages name by the id in the answer."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile = Field(description=f"One of {', '.join(ALLOWED)}.")
    id: UUID = Field(description="Of this sending, made by whoever sends it: the same again gets the first answer.")


class JointTaken(Spoken):
    """What became of a message: it was taken, or nothing is known yet and it is to be said again."""

    id: UUID
    state: Literal["taken", "pending"]


class JointFileTaken(JointTaken):
    """What became of a file."""

    file_id: UUID = Field(description="What messages name it by.")


class JointDue(Spoken):
    """Something that is awaited from the body."""

    about: str = Field(description="The kind of the clock.", examples=["body_acceptance"])
    due_on: date
    overdue: bool

    @classmethod
    def of(cls, row: ClockRow, now: datetime) -> JointDue:
        """Return a clock as the other side may see it."""
        return cls(about=row.kind, due_on=row.due_on, overdue=row.due_at <= now)


class JointLead(Spoken):
    """The body that coordinates."""

    code: str
    name: str


class JointContribution(Spoken):
    """A contribution as the body may see it: nothing of the person."""

    protocol: int = Field(description="The version that is spoken here.")
    id: UUID
    kind: Literal["joint", "transfer"]
    state: ContributionState
    open: bool = Field(description="Consent covers that you read what tells of the person. Else it is withheld.")
    open_until: UtcTime | None
    bound: Binding
    lead: JointLead
    last_seq: int = Field(description="The number of what was said to you last.")
    level: Level | None = Field(description="How far up your own ladder you were reminded.")
    contribute_by: date | None
    due: list[JointDue]
    released_on: date | None
    released_cause: str | None

    @classmethod
    def of(
        cls, row: Contribution, lead: Organisation, clocks: list[ClockRow], *, is_open: bool, now: datetime
    ) -> JointContribution:
        """Return a contribution as the body may see it."""
        return cls.model_validate(
            {
                "protocol": PROTOCOL,
                "id": row.id,
                "kind": row.kind,
                "state": row.state,
                "open": is_open,
                "open_until": row.open_until if is_open else None,
                "bound": row.bound,
                "lead": JointLead(code=lead.code, name=lead.name),
                "last_seq": row.sent,
                "level": row.level,
                "contribute_by": row.contribute_by,
                "due": [JointDue.of(each, now) for each in clocks],
                "released_on": row.released_on,
                "released_cause": row.released_cause,
            }
        )


class JointTold(Spoken):
    """One message to the body. What may not be read now has the kind `withheld`, its number and no body."""

    protocol: int
    id: UUID
    seq: int = Field(description="1 for the first to this contribution, one more for each, without a gap.")
    kind: str
    said_at: UtcTime
    body: dict[str, Any]

    @classmethod
    def of(cls, row: JointMessage, *, is_open: bool) -> JointTold:
        """Return a message, or that it is withheld."""
        readable = is_open or not row.discloses
        return cls(
            protocol=row.protocol,
            id=row.id,
            seq=row.seq or 0,
            kind=row.kind if readable else WITHHELD,
            said_at=row.said_at,
            body=row.body if readable else {},
        )


class JointMessages(Spoken):
    """What was said to the body, in order."""

    items: list[JointTold]
    more: bool = Field(description="There is more: ask again, after the last of these.")
