"""What people say between receipt and the closer look, and at the end: chosen for a case as it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import bereavement_said as bereavement
from db import casework_said as casework
from db import eligibility_said as eligibility
from db import intake_said as intake
from db import said
from db.procedure_said import MoveProcedure
from db.tier_said import Escalate
from tests.lives.machine.draws import WORDS, Draws
from tests.lives.machine.look import day

# What is said, and the role of whoever says it; None where it is no person of ours.
Saying = tuple[said.Said, str | None]


def acknowledge(d: Draws) -> Saying:
    what = said.Acknowledge(
        method=d.one("call", "letter"), made_on=d.done_on(), discussion_offered=d.mostly(True, False), words=WORDS
    )
    return what, "handler"


def record_discussion(d: Draws) -> Saying:
    return said.RecordDiscussion(result=d.one("accepted", "declined", "no_reply"), recorded_on=d.done_on()), "handler"


def set_response_period(d: Draws) -> Saying:
    discussion = d.look.complaint["discussion"]
    agreed = d.mostly(discussion in ("accepted", None), discussion not in ("accepted", None))
    what = said.SetResponsePeriod(
        basis="agreed" if agreed else "determined",
        respond_by=d.mostly(d.due_on(30, 60, 10), d.today + timedelta(days=300)),
        update_every_days=d.one(14, 7, 28),
        agreed_with=d.mostly("Pat Example", None) if agreed else None,
        agreed_on=d.today if agreed else None,
    )
    return what, "handler"


def extend(d: Draws) -> Saying:
    known = [row for row in d.look.running if d.procedure.clock(row["kind"]).extension.allowed]
    row = d.row(known)
    later = day(row["due_on"]) if row else d.today
    what = said.Extend(
        clock=d.mostly(row["kind"], "acknowledgement") if row else d.one("response_period", "relevant_period"),
        respond_by=max(later, d.today) + timedelta(days=d.mostly(d.one(5, 1, 20), 0, -3, 200)),
        reason="A witness is away.",
        agreed_with=d.mostly("Pat Example", None),
        agreed_on=d.one(None, d.today, d.received_on),
        good_reason=d.one(False, True),
    )
    return what, "handler"


def record_update(d: Draws) -> Saying:
    return said.RecordUpdate(method=d.one("call", "email"), given_on=d.done_on(), words=WORDS), "handler"


def begin_resolution(d: Draws) -> Saying:
    return casework.BeginResolution(plan=d.one(None, "Ring the ward.")), "handler"


def resolve(d: Draws) -> Saying:
    satisfied = d.one(False, True) if d.ripe or not d.right else d.look.complaint["matter"] != "complaint"
    return casework.Resolve(satisfied=satisfied, summary=WORDS, method="call", resolved_on=d.done_on()), "handler"


def move_on(d: Draws) -> Saying:
    return casework.MoveOn(reason="It is not simple."), "handler"


def close(d: Draws) -> Saying:
    return said.Close(words=WORDS), "handler"


def withdraw(d: Draws) -> Saying:
    return said.Withdraw(method="call", withdrawn_on=d.done_on()), "handler"


def exempt(d: Draws) -> Saying:
    early = d.mostly(d.received_on, d.today)
    return intake.Exempt(resolved_on=early, satisfied=d.mostly(True, False), summary=WORDS), "handler"


def exclude(d: Draws) -> Saying:
    code = d.one(*(each.code for each in d.procedure.exclusions)) if d.procedure.exclusions else "none"
    what = eligibility.Exclude(
        code=d.mostly(code, "no_such_ground"), reasons=d.mostly(WORDS, "Here [[blank]]"), decided_on=d.done_on()
    )
    return what, "complaints_manager"


def convert(d: Draws) -> Saying:
    return intake.Convert(received_on=d.done_on(), channel=d.one("written", "oral")), "handler"


def escalate(d: Draws) -> Saying:
    gone = {row["tier"] for row in d.look.rows("tier_step")}
    codes = [tier.code for tier in d.procedure.tiers]
    ahead = next((code for code in codes if code not in gone), "ombudsman")
    what = Escalate(
        tier=d.mostly(ahead, *codes, "no_such_tier"),
        asked_on=d.done_on(),
        method="email",
        late_reason=d.one(None, "They were ill."),
    )
    return what, "handler"


def decide_time_limit(d: Draws) -> Saying:
    rule = d.procedure.time_limit
    needed = tuple(each.code for each in rule.waiver) if rule else ()
    late = d.received_on - timedelta(days=500)
    what = eligibility.DecideTimeLimit(
        waived=d.one(True, not d.ripe),
        findings=d.mostly(needed, (), ("no_such_finding",)),
        reasons=d.mostly(WORDS, None),
        happened_on=d.one(None, late),
        noticed_on=d.one(None, late),
    )
    return what, "complaints_manager"


def decide_standing(d: Draws) -> Saying:
    what = eligibility.DecideStanding(
        party_id=d.id(d.parties("complainant", "representative") or d.parties()),
        may_speak=d.mostly(True, False),
        ground=d.one("asked", "child", "lacks_capacity", "died"),
        capacity=d.one("not_known", "has", "lacks"),
        reasonable_grounds=d.mostly(True, None),
        best_interests=d.mostly(True, False),
        consent_basis=d.mostly("written", "none", None),
        reasons=WORDS,
    )
    return what, "complaints_manager"


def screen_routes(d: Draws) -> Saying:
    issues = d.issue_ids("open")
    covers = (issues[-1],) if len(issues) > 1 else ()
    route = eligibility.RouteSaid(
        route=d.one("claim", "police", "regulator"),
        advised_on=d.one(None, d.done_on()),
        covers_issues=d.mostly(covers, tuple(issues)),
        passed_on=d.one(False, True),
    )
    what = eligibility.ScreenRoutes(
        found=d.one((), (route,)),
        taken_up=tuple(d.issue_ids("passed_on")) if d.one(False, True) else (),
        nothing_left=d.mostly(False, True),
    )
    return what, "handler"


def set_coding(d: Draws) -> Saying:
    subjects = tuple(eligibility.SubjectSaid(subject="communications", issue_id=each) for each in d.issue_ids())
    what = eligibility.SetCoding(
        age_band="age_26_55",
        complainant_status="patient",
        site=d.mostly("RX101", None),
        service_area="general_practice",
        subjects=subjects or (eligibility.SubjectSaid(subject=d.mostly("communications", "no_such_subject")),),
        profession=d.mostly("medical", "no_such_profession"),
        happened_on=d.mostly(None, d.received_on - timedelta(days=10), d.received_on - timedelta(days=800)),
        ask_now=d.one(False, True),
    )
    return what, "handler"


def link(d: Draws) -> Saying:
    kind = d.one("related", "same_event", "common_cause")
    group = "group-1" if d.mostly(kind == "common_cause", kind != "common_cause") else None
    return intake.Link(to_id=d.id(d.others), kind=kind, group=group), "handler"


def unlink(d: Draws) -> Saying:
    there = [UUID(row["id"]) for row in d.look.rows("complaint_link", removed_at=None)]
    return intake.Unlink(link_id=d.id(there), reason=WORDS), "handler"


def record_death(d: Draws) -> Saying:
    what = bereavement.RecordDeath(
        party_id=d.id(d.parties()),
        known_on=d.done_on(),
        died_on=d.mostly(None, d.today + timedelta(days=2), d.received_on - timedelta(days=3)),
        inquest_on=d.one(None, d.today + timedelta(days=30)),
    )
    return what, "handler"


def name_successor(d: Draws) -> Saying:
    nobody = d.ripe and d.one(False, True)
    successor = said.PartySaid(role="complainant", name="Sam Successor", relation="child")
    return bereavement.NameSuccessor(reason=WORDS, successor=None if nobody else successor), "handler"


def move_procedure(d: Draws) -> Saying:
    return MoveProcedure(version=d.one(1, 2, 3), reason=WORDS), "complaints_manager"


EARLY: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind(each.__name__): each
    for each in (
        acknowledge, record_discussion, set_response_period, extend, record_update, begin_resolution, resolve, move_on,
        close, withdraw, exempt, exclude, convert, escalate, decide_time_limit, decide_standing, screen_routes,
        set_coding, link, unlink, record_death, name_successor, move_procedure,
    )
}  # fmt: skip
