"""Who may be told what about somebody else: what each letter discloses, and what covers that on a day.

Pure rules over what is on record. A letter that is not classified here counts as one that tells what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.failures import Refusal
from policies.eligibility import age_on


class Discloses(StrEnum):
    """What something tells about the person concerned, the least first."""

    NOTHING = "nothing"  # that it reached us, what we need, why somebody is not heard; of the recipient themself
    OWN = "own"  # what whoever complained told us themselves, and when they hear from us
    PROGRESS = "progress"  # how it stands
    FINDINGS = "findings"  # what was found
    RECORDS = "records"  # what stands in records of care


class State(StrEnum):
    """How a consent stands on a day."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    ENDED_BY_DEATH = "ended_by_death"


class Why(StrEnum):
    """Why somebody may be told something, or may not."""

    DISCLOSES_NOTHING = "discloses_nothing"
    CONCERNED = "person_concerned"
    OWN_COMPLAINT = "own_complaint"
    CONSENT = "consent"
    STANDING = "standing"
    SPEAKS_FOR_THE_DEAD = "speaks_for_the_dead"
    AS_LOGGED = "consent_as_logged"
    CONSTITUENT = "implied_constituent"
    STANDING_REFUSED = "standing_refused"
    CONSENT_ENDED = "consent_ended"
    NO_CONSENT = "no_consent"


# By purpose of template: the procedure's own speak of the same. Letters to staff are not asked about here.
DISCLOSES: Final[dict[str, Discloses]] = {
    "receipt": Discloses.NOTHING,
    "receipt_on_behalf": Discloses.NOTHING,
    "mp_receipt": Discloses.NOTHING,
    "mp_reply_bare": Discloses.NOTHING,
    "representative_refused": Discloses.NOTHING,
    "not_handled": Discloses.NOTHING,
    "out_of_time": Discloses.NOTHING,
    "withdrawal": Discloses.NOTHING,
    "experience": Discloses.NOTHING,
    "survey": Discloses.NOTHING,
    "conduct_warning": Discloses.NOTHING,
    "contact_plan_decided": Discloses.NOTHING,
    "contact_plan_reviewed": Discloses.NOTHING,
    "plan_appeal_decided": Discloses.NOTHING,
    "body_invitation": Discloses.NOTHING,  # these say that there is something; what it is lies behind a code
    "body_message": Discloses.NOTHING,
    "body_reminder": Discloses.NOTHING,
    "body_released": Discloses.NOTHING,
    "body_transfer": Discloses.NOTHING,
    "written_record": Discloses.OWN,
    "period_set": Discloses.OWN,
    "extension": Discloses.PROGRESS,
    "copy": Discloses.PROGRESS,
    "new_date": Discloses.PROGRESS,
    "explain_delay": Discloses.PROGRESS,
    "update": Discloses.PROGRESS,
    "hold": Discloses.PROGRESS,
    "hold_goes_on": Discloses.PROGRESS,
    "hold_lifted": Discloses.PROGRESS,
    "moved_on": Discloses.PROGRESS,
    "issues_to_confirm": Discloses.PROGRESS,
    "plan_shared": Discloses.PROGRESS,
    "initial_views": Discloses.FINDINGS,
    "joint_split": Discloses.PROGRESS,
    "joint_lead": Discloses.PROGRESS,
    "transferred": Discloses.PROGRESS,
    "joint_draft": Discloses.FINDINGS,
    "joint_action_done": Discloses.FINDINGS,
    "recommendation_done": Discloses.FINDINGS,
    "action_news": Discloses.FINDINGS,
    "action_done": Discloses.FINDINGS,
    "action_dropped": Discloses.FINDINGS,
    "candour_notice": Discloses.FINDINGS,  # to whoever was harmed, or acts for them, and to nobody else
    "candour_results": Discloses.FINDINGS,
    "resolution_summary": Discloses.FINDINGS,
    "mp_reply": Discloses.FINDINGS,
    "response": Discloses.FINDINGS,
    "response_composed": Discloses.FINDINGS,
}
_OPEN: Final = frozenset({Discloses.OWN, Discloses.PROGRESS})
_ALL_BUT_RECORDS: Final = _OPEN | {Discloses.FINDINGS}
_SCOPES: Final[dict[str, frozenset[Discloses]]] = {
    "correspond": _OPEN,
    "disclose_response": frozenset({Discloses.FINDINGS}),
    "disclose_records": frozenset({Discloses.RECORDS}),
    "represent": _ALL_BUT_RECORDS,
    "share_with_body": _ALL_BUT_RECORDS,
}
# Who speaks by these does so in the person's interest, and not because the person said so.
_NOT_ASKED: Final = frozenset({"child", "lacks_capacity"})
_SHOWN: Final = frozenset({"written", "oral", "statutory"})
# From here on the law takes it that somebody can decide for themselves (Mental Capacity Act 2005 s.2(5)).
_DECIDES_FROM: Final = 16
_ADULT: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A consent as it was given. `ended_at` is when it ended before its last day, if it did: by whom says `ended`."""

    id: UUID
    scope: str
    recipient_id: UUID | None
    said_at: datetime
    expires_on: date | None = None
    ended: State | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was decided about somebody who speaks for another."""

    may_speak: bool
    ground: str
    consent_basis: str | None
    decided_at: datetime
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who would be told, as the record knows them.

    `concerned`: it is about themself. `concerned_died`: whoever it is about has died. `decides_standing`: the procedure
    has a decision about who may speak, so that a ground that nobody has decided on does not count yet.
    """

    role: str
    concerned: bool = False
    concerned_died: bool = False
    concerned_born_on: date | None = None
    ground: str | None = None
    consent_basis: str | None = None
    standing: Standing | None = None
    decides_standing: bool = False
    consents: Sequence[Given] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whether somebody may be told something, and why; `consent_id` where a consent decides it."""

    may: bool
    why: Why
    consent_id: UUID | None = None


