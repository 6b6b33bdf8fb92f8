"""Consent at every moment of a letter, and as people die, grow up, or take back what they agreed to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.acts import standing_for
from contracts.commands import CommandKind
from db import bereavement_said, eligibility_said, said
from tests.activities.cases import a_case
from tests.activities.office_desk import Desk, a_desk
from tests.activities.outside import add, need, release
from tests.activities.test_arrivals import hand_over, use_notify
from tests.activities.test_consents import TODAY, agree, family, in_progress, party, people, told, update, withdraw
from tests.apart import MORNING, Apart
from tests.bodies import Body

__all__ = ["family"]  # a fixture of these tests, too
K = CommandKind


async def dies(desk: Desk, role: str) -> None:
    death = bereavement_said.RecordDeath(party_id=party(desk, role), known_on=desk.apart.engine.now.date())
    await desk.must(K.RECORD_DEATH, death)


def update_stands(desk: Desk) -> tuple[str, str | None]:
    (letter,) = desk.notices("update")
    return letter["state"], letter["failure"]


@pytest.mark.parametrize(
    ("moment", "stands"),
    [
        ("draft", ("draft", None)),
        ("released", ("withheld", "consent_withdrawn")),
        ("queued", ("withheld", "consent_withdrawn")),
        ("handed_over", ("handed_over", None)),
    ],
)
async def test_a_consent_that_is_taken_back_stops_what_has_not_left(
    beside: Apart, body: Body, moment: str, stands: tuple[str, str | None]
) -> None:
    desk = await a_desk(beside, body, **people(email=None if moment == "released" else "d@example.org"))
    await in_progress(desk)
    await agree(desk)
    if moment == "draft":
        await desk.agree(date(2028, 4, 20))
        assert (await withdraw(desk)).state == "applied"
        (letter,) = desk.notices("period_set")
        # Whoever complains hears when they hear from us; how it stands, they do not.
        assert (letter["state"], letter["failure"]) == stands and await release(desk, letter) is None
        assert (await update(desk)).refusal == "consent_missing"
        return
    await update(desk)
    if moment == "handed_over":
        (letter,) = desk.notices("update")
        hand_over(desk, letter["id"])
    assert (await withdraw(desk)).state == "applied"
    assert update_stands(desk) == stands
    assert len(desk.tasks("notice_withheld")) == (0 if moment == "handed_over" else 1)


async def test_a_letter_that_waits_to_be_posted_is_withheld_when_its_consent_runs_out(
    beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, **people(email=None))
    await in_progress(desk)
    await agree(desk, expires_on=TODAY + timedelta(days=7))
    await update(desk)
    desk.at(MORNING + timedelta(days=9))
    await desk.fire("consent_expiry", "overdue")
    assert update_stands(desk) == ("withheld", "consent_expired")
    assert desk.tasks("post_letter") == desk.tasks("find_way") == [] and len(desk.tasks("notice_withheld")) == 1


async def test_what_somebody_took_back_stays_taken_back_when_they_have_died(beside: Apart, standards: Body) -> None:
    family = await a_desk(beside, standards, **people())
    await agree(family)
    await withdraw(family)
    await dies(family, "affected")
    assert not await told(family, "complainant", "response")
    # Whoever may decide for the dead can have them told all the same.
    given = {"giver_id": party(family, "complainant"), "giver_ground": "personal_representative", "basis": "statutory"}
    assert (await agree(family, **given)).state == "applied"
    assert await told(family, "complainant", "response")


async def test_who_spoke_for_a_child_is_not_told_about_a_grown_person(beside: Apart, body: Body) -> None:
    for born_on, may in ((date(2010, 3, 3), True), (date(2010, 2, 28), False)):
        desk = await a_desk(
            beside,
            body,
            parties=(
                said.PartySaid(role="complainant", name="Dee", email="d@example.org", ground="child"),
                said.PartySaid(role="affected", name="Kim", born_on=born_on),
            ),
        )
        assert await told(desk, "complainant", "response") is may


async def test_what_a_parent_agreed_to_ends_when_the_child_is_of_age(beside: Apart, body: Body) -> None:
    desk = await a_desk(
        beside,
        body,
        parties=(
            said.PartySaid(role="complainant", name="Dee", email="d@example.org"),
            said.PartySaid(role="affected", name="Kim", born_on=date(2010, 4, 1)),
            said.PartySaid(role="advocate", name="Ada", email="ada@example.org"),
        ),
    )
    parent = {"giver_id": party(desk, "complainant"), "giver_ground": "parent"}
    assert (await agree(desk, "advocate", **parent)).state == "applied"
    assert desk.clock("consent_expiry")["due_on"] == "2028-03-31"
    assert await told(desk, "advocate", "update")
    desk.at(MORNING.replace(month=4, day=1))
    assert not await told(desk, "advocate", "update")


@pytest.mark.parametrize("ending", ["withdrawn", "expired"])
async def test_who_may_speak_is_not_settled_when_the_consent_for_it_has_ended(
    beside: Apart, standards: Body, ending: str
) -> None:
    desk = await a_desk(beside, standards, **people(ground="asked", consent="written"))
    for role in ("complainant", "advocate"):
        what: dict[str, Any] = {"ground": "asked", "capacity": "has", "consent_basis": "written"}
        decided = eligibility_said.DecideStanding(party_id=party(desk, role), may_speak=True, **what)
        await desk.do(K.DECIDE_STANDING, decided, "complaints_manager")
    await agree(desk, expires_on=TODAY + timedelta(days=3))
    async with a_case(desk) as case:
        assert await standing_for.is_settled(case)
    if ending == "withdrawn":
        assert (await withdraw(desk)).state == "applied"
    else:
        desk.at(MORNING + timedelta(days=4))
    async with a_case(desk) as case:
        assert not await standing_for.is_settled(case)
    desk.at(MORNING + timedelta(days=5))
    again = eligibility_said.DecideStanding(party_id=party(desk, "complainant"), may_speak=True, **what)
    await desk.must(K.DECIDE_STANDING, again, "complaints_manager")
    async with a_case(desk) as case:
        assert await standing_for.is_settled(case)


@pytest.mark.parametrize("role", ["regulator", "witness", "correspondent", "other_body", "mp"])
async def test_a_stranger_who_is_to_get_copies_gets_none_without_consent(family: Desk, role: str) -> None:
    assert await add(family, role, name="Somebody", email="s@example.org") is None
    await need(family, party(family, role), copies=True)
    await in_progress(family)
    await agree(family)
    await family.agree(date(2028, 4, 20))
    assert (await update(family)).state == "applied"
    whose = {each["party_id"] for each in family.notices("update") + family.notices("period_set")}
    assert str(party(family, role)) not in whose
    assert (await agree(family, role, scope="share_with_body")).state == "applied"
    family.at(MORNING + timedelta(days=1))
    assert (await update(family)).state == "applied"
    copies = [each for each in family.notices("update") if each["party_id"] == str(party(family, role))]
    assert [each["state"] for each in copies] == ["draft"]


async def test_a_consent_of_one_complaint_covers_nothing_in_another(beside: Apart, body: Body, family: Desk) -> None:
    assert (await agree(family)).state == "applied"
    other = await a_desk(beside, body, **people())
    assert not await told(other, "complainant", "update")
    consent = UUID(family.rows("select id from consent where complaint_id = %s")[0]["id"])
    assert (await withdraw(other, consent_id=consent)).refusal == "unknown_consent"
    for stranger in ({"giver_id": party(family, "affected")}, {"recipient_id": party(family, "complainant")}):
        assert (await agree(other, **stranger)).refusal == "unknown_party"


async def test_an_update_in_words_is_no_text_to_somebody_who_prefers_texts(beside: Apart, body: Body) -> None:
    pat = said.PartySaid(role="complainant", name="Pat", email="pat@example.org", phone="07700 900123")
    desk = await a_desk(beside, body, parties=(pat,))
    use_notify(desk, texts=True)
    await need(desk, preferred_channel="text")
    await in_progress(desk)
    assert (await update(desk)).state == "applied"
    (letter,) = desk.notices("update")
    assert (letter["channel"], letter["state"]) == ("email", "queued")
