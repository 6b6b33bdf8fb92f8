"""Initial views: shared with everybody concerned, commented on, or skipped with a reason."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from activities.acts import consents, drafting, findings_of, gates, ledger, letters, staff_outcome
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.finding_said import RecordComment, SharedWith, ShareViews, SkipViews
from db.models.complaint import Party
from db.models.findings import InitialViews, ViewsComment, ViewsRecipient
from db.models.organisation import Person
from db.queries import findings, people
from policies import lawful, views
from policies.clock_rules import StartEvent
from policies.views import Window


async def share_views(case: Case, said: ShareViews) -> None:
    """Share initial views, so that everybody concerned can comment before anything is decided (R-32).

    A letter to the complainant is drafted where the views go to them in writing today: what is dated earlier has
    been sent already.
    """
    started_on = max(each.on for each in said.shared)
    for each in said.shared:
        check(lawful.happened(each.on, received_on=case.complaint.received_on, today=case.on))
    window = _window(case, said, started_on)
    complainant = await _check_recipients(case, said.shared)
    until = window.until if window else None
    notice_id = await _letter(case, said, until) if complainant else None
    round_ = await _round(case, "shared", said.words, started_on, until, notice_id)
    for number, each in enumerate(said.shared):
        case.session.add(_recipient(case, round_, number, each))
    case.event(
        "views.shared",
        views_id=round_.id,
        round=round_.round,
        recipients=len(said.shared),
        comment_until=until,
        notice_id=notice_id,
    )
    terms = Terms(cause="views_shared", days=window.weigh_days if window else None)
    await ledger.begin(case, StartEvent.VIEWS, started_on, terms)
    await staff_outcome.views_shared(case, round_, said.shared)


async def skip_views(case: Case, said: SkipViews) -> None:
    """Share no initial views, where that would not be proportionate; the reason stays on record."""
    round_ = await _round(case, "skipped", said.reason, case.on, None, None)
    case.event("views.skipped", views_id=round_.id, round=round_.round)
    if running := await ledger.running(case, views.CLOCK):
        await ledger.stop(case, running, "views_skipped")
    await drafting.may_begin(case, case.on, "views_skipped")


async def record_comment(case: Case, said: RecordComment) -> None:
    """Record a comment on the initial views and what came of it. A late one is marked so, and weighed all the same."""
    check(lawful.happened(said.received_on, received_on=case.complaint.received_on, today=case.on))
    refuse_if(bool(said.finding_changes) and said.effect == "not_accepted", Refusal.CONTRADICTS_RECORD)
    round_ = await _commented_on(case, said.received_on)
    await _check_whom(case, said.party_id, said.person_id)
    late = round_.comment_until is not None and said.received_on > round_.comment_until
    comment = _comment(case, round_, said, late)
    case.session.add(comment)
    # The comment before the findings that name it: the models declare no relationship that would order them.
    await case.session.flush()
    case.event(
        "views.commented",
        comment_id=comment.id,
        views_id=round_.id,
        party_id=said.party_id,
        person_id=said.person_id,
        received_on=said.received_on,
        late=late,
        effect=said.effect,
        findings_changed=len(said.finding_changes),
    )
    if said.finding_changes:
        await gates.pass_or_refuse(case, CommandKind.RECORD_FINDING)
    for change in said.finding_changes:
        await findings_of.add(case, change, comment.id)
    await case.session.flush()
    if await _is_latest(case, round_) and await findings.all_commented(case.session, round_.id):
        await ledger.meet_if_running(case, views.CLOCK, said.received_on)
        await drafting.may_begin(case, said.received_on, "all_commented")


def _window(case: Case, said: ShareViews, started_on: date) -> Window | None:
    """Return the time to comment. Refused where the date that was set leaves less, or more, than the procedure has."""
    rule = case.procedure.clock(views.CLOCK) if case.procedure.has_clock(views.CLOCK) else None
    found = views.window(rule, started_on, said.comment_by, case.calendars.organisation)
    if found is not None and said.comment_by is not None:
        least, most = views.bounds(case.complaint.procedure, case.complaint.procedure_version)
        refuse_if(not least <= found.days <= most, Refusal.WINDOW_NOT_ALLOWED)
    return found


async def _check_recipients(case: Case, shared: tuple[SharedWith, ...]) -> bool:
    """Refuse whoever is not of this case. Say whether the complainant gets the views in writing, as of today."""
    refuse_if(not any(each.party_id for each in shared), Refusal.UNKNOWN_PARTY)
    named = [each.party_id or each.person_id for each in shared]
    refuse_if(len(set(named)) < len(named), Refusal.CONTRADICTS_RECORD)
    to_write = False
    for each in shared:
        party = await _check_whom(case, each.party_id, each.person_id)
        if each.person_id is not None:
            refuse_if(await people.active_person(case.session, each.person_id) is None, Refusal.UNKNOWN_PERSON)
        if party is not None:
            refuse_if(party.died_on is not None or party.death_known_at is not None, Refusal.PERSON_HAS_DIED)
            refuse_if(party.retired_at is not None, Refusal.UNKNOWN_PARTY)
            refuse_if(not await consents.may_be_told(case, party, "initial_views"), Refusal.CONSENT_MISSING)
            written = each.method == "writing" and each.on == case.on
            to_write = to_write or (written and party.role == "complainant")
    return to_write


async def _check_whom(case: Case, party_id: UUID | None, person_id: UUID | None) -> Party | None:
    """Refuse a party of another complaint and a person of another organisation; return the party."""
    if party_id is not None:
        party = await case.session.get(Party, party_id)
        if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
            raise Refused(Refusal.UNKNOWN_PARTY)
        return party
    if person_id is not None:
        refuse_if(await case.session.get(Person, person_id) is None, Refusal.UNKNOWN_PERSON)
    return None


async def _letter(case: Case, said: ShareViews, until: date | None) -> UUID:
    # An earlier round's letter that nobody has released has nothing left to say.
    await letters.discard(case, await letters.unreleased(case, "initial_views"), "views_shared_anew")
    facts = {"views": said.words, "comment_by": until}
    return (await letters.draft(case, "initial_views", facts)).id


async def _round(
    case: Case, kind: str, words: str, started_on: date, until: date | None, notice_id: UUID | None
) -> InitialViews:
    before = await findings.rounds_of(case.session, case.complaint.id)
    standing = await findings.present(case.session, case.complaint.id)
    round_ = InitialViews(
        id=case.new_id("views"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        round=len(before) + 1,
        kind=kind,
        words=words,
        findings=sorted(str(finding.id) for finding in standing.values()),
        started_on=started_on,
        comment_until=until,
        notice_id=notice_id,
        said_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )
    case.session.add(round_)
    await case.session.flush()
    return round_


def _recipient(case: Case, round_: InitialViews, number: int, shared: SharedWith) -> ViewsRecipient:
    return ViewsRecipient(
        id=case.new_id(f"recipient/{number}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        views_id=round_.id,
        party_id=shared.party_id,
        person_id=shared.person_id,
        method=shared.method,
        shared_on=shared.on,
    )


def _comment(case: Case, round_: InitialViews, said: RecordComment, late: bool) -> ViewsComment:
    return ViewsComment(
        id=case.new_id("comment"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        views_id=round_.id,
        party_id=said.party_id,
        person_id=said.person_id,
        whom=said.whom,
        words=said.words,
        received_on=said.received_on,
        late=late,
        effect=said.effect,
        effect_words=said.effect_words,
        said_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )


async def _commented_on(case: Case, received_on: date) -> InitialViews:
    """Return the latest round that had been shared by the day on which a comment came."""
    rounds = await findings.rounds_of(case.session, case.complaint.id)
    shared = [each for each in rounds if each.kind == "shared" and await _first_shared(case, each) <= received_on]
    if not shared:
        raise Refused(Refusal.UNKNOWN_VIEWS)
    return shared[-1]


async def _first_shared(case: Case, round_: InitialViews) -> date:
    recipients = await findings.recipients_of(case.session, case.complaint.id)
    return min(each.shared_on for each, _ in recipients if each.views_id == round_.id)


async def _is_latest(case: Case, round_: InitialViews) -> bool:
    rounds = await findings.rounds_of(case.session, case.complaint.id)
    return rounds[-1].id == round_.id
