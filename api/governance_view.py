"""One occurrence of what leaders do regularly, put together as it is shown to somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.caller import Caller
from api.dates import today
from api.parts import Parts
from api.permissions import Permission
from api.schemas.complaints import PersonRef
from api.schemas.governance_shown import (
    CaseShown,
    CommentShown,
    DistributionShown,
    MeetingActionChangeShown,
    MeetingActionShown,
    MemberShown,
    OccurrenceListed,
    OccurrenceShown,
    ReminderShown,
    StepShown,
    somebody,
)
from db.models.governance import Governance, GovernanceMember, GovernanceStep
from db.models.governance_meeting import (
    GovernanceActionChange,
    GovernanceAttendee,
    GovernanceComment,
    GovernanceDistribution,
)
from db.queries import governance, governance_cases, governance_facts

Called = Mapping[UUID, str]


async def shown_whole(session: AsyncSession, parts: Parts, who: Caller, row: Governance) -> OccurrenceShown:
    """Return an occurrence with all that was said and done in it. Words are left out for those who may not see them."""
    steps = await governance.steps(session, row.id)
    members = await governance.members(session, row.series_id)
    rules = parts.governing.of(row.kind, row.rules)
    words = who.sees_words
    called = await _called(session, row, steps, members) if words else {}
    step = next((each for each in steps if each.state == "open"), None)
    lacks, yours = await _standing(session, parts, who, row, step)
    listed = OccurrenceListed.listed(row, step, rules).model_dump(by_alias=False)
    titles = {each.code: (each.title, each.who) for each in rules.steps}
    return OccurrenceShown(
        **listed,
        legal_basis=rules.legal_basis,
        rules=row.rules,
        begun_by=somebody(row.begun_by, called),
        broken=row.broken,
        lacks=lacks,
        yours=yours,
        held_on=row.held_on,
        minutes=row.minutes if words else None,
        heard=row.heard_words if words else None,
        receipt=row.receipt if words else None,
        abandoned_reason=row.abandoned_reason if words else None,
        ended_at=row.ended_at,
        ended_by=somebody(row.ended_by, called),
        members=_members(members, called, words=words),
        steps=[await _step(session, each, titles[each.code], called, words=words) for each in steps],
        comments=await _comments(session, row, called, words=words),
        attendees=await _attendees(session, row, called, words=words),
        cases=await _cases(session, row, called, words=words),
        actions=await _actions(session, parts, row, called, words=words),
        distribution=await _distribution(session, row, words=words),
    )


async def _called(
    session: AsyncSession, row: Governance, steps: Sequence[GovernanceStep], members: Sequence[GovernanceMember]
) -> Called:
    """Return the names of all who appear in an occurrence."""
    ids: set[UUID | None] = {row.begun_by, row.ended_by, *(each.done_by for each in steps)}
    ids |= {each.person_id for each in members}
    for step in steps:
        ids |= {UUID(person) for told in await governance.reminders(session, step.id) for person in told.people}
    ids |= {each.person_id for each in await governance_facts.said(session, GovernanceComment, row.id)}
    ids |= {each.person_id for each in await governance_facts.said(session, GovernanceAttendee, row.id)}
    for case, _ in await governance_facts.cases_of(session, row.id):
        ids |= {case.chosen_by, case.approved_by}
    ids |= {each.owner_id for each in await governance_facts.agenda(session, row)}
    return await governance_facts.names(session, {each for each in ids if each is not None})


async def _standing(
    session: AsyncSession, parts: Parts, who: Caller, row: Governance, step: GovernanceStep | None
) -> tuple[list[str], bool]:
    """Return what the open step lacks, and whether it is the caller's."""
    if step is None or who.person_id is None:
        return [], False
    known = await governance_facts.known(session, row, step, today(parts.clock.now()))
    weighed = parts.governing.weigh(
        row.kind, row.rules, step.code, known, who.person_id, office=who.may(Permission.COMPILE)
    )
    return list(weighed.lacks), weighed.theirs and who.may(Permission.GOVERN)


