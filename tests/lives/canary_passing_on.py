"""A body that never answers, and complaints that are passed on, with words wherever there are any."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import uuid4

from contracts import names
from db import casework_said
from db import joint_messages as told
from db.joint_said import RecordFromBody
from db.transfer_said import Transfer, TransferTakenIn
from tests.lives.canary_joint_life import DAY, Bodies, K, agree, contacts, name_body
from tests.lives.canary_lives import issues_of
from tests.lives.markers import W, marked
from tests.lives.planted import Planted
from tests.world import until

SILENT, ELSEWHERE = "canary-silent", "canary-elsewhere"
ROLES: Final = 3


async def never_answered(planted: Planted) -> None:
    """A body is invited to its page, and is silent: it is reminded, and then those above its contact are."""
    complaint = await planted.log()
    issue = casework_said.IssueSaid(summary=W, effect=W, outcome_sought=W)
    await planted.say(complaint, K.SET_ISSUES, casework_said.SetIssues(issues=(issue,)))
    bodies = Bodies(planted=planted, complaint=complaint, of={})
    await name_body(bodies, SILENT, "page", (await issues_of(planted, complaint))[0], contacts=contacts())
    await agree(bodies, SILENT)
    handle = planted.world.client.get_workflow_handle(names.contribution_workflow_id(bodies.of[SILENT]))
    reminders = (
        "select distinct c.role from notice n join body_contact c on c.id = n.body_contact_id"
        " where n.complaint_id = :id and n.template = 'body_reminder'"
    )

    async def climbed() -> bool:
        return len(await planted.rows(reminders, complaint)) == ROLES

    for _ in range(30):
        if await climbed():
            break
        await planted.world.skipper.fast_forward(handle, timedelta(days=1))
    await until(climbed)


async def passed_on(planted: Planted) -> None:
    """A complaint is another body's, which says that it has it; and one was another's, and is ours."""
    complaint = await planted.log()
    bodies = Bodies(planted=planted, complaint=complaint, of={})
    await agree(bodies, ELSEWHERE)
    passing = Transfer(
        code=ELSEWHERE, name=W, body_kind="nhs", way="none", ground="commissioner_to_provider", reason=W,
        provider_agreed_on=DAY, provider_agreed_by=W,
    )  # fmt: skip
    await bodies.say(K.TRANSFER, passing)
    bodies.of[ELSEWHERE] = contribution = await bodies.id_of("contribution")
    planted.others.append(names.contribution_workflow_id(contribution))
    taken = told.TransferTaken(own_reference=W, received_on=DAY)
    written_down = RecordFromBody(
        contribution_id=contribution, kind="transfer_taken", body=told.to_json(marked(taken)), how="email", said_on=DAY
    )
    await bodies.say(K.RECORD_FROM_BODY, written_down)
    came = TransferTakenIn(
        contribution_id=uuid4(), seq=1, sender_code=ELSEWHERE, sender_name=W, sender_reference=W, ground="misdirected",
        first_received_on=DAY, sender_organisation_id=planted.body.id,
    )  # fmt: skip
    await planted.log(source="other_body", transfer=marked(came))
