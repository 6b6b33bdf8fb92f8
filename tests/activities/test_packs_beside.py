"""What a pack says of candour, of seniors and of a referral: in words, and to whom it may be said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from db.candour_said import ElementSaid
from db.escalation_said import RaiseEscalation
from tests.activities import acting
from tests.activities.candid import IN_PERSON, notifiable, support, tell
from tests.activities.office_desk import Desk
from tests.activities.referred import decide, enquiry, recommended, refer, today
from tests.activities.test_packing import assemble
from tests.apart import MORNING, Apart


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def texts(pack: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = pack["content"]["texts"]
    return found


async def test_what_the_person_was_told_of_an_incident_stands_in_its_words(desk: Desk) -> None:
    incident = await notifiable(desk)
    words = tuple(ElementSaid(code=code, words=f"<{code}> as we said it.") for code in IN_PERSON)  # type: ignore[arg-type]
    assert (await tell(desk, incident, elements=words)).refusal is None
    assert await support(desk, incident) is None
    pack = await assemble(desk)
    page = texts(pack)["08-candour.html"]
    for there in ("A dose was given twice.", "&lt;apology&gt; as we said it.", "We sat down with them.", "Counselling",
                  "Another operation was needed.", "to Pat Example"):  # fmt: skip
        assert there in page, there
    assert "told of the incident" in texts(pack)["04-who-saw-what.csv"]
    assert "incident: 1" in "".join(pack["content"]["chronology"])


async def test_what_one_body_asks_and_decides_is_in_no_pack_for_another(desk: Desk) -> None:
    ombudsman = await refer(desk, scope="For the Ombudsman.", enquiry=enquiry(desk, what="The whole file."))
    regulator = await refer(desk, kind="regulator", body="cqc", scope="For the regulator.", their_reference="R-9")
    asked = (recommended(desk, today(desk), what="Train the ward."),)
    assert await decide(desk, ombudsman, words="We find fault.", recommendations=asked) is None
    of_ombudsman = texts(await assemble(desk, referral_id=ombudsman))["10-referral.html"]
    for there in ("For the Ombudsman.", "The whole file.", "We find fault.", "Train the ward.", "P-000123"):
        assert there in of_ombudsman, there
    assert "For the regulator." not in of_ombudsman and "R-9" not in of_ombudsman
    of_regulator = texts(await assemble(desk, referral_id=regulator, purpose="regulator"))
    assert "For the regulator." in of_regulator["10-referral.html"]
    for words in ("For the Ombudsman.", "We find fault.", "Train the ward."):
        assert words not in "".join(of_regulator.values())
    assert "10-referral.html" not in texts(await assemble(desk))
    dates = texts(await assemble(desk))["03-deadlines/deadlines.csv"]
    assert "Comply with a recommendation (1)" in dates
    told = "".join((await assemble(desk))["content"]["chronology"])
    assert "recommendation: 1" in told and "body: Parliamentary and Health Service Ombudsman" in told


async def test_what_seniors_said_is_for_those_who_may_ask_for_it(desk: Desk) -> None:
    raised = RaiseEscalation(reason="I am worried about the ward.")
    await desk.must(CommandKind.RAISE_ESCALATION, raised)
    for purpose in ("ombudsman", "regulator"):
        assert "I am worried about the ward." in texts(await assemble(desk, purpose=purpose))["09-seniors.html"]
    assert "I am worried" not in "".join(texts(await assemble(desk, purpose="other")).values())
    whole = await assemble(desk, purpose="other", include_restricted=True, restricted_reason="Asked by a court.")
    assert "I am worried about the ward." in texts(whole)["09-seniors.html"]


async def test_what_was_learned_and_done_is_told_to_those_who_may_ask_and_what_is_not_public_to_nobody(
    desk: Desk,
) -> None:
    words = {"found": "Nobody rang.", "will_change": "Somebody rings."}
    assert await acting.learn(desk, public_words="We ring every family.", **words) is None
    one = await acting.planned(desk)
    moved = today(desk) + timedelta(days=60)
    assert await acting.change(desk, one, reason="The printer is late.", due_on=moved) is None
    assert await acting.progress(desk, one, words="Two wards of five.") is None
    assert await acting.complete(desk, one, evidence="The form is on every ward.") is None
    of_ombudsman = texts(await assemble(desk, purpose="ombudsman"))
    for there in ("Name who rings in each handover.", "The printer is late.", "Two wards of five.",
                  "The form is on every ward.", "The form of the handover.", "in time",
                  "due on 2028-04-28"):  # fmt: skip
        assert there in of_ombudsman["12-actions.html"], there
    assert "We ring every family." not in "".join(of_ombudsman.values()), "nobody has approved it"
    approve = {"learning_id": acting.learned(desk), "approve_public": True}
    assert await acting.again(desk, by="complaints_manager", **approve) is None
    made = await assemble(desk, purpose="other")
    others = texts(made)
    assert "We ring every family." in others["11-learning.html"] and "handover, workload" in others["11-learning.html"]
    for inside in ("Nobody rang.", "Somebody rings.", "Name who rings", "Two wards of five.", "on every ward."):
        assert inside not in "".join(others.values()), inside
    told = "".join(made["content"]["chronology"])
    assert "An action is done" in told and "learning: 1" in told and "action: 1" in told


async def test_a_letter_that_went_by_itself_is_among_what_people_were_told(desk: Desk) -> None:
    (letter,) = desk.notices("receipt")
    desk.apart.rows(
        "update notice set state = 'handed_over', settled_at = '2028-03-02T10:05Z' where id = %s", UUID(letter["id"])
    )
    lines = texts(await assemble(desk))["04-who-saw-what.csv"].splitlines()
    assert [line for line in lines if line.startswith("2028-03-02 10:05,letter: We have received")], lines


async def test_nothing_is_said_of_what_there_was_not(desk: Desk) -> None:
    made = texts(await assemble(desk))
    assert [path for path in made if path[:2] in ("08", "09", "10", "11", "12")] == []
