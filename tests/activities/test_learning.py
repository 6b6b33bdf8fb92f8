"""What was learned, over real rows: in versions, of any complaint, and its words for the public by two people."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import eligibility_said as say
from tests.activities.acting import again, learn, learned, versions
from tests.activities.office_desk import Desk, a_desk
from tests.activities.staffed import a_colleague, name
from tests.apart import MORNING, Apart
from tests.bodies import Body

PUBLIC = "Each shift now names who rings the family."


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def test_learning_is_recorded_in_versions_and_its_event_holds_codes_alone(full: Desk) -> None:
    assert await learn(full) is None
    assert await again(full, learning_id=learned(full), found="It was the form.", factors=("equipment",)) is None
    first, second = versions(full)
    assert (first["number"], first["factors"], second["number"]) == (1, ["handover", "workload"], 2)
    assert (second["found"], second["will_change"]) == ("It was the form.", first["will_change"])
    assert first["found"] == "Nobody said who would ring the family."
    told, anew = full.events("learning.recorded")
    assert anew["data"]["factors"] == "equipment"
    assert told["data"] == {
        "learning_id": str(learned(full)), "version": 1, "theme": "communications", "place": "TAK01.ward-7",
        "factors": "handover,workload", "outcome": "learned", "went_wrong": True, "public": False, "approved": False,
    }  # fmt: skip


async def test_nothing_went_wrong_and_nothing_to_learn_are_learning_with_the_reason(full: Desk) -> None:
    nothing = {"outcome": "nothing_to_learn", "went_wrong": False, "will_change": None, "factors": ("none",)}
    assert await learn(full, **nothing, found=None) == "reason_needed"
    assert await learn(full, **nothing, found="They were rung within the hour.") is None
    assert await learn(full, **nothing | {"will_change": "A form."}) == "contradicts_record"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"theme": "weather"}, "unknown_code"),
        ({"theme": None}, "unknown_code"),
        ({"theme": "communications.ct_surgery"}, "unknown_code"),  # a sub-subject of another subject
        ({"factors": ("weather",)}, "unknown_code"),
        ({"factors": ()}, "unknown_code"),
        ({"factors": ("none", "handover")}, "unknown_code"),
        ({"will_change": None}, "reason_needed"),
        ({"outcome": None}, "reason_needed"),
        ({"learning_id": uuid4()}, "unknown_learning"),
        ({"approve_public": True}, "unknown_learning"),
    ],
)
async def test_what_is_no_learning_is_refused(full: Desk, changes: dict[str, object], why: str) -> None:
    assert await learn(full, **changes) == why
    assert versions(full) == [] and full.events("learning.recorded") == []


async def test_the_place_is_that_of_the_coding_where_none_is_said(full: Desk) -> None:
    await full.must(CommandKind.SET_CODING, say.SetCoding(site="TAK01", ward="ward-9"))
    assert await learn(full, place=None) is None
    assert versions(full)[0]["place"] == "TAK01.ward-9"


async def test_a_theme_of_its_own_is_known_to_its_organisation_and_while_it_is_in_use(
    full: Desk, beside: Apart, body: Body
) -> None:
    beside.rows(
        "insert into organisation_theme (id, organisation_id, code, title)"
        " values (gen_random_uuid(), %s, 'parking', 'Parking')",
        full.body.id,
    )
    assert await learn(full, theme="parking") is None
    other = await a_desk(beside, body)
    assert await learn(other, theme="parking") == "unknown_code"
    beside.rows("update organisation_theme set active = false where organisation_id = %s", full.body.id)
    assert await learn(full, theme="parking") == "unknown_code"
    # What was recorded with it goes on as it was.
    assert await again(full, learning_id=learned(full), found="It was the barrier.") is None


async def test_words_for_the_public_are_approved_by_another_person_and_anew_when_they_change(full: Desk) -> None:
    assert await learn(full) is None
    one = learned(full)
    assert await again(full, learning_id=one, approve_public=True) == "nothing_drafted"
    assert await again(full, learning_id=one, public_words=PUBLIC) is None
    assert await again(full, learning_id=one, approve_public=True) == "same_person"
    manager = "complaints_manager"
    assert await again(full, learning_id=one, approve_public=True, found="Else.", by=manager) == "contradicts_record"
    assert await again(full, learning_id=one, approve_public=True, by=None) == "not_authorised"
    assert await again(full, learning_id=one, approve_public=True, by=manager) is None
    approved = versions(full)[-1]
    assert approved["public_by"] == str(full.body.person("handler"))
    assert approved["public_approved_by"] == str(full.body.person(manager))
    assert await again(full, learning_id=one, approve_public=True, by=manager) == "nothing_changes"
    assert await again(full, learning_id=one, went_wrong=False) is None
    assert versions(full)[-1]["public_approved_by"] is not None
    assert await again(full, learning_id=one, public_words="Other words.", by=manager) is None
    assert versions(full)[-1]["public_approved_by"] is None
    assert await again(full, learning_id=one, approve_public=True, by=manager) == "same_person"


async def test_learning_goes_on_after_the_end_and_is_of_its_own_complaint(full: Desk, beside: Apart) -> None:
    assert await learn(full) is None
    await full.withdraw()
    assert await again(full, learning_id=learned(full), found="Now it is clear.") is None
    assert await learn(full, theme="clinical_treatment.ct_surgery") is None
    assert len({row["learning_id"] for row in versions(full)}) == 2
    other = await a_desk(beside, full.body)
    assert await again(other, learning_id=learned(full), found="Else.") == "unknown_learning"
    assert await again(full, learning_id=learned(full)) == "nothing_changes"


async def test_the_same_submission_twice_is_one_version(full: Desk) -> None:
    assert await learn(full) is None
    (row,) = versions(full)
    assert await full.apart.deliver(full.body, full.complaint) == 0
    assert [UUID(each["id"]) for each in versions(full)] == [UUID(row["id"])]


async def test_words_for_the_public_that_name_somebody_of_the_case_are_refused(full: Desk) -> None:
    person = a_colleague(full, "Robin Wardrobe")
    await name(full, person_id=person)
    (whose,) = full.rows("select name from party where complaint_id = %s and role = 'complainant'")
    assert await learn(full) is None
    for named in ("robin  wardrobe", whose["name"]):
        assert await again(full, learning_id=learned(full), public_words=f"We told {named} so.") == "contradicts_record"
    assert await again(full, learning_id=learned(full), public_words=PUBLIC) is None