def _members(rows: Sequence[GovernanceMember], called: Called, *, words: bool) -> list[MemberShown]:
    return [
        MemberShown(part=each.part, person=somebody(each.person_id, called), name=each.name if words else None)
        for each in rows
    ]


async def _step(
    session: AsyncSession, step: GovernanceStep, rule: tuple[str, str], called: Called, *, words: bool
) -> StepShown:
    told = await governance.reminders(session, step.id)
    return StepShown(
        code=step.code,
        title=rule[0],
        who=rule[1],
        round=step.round,
        state=step.state,
        due_on=step.due_on,
        opened_at=step.opened_at,
        done_at=step.done_at,
        done_by=somebody(step.done_by, called),
        words=step.words if words else None,
        held_on=step.held_on,
        minutes=step.minutes if words else None,
        heard=step.heard_words if words else None,
        tries=step.tries,
        tried_at=step.tried_at,
        hindered=step.hindered,
        told=[
            ReminderShown(
                rung=each.rung,
                people=[PersonRef(id=UUID(person), name=called.get(UUID(person))) for person in each.people],
                at=each.at,
                mailed=each.mailed,
            )
            for each in told
        ],
    )


async def _comments(session: AsyncSession, row: Governance, called: Called, *, words: bool) -> list[CommentShown]:
    return [
        CommentShown(
            person=PersonRef(id=each.person_id, name=called.get(each.person_id)),
            words=each.words if words else None,
            at=each.at,
        )
        for each in await governance_facts.said(session, GovernanceComment, row.id)
    ]


async def _attendees(session: AsyncSession, row: Governance, called: Called, *, words: bool) -> list[MemberShown]:
    return [
        MemberShown(part="attended", person=somebody(each.person_id, called), name=each.name if words else None)
        for each in await governance_facts.attendees(session, row)
    ]


async def _cases(session: AsyncSession, row: Governance, called: Called, *, words: bool) -> list[CaseShown]:
    unfit = await governance_cases.unfit(session, row)
    return [
        CaseShown(
            id=case.id,
            reference=reference,
            why=case.why,
            state=case.state,
            how=case.how,
            story=case.story if words and case.id not in unfit else None,
            unfit=unfit.get(case.id),
            consented_on=case.consented_on,
            chosen_by=somebody(case.chosen_by, called),
            approved_by=somebody(case.approved_by, called),
            ended_words=case.ended_words if words else None,
        )
        for case, reference in await governance_facts.cases_of(session, row.id)
    ]


async def _actions(
    session: AsyncSession, parts: Parts, row: Governance, called: Called, *, words: bool
) -> list[MeetingActionShown]:
    on, found = today(parts.clock.now()), await governance_facts.agenda(session, row)
    changes = await governance_facts.changes_of(session, [each.id for each in found])
    return [
        MeetingActionShown(
            id=each.id,
            number=each.number,
            what=each.what if words else None,
            owner=PersonRef(id=each.owner_id, name=called.get(each.owner_id)),
            due_on=each.due_on,
            overdue=each.state == "open" and each.due_on < on,
            moved=each.moved,
            state=each.state,
            ended_on=each.ended_on,
            words=each.words if words else None,
            carried=each.occurrence_id != row.id,
            changes=[_change(one, words=words) for one in changes if one.action_id == each.id],
        )
        for each in found
    ]


def _change(each: GovernanceActionChange, *, words: bool) -> MeetingActionChangeShown:
    return MeetingActionChangeShown(
        old_owner_id=each.old_owner_id,
        owner_id=each.owner_id,
        old_due_on=each.old_due_on,
        due_on=each.due_on,
        reason=each.reason if words else None,
        said_by=each.said_by,
        said_at=each.said_at,
    )


async def _distribution(session: AsyncSession, row: Governance, *, words: bool) -> list[DistributionShown]:
    return [
        DistributionShown(audience=each.audience, whom=each.whom if words else None, how=each.how, on=each.on_day)
        for each in await governance_facts.said(session, GovernanceDistribution, row.id)
    ]
