"""The weekly digest over real parts: its schedule, all organisations in one run, and what leaves by mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from temporalio.client import ScheduleOverlapPolicy

from contracts import names
from contracts.digests import DigestReport, DigestStart
from gateways.engine import connect
from gateways.mail import MailUnavailable, OutgoingMail
from runtime.schedules import ensure_schedules
from runtime.settings import Settings
from tests.apart import Apart
from tests.bodies import Body
from tests.world import World, a_world, until


class Mail:
    """A gateway that is away for its first mails."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []
        self.away = 1

    async def send(self, mail: OutgoingMail) -> None:
        if self.away:
            self.away -= 1
            raise MailUnavailable("connection_refused")
        self.sent.append(mail)


MAIL = Mail()


@pytest.fixture(scope="module")
async def world(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings, MAIL) as opened:
        yield opened


async def missed(world: World, body: Body, apart: Apart) -> UUID:
    """Have a clock of a new complaint missed long ago, and no digest hold it."""
    complaint = await world.log(body)
    apart.rows(
        "insert into digest_item (id, organisation_id, complaint_id, clock_id, generation, clock, due_on, breached_at)"
        " select %s, organisation_id, complaint_id, id, generation, kind, '2020-01-01', '2020-01-02'"
        " from clock where complaint_id = %s and kind = 'acknowledgement'",
        *(uuid4(), complaint),
    )
    return complaint


async def test_the_schedule_compiles_every_bodys_digest_and_tells_its_seniors_once_mail_is_back(
    world: World, apart: Apart
) -> None:
    one, other = apart.body(), apart.body()
    await missed(world, one, apart)
    assert await ensure_schedules(world.client)
    handle = world.client.get_schedule_handle(names.DIGEST_SCHEDULE)
    schedule = (await handle.describe()).schedule
    assert schedule.policy.overlap is ScheduleOverlapPolicy.SKIP and schedule.policy.catchup_window.days == 7
    (calendar,) = schedule.spec.calendars
    assert (schedule.spec.time_zone_name, calendar.day_of_week[0].start, calendar.hour[0].start) == (
        "Europe/London", 1, 7,
    )  # fmt: skip
    await handle.trigger()

    async def told() -> bool:
        rows = apart.rows(
            "select told from senior_digest where told_at is not null and organisation_id in (%s, %s)",
            *(one.id, other.id),
        )
        return [row[0] for row in rows] == [1, 1]

    await until(told)
    figures = dict(apart.rows("select organisation_id, figures -> 'breaches' ->> 'total' from senior_digest"))
    assert (figures[one.id], figures[other.id]) == ("1", "0")
    assert len(MAIL.sent) >= 2 and all("Deadlines missed" in mail.body for mail in MAIL.sent)


async def test_a_second_run_in_one_week_writes_and_tells_nothing_anew(world: World, apart: Apart) -> None:
    apart.body()
    ids = [f"digest/{uuid4()}" for _ in range(2)]
    reports = []
    for each in ids:
        reports.append(
            await world.client.execute_workflow(
                names.SENIOR_DIGEST, DigestStart(), id=each, task_queue=names.BULK, result_type=DigestReport
            )
        )
    before = len(MAIL.sent)
    assert reports[0].week_on == reports[1].week_on and reports[1].made == 0
    assert reports[0].made >= 1 and len(MAIL.sent) == before
