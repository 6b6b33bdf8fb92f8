"""A life in which all is said that has words about consent, and about behaviour that is hard to manage."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from contracts.commands import CommandKind
from db import consent_said as consent
from db import contact_plan_said as plan_said
from tests.lives.markers import W
from tests.lives.planted import Planted
from tests.world import MORNING

DAY: Final = MORNING.date()
K: Final = CommandKind
SENIOR: Final = "responsible_person"


async def hard_to_manage(planted: Planted) -> None:
    """Consent given and taken back; a warning, a plan with its review and appeal, and the flag for staff."""
    complaint = await planted.log()
    await _consent(planted, complaint)
    who = await planted.party(complaint)
    warning = plan_said.WarnAboutConduct(party_id=who, happened_on=DAY, words=W)
    await planted.say(complaint, K.WARN_ABOUT_CONDUCT, warning)
    decided = plan_said.DecideContactPlan(
        party_id=who, measures=plan_said.Measures(every_days=7), reasons=W, adjustments_considered=W,
        review_on=DAY + timedelta(days=30), no_warning="threats", no_warning_because=W,
    )  # fmt: skip
    await planted.say(complaint, K.DECIDE_CONTACT_PLAN, decided, by=SENIOR)
    plan = (await planted.row("select id from contact_plan where complaint_id = :id", complaint))["id"]
    goes_on = plan_said.ReviewContactPlan(
        plan_id=plan, outcome="continued", reasons=W, review_on=DAY + timedelta(days=60)
    )
    await planted.say(complaint, K.REVIEW_CONTACT_PLAN, goes_on, by=SENIOR)
    appeal = plan_said.AppealContactPlan(plan_id=plan, appealed_on=DAY, words=W)
    await planted.say(complaint, K.APPEAL_CONTACT_PLAN, appeal)
    upheld = plan_said.DecideAppeal(plan_id=plan, upheld=True, reasons=W)
    await planted.say(complaint, K.DECIDE_APPEAL, upheld, by="senior_leader")
    await planted.say(complaint, K.FLAG_STAFF_SAFETY, plan_said.FlagStaffSafety(flagged=True, words=W))


async def _consent(planted: Planted, complaint: UUID) -> None:
    mother = await planted.party(complaint, "affected")
    given = consent.RecordConsent(
        scope="represent", giver_id=mother, recipient_id=await planted.party(complaint), basis="statutory", given_on=DAY
    )
    await planted.say(complaint, K.RECORD_CONSENT, given)
    row = await planted.row("select id from consent where complaint_id = :id", complaint)
    back = consent.WithdrawConsent(consent_id=row["id"], withdrawn_on=DAY, withdrawn_by=mother, how="call", words=W)
    await planted.say(complaint, K.WITHDRAW_CONSENT, back)
