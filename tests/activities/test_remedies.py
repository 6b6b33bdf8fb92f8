"""Remedies over real PostgreSQL: loss apart from severity, limits of authority, two pairs of eyes, and every step."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import finding_said as said
from db import said as said_of
from tests.activities.found import K, a_case, decide, issues_of, later, money, proposed
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import make_body

MANAGER, RESPONSIBLE = "complaints_manager", "responsible_person"


def remedy(desk: Desk) -> dict[str, Any]:
    return desk.row("select * from remedy where complaint_id = %s")


def steps(desk: Desk) -> list[str]:
    return [row["step"] for row in desk.rows("select step from remedy_step where complaint_id = %s order by number")]


async def test_loss_and_injustice_are_two_sums_with_the_scale_that_was_used(full: Desk) -> None:
    await proposed(full, money(2, "250.00", financial_loss=Decimal("1234.56")))
    row = remedy(full)
    assert (row["financial_loss"], row["injustice_amount"], row["severity_level"]) == (1234.56, 250.0, 2)
    assert (row["scale"], row["state"]) == ("severity_of_injustice.v1", "proposed")
    (event,) = full.events("remedy.proposed")
    told = event["data"]
    assert (told["loss_pence"], told["injustice_pence"], told["severity_level"]) == (123456, 25000, 2)
    assert "distress" not in str(event)


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (money(None, None), "contradicts_record"),  # money without a sum
        (money(2, None), "contradicts_record"),
        (money(None, "250.00"), "contradicts_record"),
        (money(2, "250.00", kind="apology"), "contradicts_record"),
        (money(None, None, kind="action", financial_loss=Decimal(5)), "contradicts_record"),
        (money(2, "500.00"), "reason_needed"),  # outside its band
        (money(1, "50.00"), "reason_needed"),  # a level that pays nothing
        (money(issue_id=uuid4()), "unknown_issue"),
    ],
)
async def test_sums_that_do_not_belong_together_are_refused(full: Desk, what: said.ProposeRemedy, refusal: str) -> None:
    assert (await full.do(K.PROPOSE_REMEDY, what)).refusal == refusal
    assert full.rows("select id from remedy where complaint_id = %s") == []


async def test_a_sum_outside_its_band_stands_with_a_reason(full: Desk) -> None:
    await proposed(full, money(2, "500.00", reason="Twice in one week."))
    assert full.row("select reason from remedy_step where complaint_id = %s")["reason"] == "Twice in one week."


async def test_a_remedy_for_an_issue_of_another_complaint_is_refused(full: Desk, beside: Apart) -> None:
    other = await a_case(beside, full.body, issues=1)
    stranger = await a_case(beside, make_body(beside.dsns.migrator, follows=None), issues=1)
    for issue in (*issues_of(other), *issues_of(stranger)):
        assert (await full.do(K.PROPOSE_REMEDY, money(issue_id=issue))).refusal == "unknown_issue"


async def test_proposing_twice_under_one_act_is_one_remedy(full: Desk) -> None:
    await proposed(full, money())
    pending = full.apart.engine.delivered[-1]
    assert await full.apart.engine.apply(pending) == await full.apart.engine.apply(pending)
    assert steps(full) == ["proposed"]


async def test_a_payment_within_the_limit_is_approved_by_another_person(full: Desk) -> None:
    one = await proposed(full, money(2, "450.00"))
    assert (await decide(full, one, "approved")).state == "applied"
    assert remedy(full)["state"] == "approved"
    (event,) = full.events("remedy.approved")
    assert event["data"]["remedy_id"] == str(one)


async def test_a_payment_beyond_the_limit_is_refused_and_says_who_may(full: Desk) -> None:
    one = await proposed(full, money(3, "500.01"))
    for by in (MANAGER, "handler"):
        refused = await decide(full, one, "approved", by)
        assert (refused.refusal, refused.missing) == ("beyond_authority", [RESPONSIBLE, "delegate"])
    assert (await decide(full, one, "approved", RESPONSIBLE)).state == "applied"


async def test_loss_and_injustice_count_together_against_the_limit(full: Desk) -> None:
    one = await proposed(full, money(2, "250.00", financial_loss=Decimal("250.01")))
    assert (await decide(full, one, "approved")).refusal == "beyond_authority"


async def test_a_sum_cut_into_pieces_is_still_that_sum(full: Desk) -> None:
    first, second = await proposed(full, money(2, "400.00")), await proposed(full, money(2, "400.00"))
    assert (await decide(full, first, "approved")).state == "applied"
    assert (await decide(full, second, "approved")).refusal == "beyond_authority"
    assert (await decide(full, second, "amended", injustice_amount=Decimal("100.00"), reason="x")).state == "applied"


async def test_whoever_has_no_office_and_a_machine_approve_no_payment(full: Desk) -> None:
    one = await proposed(full, money())
    for by in ("handler", "senior_leader", None):
        refused = await decide(full, one, "approved", by)
        assert refused.refusal == "beyond_authority"
        assert refused.missing == [MANAGER, "deputy_complaints_manager", RESPONSIBLE, "delegate"]


async def test_an_office_that_has_ended_approves_nothing(full: Desk) -> None:
    one = await proposed(full, money())
    full.apart.rows("update appointment set ends_on = '2028-03-01' where person_id = %s", full.body.person(MANAGER))
    assert (await decide(full, one, "approved")).refusal == "beyond_authority"


async def test_nobody_approves_a_payment_that_they_proposed_but_may_take_it_back(full: Desk) -> None:
    one = await proposed(full, money(), by=MANAGER)
    assert (await decide(full, one, "approved")).refusal == "same_person"
    # In a body that is not small no words make it fair.
    assert (await decide(full, one, "approved", mitigation="We are few.")).refusal == "same_person"
    assert (await decide(full, one, "rejected", reason="Not needed.")).state == "applied"


async def test_a_proposal_is_rejected_by_those_who_decide_on_payments_and_by_nobody_else(full: Desk) -> None:
    one = await proposed(full, money(4, "2000.00"))
    assert (await decide(full, one, "rejected", "handler", reason="No.")).refusal == "beyond_authority"
    # To reject a sum costs nothing: no limit keeps a manager from it.
    assert (await decide(full, one, "rejected", MANAGER)).refusal == "reason_needed"
    assert (await decide(full, one, "rejected", MANAGER, reason="No.")).state == "applied"


async def test_in_a_small_body_one_person_may_do_both_with_mitigation_on_record(beside: Apart) -> None:
    small = await a_desk(beside, make_body(beside.dsns.migrator, follows=("nhs-england-2009", 2), small=True))
    one = await proposed(small, money(), by=MANAGER)
    assert (await decide(small, one, "approved")).refusal == "same_person"
    words = "The other partner read the file and agreed."
    assert (await decide(small, one, "approved", mitigation=words)).state == "applied"
    row = small.row("select mitigation from remedy_step where complaint_id = %s and step = 'approved'")
    assert row["mitigation"] == words


async def test_what_costs_nothing_may_be_decided_by_whoever_proposed_it(full: Desk) -> None:
    one = await proposed(full, money(None, None, kind="apology"), by="handler")
    assert (await decide(full, one, "approved", "handler")).state == "applied"


async def test_an_amended_remedy_is_approved_as_amended_and_its_proposal_stays_on_record(full: Desk) -> None:
    one = await proposed(full, money(2, "250.00"))
    more = {"severity_level": 3, "injustice_amount": Decimal("500.00")}
    assert (await decide(full, one, "amended", **more)).refusal == "reason_needed"
    assert (await decide(full, one, "amended", **more, reason="It lasted longer.")).state == "applied"
    assert (remedy(full)["state"], remedy(full)["injustice_amount"]) == ("approved", 500.0)
    sums = full.rows("select injustice_amount from remedy_step where complaint_id = %s order by number")
    assert [row["injustice_amount"] for row in sums] == [250.0, 500.0]


async def test_an_amendment_that_changes_nothing_or_goes_beyond_the_limit_is_refused(full: Desk) -> None:
    one = await proposed(full, money(2, "250.00"))
    same = await decide(full, one, "amended", injustice_amount=Decimal("250.00"), reason="x")
    assert same.refusal == "nothing_changes"
    dear = await decide(full, one, "amended", financial_loss=Decimal("300.00"), reason="x")
    assert dear.refusal == "beyond_authority"
    # Nothing of a refused amendment stays.
    assert (remedy(full)["state"], remedy(full)["financial_loss"]) == ("proposed", None)


async def test_a_remedy_is_offered_accepted_and_paid_in_this_order(full: Desk) -> None:
    one = await proposed(full, money())
    assert (await decide(full, one, "paid")).refusal == "remedy_settled"
    for step in ("approved", "offered", "accepted", "paid"):
        assert (await decide(full, one, step, MANAGER)).state == "applied"
    assert steps(full) == ["proposed", "approved", "offered", "accepted", "paid"]
    for step in ("approved", "offered", "declined", "paid"):
        assert (await decide(full, one, step)).refusal == "remedy_settled"


async def test_steps_keep_the_order_of_their_days(full: Desk) -> None:
    one = await proposed(full, money())
    later(full, date(2028, 3, 6))
    await decide(full, one, "approved")
    assert (await decide(full, one, "offered", on=date(2028, 3, 3))).refusal == "contradicts_record"
    assert (await decide(full, one, "offered", on=date(2028, 3, 7))).refusal == "date_in_future"
    assert (await decide(full, one, "offered", on=date(2028, 3, 6))).state == "applied"


async def test_an_apology_is_never_paid(full: Desk) -> None:
    one = await proposed(full, money(None, None, kind="apology"))
    await decide(full, one, "approved")
    await decide(full, one, "offered")
    assert (await decide(full, one, "paid")).refusal == "contradicts_record"


async def test_a_remedy_of_another_complaint_is_unknown(full: Desk, beside: Apart) -> None:
    other = await a_desk(beside, full.body)
    stranger = await a_desk(beside, make_body(beside.dsns.migrator, follows=None))
    for one in (await proposed(other, money()), await proposed(stranger, money()), uuid4()):
        assert (await decide(full, one, "approved")).refusal == "unknown_remedy"


async def test_what_is_only_proposed_keeps_the_gate_shut(beside: Apart, standards: Any) -> None:
    desk = await a_case(beside, standards, issues=1)
    one = await proposed(desk, money())
    what = said_of.Respond(letter="x", signed_by=desk.body.person(RESPONSIBLE), outcome="upheld")
    refused = await desk.do(CommandKind.RESPOND, what, RESPONSIBLE)
    assert "remedies_decided" in (refused.missing or [])
    await decide(desk, one, "approved")
    refused = await desk.do(CommandKind.RESPOND, what, RESPONSIBLE)
    assert "remedies_decided" not in (refused.missing or [])


async def test_after_the_end_a_payment_is_recorded_and_nothing_new_is_decided(full: Desk) -> None:
    one, open_one = await proposed(full, money()), await proposed(full, money(None, None, kind="apology"))
    await decide(full, one, "approved")
    await decide(full, one, "offered")
    await full.withdraw()
    later(full, date(2028, 3, 9))
    assert (await decide(full, open_one, "approved")).refusal == "complaint_closed"
    assert (await decide(full, one, "paid")).state == "applied"
    assert (await full.do(K.PROPOSE_REMEDY, money())).refusal == "complaint_closed"
    full.at(MORNING)


async def test_the_steps_of_a_remedy_cannot_be_altered(full: Desk) -> None:
    await proposed(full, money())
    with pytest.raises(Exception, match="append-only"):
        full.apart.rows("delete from remedy_step where complaint_id = %s", full.complaint)
    assert UUID(remedy(full)["id"])
