"""A text message to a senior on the rota: it holds a reference and nothing else of the case, and leaves at any hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.acts import carriers, silence
from activities.acts.case import Case
from contracts.notices import NoticeState
from db.models.organisation import Person
from db.models.work import Notice
from db.queries import carriers as carrier_rows
from db.queries import rota
from policies.letters import facts_for, render
from policies.reaching import TEXT


async def send(case: Case, template: str, person: Person, facts: Mapping[str, Any]) -> bool:
    """Queue a text, where the organisation has a carrier for texts and the rota a number. Say whether it was."""
    reachable = await rota.mobile_of(case.session, person.id, case.on) is not None
    if not reachable or await silence.is_kept(case) or not await carriers.may_text(case):
        return False
    letter = render(template, facts_for(template, {"reference": case.complaint.reference, **facts}))
    notice = Notice(
        id=case.new_id(f"notice/{letter.template}/{person.id}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        template=letter.template,
        template_version=letter.version,
        audience=letter.audience,
        person_id=person.id,
        channel=TEXT,
        carrier=carrier_rows.NOTIFY,
        legal_ground=letter.legal_ground,
        state=NoticeState.QUEUED.value,
        subject=letter.subject,
        body=letter.body,
        act_id=case.act.act_id,
        drafted_at=case.at,
        statutory=True,
    )
    case.session.add(notice)
    case.event("notice.written", notice_id=notice.id, template=letter.template, state=NoticeState.QUEUED)
    return True
