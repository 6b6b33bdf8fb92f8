"""Whatever is said, in whatever order: no serious complaint is closed without an acknowledged escalation on record.

The law is told from the rows and from what was seen on the way, never by the gate's own query; and with the gate off it
is broken, so it can fail.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities.acts import gates
from activities.acts.case import Case
from contracts.commands import CommandKind
from db import escalation_said, said
from db.models.act import Submission
from db.triage_said import DecideSeverity, SetSeverity, Triage
from policies.procedure_rules import Requirement
from tests.activities.graver import escalations
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

K = CommandKind
GRAVE = ("serious", "immediate")
# Few, for each is a life in the database: REDRESS_LIVES plays more.
LEAST = int(os.environ.get("REDRESS_LIVES", "10"))
Life = Sequence[tuple[tuple[str, Any], str]]
GATE = Requirement.ESCALATION_ACKNOWLEDGED
_PEOPLE = st.sampled_from(["complaints_manager", "responsible_person", "senior_leader"])
_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "harm": st.sampled_from(["none", "low", "severe", "death"]),
        "safeguarding": st.booleans(),
        "immediate_risk": st.booleans(),
        "media": st.booleans(),
    },
)
_SEVERITY = st.sampled_from(["serious", "immediate", "elevated", "routine"])
_SAID: dict[str, st.SearchStrategy[Any]] = {
    "triage": _FACTS,
    "set": _SEVERITY,
    "decide": st.booleans(),
    "escalation": st.sampled_from(["acknowledge", "pass", "end"]),
    "respond": st.none(),
    "close": st.none(),
    "withdraw": st.none(),
    "reopen": st.none(),
}
# What leads somewhere is said more often than what ends it all.
_OFTEN = (*_SAID, "set", "escalation", "close")
_SAYINGS = st.sampled_from(_OFTEN).flatmap(lambda what: st.tuples(st.just(what), _SAID[what]))
_BEGINS = st.one_of(
    st.tuples(st.just("set"), _SEVERITY),
    st.tuples(st.just("triage"), st.just({"safeguarding": True})),
    st.tuples(st.just("triage"), _FACTS),
)
# As long as it is wide: a list that may be short is mostly short in so few examples.
LIVES = st.tuples(st.tuples(_BEGINS, _PEOPLE), *(st.tuples(_SAYINGS, _PEOPLE) for _ in range(4)))


class Broken(AssertionError):
    """A serious complaint was closed with nobody's hand on it, or one that is not was held back."""


@dataclass
class Play:
    """One complaint after another of a body. `owed`: it is or was serious, and nobody approved that it is less so."""

    apart: Apart
    body: Body
    desk: Desk
    owed: bool = False
    tally: Counter[str] = field(default_factory=Counter)

    async def say(self, what: tuple[str, Any], by: str) -> None:
        before = self.desk.stands()
        done = await self._said(*what, by)
        if done is None:
            return
        self.tally[f"{what[0]} {'applied' if done.state == 'applied' else done.refusal}"] += 1
        after = self.desk.stands()
        if (before["open"], after["stage"]) == (True, "closed") and self.owed and not self._acknowledged():
            raise Broken(f"closed though serious: {what}")
        held = GATE.value in (done.missing or ())
        if held and (not self.owed or self._acknowledged()):
            raise Broken("held back though nothing is owed")
        if done.state == "applied":
            grave = after["severity"] in GRAVE
            self.owed = grave if what == ("decide", True) else self.owed or grave

    def _acknowledged(self) -> bool:
        return any(
            each["acknowledged_at"] is not None and (each["cause"] == "severity" or each["level"] in GRAVE)
            for each in escalations(self.desk)
        )

    async def _said(self, what: str, how: Any, by: str) -> Submission | None:
        desk = self.desk
        if what == "triage":
            return await desk.do(K.TRIAGE, Triage(**how), by)
        if what == "set":
            return await desk.do(K.SET_SEVERITY, SetSeverity(severity=how, reason="Read by two."), by)
        if what == "decide":
            return await desk.do(K.DECIDE_SEVERITY, DecideSeverity(approve=how, reason="Read."), by)
        if what == "escalation":
            return await self._answer(how, by)
        if what == "respond":
            signed = said.Respond(letter="Sorry.", outcome="upheld", signed_by=desk.body.person("responsible_person"))
            return await desk.do(K.RESPOND, signed, "responsible_person")
        if what == "close":
            return await desk.do(K.CLOSE, said.Close(), by)
        if what == "withdraw":
            return await desk.do(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=MORNING.date()), by)
        await self._reopen()
        return None

    async def _answer(self, how: str, by: str) -> Submission | None:
        asked = escalations(self.desk)
        if not asked:
            return None
        one = UUID(asked[-1]["id"])
        if how == "acknowledge":
            what = escalation_said.AcknowledgeEscalation(escalation_id=one)
            return await self.desk.do(K.ACKNOWLEDGE_ESCALATION, what, by)
        if how == "pass":
            passed = escalation_said.PassEscalation(escalation_id=one, reason="I am away.")
            return await self.desk.do(K.PASS_ESCALATION, passed, by)
        end = escalation_said.DecideEscalation(escalation_id=one, decision="no_further_action", reason="Seen to.")
        return await self.desk.do(K.DECIDE_ESCALATION, end, by)

    async def _reopen(self) -> None:
        if self.desk.stands()["stage"] == "closed":
            again = await begun(self.apart, self.body, reopened_from=self.desk.complaint)
            self.desk, self.owed = again, again.stands()["severity"] in GRAVE


