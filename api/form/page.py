"""The pages of the form: to fill in, when it has been sent, and when there is none. No script, nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi.responses import HTMLResponse

from api.form.answers import ABOUT, AGREES, CHANNELS, FORMATS, LONGEST, MATTERS, TRAP, UNSAFE, Faults
from api.form.elements import Question, Sheet, escaped
from api.form.help import advocates
from api.form.rules import FormRules
from api.form.shell import page

KEY: Final = "key"
_SENT: Final = {
    "complaint": "We have received your complaint",
    "concern": "We have received your concern",
    "compliment": "We have received your message. Thank you",
    "feedback": "We have received your feedback. Thank you",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose form it is, and what their procedure says."""

    name: str
    regime: str
    nation: str
    rules: FormRules

    @property
    def treated(self) -> str:
        """Return what making a complaint does not change."""
        return "care or treatment" if self.regime == "nhs" else "service"


def form_page(
    publisher: Publisher, key: str, typed: Mapping[str, str], faults: Faults, *, status: int = 200, said: str = ""
) -> HTMLResponse:
    """Return the form with what was typed, and what is wrong with it. `said` is a word on why it is shown again."""
    sheet = Sheet(typed=typed, faults=faults)
    body = [
        sheet.summary(),
        f'<div class="errors" role="alert"><p>{escaped(said)}</p></div>' if said else "",
        "<h1>Make a complaint or give feedback</h1>",
        *_before(publisher),
        '<form method="post" novalidate>',
        f'<input type="hidden" name="{KEY}" value="{escaped(key)}">',
        *_questions(publisher, sheet),
        "<h2>Send this form</h2>",
        "<p>When you send it you get a reference, and we tell you what happens next.</p>",
        '<button type="submit">Send</button>',
        "</form>",
    ]
    title = "Make a complaint or give feedback"
    return page(publisher.name, f"Error: {title}" if faults or said else title, body, status)


def _before(publisher: Publisher) -> Iterator[str]:
    yield f"<p>Use this form to tell {escaped(publisher.name)} what went wrong, or what went well.</p>"
    yield '<div class="inset">'
    yield (
        f"<p><strong>Making a complaint does not affect your {publisher.treated}</strong>, or that of anybody else,"
        f" now or later. You can also speak to any {escaped(publisher.rules.staff)} here.</p>"
    )
    yield from (f"<p>{escaped(each)}</p>" for each in advocates(publisher.regime, publisher.nation))
    yield "</div>"
    yield (
        f"<p>We handle complaints under our {escaped(publisher.rules.procedure)}. If you are not content with our"
        f" answer in the end, you can go to the {escaped(publisher.rules.ombudsman)}.</p>"
    )
    yield "<p>Do not use this form if somebody needs urgent help. In an emergency call 999.</p>"


def _questions(publisher: Publisher, sheet: Sheet) -> Iterator[str]:
    person = publisher.rules.person
    yield sheet.choice(Question(name="matter", label="What would you like to do?"), MATTERS)
    yield "<h2>About you</h2>"
    yield sheet.line(Question(name="name", label="Your full name", autocomplete="name", longest=200))
    yield "<p>Give at least one way to reach you.</p>"
    yield sheet.line(
        Question(
            name="email",
            label="E-mail address",
            hint="We send you a note at once that this has reached us.",
            kind="email",
            autocomplete="email",
            longest=254,
        )
    )
    yield sheet.line(Question(name="phone", label="Telephone number", kind="tel", autocomplete="tel", longest=40))
    yield sheet.words(
        Question(name="address", label="Postal address", autocomplete="street-address", longest=1_000), rows=4
    )
    yield from _what_they_need(sheet)
    yield "<h2>Who this is about</h2>"
    yield sheet.choice(Question(name="about", label=f"Who is the {person} this is about?"), ABOUT)
    yield "<p>If it is about somebody else, answer these three questions too.</p>"
    yield sheet.line(Question(name="other_name", label="Their full name", longest=200))
    yield sheet.line(
        Question(
            name="relation",
            label="What you are to them",
            hint="For example daughter, friend or carer.",
            longest=LONGEST["relation"],
        )
    )
    yield sheet.choice(
        Question(
            name="agrees",
            label="Do they know about this, and agree?",
            hint="We can take it up either way. We may have to ask them before we tell you about them.",
        ),
        AGREES,
    )
    yield from _what_happened(sheet)


