"""Markers for words: which fields of what is said hold words, a marker for each, and what is no words and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter

from db import said
from db.joint_messages import TO_BODY, TO_LEAD
from gateways.sealing import new_key
from gateways.webhooks import new_secret
from tests.gateways.notify_stub import KEY as NOTIFY_KEY
from tests.gateways.notify_stub import MARKER as NOTIFY_ANSWER

MARKER: Final = "Kanarienvogel"
# Stands for words in what a life says: `marked` puts the field's own marker in its place.
W: Final = "…words…"
A_NUMBER: Final = "9434765919"

# What is a str and yet no words: codes of a procedure, of the lists, of the machine, or of the organisation's own.
CODES: Final = frozenset(
    {"Extend.clock", "Log.tier", "Escalate.tier", "Exclude.code", "DecideTimeLimit.findings", "IssueSaid.subject"}
    | {"RecordFinding.outcome", "Respond.outcome", "SectionSaid.element", "Link.group", "NoticeOutcomeSaid.failure"}
    | {"RecordConsent.body", "NeedsSaid.language"}
    | {"SubjectSaid.subject", "SubjectSaid.sub_subject", "SubjectSaid.profession"}
    | {f"SetCoding.{name}" for name in ("age_band", "complainant_status", "site", "ward", "service_area", "profession")}
    | {"NameBody.code", "PartOpened.lead_code", "ProposeLead.lead", "ProposeLead.person_prefers", "DecideLead.lead"}
    | {"LeadDecider.code", "LeadView.proposes", "CallMeeting.at", "MeetingSaid.at", "MeetingCalled.at"}
    | {"BodyTold.code", "Invitation.proposed_lead", "Invitation.lead_rule", "LeadDecided.lead", "LeadDecided.rule"}
    | {"Reminder.about", "Released.cause", "Transfer.code", "TransferTakenIn.sender_code"}
    # What is written down for a body, and what we say, is a message that is known: a kind that is none is refused.
    | {"RecordFromBody.kind", "TellLead.kind"}
    | {"RecordReferral.body", "RecordReferral.tier"}
    | {"RecordLearning.theme", "RecordLearning.place", "RecordLearning.factors", "PlanAction.theme", "PlanAction.place"}
)
# A message of the joint protocol: its own fields are planted, each with a marker of its own.
MESSAGES: Final = frozenset({"FromBody.body", "RecordFromBody.body", "HearLead.body", "TellLead.body"})
# A complaint that is offered is logged as one of the body's own, field by field.
NOT_HEARD: Final = frozenset({"transfer"})
# What cannot hold a marker and must leave no more than words do: each is looked for as it is.
SECRETS: Final[dict[str, str]] = {
    "PartySaid.nhs_number": A_NUMBER,
    "PartyCorrected.nhs_number": A_NUMBER,
    "PersonTold.nhs_number": A_NUMBER,
    "EqualitySaid.ethnicity": "asian",
    "EqualitySaid.religion": "sikh",
    "EqualitySaid.disability": "limited_a_little",
    "EqualitySaid.sex": "female",
    "EqualitySaid.gender_identity": "different",
    "EqualitySaid.sexual_orientation": "gay_lesbian",
}
# What only the table and the gateway of a carrier know; and what a carrier answers, which nobody knows beforehand.
SEALING_KEY: Final = new_key()
WEBHOOK_SECRET: Final = new_secret()
# By what number a senior is reached at night: it goes to the carrier of texts, and nowhere else.
SENIORS_NUMBER: Final = "07700900654"
OF_CARRIERS: Final = (NOTIFY_KEY, NOTIFY_ANSWER, SEALING_KEY, WEBHOOK_SECRET, SENIORS_NUMBER)
# What an organisation sets that has words, and that no command says: the column of a table.
SET_BY_OFFICE: Final = frozenset(
    {f"SupportDetail.{name}" for name in ("title", "reached_by")}
    | {f"StatementWords.{name}" for name in ("advocacy", "non_detriment")}
    | {"WebhookSubscription.url", "WebhookSubscription.description"}
)


def token(field: str) -> str:
    """Return the word that marks one field, as a search finds it."""
    return field.replace(".", "").replace("_", "").lower()


def marker(field: str) -> str:
    """Return the words that are put into one field."""
    return f"{MARKER} {token(field)}"


def demanded() -> frozenset[str]:
    """Return every field of every shape that holds words, or what must be kept like words."""
    found: set[type] = set()
    for shape in said.SHAPES.values():
        _gather(shape, found)
    for kind, shape in (TO_BODY | TO_LEAD).items():
        if kind not in NOT_HEARD:
            _gather(shape, found)
    words = {f"{shape.__name__}.{name}" for shape in found for name in _texts(shape)}
    assert words >= CODES | MESSAGES | SECRETS.keys(), "what is excused is there"
    return frozenset(words - CODES - MESSAGES)


def marked(what: Any, field: str = "") -> Any:
    """Return what is said with a marker wherever `W` stands."""
    if dataclasses.is_dataclass(what) and not isinstance(what, type):
        name = type(what).__name__
        each = {f.name: marked(getattr(what, f.name), f"{name}.{f.name}") for f in dataclasses.fields(what)}
        return dataclasses.replace(what, **each)
    if isinstance(what, tuple):
        return tuple(marked(each, field) for each in what)
    return marker(field) if what == W else what


def fields_with_words(what: Any, field: str = "") -> Iterator[str]:
    """Yield the fields of something that was said in which a marker stands, or what is looked for as it is."""
    if dataclasses.is_dataclass(what):
        for each in dataclasses.fields(what):
            yield from fields_with_words(getattr(what, each.name), f"{type(what).__name__}.{each.name}")
        if isinstance(getattr(what, "body", None), dict):
            yield from fields_with_words(message_of(what.kind, what.body))
    elif isinstance(what, tuple):
        for one in what:
            yield from fields_with_words(one, field)
    elif isinstance(what, str) and (MARKER in what or SECRETS.get(field) == what):
        yield field


def message_of(kind: str, body: dict[str, Any]) -> Any:
    """Return a message of the joint protocol; nothing for one that nobody knows."""
    shape = (TO_BODY | TO_LEAD).get(kind)
    return None if shape is None or not body else TypeAdapter(shape).validate_python(body)


def fields_in(text: str) -> set[str]:
    """Return the fields whose markers, or what is kept like words, stand in JSON."""
    lowered = text.lower()
    looked_for = {field: f'"{SECRETS[field]}"' if field in SECRETS else token(field) for field in demanded()}
    return {field for field, each in looked_for.items() if each in lowered}


def _gather(shape: type, found: set[type]) -> None:
    if shape in found:
        return
    found.add(shape)
    for hint in get_type_hints(shape).values():
        for part in _parts(hint):
            if dataclasses.is_dataclass(part) and isinstance(part, type):
                _gather(part, found)


def _texts(shape: type) -> list[str]:
    return [name for name, hint in get_type_hints(shape).items() if str in _parts(hint)]


def _parts(hint: Any) -> list[Any]:
    """Return the types of which a hint is made. The values of a Literal are codes."""
    if get_origin(hint) is Literal:
        return []
    if get_origin(hint) is None:
        return [hint]
    return [part for each in get_args(hint) for part in _parts(each)]
