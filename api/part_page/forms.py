"""The forms of the page: what each asks, when it is offered, and the message of the protocol that comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from api.part_page.asking import YES_NO, Built, Form, file_ids, files_asked, long
from api.part_page.fields import Answers, Asked
from api.part_page.part_form import part_form
from api.part_page.told import View
from contracts.joint import ContributionState
from db.joint_messages import (
    Accept,
    ActionDone,
    Attendance,
    Decline,
    DraftComment,
    InformationGiven,
    LeadView,
    TimescaleView,
    TransferTaken,
)

_WITHOUT_SUBJECT: Final = frozenset({"accept", "decline", "lead_view", "timescale_view", "submission"})
_OF_TRANSFER: Final = frozenset({"transfer_taken", "decline"})


def kinds_of(view: View) -> frozenset[str]:
    """Return what is said without a subject: kept when it is typed, whatever has become of the part meanwhile."""
    return _WITHOUT_SUBJECT if view.transfer is None else _OF_TRANSFER


def find(view: View, kind: str, subject: UUID | None) -> Form | None:
    """Return a form of this part, asked for or not any more: whether it may be sent is decided where it is heard."""
    if view.transfer is not None:
        makers_of_transfer = {"transfer_taken": _taken, "decline": _decline}
        return makers_of_transfer[kind](view) if subject is None and kind in makers_of_transfer and view.open else None
    if subject is None:
        makers = {"accept": _accept, "decline": _decline, "lead_view": _lead, "timescale_view": _timescale}
        if kind == "submission":
            return part_form(view) if view.open else None
        return makers[kind](view) if kind in makers and view.open else None
    if kind == "action_done" and subject in view.actions:
        return _action_done(view, subject)
    if not view.open:
        return None
    if kind == "information" and subject in view.requests:
        return _information(view, subject)
    if kind == "attendance" and subject in view.meetings:
        return _attendance(view, subject)
    if kind == "draft_comment" and view.draft is not None and view.draft.draft_id == subject:
        return _comment(view)
    return None


def offered(view: View) -> list[Form]:
    """Return the forms by which the body is asked for something now, or may say it, the most urgent first."""
    state = ContributionState(view.state)
    if view.transfer is not None:
        waits = view.open and state is ContributionState.INVITED
        return [_taken(view), _decline(view)] if waits else []
    found = list(_of_actions(view))
    if not view.open or state is ContributionState.RELEASED:
        return found
    if state in (ContributionState.INVITED, ContributionState.DECLINED):
        return [_accept(view), *([_decline(view)] if state is ContributionState.INVITED else []), *found]
    found = [*_of_requests(view), *_of_draft(view), *_of_meetings(view), *found]
    if view.response is None or view.response.names_gap:
        found.append(part_form(view))
    found.append(_timescale(view))
    found.append(_lead(view))
    if state in (ContributionState.ACCEPTED, ContributionState.CONTRIBUTING):
        found.append(_decline(view))
    return sorted(found, key=lambda each: each.due_on or date.max)


def _of_actions(view: View) -> Iterator[Form]:
    for action in view.open_actions():
        settled = view.actions_settled.get(action.action_id)
        if action.action_id not in view.done or (settled is not None and not settled.done):
            yield _action_done(view, action.action_id)


def _of_requests(view: View) -> Iterator[Form]:
    yield from (_information(view, each) for each in view.requests if view.waits_for(each))


def _of_draft(view: View) -> Iterator[Form]:
    if view.draft is not None and not view.commented and view.response is None:
        yield _comment(view)


def _of_meetings(view: View) -> Iterator[Form]:
    for each, meeting in view.meetings.items():
        if not meeting.cancelled and each not in view.attending:
            yield _attendance(view, each)


def _accept(view: View) -> Form:
    fields = (
        Asked(name="contact", label="Whom can we speak to?", needed="Enter the name of whom we can speak to"),
        Asked(name="senior_lead", label="Who is the senior person for this?",
              hint="Somebody who can decide for your organisation.",
              needed="Enter the name of the senior person for this"),
        Asked(name="email", label="E-mail address (optional)", kind="email"),
        Asked(name="phone", label="Telephone number (optional)", kind="phone"),
        Asked(name="own_reference", label="Your own reference (optional)"),
    )  # fmt: skip

    def build(got: Answers) -> Built:
        return Accept(
            contact=got.text("contact"), senior_lead=got.text("senior_lead"), email=got.maybe("email"),
            phone=got.maybe("phone"), own_reference=got.maybe("own_reference"),
        ), {}  # fmt: skip

    due = view.invitation.accept_by if view.invitation else None
    return Form(kind="accept", title="Take part", fields=fields, build=build, due_on=due, send="We take part")


def _taken(view: View) -> Form:
    fields = (
        Asked(name="own_reference", label="Your own reference", needed="Enter your own reference"),
        Asked(name="received_on", label="On which day did it reach you?", kind="day", days="past",
              hint="From this day it counts as a complaint to you.", needed="Enter the day on which it reached you"),
    )  # fmt: skip

    def build(got: Answers) -> Built:
        return TransferTaken(own_reference=got.text("own_reference"), received_on=got.days["received_on"]), {}

    return Form(kind="transfer_taken", title="Say that you have it", fields=fields, build=build, send="We have it")


def _decline(view: View) -> Form:
    what = "take it" if view.transfer is not None else "take part"
    reason = Asked(name="reason", label=f"Why do you not {what}?", kind="words", needed="Enter the reason")
    return Form(
        kind="decline", title=f"Say that you do not {what}", fields=(reason,), send=f"We do not {what}",
        build=lambda got: (Decline(reason=got.text("reason")), {}),
    )  # fmt: skip


def _lead(view: View) -> Form:
    who = view.lead.lead if view.lead else view.invitation.proposed_lead if view.invitation else None
    about = (f"Coordinates, as things stand: {who}.",) if who else ()
    fields = (
        Asked(name="agrees", label="Do you agree who coordinates?", kind="choice", options=YES_NO,
              needed="Select whether you agree"),
        Asked(name="proposes", label="If not: who should? (code of the body)"),
        Asked(name="reason", label="If not: why?", kind="words"),
        Asked(name="senior", label="If not: who of yours stands for that?"),
    )  # fmt: skip

    def build(got: Answers) -> Built:
        agrees = got.text("agrees") == "yes"
        if not agrees and not got.text("reason"):
            return None, {"reason": "Enter why you do not agree"}
        return LeadView(
            agrees=agrees, proposes=got.maybe("proposes"), reason=got.maybe("reason"), senior=got.maybe("senior")
        ), {}

    return Form(
        kind="lead_view", title="Say whether you agree who coordinates", fields=fields, build=build, about=about
    )


def _timescale(view: View) -> Form:
    scale, asked = view.timescale, view.invitation
    contribute_by = scale.contribute_by if scale else asked.contribute_by if asked else None
    about = (f"Your part is asked for by {long(contribute_by)}.",) if contribute_by else ()
    fields = (
        Asked(name="agrees", label="Can you keep to that?", kind="choice", options=YES_NO,
              needed="Select whether you can keep to that"),
        Asked(name="contribute_by", label="If not: by when can you?", kind="day", days="ahead"),
        Asked(name="reason", label="If not: why?", kind="words"),
    )  # fmt: skip

    def build(got: Answers) -> Built:
        agrees = got.text("agrees") == "yes"
        if not agrees and not got.text("reason"):
            return None, {"reason": "Enter why you cannot keep to that"}
        return TimescaleView(agrees=agrees, contribute_by=got.days.get("contribute_by"), reason=got.maybe("reason")), {}

    return Form(kind="timescale_view", title="Say whether you can keep to the timescale", fields=fields, build=build,
                about=about)  # fmt: skip


def _information(view: View, request_id: UUID) -> Form:
    asked, settled, files = view.requests[request_id], view.settled.get(request_id), files_asked(view)
    due = settled.due_on if settled and settled.due_on else asked.due_on
    about = (asked.what, *((f"It was sent back: {settled.reason}",) if settled and settled.reason else ()))
    words = Asked(name="words", label="Your answer", kind="words", rows=10, needed="Enter your answer")
    return Form(
        kind="information", subject=request_id, title="Give information that was asked for", due_on=due, about=about,
        fields=(words, *files),
        build=lambda got: (
            InformationGiven(request_id=request_id, words=got.text("words"), file_ids=file_ids(got, files)), {}
        ),
    )  # fmt: skip


def _comment(view: View) -> Form:
    draft = view.draft
    assert draft is not None
    fields = (
        Asked(name="agrees", label="Do you agree with the draft?", kind="choice", options=YES_NO,
              needed="Select whether you agree"),
        Asked(name="words", label="What do you say of it?", kind="words", rows=10),
    )  # fmt: skip

    def build(got: Answers) -> Built:
        agrees = got.text("agrees") == "yes"
        if not agrees and not got.text("words"):
            return None, {"words": "Enter what should be otherwise"}
        return DraftComment(draft_id=draft.draft_id, agrees=agrees, words=got.maybe("words")), {}

    return Form(
        kind="draft_comment", subject=draft.draft_id, title="Comment on the draft of the response", fields=fields,
        build=build, about=tuple(draft.words.split("\n\n")), due_on=draft.comment_by,
    )  # fmt: skip


def _attendance(view: View, meeting_id: UUID) -> Form:
    meeting = view.meetings[meeting_id]
    fields = (
        Asked(name="attends", label="Does somebody of yours attend?", kind="choice", options=YES_NO,
              needed="Select whether somebody attends"),
        Asked(name="who", label="If so: who?"),
        Asked(name="reason", label="If not: why?", kind="words"),
    )  # fmt: skip

    def build(got: Answers) -> Built:
        attends = got.text("attends") == "yes"
        if attends and not got.text("who"):
            return None, {"who": "Enter who attends"}
        return Attendance(meeting_id=meeting_id, attends=attends, who=got.maybe("who"), reason=got.maybe("reason")), {}

    how = {"in_person": "in person", "call": "by telephone", "video": "by video"}[meeting.how]
    about = (
        f"{long(meeting.on)}, {meeting.at}, {how}{f', {meeting.where}' if meeting.where else ''}.",
        meeting.purpose,
    )
    return Form(kind="attendance", subject=meeting_id, title="Say who attends the meeting", fields=fields, build=build,
                about=about, due_on=meeting.on)  # fmt: skip


def _action_done(view: View, action_id: UUID) -> Form:
    action, files = view.actions[action_id], files_asked(view)
    settled = view.actions_settled.get(action_id)
    fields = (
        Asked(name="done_on", label="When was it done?", kind="day", days="past", needed="Enter when it was done"),
        Asked(name="evidence", label="How can it be seen that it is done?", kind="words",
              needed="Enter how it can be seen"),
        *files,
    )  # fmt: skip
    about = (action.what, *((f"Not seen as done yet: {settled.reason}",) if settled and settled.reason else ()))
    return Form(
        kind="action_done", subject=action_id, title="Say that an action is done", fields=fields, about=about,
        due_on=action.due_on,
        build=lambda got: (
            ActionDone(action_id=action_id, done_on=got.days["done_on"], evidence=got.text("evidence"),
                       file_ids=file_ids(got, files)),
            {},
        ),
    )  # fmt: skip
