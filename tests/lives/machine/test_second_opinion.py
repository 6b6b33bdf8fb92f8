"""The second opinion on a response can fail: with gates forced open it names just what they should have named."""

from __future__ import annotations

import pytest

from activities.acts import gates
from activities.acts.case import Case
from contracts.commands import CommandKind
from db import casework_said as casework
from db import finding_said, request_said, said
from policies.procedure_rules import Requirement
from tests.bodies import Body
from tests.lives import casework as steps
from tests.lives.casework import must
from tests.lives.machine.answered import lacks
from tests.lives.machine.look import Looker
from tests.world import World

LEFT_OUT = {Requirement.REQUESTS_SETTLED, Requirement.VIEWS_SHARED, Requirement.REMEDIES_DECIDED}


async def _open(case: Case) -> bool:
    return True


async def test_a_response_that_slips_through_open_gates_is_found_out(
    world: World, standards: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, complaint, today = standards, await world.log(standards, email=None), steps.today(world)
    acknowledged = said.Acknowledge(method="call", made_on=today, discussion_offered=True)
    await must(world, body, complaint, CommandKind.ACKNOWLEDGE, acknowledged)
    await must(world, body, complaint, CommandKind.MOVE_ON, casework.MoveOn(reason="It is not simple."))
    await steps.issues(world, body, complaint, "The wait")
    await steps.appoint(world, body, complaint, "investigator", "complaints_manager")
    await steps.plan(world, body, complaint)
    await steps.findings(world, body, complaint, "upheld")
    asked = request_said.RaiseRequest(kind="statement", what="Your account.", to_person_id=body.person("auditor"))
    await must(world, body, complaint, CommandKind.RAISE_REQUEST, asked)
    remedy = finding_said.ProposeRemedy(kind="apology", words="We are sorry.", basis="It is upheld.")
    await must(world, body, complaint, CommandKind.PROPOSE_REMEDY, remedy)
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    sign = said.Respond(signed_by=body.person("responsible_person"))
    refused = await world.say(body, complaint, CommandKind.RESPOND, sign, by="responsible_person")
    before = await Looker(world, body).look(complaint)
    required = set(before.procedure.required(before.stage, CommandKind.RESPOND))
    assert lacks(before) & required == LEFT_OUT == {Requirement(each) for each in refused.missing or ()}
    for requirement in LEFT_OUT:
        monkeypatch.setitem(gates.CHECKS, requirement, _open)
    slipped = await world.say(body, complaint, CommandKind.RESPOND, sign, by="responsible_person")
    assert slipped.state == "applied"  # so the machine, which asks `lacks` of the record before it, would have said so


def test_every_requirement_that_a_procedure_may_name_is_checked_somewhere() -> None:
    assert set(gates.CHECKS) == set(Requirement)
