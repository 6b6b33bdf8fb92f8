"""What the gates ask about findings, initial views and remedies. Everything here reads, and changes nothing."""

from __future__ import annotations

from datetime import date

from activities.acts import joint_issues, letters
from activities.acts.case import Case
from db.models.findings import InitialViews
from db.queries import casework, findings, remedies, tiers
from policies import views
from policies.calendars import local_date


async def findings_complete(case: Case) -> bool:
    """Say whether every open issue has a finding of the tier that looks now, and there is an issue at all (R-30).

    What another body finds on needs none of ours: whether its part is there is asked of its contribution.
    """
    issues = await casework.issues_of(case.session, case.complaint.id)
    since = await tiers.entered_at(case.session, case.complaint.id, case.complaint.tier)
    present = await findings.present(case.session, case.complaint.id)
    found = {issue_id for issue_id, finding in present.items() if since is None or finding.said_at >= since}
    left = [issue for issue in issues if issue.state != "taken_back"]
    found |= (await joint_issues.others(case)).keys()
    return bool(left) and all(issue.id in found for issue in left if issue.state == "open")


async def views_shared(case: Case) -> bool:
    """Say whether initial views are shared and the time to comment is over, or were skipped (R-32)."""
    rounds = await findings.rounds_of(case.session, case.complaint.id)
    if not rounds or rounds[-1].kind == "skipped":
        return bool(rounds)
    if not await _complainant_has_them(case):
        return False
    letter = await findings.letter_of(case.session, rounds[-1])
    if letter is not None and not letter.out:
        return False
    if await findings.all_commented(case.session, rounds[-1].id):
        return True
    return _over(case, rounds[-1], local_date(letter.released_at) if letter and letter.released_at else None)


async def _complainant_has_them(case: Case) -> bool:
    """Say whether the person who complains now was among those with whom views were shared."""
    person = await letters.complainant(case)
    recipients = await findings.recipients_of(case.session, case.complaint.id)
    return any(each.party_id == person.id for each, _ in recipients)


async def remedies_decided(case: Case) -> bool:
    """Say whether no remedy is only proposed (R-40)."""
    return not await remedies.only_proposed(case.session, case.complaint.id)


def _over(case: Case, round_: InitialViews, released_on: date | None) -> bool:
    if round_.comment_until is None:
        return True
    least, _ = views.bounds(case.complaint.procedure, case.complaint.procedure_version)
    until = views.over_on(
        round_.comment_until,
        released_on=released_on,
        least=least,
        calendar=case.calendars.organisation,
    )
    return case.on > until