def disclosed_by(purpose: str) -> Discloses:
    """Return what a letter of a purpose tells about the person concerned."""
    return DISCLOSES.get(purpose, Discloses.FINDINGS)


def state_of(given: Given, on: date) -> State:
    """Return how a consent stands on a day. On its last day it still counts."""
    if given.ended is not None:
        return given.ended
    return State.EXPIRED if given.expires_on is not None and on > given.expires_on else State.IN_FORCE


def may_be_told(recipient: Recipient, what: Discloses, on: date) -> Told:
    """Say whether somebody may be told something on a day, and why."""
    if what is Discloses.NOTHING:
        return Told(may=True, why=Why.DISCLOSES_NOTHING)
    if recipient.concerned:
        return Told(may=True, why=Why.CONCERNED)
    if what is Discloses.OWN and recipient.role == "complainant":
        return Told(may=True, why=Why.OWN_COMPLAINT)
    fitting = [each for each in recipient.consents if what in _SCOPES[each.scope]]
    if in_force := [each for each in fitting if state_of(each, on) is State.IN_FORCE]:
        return Told(may=True, why=Why.CONSENT, consent_id=in_force[-1].id)
    if what is Discloses.RECORDS:
        return Told(may=False, why=Why.CONSENT_ENDED if fitting else Why.NO_CONSENT)
    return _without_record(recipient, fitting, on)


def _without_record(recipient: Recipient, ended: Sequence[Given], on: date) -> Told:
    """Say what standing, and what was said when somebody was logged, cover: nothing that was taken back since."""
    standing = recipient.standing
    if standing is not None and not standing.may_speak:
        return Told(may=False, why=Why.STANDING_REFUSED)
    gone = [each for each in ended if state_of(each, on) is not State.SUPERSEDED and not _decided_since(standing, each)]
    if recipient.concerned_died and (recipient.role == "complainant" or recipient.ground == "died"):
        # What somebody took back while they lived stays taken back when they have died.
        if withdrawn := [each for each in gone if state_of(each, on) is State.WITHDRAWN]:
            return Told(may=False, why=Why.CONSENT_ENDED, consent_id=withdrawn[-1].id)
        return Told(may=True, why=Why.SPEAKS_FOR_THE_DEAD)
    if _speaks_unasked(recipient, on):
        return Told(may=True, why=Why.STANDING)
    if gone:
        return Told(may=False, why=Why.CONSENT_ENDED, consent_id=gone[-1].id)
    if standing is not None and standing.consent_basis in _SHOWN:
        return Told(may=True, why=Why.STANDING)
    if recipient.consent_basis in _SHOWN:
        return Told(may=True, why=Why.AS_LOGGED)
    if recipient.role == "mp" and recipient.consent_basis == "implied_constituent":
        return Told(may=True, why=Why.CONSTITUENT)
    return Told(may=False, why=Why.NO_CONSENT)


def _speaks_unasked(recipient: Recipient, on: date) -> bool:
    """Say whether somebody speaks for a child, or for one who lacks capacity, as decided; or as logged, where nobody
    has to decide that. Who has grown up is no child any more."""
    decided = recipient.standing is not None
    ground = recipient.standing.ground if recipient.standing is not None else recipient.ground
    born_on = recipient.concerned_born_on
    if ground == "child" and born_on is not None and age_on(born_on, on) >= _ADULT:
        return False
    return ground in _NOT_ASKED and (decided or not recipient.decides_standing)


def last_day(expires_on: date | None, giver_ground: str | None, born_on: date | None) -> date | None:
    """Return the last day of a consent, if it has one: a parent's ends before the child comes of age."""
    if giver_ground != "parent" or born_on is None:
        return expires_on
    # Who was born on 29 February is a year older from 1 March.
    grown_on = (
        date(born_on.year + _ADULT, 3, 1)
        if (born_on.month, born_on.day) == (2, 29)
        else born_on.replace(year=born_on.year + _ADULT)
    )
    return min(expires_on or date.max, grown_on - timedelta(days=1))


def _decided_since(standing: Standing | None, given: Given) -> bool:
    """Say whether it was decided anew that somebody may speak after a consent had ended."""
    if standing is None:
        return False
    if given.ended_at is not None:
        return standing.decided_at > given.ended_at
    return given.expires_on is not None and standing.decided_on > given.expires_on


@dataclass(frozen=True, slots=True, kw_only=True)
class GiverFacts:
    """Who gives a consent, and on what ground; `concerned`: it is about themself. Of whom it is about: born, died."""

    concerned: bool
    died: bool
    ground: str | None
    born_on: date | None
    concerned_died: bool


def giver_refused(facts: GiverFacts, on: date) -> Refusal | None:
    """Return why somebody cannot give a consent, or None: the person concerned can, and others on a ground."""
    if facts.died:
        return Refusal.PERSON_HAS_DIED
    age = None if facts.born_on is None else age_on(facts.born_on, on)
    if facts.concerned:
        too_young = age is not None and age < _DECIDES_FROM
        return Refusal.CONTRADICTS_RECORD if facts.ground is not None or too_young else None
    if facts.ground is None:
        return Refusal.REASON_NEEDED
    fits = {
        "parent": not facts.concerned_died and (age is None or age < _ADULT),
        "attorney": not facts.concerned_died,
        "personal_representative": facts.concerned_died,
    }
    return None if fits[facts.ground] else Refusal.CONTRADICTS_RECORD