async def begun(apart: Apart, body: Body, **changes: Any) -> Desk:
    """Log a complaint, and put it where it can be answered at once."""
    desk = await a_desk(apart, body, **changes)
    apart.rows("update complaint set stage = 'closer_look' where id = %s", desk.complaint)
    return desk


async def play(apart: Apart, body: Body, life: Life, tally: Counter[str]) -> None:
    """Say what a life holds, then answer and close: before and after somebody senior could have acknowledged."""
    apart.engine.now = MORNING
    game = Play(apart=apart, body=body, desk=await begun(apart, body), tally=tally)
    closing = (("close", None), "complaints_manager")
    acknowledging = (("escalation", "acknowledge"), "responsible_person")
    for what, by in [*life, (("respond", None), "handler"), closing, acknowledging, closing]:
        if game.desk.stands()["open"] or what[0] == "reopen":
            await game.say(what, by)


def lives(apart: Apart, body: Body, tally: Counter[str], loop: asyncio.AbstractEventLoop, examples: int) -> Any:
    """Return the property, to be run in a thread beside the loop."""

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(life=LIVES)
    def held(life: Life) -> None:
        asyncio.run_coroutine_threadsafe(play(apart, body, life, tally), loop).result(60)

    return held


async def test_no_serious_complaint_is_closed_without_a_seniors_hand_on_it(beside: Apart, body: Body) -> None:
    tally: Counter[str] = Counter()
    await asyncio.to_thread(lives(beside, body, tally, asyncio.get_running_loop(), LEAST))
    print(dict(tally))
    assert tally["close applied"] > 0, "nothing was ever closed"
    assert tally["close requirements_missing"] > 0, "the gate was never asked"
    assert tally["respond requirements_missing"] == 0, "a response that was ready was held back"
    assert tally["escalation applied"] > 0


async def test_with_the_gate_off_the_property_finds_a_life_that_breaks_it(
    beside: Apart, body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_to_all(case: Case) -> bool:
        return True

    monkeypatch.setitem(gates.CHECKS, GATE, open_to_all)
    with pytest.raises(Broken, match="closed though serious"):
        await asyncio.to_thread(lives(beside, body, Counter(), asyncio.get_running_loop(), LEAST))


async def test_with_the_gate_shut_to_all_the_property_finds_a_life_that_breaks_it(
    beside: Apart, body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shut(case: Case) -> bool:
        return False

    monkeypatch.setitem(gates.CHECKS, GATE, shut)
    with pytest.raises(Broken, match="nothing is owed"):
        await asyncio.to_thread(lives(beside, body, Counter(), asyncio.get_running_loop(), LEAST))
