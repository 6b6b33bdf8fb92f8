"""What people say of those outside: who they are, what they need, who may be told, what was promised, what arrived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import consent_said as consent
from db import contact_plan_said as plans
from db import people_said as people
from db import promise_said as promise
from db.delivery_said import RecordDelivery
from db.party_said import NeedsSaid, PartySaid
from tests.lives.machine.draws import WORDS, Draws
from tests.lives.machine.look import Row, day
from tests.lives.machine.sayings_early import Saying

_SENIORS = ("responsible_person", "senior_leader")


def add_party(d: Draws) -> Saying:
    role = d.one("representative", "advocate", "witness", "mp", "affected", "other_body")
    speaks = role in ("representative", "advocate", "mp")
    what = PartySaid(
        role=d.mostly(role, "complainant"),
        name=f"Nan Newcomer {len(d.look.rows('party'))}",
        address=d.one("3 Example Street", None),
        email=d.one(None, "nan@example.org"),
        phone=d.one(None, "07700 900123"),
        ground="asked" if speaks else None,
        consent_basis=d.one(None, "written", "none") if speaks else None,
        died=role == "affected" and d.one(False, True),
        needs=d.one(None, needs(d)),
    )
    return people.AddParty(party=what), "handler"


def retire_party(d: Draws) -> Saying:
    what = people.RetireParty(
        party_id=d.id(_others(d) or d.parties()),
        cause=d.one("left", "replaced", "mistaken", "no_longer_represents"),
        words=d.one(None, WORDS),
    )
    return what, "handler"


def needs(d: Draws) -> NeedsSaid:
    """Choose what somebody needs: often something that changes how they are reached."""
    preferred = d.one("letter", None, "email", "text", "call")
    unsafe = d.one((), ("no_post",), ("no_email", "no_calls"), ("no_voicemail",), ("no_text", "no_post"))
    clash = {"letter": "no_post", "email": "no_email", "text": "no_text", "call": "no_calls"}
    if preferred is not None and clash[preferred] in unsafe and d.mostly(True, False):
        preferred = None
    return NeedsSaid(
        preferred_channel=preferred,
        language=d.one("en", "en", "pl"),
        formats=d.one((), (), ("large_print",), ("easy_read",), ("bsl", "large_print")),
        adjustments=d.one(None, WORDS),
        unsafe=unsafe,
        unsafe_words=WORDS if unsafe else None,
        copies=d.one(False, True),
    )


def set_contact_needs(d: Draws) -> Saying:
    return people.SetContactNeeds(party_id=d.id(d.parties()), needs=needs(d)), "handler"


def give_statements(d: Draws) -> Saying:
    contacts = d.look.ids("contact")
    in_contact = bool(contacts) and d.one(False, True)
    what = people.GiveStatements(
        statements=d.mostly(("advocacy", "non_detriment"), ("advocacy",), ()),
        party_id=d.one(None, d.id(d.parties())),
        contact_id=d.id(contacts) if in_contact else None,
        given_on=None if in_contact else d.done_on(),
        method=None if in_contact else d.mostly("call", None),
    )
    return what, "handler"


def record_consent(d: Draws) -> Saying:
    if d.look.rows("contribution") and d.one(True, True, False):
        return consent_for_body(d)
    concerned = d.parties("affected") or d.parties("complainant")
    recipients = [each for each in d.parties() if each not in concerned]
    if d.right and d.parties("affected"):
        recipients = d.parties("complainant")
    basis = d.one("statutory", "written")
    what = consent.RecordConsent(
        scope="represent" if d.right else d.one("represent", "correspond", "disclose_response", "disclose_records"),
        giver_id=d.id(concerned),
        basis=basis,
        given_on=d.done_on(),
        recipient_id=d.id(recipients) if recipients else None,
        body=None if recipients else "ombudsman",
        giver_ground=d.mostly(None, "attorney"),
        file_id=d.id(d.look.ids("case_file", attached=True)) if basis == "written" else None,
        expires_on=d.one(None, d.due_on(10, 40)),
        after_death=d.one(False, True),
    )
    return what, "handler"


def consent_for_body(d: Draws) -> Saying:
    """Choose to agree that a body is told: one that waits for it, or any other that was named."""
    named = [row for row in d.look.rows("contribution") if row["state"] != "released"] or d.look.rows("contribution")
    blocked = [row for row in named if row["state"] == "consent_blocked"]
    row = d.row(blocked or named) or {"code": "A81001"}
    what = consent.RecordConsent(
        scope="share_with_body",
        giver_id=d.id(d.parties("affected") or d.parties("complainant")),
        basis="statutory",
        given_on=d.done_on(),
        body=d.mostly(row["code"], "A81001", "ombudsman"),
        expires_on=d.one(None, None, d.due_on(3, 10, 30)),
        after_death=d.one(False, True),
    )
    return what, "handler"


def withdraw_consent(d: Draws) -> Saying:
    row = d.row(d.look.rows("consent", superseded_by=None, withdrawn_on=None) or d.look.rows("consent"))
    what = consent.WithdrawConsent(
        consent_id=d.id([UUID(row["id"])] if row else []),
        withdrawn_on=d.today,
        withdrawn_by=UUID(row["giver_id"]) if row else d.id(d.parties()),
        how=d.one("call", "letter"),
        words=d.one(None, WORDS),
    )
    return what, "handler"


def warn_about_conduct(d: Draws) -> Saying:
    return plans.WarnAboutConduct(party_id=d.id(d.parties()), happened_on=d.done_on(), words=WORDS), "handler"


def _measures(d: Draws) -> plans.Measures:
    return plans.Measures(
        single_contact_id=d.one(None, d.person("handler")),
        channels=d.one(("letter", "email"), None),
        every_days=d.one(7, 14),
        accompanied=d.one(False, True),
    )


def decide_contact_plan(d: Draws) -> Saying:
    unwarned = d.one("threats", None)
    what = plans.DecideContactPlan(
        party_id=d.id(d.parties()),
        measures=_measures(d),
        reasons=WORDS,
        adjustments_considered=WORDS,
        review_on=d.due_on(20, 60),
        no_warning=unwarned,
        no_warning_because=d.mostly(WORDS, None) if unwarned else None,
    )
    return what, d.speaker(*_SENIORS)


def review_contact_plan(d: Draws) -> Saying:
    outcome = d.one("continued", "eased", "ended")
    what = plans.ReviewContactPlan(
        plan_id=_plan(d),
        outcome=outcome,
        reasons=WORDS,
        review_on=None if outcome == "ended" else d.mostly(d.due_on(20, 40), None),
        measures=plans.Measures(every_days=d.one(3, 60)) if outcome == "eased" else None,
    )
    return what, d.speaker(*_SENIORS)


def appeal_contact_plan(d: Draws) -> Saying:
    on = d.mostly(d.today, d.today + timedelta(days=1), d.received_on)
    return plans.AppealContactPlan(plan_id=_plan(d), appealed_on=on, words=WORDS), "handler"


def decide_appeal(d: Draws) -> Saying:
    return plans.DecideAppeal(plan_id=_plan(d), upheld=d.one(True, False), reasons=WORDS), d.speaker(*_SENIORS)


def flag_staff_safety(d: Draws) -> Saying:
    flagged = not d.look.complaint["staff_safety"]
    what = plans.FlagStaffSafety(
        flagged=d.mostly(flagged, not flagged), words=WORDS, review_on=d.one(None, d.due_on(10)) if flagged else None
    )
    return what, "complaints_manager"


def make_promise(d: Draws) -> Saying:
    every = d.one(None, 7, 14)
    staff = [row for row in d.look.rows("involvement") if row["state"] != "ended"]
    to_staff = bool(staff) and d.one(False, False, True)
    what = promise.MakePromise(
        kind=d.one("call", "update", "copy"),
        what=WORDS,
        due_on=d.due_on(1, 5, 12) if every is None else d.one(None, d.due_on(3)),
        every_days=every,
        made_on=d.one(None, d.done_on()),
        party_id=None if to_staff else d.one(None, d.id(d.parties())),
        involvement_id=d.id([UUID(row["id"]) for row in staff]) if to_staff else None,
    )
    return what, "handler"


def keep_promise(d: Draws) -> Saying:
    row = _promise(d)
    made = day(row["made_on"]) if row else d.today
    what = promise.KeepPromise(
        promise_id=d.id([UUID(row["id"])] if row else []),
        kept_on=d.mostly(d.today, made, d.today + timedelta(days=1)),
        contact_id=d.one(None, d.id(d.look.ids("contact"))) if d.look.ids("contact") else None,
        words=d.mostly(WORDS, None),
    )
    return what, "handler"


def release_promise(d: Draws) -> Saying:
    row = _promise(d)
    what = promise.ReleasePromise(
        promise_id=d.id([UUID(row["id"])] if row else []), because=d.one("not_wanted", "overtaken"), words=None
    )
    return what, "handler"


def record_delivery(d: Draws) -> Saying:
    owed = d.look.rows("notice", state="released", failure="format_owed")
    left = [row for row in d.look.rows("notice") if row["state"] in ("handed_over", "delivered", "failed", "released")]
    row = d.row(owed if owed and d.one(True, False) else left)
    arrived = d.one("supplied_in_format", "read_out", "delivered")
    what = RecordDelivery(
        notice_id=d.id([UUID(row["id"])] if row else []),
        what=arrived if row in owed else d.one("returned", "delivered", "bounced", "wrong_address", "read_out"),
        on=d.mostly(d.today, d.received_on - timedelta(days=1), d.today),
        words=d.one(None, WORDS),
    )
    return what, "handler"


def _others(d: Draws) -> list[UUID]:
    rows = [row for row in d.look.rows("party") if row["replaced_by"] is None and row["role"] != "complainant"]
    return [UUID(row["id"]) for row in rows if row["retired_at"] is None]


def _plan(d: Draws) -> UUID:
    return d.id(d.look.ids("contact_plan", state="in_force") or d.look.ids("contact_plan"))


def _promise(d: Draws) -> Row | None:
    return d.row(d.look.rows("promise", state="open") or d.look.rows("promise"))


PEOPLE: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind(each.__name__): each
    for each in (
        add_party, retire_party, set_contact_needs, give_statements, record_consent, withdraw_consent,
        warn_about_conduct, decide_contact_plan, review_contact_plan, appeal_contact_plan, decide_appeal,
        flag_staff_safety, make_promise, keep_promise, release_promise, record_delivery,
    )
}  # fmt: skip
