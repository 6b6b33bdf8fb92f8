"""The pages themselves. What is shown before a code was given is the same for every link there is, and for none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from fastapi.responses import HTMLResponse

from api.dates import today
from api.form.answers import Faults
from api.form.elements import Question, Sheet, escaped
from api.form.shell import page
from api.part_page.asking import Form, long
from api.part_page.entry import Guest
from api.part_page.forms import offered
from api.part_page.news import line_of
from api.part_page.told import View
from api.part_page.transferred import complaint
from api.refusal_words import REFUSALS
from api.words import title
from contracts.failures import Refusal

OUTSIDE: Final = "Joint complaint response"
_SAID: Final = {
    "accept": "that you take part",
    "decline": "that you do not take part",
    "lead_view": "what you think of who coordinates",
    "timescale_view": "what you think of the timescale",
    "information": "information that was asked for",
    "submission": "your part of the answer",
    "draft_comment": "a comment on the draft",
    "attendance": "who attends a meeting",
    "action_done": "that an action is done",
    "transfer_taken": "that you have the complaint",
}
_DONE: Final = {
    **{kind: f"We have it: {what}." for kind, what in _SAID.items()},
    "later": "We have what you sent. It is being taken in: look again in a few minutes.",
    "saved": "What you typed is kept. Nothing was sent yet.",
    "file": "Your file is on the complaint. Name it where you send what it belongs to.",
}
LAPSED: Final = (
    "You had not used the page for a while, so it was closed. What you typed is kept: ask for a code, and it is there."
)


def ask_page(path: str, *, said: str = "", status: int = 200) -> HTMLResponse:
    """Return the page on which a code is asked for: the same for everybody, whatever the link."""
    body = [
        _alert(said),
        "<h1>Ask for a code</h1>",
        "<p>To open this page you need a code. We send it to the e-mail address that belongs to this link.</p>",
        f'<form method="post" action="{escaped(path)}/code"><button type="submit">Send a code</button></form>',
        "<h2>If you have a code</h2>",
        *_code_form(path),
        "<p>If no code comes, the link may be good no more, or too many codes were asked for. Speak to whoever sent"
        " you the link.</p>",
    ]
    return page(OUTSIDE, "Ask for a code", body, status)


def code_page(path: str, *, wrong: bool = False, said: str = "", status: int = 200) -> HTMLResponse:
    """Return the page on which a code is typed, after one was asked for, or was not right."""
    faults = {"code": "The code is not right, or is good no more. Check it, or ask for another one"} if wrong else {}
    sheet = Sheet(typed={}, faults=faults)
    body = [
        sheet.summary(),
        _alert(said),
        "<h1>Enter the code</h1>",
        "<p>If this link is good, a code is on its way to the e-mail address that belongs to it. It may take a few"
        " minutes. It is good for ten minutes, and once.</p>",
        *_code_form(path, sheet),
        "<h2>If it does not come</h2>",
        f'<form method="post" action="{escaped(path)}/code"><button class="second" type="submit">Send another code'
        "</button></form>",
    ]
    return page(OUTSIDE, "Error: Enter the code" if wrong else "Enter the code", body, status)


def _code_form(path: str, sheet: Sheet | None = None) -> Iterator[str]:
    asked = Question(
        name="code", label="Code", hint="Six digits, from the e-mail.", autocomplete="one-time-code", longest=20
    )
    yield f'<form method="post" action="{escaped(path)}/session" novalidate>'
    yield (sheet or Sheet(typed={}, faults={})).line(asked)
    yield '<button type="submit">Continue</button></form>'


def overview(guest: Guest, view: View, key: str, *, done: str = "", wrong: str = "", status: int = 200) -> HTMLResponse:
    """Return what is asked of a body, what it was told and what it said. `wrong` is why something was not taken."""
    heading = f"{guest.organisation.name}: joint complaint"
    body = [
        _alert(wrong),
        f'<div class="inset" role="status"><p><strong>{_DONE[done]}</strong></p></div>' if done in _DONE else "",
        f"<h1>{'Passed on to' if view.transfer is not None else 'The part of'} {escaped(view.body)}</h1>",
        *_closed(view),
        *_to_do(guest, view),
        *(_complaint(view) if view.open else ()),
        *_messages(view),
        *_files(guest, view, key),
        f'<form method="post" action="{escaped(guest.gate.path)}/leave"><button class="second" type="submit">Leave this'
        " page</button></form>",
    ]
    return page(heading, "Error: your part" if wrong else "Your part", body, status)


def _closed(view: View) -> Iterator[str]:
    if not view.open:
        yield (
            '<div class="inset"><p><strong>Nothing more can be shown.</strong> There is no consent any more that you'
            " are told of this complaint. Answer your own part to the person yourselves, if they have complained to"
            " you.</p></div>"
        )


def _to_do(guest: Guest, view: View) -> Iterator[str]:
    forms = offered(view)
    yield "<h2>What you can do now</h2>"
    if not forms:
        yield "<p>Nothing is asked of you now.</p>"
        return
    yield "<ul>"
    for form in forms:
        due = f" <span>(by {long(form.due_on)})</span>" if form.due_on else ""
        kept = view.drafts.get(form.place)
        saved = f" <em>Begun, and saved on {_day(kept.saved_at)}.</em>" if kept is not None else ""
        yield f'<li><a href="{escaped(guest.gate.path)}/say/{form.place}">{escaped(form.title)}</a>{due}{saved}</li>'
    yield "</ul>"


def _complaint(view: View) -> Iterator[str]:
    told = view.invitation
    if view.transfer is not None:
        yield from complaint(view.transfer)
    if told is None:
        return
    person = told.person
    by = view.timescale
    facts = {
        "Reference": told.reference,
        "Asks you": ", ".join(filter(None, (told.lead.name, told.lead.contact, told.lead.email, told.lead.phone))),
        "Coordinates": _named(view, view.lead.lead if view.lead else told.proposed_lead or told.lead.code),
        "Received on": long(told.received_on),
        "Your part by": _maybe(by.contribute_by if by else told.contribute_by),
        "The response by": _maybe(by.respond_by if by else told.respond_by),
        "Why you are asked": "You are bound to cooperate (SI 2009/309 reg 9)" if told.bound == "regulation_9"
        else "You are asked to contribute voluntarily",
        "About": ", ".join(each for each in (
            person.name, f"born {long(person.born_on)}" if person.born_on else "",
            f"NHS number {person.nhs_number}" if person.nhs_number else "", person.address or "",
        ) if each),
        "Complains": told.complainant_name or "",
        "Also take part": ", ".join(each.name for each in view.others),
        "Answer for themselves": ", ".join(each.name for each in view.separate),
    }  # fmt: skip
    yield "<h2>The complaint</h2><dl>"
    yield from (f"<dt>{name}</dt><dd>{escaped(value)}</dd>" for name, value in facts.items() if value)
    yield "</dl><h3>Your issues</h3><ol>"
    for issue in view.issues:
        more = "".join(
            f"<br>{label}: {escaped(text)}"
            for label, text in (("Effect", issue.effect), ("Wanted", issue.outcome_sought))
            if text
        )
        yield f'<li value="{issue.number}">{escaped(issue.summary)}{more}</li>'
    yield "</ol>"


def _named(view: View, code: str) -> str:
    """Return the name of a body that takes part; its code where that is all that is known of it."""
    told = view.invitation
    known = (told.lead, *view.others, *told.others) if told else ()
    return next((each.name for each in known if each.code == code), code)


def _messages(view: View) -> Iterator[str]:
    if view.told:
        yield "<h2>What you were told</h2><ul>"
        yield from (f"<li>{_day(at)}: {escaped(line_of(found))}</li>" for at, found in reversed(view.told))
        yield "</ul>"
    if view.response is not None and view.open:
        yield "<h2>The response</h2>"
        yield from (f"<p>{escaped(each)}</p>" for each in view.response.words.split("\n\n"))
    if view.said:
        yield "<h2>What you said</h2><ul>"
        for at, kind, refusal in reversed(view.said):
            became = f" <strong>Not taken: {escaped(why(refusal))}</strong>" if refusal else ""
            yield f"<li>{_day(at)}: {escaped(_SAID.get(kind, title({}, kind)))}.{became}</li>"
        yield "</ul>"


def _files(guest: Guest, view: View, key: str) -> Iterator[str]:
    yield "<h2>Your files</h2>"
    if view.files:
        yield f"<ul>{''.join(f'<li>{escaped(each.name)}</li>' for each in view.files)}</ul>"
    yield (
        f'<form method="post" action="{escaped(guest.gate.path)}/files" enctype="multipart/form-data">'
        f'<input type="hidden" name="key" value="{escaped(key)}">'
        '<div class="group"><label for="file">Put a file on the complaint</label>'
        f'<p class="hint" id="file-hint">At most {guest.parts.largest_file // 1_048_576} MB.</p>'
        '<input type="file" id="file" name="file" aria-describedby="file-hint"></div>'
        '<button class="second" type="submit">Upload</button></form>'
    )


def form_page(
    guest: Guest, form: Form, key: str, typed: Mapping[str, str], faults: Faults, *, said: str = "", status: int = 200
) -> HTMLResponse:
    """Return one form with what was typed into it, and what is wrong with that."""
    sheet = Sheet(typed=typed, faults=faults)
    path = guest.gate.path
    body = [
        sheet.summary(),
        _alert(said),
        f'<p><a href="{escaped(path)}">Back to your part</a></p>',
        f"<h1>{escaped(form.title)}</h1>",
        f"<p>By {long(form.due_on)}.</p>" if form.due_on else "",
        f'<div class="inset">{"".join(f"<p>{_lines(each)}</p>" for each in form.about)}</div>' if form.about else "",
        f'<form method="post" action="{escaped(path)}/say/{form.place}" novalidate>',
        f'<input type="hidden" name="key" value="{escaped(key)}">',
        *(asked.html(sheet) for asked in form.fields),
        f'<button type="submit" name="do" value="send">{escaped(form.send)}</button>',
        '<button class="second" type="submit" name="do" value="save">Save for later</button>',
        "</form>",
    ]
    return page(f"{guest.organisation.name}: joint complaint", f"Error: {form.title}" if faults or said else form.title,
                body, status)  # fmt: skip


def why(refusal: str) -> str:
    """Return why something was not taken, in words."""
    return REFUSALS[Refusal(refusal)] if refusal in set(Refusal) else "It could not be taken."


def _alert(said: str) -> str:
    return f'<div class="errors" role="alert"><p>{escaped(said)}</p></div>' if said else ""


def _lines(text: str) -> str:
    return "<br>".join(escaped(each) for each in text.split("\n"))


def _day(at: datetime) -> str:
    return long(today(at))


def _maybe(day: date | None) -> str:
    return long(day) if day is not None else ""
