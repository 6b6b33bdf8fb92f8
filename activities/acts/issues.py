"""The issues of a complaint: what each is, what it did to the person, what they seek; confirmed with them (R-24)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from activities.acts import issues_of_bodies, ledger, letters
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.working import keep_words
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.casework_said import ConfirmIssues, IssueSaid, SetIssues
from db.models.casework import Issue, IssueVersion
from db.queries import casework
from policies import lawful
from policies.clock_rules import StartEvent
from policies.coding import CodedSubject, lists_for, unknown

OPEN: Final = "open"
# What is still part of the complaint here; an issue that is passed on or taken back no longer is.
LIVE: Final = (OPEN, "on_hold")
_LETTER: Final = "issues_to_confirm"


async def set_issues(case: Case, said: SetIssues) -> None:
    """Add, change and take back issues. One whose words change has to be confirmed again."""
    known = {issue.id: issue for issue in await casework.issues_of(case.session, case.complaint.id)}
    named = [each.issue_id for each in said.issues if each.issue_id is not None] + list(said.taken_back)
    refuse_if(len(set(named)) != len(named), Refusal.CONTRADICTS_RECORD)
    refuse_if(any(each not in known or known[each].state not in LIVE for each in named), Refusal.UNKNOWN_ISSUE)
    _check_codes(case, said)
    number = max((issue.number for issue in known.values()), default=0)
    seq = case.complaint.event_seq
    before = {issue.id: issue.version for issue in known.values()}
    for issue_id in said.taken_back:
        known[issue_id].state = "taken_back"
        case.event("issue.taken_back", issue_id=issue_id)
    for each in said.issues:
        if each.issue_id is None:
            number += 1
            _add(case, number, each)
        else:
            _change(case, known[each.issue_id], each)
    refuse_if(case.complaint.event_seq == seq, Refusal.NOTHING_CHANGES)
    await case.session.flush()
    reworded = [issue.id for issue in known.values() if issue.version != before[issue.id]]
    await issues_of_bodies.changed(case, {*said.taken_back, *reworded})
    await _ask_the_person(case)


async def confirm_issues(case: Case, said: ConfirmIssues) -> None:
    """Record that the person confirmed the issues as they stand."""
    check(lawful.happened(said.confirmed_on, received_on=case.complaint.received_on, today=case.on))
    live = [issue for issue in await casework.issues_of(case.session, case.complaint.id) if issue.state in LIVE]
    if not live:
        raise Refused(Refusal.UNKNOWN_ISSUE)
    fresh = [issue for issue in live if issue.confirmed_on is None]
    refuse_if(not fresh, Refusal.NOTHING_CHANGES)
    for issue in fresh:
        issue.confirmed_on = said.confirmed_on
        case.event("issue.confirmed", issue_id=issue.id, version=issue.version, confirmed_on=said.confirmed_on)
    case.event("issues.confirmed", confirmed_on=said.confirmed_on, method=said.method, fresh=len(fresh), all=len(live))
    await ledger.meet_by(case, CommandKind.CONFIRM_ISSUES, said.confirmed_on)
    await letters.discard(case, await letters.unreleased(case, _LETTER), "issues_confirmed")
    keep_words(case, "issues_confirmed", said.words)


async def are_confirmed(case: Case) -> bool:
    """Say whether there is an issue here, and every open one is confirmed with the person."""
    live = [issue for issue in await casework.issues_of(case.session, case.complaint.id) if issue.state in LIVE]
    confirmed = any(issue.confirmed_on is not None for issue in live)
    return confirmed and all(issue.confirmed_on is not None for issue in live if issue.state == OPEN)


def _check_codes(case: Case, said: SetIssues) -> None:
    """Refuse a subject that is none of the lists with which the complaint is coded."""
    lists = lists_for(case.procedure, case.complaint.received_on)
    subjects = [CodedSubject(subject=each.subject) for each in said.issues if each.subject is not None]
    refuse_if(bool(unknown(lists, {}, subjects)), Refusal.UNKNOWN_CODE)


def _add(case: Case, number: int, said: IssueSaid) -> None:
    issue = Issue(
        id=case.new_id(f"issue/{number}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=number,
        summary=said.summary,
        effect=said.effect,
        outcome_sought=said.outcome_sought,
        state=OPEN,
        subject=said.subject,
        version=1,
        act_id=case.act.act_id,
        raised_at=case.at,
    )
    case.session.add(issue)
    case.event("issue.added", issue_id=issue.id, number=number, subject=said.subject)


def _change(case: Case, issue: Issue, said: IssueSaid) -> None:
    """Put other words in the place of an issue's, and keep those before. Its code alone is nothing to be confirmed."""
    if said.subject is not None and said.subject != issue.subject:
        issue.subject = said.subject
        case.event("issue.coded", issue_id=issue.id, subject=said.subject)
    words = (said.summary, said.effect, said.outcome_sought)
    if words == (issue.summary, issue.effect, issue.outcome_sought):
        return
    case.session.add(_as_it_was(case, issue))
    issue.summary, issue.effect, issue.outcome_sought = words
    issue.version, issue.confirmed_on = issue.version + 1, None
    case.event("issue.changed", issue_id=issue.id, version=issue.version)


def _as_it_was(case: Case, issue: Issue) -> IssueVersion:
    return IssueVersion(
        id=case.new_id(f"issue/{issue.id}/{issue.version}"),
        organisation_id=issue.organisation_id,
        complaint_id=issue.complaint_id,
        issue_id=issue.id,
        version=issue.version,
        summary=issue.summary,
        effect=issue.effect,
        outcome_sought=issue.outcome_sought,
        confirmed_on=issue.confirmed_on,
        replaced_by=case.act.act_id,
        replaced_at=case.at,
    )


async def _ask_the_person(case: Case) -> None:
    """Put the issues to the person, with a clock on that; what an earlier draft said of them is overtaken."""
    live = [issue for issue in await casework.issues_of(case.session, case.complaint.id) if issue.state in LIVE]
    await letters.discard(case, await letters.unreleased(case, _LETTER), "issues_changed")
    if all(issue.confirmed_on is not None for issue in live):
        await _nothing_to_confirm(case)
        return
    rules = case.procedure.clocks_started_by(
        StartEvent.ISSUES, stage=case.complaint.stage, channel=case.complaint.channel
    )
    if not await _any_running(case, [rule.kind for rule in rules]):
        await ledger.begin(case, StartEvent.ISSUES, case.on, Terms(cause="issues_set"))
    await letters.draft(case, _LETTER, {"matter": case.complaint.matter, "issues": _set_out(live)})


async def _any_running(case: Case, kinds: Sequence[str]) -> bool:
    return any([await ledger.running(case, kind) is not None for kind in kinds])


async def _nothing_to_confirm(case: Case) -> None:
    """Stop the clock on confirming: what was unconfirmed is taken back."""
    for rule in case.procedure.clocks:
        if rule.starts is StartEvent.ISSUES and (row := await ledger.running(case, rule.kind)):
            await ledger.stop(case, row, "issues_taken_back")


def _set_out(live: Sequence[Issue]) -> str:
    """Return the issues as a letter sets them out, by the numbers that every later letter calls them by."""
    return "\n".join(
        "\n".join((f"{issue.number}. {issue.summary}", f"   What it meant for you: {issue.effect}",
                   f"   What you would like to happen: {issue.outcome_sought}"))
        for issue in live
    )  # fmt: skip
