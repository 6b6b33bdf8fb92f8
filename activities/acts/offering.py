"""What a body is told of a complaint that is passed on to it: all of it, or of the issues that are its own, no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from activities.acts import consents, inviting
from activities.acts.case import Case
from db.joint_messages import IssueTold, TransferOffered
from db.models.casework import Issue
from db.models.complaint import ComplaintWords, Party
from db.models.transfers import Transfer
from db.queries.complaint_reads import parties_of

_LONGEST: Final = 200


async def offer_of(case: Case, found: Transfer, issues: Sequence[Issue]) -> TransferOffered:
    """Return the message that passes it on."""
    people = await parties_of(case.session, case.complaint.id)
    complainant = next(each for each in people if each.role == "complainant" and each.replaced_by is None)
    about = consents.concerned(people)
    other = about if about is not None and about.id != complainant.id else None
    words = await case.session.get_one(ComplaintWords, case.complaint.id)
    ground: Any = found.ground
    return TransferOffered(
        sender=await inviting.us(case),
        reference=case.complaint.reference,
        ground=ground,
        received_on=case.complaint.received_on,
        channel=case.complaint.channel,
        summary=words.summary if found.whole else _line(issues),
        narrative=words.narrative if found.whole else _narrative(issues, case.complaint.received_on),
        complainant=inviting.person(complainant),
        complainant_email=complainant.email,
        complainant_phone=complainant.phone,
        affected=inviting.person(other) if other is not None else None,
        relation=_relation(complainant) if other is not None else None,
        desired_outcome=words.desired_outcome if found.whole else None,
        issues=tuple(
            IssueTold(number=each.number, summary=each.summary, effect=each.effect, outcome_sought=each.outcome_sought)
            for each in issues
        ),
    )


def _line(issues: Sequence[Issue]) -> str:
    line = "; ".join(each.summary for each in issues)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _narrative(issues: Sequence[Issue], received_on: date) -> str:
    """Return what is passed on of a complaint that is not passed on as a whole: the issues alone."""
    lines = [f"Of a complaint made on {received_on:%Y-%m-%d}, these issues are passed on:"]
    for each in issues:
        lines += [f"{each.number}. {each.summary}", *(more for more in (each.effect, each.outcome_sought) if more)]
    return "\n".join(lines)


def _relation(complainant: Party) -> str | None:
    return complainant.relation
