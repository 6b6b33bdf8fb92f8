"""Made-up facts for every template: as they usually are, as long as they can be, and as empty as they may be.

Previews are made of them, and the test that renders every template. Nobody in them exists.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from policies.letters import MAY_BE_EMPTY
from policies.template_files import FACTS, Kind, TemplateSpec

_DAY: Final = date(2028, 3, 3)
_USUAL: Final[dict[Kind, object]] = {
    Kind.LINE: "A few words",
    Kind.TEXT: "A first paragraph.\n\nAnd a second one.",
    Kind.DATE: _DAY,
    Kind.NUMBER: 14,
    Kind.FLAG: True,
}
# Facts that read better with a word of their own than with one for all of their kind.
_OWN: Final[dict[str, object]] = {
    "reference": "RDX-7K2M9QXA-C",
    "organisation_name": "Example NHS Trust",
    "complainant_name": "Amina Khan",
    "staff_name": "Jo Bell",
    "supporter_name": "Sam Okoro",
    "signatory_name": "Dr Sam Okoro",
    "signatory_role": "Chief Executive",
    "decision_maker_name": "Dr Ada Hall",
    "clock_title": "Acknowledgement",
    "basis": "agreed",
    "matter": "complaint",
    "request_kind": "clinical advice",
    "delivery": "at a meeting",
    "person_word": "patient",
    "staff_word": "staff",
    "procedure_title": "Example complaints procedure",
    "ombudsman_name": "Example Ombudsman",
    "ombudsman_contact": "www.ombudsman.example, telephone 01632 960123",
    "ground": "It was investigated before",
    "legal_basis": "Example Regulations reg 8(1)(e)",
    "summary": "My mother waited nine hours in the emergency department",
    "narrative": "We came at noon.\n\nNobody spoke to us until the evening.",
    "desired_outcome": "I want to know why it took so long.",
    "reason": "We are waiting for the records of another hospital.",
    "held_issues": "1. Who was on the ward that night",
    "issues": "1. The wait\n2. How you were spoken to",
    "evidence": "1. The records of that day\n2. The rota",
    "interviewees": "1. The ward manager",
    "views": "We think that the ward should have called you.",
    "body_name": "Example Council",
    "separate_issues": "2. Nobody came to help at home.",
    "was_asked": True,
    "lead_name": "Example Council",
    "other_bodies": "1. Example Practice\n2. Example Council",
    "recommended": "Write to the family and apologise for the wait.",
    "promised_action": "We will train the staff who visit people at home.",
    "planned_action": "We will hand over medicines in writing on every ward.",
    "progress": "Two wards of five do it already.",
    "what_was_done": "The ward manager rang you and put it right.",
    "letter": "Dear Amina Khan,\n\nWe have looked into what happened.",
    "next_step": "If you are not satisfied, you can ask the Example Ombudsman to look at it.",
    "received_on": _DAY - timedelta(days=7),
    "happened_on": _DAY - timedelta(days=40),
    "noticed_on": _DAY - timedelta(days=30),
    "new_due_on": _DAY + timedelta(days=35),
    "respond_by": _DAY + timedelta(days=35),
    "next_update_on": _DAY + timedelta(days=14),
    "limit_on": _DAY + timedelta(days=180),
    "window_until": _DAY + timedelta(days=365),
    "copied_to": "Amina Khan",
    "copied_subject": "An update on your complaint: RDX-7K2M9QXA-C",
    "copied_letter": "Dear Amina Khan,\n\nWe are still working on your complaint.\n\nExample NHS Trust",
    "stage_title": "A closer look",
    "comment_on": "our initial views",
    "support_inside": "Occupational health, telephone 01632 960100\nFreedom to speak up guardian",
    "support_outside": "Your trade union or professional body",
    "statements": "- I knew what was happening\n- I was treated fairly",
    "measures": "- Please write to Sam Okoro only\n- We answer once a week",
    "what_happened": "You shouted at the person who answered your call.",
    "adjustments": "You told us that it is easier for you to write than to call.",
    "advocacy": "An independent advocate can help you to make your complaint.",
    "non_detriment": "Making a complaint will not affect the care that you get from us.",
    "staff_words": "We have spoken to everybody who was there.",
    "escalation_level": "serious",
    "answer_by": "17:00 on 3 March 2028",
    "account": "A dose was given twice on the night of the third.",
    "enquiries": "We will look into how the chart was read.",
    "announced": "- How the chart was read: by 30 March 2028",
    "results": "The chart had been copied by hand.",
    "apology": "We are sorry. This should not have happened to you.",
    "support_offered": "Our bereavement service, telephone 01632 960110.",
    "speak_to": "Dr Ada Hall, telephone 01632 960111.",
    "late": False,
    "bereaved": False,
}
# What the machine itself says has only the words that it knows: these are the longest.
_CLOSED: Final[dict[str, object]] = {
    "reference": "RDX-7K2M9QXA-C",
    "basis": "determined",
    "matter": "complaint",
    "request_kind": "something that the answer needs",
    "delivery": "in a letter",
    "comment_on": "the plan of the investigation",
    "stage_title": "Waiting for the decision of the responsible person on it",
    "copied_subject": "We are looking more closely at your complaint: RDX-7K2M9QXA-C",
    "clock_title": "Comments on the initial views, before anything is decided or put to anybody",
    "person_word": "person who uses the service",
    "staff_word": "colleague",
    "update_every_days": 90,
    "escalation_level": "immediate",
    "answer_by": "23:59 on 30 September 2028",
}
# Two hundred signs, as long as a name can be: two ways of writing, accents, and a sign that is no letter.
_LONG_NAME: Final = ("Zoë-Małgorzata أمينة 👩🏽‍⚕️ von Łukaszewicz-Ó Súilleabháin " * 5)[:200].strip()
_PARAGRAPH: Final = ("We have looked into what you told us, and this is a part of it. " * 12).strip()
_LIST: Final = "\n".join(f"{n}. Something that was looked into, and what came of it" for n in range(1, 10))
# Some five thousand words, in paragraphs, a heading, a list and a script that runs from right to left.
_LONG_TEXT: Final = "\n\n".join(
    ["What we found\n---", f"- {_PARAGRAPH}\n- {_PARAGRAPH}", _LIST, "שלום לך, زائر", "One line\nand one more 😀"]
    + [_PARAGRAPH] * 27
)


class Size(StrEnum):
    """How much the made-up facts hold."""

    USUAL = "usual"
    LONGEST = "longest"
    EMPTIEST = "emptiest"


def sample(spec: TemplateSpec, size: Size = Size.USUAL) -> dict[str, object]:
    """Return facts for a template; the emptiest are only those that it needs, empty where they may be."""
    if size is Size.EMPTIEST:
        return {name: "" if name in MAY_BE_EMPTY else _usual(name) for name in spec.needs}
    said = _longest if size is Size.LONGEST else _usual
    return {name: said(name) for name in spec.needs + spec.may}


def _usual(name: str) -> object:
    return _OWN.get(name, _USUAL[FACTS[name]])


def _longest(name: str) -> object:
    if name in _CLOSED:
        return _CLOSED[name]
    match FACTS[name]:
        case Kind.LINE:
            return _LONG_NAME
        case Kind.TEXT:
            return _LONG_TEXT
        case Kind.DATE:
            return date(2028, 9, 27)  # a Wednesday in September: no date is longer
        case _:
            return _usual(name)
