"""The pages of the questions: to type a code, to answer, afterwards, and when there is nothing to answer.

Nothing here says anything of a complaint, and what cannot be opened says nothing of why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fastapi.responses import HTMLResponse

from api.feedback_page.rules import InstrumentShown
from api.form.answers import TRAP, Faults
from api.form.elements import Question, Sheet, escaped
from api.form.shell import page

PATH: Final = "/feedback"
SCORE: Final = "s_"
WORDS: Final = "words"
LONGEST: Final = 5_000
CODE: Final = "code"
LONGEST_CODE: Final = 40
DO: Final = "do"
DECLINE: Final = "decline"
_HEADING: Final = "How was it for you?"
# In the words of the letter that asks.
_LEAST: Final = "not at all"
_MOST: Final = "completely"


def code_page(*, typed: str = "", wrong: str = "", said: str = "", status: int = 200) -> HTMLResponse:
    """Return the page on which the code of a letter is typed. `wrong` is about what was typed, `said` is not."""
    sheet = Sheet(typed={CODE: typed}, faults={CODE: wrong} if wrong else {})
    body = [
        sheet.summary(),
        _alert(said),
        f"<h1>{_HEADING}</h1>",
        "<p>Type the code that stands in the letter that we sent you.</p>",
        f'<form method="post" action="{PATH}" novalidate>',
        sheet.line(
            Question(
                name=CODE,
                label="Code",
                hint="For example 7K2M-9QXD-3BWT-5HNP.",
                autocomplete="off",
                longest=LONGEST_CODE,
            )
        ),
        '<button type="submit">Continue</button>',
        "</form>",
    ]
    return page("Feedback", f"Error: {_HEADING}" if wrong or said else _HEADING, body, status)


def questions_page(
    organisation: str,
    path: str,
    asked: InstrumentShown,
    typed: Mapping[str, str],
    faults: Faults,
    *,
    status: int = 200,
    said: str = "",
) -> HTMLResponse:
    """Return the questions with what was typed, and what is wrong with it."""
    sheet = Sheet(typed=typed, faults=faults)
    body = [
        sheet.summary(),
        _alert(said),
        f"<h1>{escaped(asked.title)}</h1>",
        '<div class="inset">',
        "<p>You do not have to answer, and you can leave out any question. Nobody who dealt with the complaint sees"
        " what you say. It is counted together with what others say, and it changes nothing for you.</p>",
        "<p>If you need this in another language or form, or would rather talk, please ring or write to"
        f" {escaped(organisation)}.</p>",
        "</div>",
        f'<form method="post" action="{escaped(path)}" novalidate>',
        *_questions(asked, sheet),
        '<button type="submit" name="do" value="send">Send</button>',
        f'<button class="second" type="submit" name="{DO}" value="{DECLINE}">I would rather not answer</button>',
        "</form>",
    ]
    return page(organisation, f"Error: {asked.title}" if faults or said else asked.title, body, status)


def _questions(asked: InstrumentShown, sheet: Sheet) -> Iterator[str]:
    yield f"<p>How much do you agree with each line? 1 means {_LEAST}, and 5 means {_MOST}.</p>"
    for title, statements in asked.statements_by_stage:
        yield f"<h2>{escaped(title)}</h2>"
        for each in statements:
            yield sheet.scale(Question(name=f"{SCORE}{each.code}", label=each.words), _LEAST, _MOST)
    yield "<h2>Anything else</h2>"
    yield sheet.words(
        Question(
            name=WORDS,
            label="Is there anything else that you would like us to know? (optional)",
            hint="Please do not name anybody.",
            longest=LONGEST,
        ),
        rows=6,
    )
    yield sheet.trap(Question(name=TRAP, label="Website (leave this empty)"))


def thanks_page() -> HTMLResponse:
    """Return the page that is shown when somebody has answered: the same to everybody."""
    body = [
        "<h1>Thank you</h1>",
        "<p>What you said has reached us. We do not ask again. You can close this page.</p>",
    ]
    return page("Feedback", "Thank you", body, 200)


def closed_page() -> HTMLResponse:
    """Return the one page for every code that opens nothing: unknown, too old and answered are not told apart."""
    body = [
        "<h1>This page cannot be opened</h1>",
        "<p>The code may be mistyped, too old, or used before. If you would like to tell us how it was, you can ring"
        " or write to the organisation at any time.</p>",
        f'<p><a href="{PATH}">Type a code</a></p>',
    ]
    return page("Feedback", "Page not found", body, 404)


def _alert(said: str) -> str:
    return f'<div class="errors" role="alert"><p>{escaped(said)}</p></div>' if said else ""
