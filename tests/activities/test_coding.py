"""Codes for the returns, over real rows: merged, checked, asked for once, complete before the end, and after it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import desk_said, said
from db import eligibility_said as say
from db.models.act import Submission
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body
from tests.closer_look import an_issue, issues, resolved

DAY = MORNING.date()
WHOLE: dict[str, Any] = {
    "age_band": "age_26_55",
    "complainant_status": "patient",
    "site": "TAK01",
    "service_area": "maternity",
    "profession": "midwifery",
    "subjects": (say.SubjectSaid(subject="communications"),),
}


async def code(desk: Desk, by: str | None = "handler", **codes: Any) -> Submission:
    return await desk.do(CommandKind.SET_CODING, say.SetCoding(**codes), by)


def coding(desk: Desk) -> dict[str, Any]:
    return desk.row("select * from coding where complaint_id = %s")


def subjects(desk: Desk) -> list[str]:
    rows = desk.rows(
        "select subject from coded_subject where complaint_id = %s and replaced_by is null order by position"
    )
    return [row["subject"] for row in rows]


async def test_codes_are_merged_and_what_is_left_out_stays(full: Desk) -> None:
    assert (await code(full, age_band="age_18_25", site="TAK01")).state == "applied"
    assert (await code(full, age_band="age_26_55", ward="ward-7")).state == "applied"
    row = coding(full)
    assert (row["age_band"], row["site"], row["ward"], row["service_area"]) == ("age_26_55", "TAK01", "ward-7", None)
    assert (row["lists"], row["lists_version"]) == ("ko41_2025", 1)
    first, second = full.events("coding.set")
    assert (first["data"]["age_band"], first["data"]["site"]) == ("age_18_25", "TAK01")
    assert "site" not in second["data"]
    assert (await code(full, cleared=("ward",))).state == "applied"
    assert coding(full)["ward"] is None
    assert (await code(full, site="TAK01")).refusal == "nothing_changes"


async def test_subjects_are_said_as_a_whole_and_the_earlier_ones_stay_on_record(full: Desk) -> None:
    surgery = say.SubjectSaid(subject="clinical_treatment", sub_subject="ct_surgery", profession="medical")
    await code(full, subjects=(surgery, say.SubjectSaid(subject="transport")))
    await code(full, subjects=(surgery,))
    assert subjects(full) == ["clinical_treatment"]
    every = full.rows("select subject from coded_subject where complaint_id = %s")
    assert len(every) == 3
    assert (await code(full, subjects=(surgery,))).refusal == "nothing_changes"


@pytest.mark.parametrize(
    ("codes", "unknown"),
    [
        ({"age_band": "age_0_99"}, ["age_band"]),
        ({"site": "tak01", "service_area": "nowhere"}, ["service_area", "site"]),
        ({"subjects": (say.SubjectSaid(subject="the_weather"),)}, ["subjects"]),
        ({"subjects": (say.SubjectSaid(subject="transport", sub_subject="ct_surgery"),)}, ["subjects"]),
        ({"equality": say.EqualitySaid(religion="jedi")}, ["religion"]),
    ],
)
async def test_a_code_that_is_in_no_list_is_refused_by_its_field(
    full: Desk, codes: dict[str, Any], unknown: list[str]
) -> None:
    refused = await code(full, profession="nursing", **codes)
    assert (refused.refusal, refused.missing) == ("unknown_code", unknown)
    assert full.rows("select id from coding where complaint_id = %s") == []


async def test_a_subject_is_of_an_issue_of_this_complaint(full: Desk) -> None:
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    stranger = say.SubjectSaid(subject="transport", issue_id=uuid4())
    assert (await code(full, subjects=(stranger,))).refusal == "unknown_issue"


async def test_what_a_person_says_of_themselves_stands_apart_and_in_no_event(full: Desk) -> None:
    await code(full, equality=say.EqualitySaid(ethnicity="mixed", sex="female"))
    row = full.row("select * from equality_monitoring where complaint_id = %s")
    assert (row["ethnicity"], row["sex"], row["religion"]) == ("mixed", "female", None)
    (event,) = full.events("coding.set")
    assert event["data"] == {"equality": True}
    assert full.rows("select id from coding where complaint_id = %s") == []
    await code(full, cleared=("ethnicity", "sex"))
    assert full.row("select * from equality_monitoring where complaint_id = %s")["ethnicity"] is None


async def test_days_of_the_matter_are_reckoned_with_at_once(full: Desk) -> None:
    assert (await code(full, happened_on=date(2027, 2, 1))).state == "applied"
    assert len(full.tasks("decide_time_limit")) == 1
    wrong = await code(full, noticed_on=date(2027, 1, 31))
    assert (wrong.refusal, full.stands()["noticed_on"]) == ("contradicts_record", None)
    assert (await code(full, noticed_on=date(2027, 3, 2))).state == "applied"
    assert full.tasks("decide_time_limit") == []
    rows = full.rows("select state, limit_on from time_limit where complaint_id = %s order by number")
    assert [(row["state"], row["limit_on"]) for row in rows] == [
        ("out_of_time", "2028-02-01"),
        ("in_time", "2028-03-02"),
    ]
    await code(full, noticed_on=date(2027, 2, 2))
    assert len(full.tasks("decide_time_limit")) == 1
    assert (await code(full, cleared=("happened_on", "noticed_on"))).state == "applied"
    assert full.tasks("decide_time_limit") == []


async def test_what_is_missing_is_one_task_and_none_once_it_is_there(full: Desk) -> None:
    await code(full, site="TAK01")
    assert full.tasks("complete_coding") == []
    await code(full, ask_now=True)
    await code(full, ask_now=True, ward="a")
    assert len(full.tasks("complete_coding")) == 1
    assert (await code(full, **WHOLE)).state == "applied"
    assert full.tasks("complete_coding") == []
    await code(full, cleared=("site",))
    assert full.tasks("complete_coding") == []  # nobody asked again


async def test_a_resolved_complaint_asks_for_its_codes_and_is_not_closed_without_them(full: Desk) -> None:
    await full.acknowledge(DAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue(), an_issue(summary="Lost notes")))
    for draft in full.notices("issues_to_confirm"):
        await full.must(
            CommandKind.DISCARD_NOTICE, desk_said.DiscardNotice(notice_id=UUID(draft["id"]), reason="Resolved.")
        )
    assert full.tasks("complete_coding") == []
    await full.must(CommandKind.RESOLVE, resolved(DAY))
    assert [task["role"] for task in full.tasks("complete_coding")] == ["owner"]
    for draft in full.notices("resolution_summary"):
        await full.must(CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(draft["id"])))
    blocked = await full.do(CommandKind.CLOSE, said.Close())
    assert (blocked.refusal, blocked.missing) == ("requirements_missing", ["coding_complete"])

    one, two = (UUID(row["id"]) for row in full.rows("select id from issue where complaint_id = %s order by number"))
    first = say.SubjectSaid(subject="waiting_times", issue_id=one)
    await code(full, **(WHOLE | {"subjects": (first,)}))
    assert len(full.tasks("complete_coding")) == 1  # the second issue has no subject
    await code(full, subjects=(first, say.SubjectSaid(subject="communications", issue_id=two)))
    assert full.tasks("complete_coding") == []
    assert (await full.do(CommandKind.CLOSE, said.Close())).state == "applied"


async def test_codes_are_taken_after_the_end_and_the_task_outlives_it(full: Desk) -> None:
    await code(full, ask_now=True)
    await full.withdraw()
    assert len(full.tasks("complete_coding")) == 1
    assert (await code(full, **WHOLE)).state == "applied"
    assert full.tasks("complete_coding") == []
    assert not full.stands()["open"]


async def test_a_late_day_after_the_end_moves_nothing_but_the_record(full: Desk) -> None:
    await full.withdraw()
    assert (await code(full, happened_on=date(2020, 1, 1))).state == "applied"
    assert full.tasks("decide_time_limit") == []
    assert full.stands()["happened_on"] == "2020-01-01"


async def test_a_procedure_without_codes_takes_days_and_nothing_else(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body)
    assert (await code(desk, site="TAK01")).refusal == "not_in_this_stage"
    await desk.withdraw()
    refused = await code(desk, site="TAK01")
    assert (refused.refusal, refused.missing) == ("unknown_code", ["site"])
    assert (await code(desk, happened_on=date(2028, 1, 1))).state == "applied"
