"""What people say in a closer look: issues, plan, requests, holds, findings, views, remedies, the response."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from contracts.commands import CommandKind
from db import casework_said as casework
from db import finding_said as found
from db import request_said as request
from db import response_said as response
from db import said
from policies.procedure_rules import Source
from tests.lives.machine.answered import GRAVE
from tests.lives.machine.draws import WORDS, Draws
from tests.lives.machine.sayings_early import Saying

_LIVE = ("open", "on_hold")


def set_issues(d: Draws) -> Saying:
    live = d.issue_ids(*_LIVE)
    changed = d.id(live) if live and d.one(False, False, True) else None
    back = (d.id(live),) if len(live) > 1 and d.one(False, False, True) else ()
    number = len(d.issues()) + 1
    new = casework.IssueSaid(
        summary=f"Issue {number}", effect="She lost trust.", outcome_sought="An answer.", issue_id=changed,
        subject=d.one(None, "communications") if d.procedure.coding else d.mostly(None, "no_such_subject"),
    )  # fmt: skip
    return casework.SetIssues(issues=(new,), taken_back=back), "handler"


def confirm_issues(d: Draws) -> Saying:
    return casework.ConfirmIssues(confirmed_on=d.done_on(), method="call"), "handler"


def appoint(d: Draws) -> Saying:
    part = d.one("investigator", "decision_maker")
    there = d.look.rows("case_role", role=part, ends_on=None)
    if d.right and there:
        part = "decision_maker" if part == "investigator" else "investigator"
    person = d.person("investigator", "auditor") if part == "investigator" else d.person(*_SENIORS)
    what = casework.AppointToCase(
        role=part,
        person_id=person,
        prior_involvement=d.mostly(False, True),
        conflict=d.mostly(False, True),
        training=d.mostly("Investigation skills", None),
        trained_on=d.mostly(date(2027, 5, 4), d.today + timedelta(days=1)),
        mitigation=d.one(None, "Somebody else reads all of it."),
    )
    return what, "complaints_manager"


def share_plan(d: Draws) -> Saying:
    what = casework.SharePlan(
        evidence=("The rota",),
        delivery="letter",
        shared_with_person_on=d.done_on(),
        decision_maker_id=d.mostly(None, d.person("senior_leader")),
        shared_with_staff_on=d.mostly(d.done_on(), None),
        no_staff=d.mostly(False, True),
    )
    return what, "handler"


def raise_request(d: Draws) -> Saying:
    what = request.RaiseRequest(
        kind=d.one("statement", "records", "clinical_advice"),
        what="Your account.",
        to_person_id=d.person("auditor", "investigator"),
        issue_ids=d.some(d.issue_ids(*_LIVE)),
        due_on=d.one(None, d.due_on(5, 10)),
    )
    return what, "handler"


def answer_request(d: Draws) -> Saying:
    open_ = d.look.ids("request", state="open") or d.look.ids("request")
    return request.AnswerRequest(request_id=d.id(open_), given_on=d.today, words=d.mostly(WORDS, None)), "auditor"


def review_request(d: Draws) -> Saying:
    given = d.look.ids("request", state="under_review") or d.look.ids("request")
    accepted = d.one(True, not d.right)
    what = request.ReviewRequest(
        request_id=d.id(given), accepted=accepted, reason=d.mostly(WORDS, None), due_on=d.one(None, d.due_on(5))
    )
    return what, d.speaker("handler")


def cancel_request(d: Draws) -> Saying:
    return request.CancelRequest(request_id=d.id(d.look.ids("request")), reason=WORDS), "handler"


def open_parallel(d: Draws) -> Saying:
    what = request.OpenParallel(
        kind=d.one("police", "safeguarding", "coroner"),
        body_name="Police",
        contact="A detective",
        known_on=d.done_on(),
        issue_ids=d.some(d.issue_ids()),
        referred_on=d.one(None, d.today),
    )
    return what, "handler"


def update_parallel(d: Draws) -> Saying:
    what = request.UpdateParallel(
        parallel_id=d.id(d.look.ids("parallel_investigation")),
        status=d.one("open", "referred", "concluded"),
        words=WORDS,
        referred_on=d.one(None, d.today),
    )
    return what, "handler"


def hold_issues(d: Draws) -> Saying:
    senior = d.speaker("responsible_person", "senior_leader")
    what = request.HoldIssues(
        issue_ids=d.some(d.issue_ids("open")),
        parallel_id=d.id(d.look.ids("parallel_investigation")),
        reason=WORDS,
        review_on=d.due_on(10, 30),
        decided_by=d.mostly(d.body.person(senior), d.person("handler")),
    )
    return what, senior


def review_hold(d: Draws) -> Saying:
    there = d.look.ids("issue_hold", state="in_force") or d.look.ids("issue_hold")
    lifted = d.right or d.one(True, False)
    what = request.ReviewHold(
        hold_id=d.id(there), lifted=lifted, reason=WORDS, review_on=None if lifted else d.mostly(d.due_on(10), None)
    )
    return what, d.speaker("responsible_person", "senior_leader")


def record_finding(d: Draws) -> Saying:
    latest = d.look.rows("finding")
    done = {UUID(row["issue_id"]) for row in latest}
    bare = [each for each in d.issue_ids("open") if each not in done and str(each) not in d.look.of_others]
    return _finding(d, d.id(bare or d.issue_ids("open"))), d.speaker("investigator")


def _finding(d: Draws, issue_id: UUID) -> found.RecordFinding:
    codes = [each.code for each in d.procedure.outcomes] or ["upheld"]
    versions = len(d.look.rows("finding", issue_id=str(issue_id)))
    words = d.mostly(f"{WORDS} {versions}", WORDS)
    return found.RecordFinding(
        issue_id=issue_id, happened=words, should_have=WORDS, standard=WORDS, evidence=WORDS,
        outcome=d.mostly(d.one(*codes), "no_such_outcome"), reason=WORDS,
    )  # fmt: skip


def share_views(d: Draws) -> Saying:
    on = d.done_on()
    whom = found.SharedWith(method=d.one("call", "writing"), on=on, party_id=d.id(d.parties("complainant")))
    colleague = found.SharedWith(method="meeting", on=on, person_id=d.person("auditor"))
    what = found.ShareViews(
        shared=d.mostly(d.one((whom,), (whom, colleague)), (colleague,)),
        words=WORDS,
        comment_by=d.mostly(None, d.due_on(10, 20)),
    )
    return what, "investigator"


def record_comment(d: Draws) -> Saying:
    bare = d.issue_ids("open")
    effect = d.one("not_accepted", "accepted")
    changes = (_finding(d, bare[0]),) if bare and effect == "accepted" else ()
    what = found.RecordComment(
        words=WORDS, received_on=d.done_on(), effect=effect, effect_words=WORDS,
        party_id=d.id(d.parties("complainant")), finding_changes=changes,
    )  # fmt: skip
    return what, "investigator"


def skip_views(d: Draws) -> Saying:
    return found.SkipViews(reason="All was agreed on the telephone."), "complaints_manager"


def propose_remedy(d: Draws) -> Saying:
    money = d.one(False, True)
    sums = {"severity_level": 2, "injustice_amount": d.mostly(Decimal(200), Decimal(9000))} if money else {}
    what = found.ProposeRemedy(
        kind="money" if money else d.one("apology", "action"),
        words="We are sorry.",
        basis="The findings.",
        issue_id=d.one(None, d.id(d.issue_ids())),
        reason=d.mostly(WORDS, None),
        **sums,
    )
    return what, d.speaker("handler", "investigator")


def decide_remedy(d: Draws) -> Saying:
    rows = d.look.rows("remedy", state="proposed") or d.look.rows("remedy")
    row = d.row(rows)
    settled = row is not None and row["state"] != "proposed"
    what = found.DecideRemedy(
        remedy_id=d.id([UUID(row["id"])] if row else []),
        decision=d.one("offered", "accepted", "paid", "declined") if settled else d.one("approved", "rejected"),
        on=d.today if d.right else d.done_on(),
        reason=d.mostly(WORDS, None),
        words=None,
    )
    return what, d.speaker("responsible_person", "complaints_manager")


def draft_response(d: Draws) -> Saying:
    elements = [each.code for each in d.procedure.elements if each.source in (Source.TEXT, Source.REMEDIES)]
    sections = tuple(response.SectionSaid(element=each, words=d.mostly(WORDS, "[[blank]]")) for each in elements)
    return response.DraftResponse(sections=d.mostly(sections, sections[1:])), d.speaker("handler")


def clear_response(d: Draws) -> Saying:
    cleared = d.right or d.one(True, True, False)
    what = response.ClearResponse(cleared=cleared, reason=d.mostly(WORDS, None), version=d.mostly(None, 99))
    return what, d.speaker(_whose_turn(d))


def _whose_turn(d: Draws) -> str:
    """Return who clears next: where it is serious a senior does, after the complaints manager."""
    drafts = {row["id"] for row in d.look.rows("response_draft", issued_on=None)}
    cleared = any(row["draft_id"] in drafts for row in d.look.rows("clearance_step", office="complaints_manager"))
    return "senior_leader" if cleared and d.look.complaint["severity"] in GRAVE else "complaints_manager"


def respond(d: Draws) -> Saying:
    role = d.speaker("responsible_person")
    whole = {} if d.procedure.elements else {"letter": WORDS, "outcome": d.mostly("upheld", None)}
    return said.Respond(signed_by=d.mostly(d.body.person(role), d.person("handler")), **whole), role


_SENIORS = ("senior_leader", "complaints_manager", "responsible_person")
CLOSER: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind(each.__name__): each
    for each in (
        set_issues, confirm_issues, appoint, share_plan, raise_request, answer_request, review_request, cancel_request,
        open_parallel, update_parallel, hold_issues, review_hold, record_finding, share_views, record_comment,
        skip_views, propose_remedy, decide_remedy, draft_response, clear_response, respond,
    )
}  # fmt: skip
