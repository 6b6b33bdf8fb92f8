"""The seniors' digest of a week, over real rows: compiled once, nothing left out, said by e-mail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.digests import PAGE, Digests
from contracts.digests import DigestAct, DigestPageRequest
from gateways.mail import MailUnavailable, OutgoingMail, Undeliverable
from tests.activities import graver
from tests.activities.asking import a_unit
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart

# The world's Thursday is of the week of Monday 28 February; its complaints are missed in the week of 6 March.
WEEK = date(2028, 3, 6)
MONDAY = datetime(2028, 3, 13, 7, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


class Mail:
    def __init__(self, fault: Exception | None = None) -> None:
        self.sent: list[OutgoingMail] = []
        self.fault = fault

    async def send(self, mail: OutgoingMail) -> None:
        if self.fault is not None:
            raise self.fault
        self.sent.append(mail)


def digests(apart: Apart, mail: Mail | None = None) -> Digests:
    return Digests(apart.database, apart.sweeper, mail or Mail(), "complaints@default.example")


async def compiled(desk: Desk, now: datetime = MONDAY, week: date = WEEK) -> int:
    act = DigestAct(organisation_id=desk.body.id, week_on=week, now=now)
    return (await ActivityEnvironment().run(digests(desk.apart).compile, act)).written


async def told(desk: Desk, mail: Mail) -> int:
    act = DigestAct(organisation_id=desk.body.id, week_on=WEEK, now=MONDAY)
    return (await ActivityEnvironment().run(digests(desk.apart, mail).tell, act)).told


def kept(desk: Desk) -> list[dict[str, Any]]:
    rows = desk.apart.rows(
        "select to_jsonb(d) from senior_digest d where organisation_id = %s order by week_on", desk.body.id
    )
    return [row[0] for row in rows]


async def missed(desk: Desk, at: datetime) -> None:
    desk.at(at)
    await desk.fire("acknowledgement", "overdue")


async def test_a_digest_counts_the_single_breaches_of_its_week_by_clock_and_division(desk: Desk) -> None:
    division = a_unit(desk)
    desk.apart.rows("update complaint set division_id = %s where id = %s", division, desk.complaint)
    await missed(desk, datetime(2028, 3, 8, 0, 0, tzinfo=UTC))
    assert await compiled(desk) == 1
    (row,) = kept(desk)
    assert (row["week_on"], row["late"], row["told_at"]) == ("2028-03-06", False, None)
    assert row["figures"]["breaches"] == {
        "total": 1, "byClock": {"acknowledgement": 1}, "byDivision": {str(division): 1},
    }  # fmt: skip
    assert row["figures"]["escalations"]["opened"] == 0
    (item,) = desk.rows("select digest_id from digest_item where complaint_id = %s")
    assert item["digest_id"] == row["id"]


async def test_a_week_is_compiled_once_and_an_empty_one_says_so(desk: Desk) -> None:
    assert [await compiled(desk), await compiled(desk)] == [1, 0]
    (row,) = kept(desk)
    assert row["figures"]["breaches"] == {"total": 0, "byClock": {}, "byDivision": {}}
    mail = Mail()
    assert await told(desk, mail) == 1
    assert "Nothing was missed that week." in mail.sent[0].body


async def test_weeks_that_were_missed_are_caught_up_with_and_say_that_they_are_late(desk: Desk) -> None:
    assert await compiled(desk) == 1
    await missed(desk, datetime(2028, 3, 14, 12, 0, tzinfo=UTC))
    later = MONDAY + timedelta(days=21)
    assert await compiled(desk, later, WEEK + timedelta(days=21)) == 3
    rows = kept(desk)
    assert [row["week_on"] for row in rows] == ["2028-03-06", "2028-03-13", "2028-03-20", "2028-03-27"]
    assert [row["late"] for row in rows] == [False, True, True, False]
    assert [row["figures"]["breaches"]["total"] for row in rows] == [0, 1, 0, 0]


async def test_what_was_written_down_after_its_week_was_compiled_is_in_the_next_digest(desk: Desk) -> None:
    assert await compiled(desk) == 1
    await missed(desk, datetime(2028, 3, 8, 0, 0, tzinfo=UTC))
    assert await compiled(desk, MONDAY + timedelta(days=7), WEEK + timedelta(days=7)) == 1
    assert [row["figures"]["breaches"]["total"] for row in kept(desk)] == [0, 1]


async def test_a_breach_of_this_week_waits_for_its_own_digest(desk: Desk) -> None:
    await missed(desk, datetime(2028, 3, 13, 5, 0, tzinfo=UTC))
    await compiled(desk)
    assert kept(desk)[0]["figures"]["breaches"]["total"] == 0


async def test_escalations_are_counted_raised_acknowledged_and_still_asking(desk: Desk) -> None:
    desk.at(datetime(2028, 3, 8, 10, 0, tzinfo=UTC))
    assert await graver.set_severity(desk, "serious") is None
    desk.at(datetime(2028, 3, 8, 10, 40, tzinfo=UTC))
    (asked,) = graver.escalations(desk)
    assert await graver.acknowledge(desk, asked) is None
    desk.at(datetime(2028, 9, 10, 0, 0, tzinfo=UTC))
    await desk.fire("relevant_period", "overdue")
    await compiled(desk)
    first = kept(desk)[0]["figures"]["escalations"]
    assert first == {
        "opened": 1, "byCause": {"severity": 1}, "acknowledged": 1, "minutesMedian": 40, "stillAsking": 0,
    }  # fmt: skip
    await compiled(desk, datetime(2028, 9, 18, 7, 30, tzinfo=UTC), date(2028, 9, 11))
    last = kept(desk)[-1]["figures"]["escalations"]
    assert (last["opened"], last["stillAsking"]) == (0, 1)


async def test_the_responsible_person_and_the_first_of_the_rota_are_told_numbers_and_nothing_else(desk: Desk) -> None:
    graver.put_on_rota(desk, "senior_leader", "2028-01-01")
    await missed(desk, datetime(2028, 3, 8, 0, 0, tzinfo=UTC))
    await compiled(desk)
    mail = Mail()
    assert [await told(desk, mail), await told(desk, mail)] == [2, 2]
    assert len(mail.sent) == 2 and len({each.message_id for each in mail.sent}) == 2
    reference = desk.stands()["reference"]
    for each in mail.sent:
        assert "Deadlines missed that went to managers and divisions: 1" in each.body
        assert reference not in each.body + each.subject and "Pat" not in each.body
    assert kept(desk)[0]["told"] == 2


async def test_mail_that_is_away_is_waited_for_and_an_address_that_takes_none_is_not(desk: Desk) -> None:
    await compiled(desk)
    with pytest.raises(ApplicationError) as away:
        await told(desk, Mail(MailUnavailable("connection_refused")))
    assert not away.value.non_retryable and kept(desk)[0]["told_at"] is None
    assert await told(desk, Mail(Undeliverable("address_malformed"))) == 0
    assert kept(desk)[0]["told_at"] is not None


async def test_nobody_is_told_of_a_digest_that_there_is_not(desk: Desk) -> None:
    mail = Mail()
    assert await told(desk, mail) == 0 and mail.sent == []


async def test_organisations_come_a_page_at_a_time_with_the_week_that_is_over(beside: Apart, desk: Desk) -> None:
    seen: list[UUID] = []
    more, after = True, None
    while more:
        asked = DigestPageRequest(now=datetime(2028, 3, 12, 23, 30, tzinfo=UTC), after=after)
        page = await ActivityEnvironment().run(digests(beside).page, asked)
        assert page.week_on == date(2028, 2, 28) and len(page.organisations) <= PAGE  # it is Sunday yet
        seen += page.organisations
        more, after = page.more, page.organisations[-1] if page.organisations else uuid4()
    assert desk.body.id in seen and len(seen) == len(set(seen))


async def test_another_bodys_breaches_are_in_no_digest_of_ours(desk: Desk, beside: Apart) -> None:
    other = beside.body()
    await missed(desk, datetime(2028, 3, 8, 0, 0, tzinfo=UTC))
    act = DigestAct(organisation_id=other.id, week_on=WEEK, now=MONDAY)
    await ActivityEnvironment().run(digests(beside).compile, act)
    (row,) = beside.rows("select figures from senior_digest where organisation_id = %s", other.id)
    assert row[0]["breaches"]["total"] == 0