def _what_they_need(sheet: Sheet) -> Iterator[str]:
    yield "<h2>How we contact you</h2>"
    yield "<p>You do not have to answer these questions. They help us to reach you in a way that works and is safe.</p>"
    yield sheet.choice(Question(name="channel", label="How would you like us to contact you? (optional)"), CHANNELS)
    yield sheet.ticks(
        Question(
            name="formats",
            label="Do you need our letters in another form? (optional)",
            hint="Select all that you need. It costs you nothing.",
        ),
        FORMATS,
    )
    yield sheet.words(
        Question(
            name="adjustments",
            label="How can we make this easier for you? (optional)",
            hint="For example which language you speak, or at what time of day to ring you.",
            longest=LONGEST["adjustments"],
        ),
        rows=3,
    )
    yield sheet.ticks(
        Question(
            name="unsafe",
            label="Is there anything that we must not do, so that you are safe? (optional)",
            hint="For example because somebody else reads your letters, or hears your messages.",
        ),
        UNSAFE,
    )
    yield sheet.words(
        Question(
            name="unsafe_words",
            label="What else should we know to keep you safe? (optional)",
            hint="For example who must not hear of this.",
            longest=LONGEST["unsafe_words"],
        ),
        rows=3,
    )


def _what_happened(sheet: Sheet) -> Iterator[str]:
    yield "<h2>What happened</h2>"
    yield sheet.words(
        Question(
            name="narrative",
            label="Tell us what happened",
            hint="Where it was, who was involved if you know, and how it affected you. Use your own words.",
            longest=LONGEST["narrative"],
        ),
        rows=12,
    )
    yield sheet.day(
        Question(
            name="happened",
            label="When did it happen? (optional)",
            hint="For example, 27 3 2026. If you do not know the day, or there were several, say so above.",
        )
    )
    yield sheet.day(
        Question(
            name="noticed",
            label="When did you come to know of it? (optional)",
            hint="Only if that was later than the day on which it happened.",
        )
    )
    yield sheet.words(
        Question(name="wanted", label="What would you like to happen now? (optional)", longest=LONGEST["wanted"]),
        rows=5,
    )
    yield sheet.trap(Question(name=TRAP, label="Website (leave this empty)"))


def sent_page(
    publisher: Publisher, reference: str, matter: str, received_on: date, hears_by: date | None
) -> HTMLResponse:
    """Return what somebody sees, and can print, when their form has reached us: the same each time it is loaded."""
    when = f"by {_long(hears_by)}" if hears_by else "soon"
    heading = _SENT.get(matter, _SENT["feedback"])
    body = [
        f'<div class="panel"><h1>{heading}</h1><p>Your reference<strong>{escaped(reference)}</strong></p></div>',
        f"<p>{escaped(publisher.name)} received it on {_long(received_on)}.</p>",
        "<h2>What happens next</h2>",
        "<ol>",
        *(f"<li>{each}</li>" for each in _next(publisher, matter, when)),
        "</ol>",
        "<p>If you gave an e-mail address, we also send you a note that this has reached us.</p>",
        "<h2>Help for you</h2>",
        *(f"<p>{escaped(each)}</p>" for each in advocates(publisher.regime, publisher.nation)),
        f"<p>Making a complaint does not affect your {publisher.treated}.</p>",
        "<p>Print or save this page: it is your record. Quote the reference whenever you contact us.</p>",
    ]
    return page(publisher.name, heading, body, 200)


def _next(publisher: Publisher, matter: str, when: str) -> Iterator[str]:
    ombudsman = escaped(publisher.rules.ombudsman)
    if matter == "complaint":
        yield "Somebody who deals with complaints reads what you wrote."
        yield f"You hear from us <strong>{when}</strong>. We tell you how it goes on, and how long that may take."
        yield "We look into it, keep you informed, and give you an answer in writing."
        yield f"If you are not content with our answer in the end, you can go to the {ombudsman}."
    else:
        yield "Somebody reads what you wrote, and passes it to those it is about."
        yield f"If it needs an answer from us, you have one <strong>{when}</strong>."
        yield "This is not recorded as a complaint. You can tell us at any time that you want to make one."


def missing_page() -> HTMLResponse:
    """Return the one page for every address at which there is no form: who has none is not told from who is unknown."""
    body = [
        "<h1>Page not found</h1>",
        "<p>There is no form at this address. If you typed it, check that it is right.</p>",
        "<p>You can complain to any organisation by telephone, in writing or in person.</p>",
    ]
    return page("Complaints and feedback", "Page not found", body, 404)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
