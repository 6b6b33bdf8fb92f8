"""What is said of what an Ombudsman or a regulator asks: recorded, answered with a pack, decided, complied with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import pack_said as packs
from db import referral_said as referrals
from tests.lives.machine.draws import NOBODY, WORDS, Draws
from tests.lives.machine.look import Row, day
from tests.lives.machine.sayings_early import Saying

_BODIES: tuple[tuple[referrals.Asker, str, str | None], ...] = (
    ("ombudsman", "phso", None), ("regulator", "cqc", None), ("ombudsman", "other_ombudsman", "A body without a code"),
)  # fmt: skip
_WRONG: tuple[tuple[referrals.Asker, str, str | None], ...] = (
    ("ombudsman", "cqc", None), ("regulator", "nobody", None), ("ombudsman", "phso", "Named all the same"),
)  # fmt: skip


def record_referral(d: Draws) -> Saying:
    kind, body, name = d.mostly(d.one(*_BODIES), *_WRONG)
    received_on = d.done_on()
    what = referrals.RecordReferral(
        kind=kind,
        body=body,
        their_reference="C-2100001",
        received_on=received_on,
        scope=WORDS,
        name=name,
        channel=d.one("direct", "mp"),
        tier=d.mostly(None, "no_such_tier"),
        enquiry=d.one(_enquiry(d, received_on, reg_16=body == "cqc"), None),
    )
    return what, d.speaker("handler", "complaints_manager")


def record_enquiry(d: Draws) -> Saying:
    row = _one(d, "received", "provisional")
    said = _part(d, "referral", row)
    asked_on = _since(d, said["received_on"] if said else None)
    enquiry = _enquiry(d, asked_on, reg_16=bool(said) and said["body_code"] == "cqc")
    return referrals.RecordReferralEnquiry(referral_id=_id(d, row), enquiry=enquiry), "handler"


def assemble_pack(d: Draws) -> Saying:
    row = _one(d, "received", "provisional")
    restricted = d.one(False, False, True)
    enquiries = [each["id"] for each in d.look.rows("referral_enquiry") if row and each["referral_id"] == row["id"]]
    what = packs.AssemblePack(
        purpose=d.one("ombudsman", "regulator", "other"),
        referral_id=d.one(None, _id(d, row)) if row else None,
        enquiry_id=d.one(None, d.id([UUID(each) for each in enquiries])) if enquiries else None,
        include_restricted=restricted,
        restricted_reason=d.mostly(WORDS, None) if restricted else None,
    )
    return what, d.speaker("complaints_manager")


def answer_referral(d: Draws) -> Saying:
    enquiry = d.row(d.look.rows("referral_enquiry", answered_on=None)) or d.row(d.look.rows("referral_enquiry"))
    pack = d.one(*d.look.ids("evidence_pack")[-1:], None)
    what = referrals.AnswerReferral(
        referral_id=_of(d, enquiry),
        enquiry_id=_part_id(d, enquiry),
        answered_on=_since(d, enquiry["asked_on"] if enquiry else None),
        pack_id=d.mostly(pack, NOBODY),
        words=d.mostly(WORDS, None),
    )
    return what, "handler"


def record_decision(d: Draws) -> Saying:
    row = _one(d, "received", "provisional")
    kind = d.one("preliminary", "final", "final", "not_investigated")
    said = _part(d, "referral", row)
    before = [
        each["decided_on"] for each in d.look.rows("referral_decision") if row and each["referral_id"] == row["id"]
    ]
    decided_on = _since(d, max([*before, said["received_on"]]) if said else None)
    made = tuple(_recommendation(d, decided_on) for _ in range(d.one(0, 1, 2))) if kind == "final" else ()
    what = referrals.RecordReferralDecision(
        referral_id=_id(d, row),
        kind=kind,
        decided_on=decided_on,
        words=WORDS,
        outcome=d.mostly("upheld", None) if kind == "final" else None,
        comments_by=d.mostly(decided_on + timedelta(days=14), None) if kind == "preliminary" else None,
        recommendations=made if d.right else d.mostly(made, (_recommendation(d, decided_on),)),
    )
    return what, d.speaker("handler", "complaints_manager")


def comment_on_decision(d: Draws) -> Saying:
    row = _one(d, "provisional")
    decisions = [
        each["decided_on"] for each in d.look.rows("referral_decision") if row and each["referral_id"] == row["id"]
    ]
    on = _since(d, max(decisions, default=None))
    return referrals.CommentOnDecision(referral_id=_id(d, row), commented_on=on, words=WORDS), "handler"


def record_compliance(d: Draws) -> Saying:
    made = d.row(d.look.rows("recommendation", complied_on=None)) or d.row(d.look.rows("recommendation"))
    decided = _part(d, "referral_decision", {"id": made["decision_id"]}) if made else None
    files = d.look.ids("case_file", attached=True)
    what = referrals.RecordCompliance(
        referral_id=_of(d, made),
        recommendation_id=_part_id(d, made),
        complied_on=_since(d, decided["decided_on"] if decided else None),
        evidence=WORDS,
        file_ids=(d.id(files),) if files and d.one(False, True) else (),
    )
    return what, "handler"


def tell_compliance(d: Draws) -> Saying:
    done = [row for row in d.look.rows("recommendation", told_body_on=None) if row["complied_on"]]
    made = d.row(done) or d.row(d.look.rows("recommendation"))
    on = _since(d, made["complied_on"] if made else None)
    what = referrals.TellCompliance(
        referral_id=_of(d, made), recommendation_id=_part_id(d, made), told_on=on, how="By e-mail"
    )
    return what, "handler"


def publish_learning(d: Draws) -> Saying:
    row = _one(d, "complying", "decided")
    decisions = [
        each["decided_on"] for each in d.look.rows("referral_decision") if row and each["referral_id"] == row["id"]
    ]
    what = referrals.PublishLearning(
        referral_id=_id(d, row), published_on=_since(d, max(decisions, default=None)), place="Our website", words=WORDS
    )
    return what, "complaints_manager"


def close_referral(d: Draws) -> Saying:
    row = _one(d, "complying", "decided")
    cause = d.one("done", "done", "withdrawn", "not_investigated")
    what = referrals.CloseReferral(referral_id=_id(d, row), cause=cause, reason=d.mostly(WORDS, None))
    return what, d.speaker("complaints_manager", "handler")


def _enquiry(d: Draws, asked_on: date, *, reg_16: bool) -> referrals.EnquirySaid:
    """What is asked, by a day of theirs, or by the regulation; wrongly without a day, or under it by anybody."""
    under = d.mostly(reg_16, not reg_16)
    due_on = (
        None if under else d.mostly(asked_on + timedelta(days=d.one(14, 3, 40)), None, asked_on - timedelta(days=1))
    )
    return referrals.EnquirySaid(what=WORDS, asked_on=asked_on, basis="reg_16" if under else "date_set", due_on=due_on)


def _recommendation(d: Draws, decided_on: date) -> referrals.RecommendationSaid:
    return referrals.RecommendationSaid(
        kind=d.one("apology", "training"),
        what=WORDS,
        target_on=d.mostly(decided_on + timedelta(days=d.one(30, 5, 60)), decided_on - timedelta(days=1)),
        owner_id=d.mostly(d.body.person(d.one("auditor", "complaints_manager")), NOBODY),
    )


def _since(d: Draws, since: str | None) -> date:
    """Choose a day since something; wrongly tomorrow, or before it."""
    first = day(since) if since else d.received_on
    earlier = max(first, d.today - timedelta(days=d.one(0, 0, 1, 5)))
    return d.mostly(earlier, d.today + timedelta(days=1), first - timedelta(days=1))


def _part(d: Draws, table: str, row: Row | None) -> Row | None:
    found = d.look.rows(table, id=row["id"]) if row else []
    return found[0] if found else None


def _one(d: Draws, *states: str) -> Row | None:
    """Choose a referral: one in a state, if there is any; else any."""
    rows = d.look.rows("proceeding", kind="referral")
    fit = [row for row in rows if row["state"] in states]
    return d.row(fit) or d.row(rows)


def _id(d: Draws, row: Row | None) -> UUID:
    return NOBODY if row is None else d.mostly(UUID(row["id"]), NOBODY, UUID(d.look.complaint["id"]))


def _of(d: Draws, part: Row | None) -> UUID:
    """Return the referral of a part of one; wrongly another, if there are several."""
    if part is None:
        return NOBODY
    return d.mostly(UUID(part["referral_id"]), NOBODY, *d.look.ids("referral"))


def _part_id(d: Draws, part: Row | None) -> UUID:
    return NOBODY if part is None else d.mostly(UUID(part["id"]), NOBODY, UUID(part["referral_id"]))


REFERRAL: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind.RECORD_REFERRAL: record_referral,
    CommandKind.RECORD_REFERRAL_ENQUIRY: record_enquiry,
    CommandKind.ASSEMBLE_PACK: assemble_pack,
    CommandKind.ANSWER_REFERRAL: answer_referral,
    CommandKind.RECORD_REFERRAL_DECISION: record_decision,
    CommandKind.COMMENT_ON_DECISION: comment_on_decision,
    CommandKind.RECORD_COMPLIANCE: record_compliance,
    CommandKind.TELL_COMPLIANCE: tell_compliance,
    CommandKind.PUBLISH_LEARNING: publish_learning,
    CommandKind.CLOSE_REFERRAL: close_referral,
}
