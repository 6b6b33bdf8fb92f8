"""The next tier, over real rows: whoever handled a complaint before does not handle it there."""

from __future__ import annotations

from contracts.commands import CommandKind
from db.desk_said import Assign
from db.tier_said import Escalate
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import a_desk
from tests.apart import MORNING, Apart
from tests.bodies import make_body
from tests.closer_look import resolved

TODAY = MORNING.date()
FIGURES = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30}


async def test_whoever_owned_a_complaint_and_gave_it_away_is_barred_from_the_next_tier_too(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    uk = ("uk-central-government", None)
    body = make_body(dsns.migrator, regime="central_government", follows=uk, figures=FIGURES)
    desk = await a_desk(beside, body, owner_id=body.person("handler"))
    await desk.acknowledge(TODAY)
    await desk.must(CommandKind.RESOLVE, resolved(TODAY))
    await desk.must(CommandKind.ASSIGN, Assign(owner_id=body.person("investigator")))
    await desk.must(CommandKind.ESCALATE, Escalate(tier="tier_2", asked_on=TODAY, method="call"))
    barred = {each["data"]["person_id"] for each in desk.events("tier.handler_barred")}
    assert barred == {str(body.person("handler")), str(body.person("investigator"))}
    for before in ("handler", "investigator"):
        again = Assign(owner_id=body.person(before))
        assert (await desk.do(CommandKind.ASSIGN, again)).refusal == "handler_barred"
    await desk.must(CommandKind.ASSIGN, Assign(owner_id=body.person("complaints_manager")))


async def test_after_the_end_a_tier_outside_is_recorded_and_one_inside_is_not_entered(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    trust = await a_desk(beside, make_body(dsns.migrator, follows=None))
    await trust.withdraw()
    asked = Escalate(tier="ombudsman", asked_on=TODAY, method="letter")
    await trust.must(CommandKind.ESCALATE, asked)
    assert [each["data"]["tier"] for each in trust.events("tier.asked_for")] == ["ombudsman"]
    assert (await trust.do(CommandKind.ESCALATE, asked)).refusal == "wrong_tier"
    council = await a_desk(beside, make_body(dsns.migrator, follows=None, regime="local_government"))
    await council.withdraw()
    inside = Escalate(tier="stage_2", asked_on=TODAY, method="letter")
    assert (await council.do(CommandKind.ESCALATE, inside)).refusal == "complaint_closed"
