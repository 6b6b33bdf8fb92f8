"""How things are put right in the year: proposed and approved before the response, offered with it, mostly accepted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contracts.commands import CommandKind as K
from db import finding_said as found

if TYPE_CHECKING:
    from tests.year.life import Life

MANAGER = "complaints_manager"


async def proposed(life: Life, kind: Any) -> None:
    """Propose it, and have it approved."""
    sums: dict[str, Any] = {"injustice_amount": Decimal("250.00"), "severity_level": 2} if kind == "money" else {}
    what = found.ProposeRemedy(kind=kind, words="We are sorry, and put it right.", basis="It was upheld.", **sums)
    await life.must(K.PROPOSE_REMEDY, what, life.investigator)
    await _step(life, "approved")


async def offered(life: Life) -> None:
    """It stands in the response."""
    await _step(life, "offered")


async def taken(life: Life) -> None:
    """Whoever complained accepts it, four in five; what was money is paid."""
    if life.drawn.number % 5:
        await _step(life, "accepted")
        if life.drawn.remedy == "money":
            await _step(life, "paid")
    else:
        await _step(life, "declined")


async def _step(life: Life, decision: found.RemedyDecision) -> None:
    for row in await life.rows("select id from remedy where complaint_id = :id"):
        decided = found.DecideRemedy(remedy_id=row["id"], decision=decision, on=life.today)
        await life.must(K.DECIDE_REMEDY, decided, MANAGER)
