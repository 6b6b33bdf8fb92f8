"""A case in hand outside of an act, to look at what a gate sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from activities.acts.case import Case, calendars_of
from contracts.acts import Act
from contracts.code import Code
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from policies.procedure_files import load_procedures
from tests.activities.office_desk import Desk


@asynccontextmanager
async def a_case(desk: Desk) -> AsyncIterator[Case]:
    """Take up the case of a desk."""
    now = desk.apart.engine.now
    async with desk.apart.database.tenant(desk.body.id, now) as session:
        complaint = await session.get_one(Complaint, desk.complaint)
        act = Act(
            act_id=uuid4(),
            organisation_id=desk.body.id,
            complaint_id=desk.complaint,
            now=now,
            stage=Code(complaint.stage),
        )
        yield Case(
            session=session,
            act=act,
            organisation=await session.get_one(Organisation, desk.body.id),
            complaint=complaint,
            procedure=load_procedures().get(complaint.procedure, complaint.procedure_version),
            calendars=await calendars_of(session, complaint.nation, desk.body.id),
        )
