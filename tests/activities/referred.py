"""Referrals on a desk: an Ombudsman takes the complaint up, asks, decides, and recommends."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import referral_said as said
from tests.activities.office_desk import Desk


def today(desk: Desk) -> date:
    return desk.apart.engine.now.date()


async def refer(desk: Desk, **changes: Any) -> UUID:
    """Record a referral; return its id."""
    await desk.must(CommandKind.RECORD_REFERRAL, received(desk, **changes))
    return UUID(referrals(desk)[-1]["id"])


def received(desk: Desk, **changes: Any) -> said.RecordReferral:
    what: dict[str, Any] = {
        "kind": "ombudsman",
        "body": "phso",
        "their_reference": "P-000123",
        "received_on": today(desk),
        "scope": "The wait, and the lost notes.",
    }
    return said.RecordReferral(**what | changes)


def referrals(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows(
        "select r.*, p.state, p.ended_on, p.ended_cause, p.number, p.changes from referral r"
        " join proceeding p on p.id = r.id where r.complaint_id = %s order by p.number"
    )


def enquiry(desk: Desk, **changes: Any) -> said.EnquirySaid:
    what: dict[str, Any] = {"what": "The file.", "asked_on": today(desk), "due_on": date(2028, 3, 20)}
    return said.EnquirySaid(**what | changes)


def of(desk: Desk, table: str) -> list[dict[str, Any]]:
    order = "number" if table in ("referral_enquiry", "referral_decision", "recommendation") else "said_at, id"
    return desk.rows(f"select * from {table} where complaint_id = %s order by {order}")


async def decide(desk: Desk, referral: UUID, kind: Any = "final", **changes: Any) -> str | None:
    """Record a decision; return why it was refused."""
    what: dict[str, Any] = {"kind": kind, "decided_on": today(desk), "words": "We looked at it."}
    if kind == "final":
        what["outcome"] = "upheld"
    if kind == "preliminary":
        what["comments_by"] = date(2028, 3, 31)
    decision = said.RecordReferralDecision(referral_id=referral, **what | changes)
    return (await desk.do(CommandKind.RECORD_REFERRAL_DECISION, decision)).refusal


def recommended(desk: Desk, target_on: date, by: str = "senior_leader", **changes: Any) -> said.RecommendationSaid:
    what: dict[str, Any] = {
        "kind": "apology",
        "what": "Apologise.",
        "target_on": target_on,
        "owner_id": desk.body.person(by),
    }
    return said.RecommendationSaid(**what | changes)


async def comply(desk: Desk, referral: UUID, recommendation: UUID, **changes: Any) -> str | None:
    what: dict[str, Any] = {"complied_on": today(desk), "evidence": "The letter was posted."}
    done = said.RecordCompliance(referral_id=referral, recommendation_id=recommendation, **what | changes)
    return (await desk.do(CommandKind.RECORD_COMPLIANCE, done)).refusal


async def tell(desk: Desk, referral: UUID, recommendation: UUID, **changes: Any) -> str | None:
    what: dict[str, Any] = {"told_on": today(desk), "how": "By e-mail"}
    done = said.TellCompliance(referral_id=referral, recommendation_id=recommendation, **what | changes)
    return (await desk.do(CommandKind.TELL_COMPLIANCE, done)).refusal


async def publish(desk: Desk, referral: UUID, **changes: Any) -> str | None:
    what: dict[str, Any] = {"published_on": today(desk), "place": "Our website", "words": "Notes are scanned at once."}
    return (
        await desk.do(CommandKind.PUBLISH_LEARNING, said.PublishLearning(referral_id=referral, **what | changes))
    ).refusal


async def close(desk: Desk, referral: UUID, cause: Any = "done", reason: str | None = None) -> Any:
    what = said.CloseReferral(referral_id=referral, cause=cause, reason=reason)
    return await desk.do(CommandKind.CLOSE_REFERRAL, what, "complaints_manager")


def running(desk: Desk) -> dict[str, list[str]]:
    """Return the due dates of the running clocks of referrals, by kind."""
    found: dict[str, list[str]] = {}
    for row in desk.rows(
        "select kind, due_on from clock where complaint_id = %s and state = 'running' and proceeding_id is not null"
        " order by due_on"
    ):
        found.setdefault(row["kind"], []).append(row["due_on"])
    return found
