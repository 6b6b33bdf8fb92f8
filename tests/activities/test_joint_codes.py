"""A code on its way to the contact of a body without a system: sent once, wiped afterwards, and never sent late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker

from activities.joint_codes import SEALED, JointCodes
from contracts import names
from contracts.joint import JointCodeAct, JointCodeSent, JointCodeStart
from gateways.engine import connect
from gateways.mail import MailUnavailable, Undeliverable
from gateways.sealing import Sealing, about, new_key
from gateways.starting import Starting
from runtime.workers import runner
from tests.activities.office_desk import Desk
from tests.activities.test_notices import FakeMail
from tests.apart import MORNING
from workflows.joint_code import JointCodeWorkflow

SEALING = Sealing.of(new_key())
Rows = psycopg.Connection[tuple[object, ...]]


def a_code(desk: Desk, migrator: Rows, *, asked_at: datetime = MORNING, **columns: Any) -> UUID:
    """Return a code that was asked for by the contact of a body."""
    contribution, access, code = uuid4(), uuid4(), uuid4()
    migrator.execute(
        "insert into contribution (id, organisation_id, complaint_id, number, kind, code, name, body_kind, bound, way,"
        " state, open_to_body, named_on, invited_on, changed_at, act_id)"
        " values (%s, %s, %s, 1, 'joint', 'A81001', 'GP', 'nhs', 'voluntary', 'page', 'invited', true, '2028-03-02',"
        " '2028-03-02', %s, %s)",
        (contribution, desk.body.id, desk.complaint, MORNING, uuid4()),
    )
    migrator.execute(
        "insert into body_access (id, organisation_id, complaint_id, contribution_id, number, name, email, issued_at,"
        " act_id) values (%s, %s, %s, %s, 1, 'Gita Practice', 'gita@practice.example', %s, %s)",
        (access, desk.body.id, desk.complaint, contribution, MORNING, uuid4()),
    )
    row = {
        "id": code, "organisation_id": desk.body.id, "access_id": access, "mark": b"x",
        "sealed": SEALING.seal("123456", about(SEALED, code)), "asked_at": asked_at,
        "expires_at": asked_at + timedelta(minutes=10),
    } | columns  # fmt: skip
    migrator.execute(
        f"insert into body_code ({', '.join(row)}) values ({', '.join(['%s'] * len(row))})", tuple(row.values())
    )
    return code


def codes(desk: Desk, mail: FakeMail, sealing: Sealing = SEALING) -> JointCodes:
    return JointCodes(desk.apart.database, mail, "complaints@sample.example", sealing)


async def send(desk: Desk, mail: FakeMail, code: UUID, now: datetime = MORNING, **more: Any) -> bool:
    act = JointCodeAct(organisation_id=desk.body.id, code_id=code, now=now)
    sent: JointCodeSent = await ActivityEnvironment().run(codes(desk, mail, **more).send, act)
    return sent.sent


def is_sealed(migrator: Rows, code: UUID) -> bool:
    return migrator.execute("select sealed is not null from body_code where id = %s", (code,)).fetchone() == (True,)


async def test_a_code_is_sent_once_to_whom_the_link_is_of_and_says_nothing_of_anybody(
    full: Desk, migrator: Rows
) -> None:
    mail, code = FakeMail(), a_code(full, migrator)
    assert await send(full, mail, code) and await send(full, mail, code)
    (sent,) = mail.sent
    assert sent.recipient == "gita@practice.example" and "123456" in sent.body and sent.automatic
    reference = str(full.stands()["reference"])
    assert not any(each in sent.body + sent.subject for each in ("Gita", "A81001", reference, "Pat Example"))
    assert not is_sealed(migrator, code)


@pytest.mark.parametrize("gone", [{"ended_at": MORNING}, {"used_at": MORNING}, {"expires_at": MORNING}])
async def test_a_code_that_is_good_no_more_is_let_go_of(full: Desk, migrator: Rows, gone: dict[str, Any]) -> None:
    mail, code = FakeMail(), a_code(full, migrator, **gone)
    assert not await send(full, mail, code)
    assert mail.sent == [] and not is_sealed(migrator, code)


async def test_while_mail_is_away_the_code_stays_and_where_it_cannot_go_it_does_not(full: Desk, migrator: Rows) -> None:
    code = a_code(full, migrator)
    with pytest.raises(ApplicationError) as raised:
        await send(full, FakeMail(MailUnavailable("mail_away")), code)
    assert not raised.value.non_retryable and is_sealed(migrator, code)
    assert not await send(full, FakeMail(Undeliverable("address_malformed")), code)
    assert not is_sealed(migrator, code)


async def test_a_code_whose_key_is_gone_or_of_another_organisation_is_not_sent(full: Desk, migrator: Rows) -> None:
    mail, code = FakeMail(), a_code(full, migrator)
    act = JointCodeAct(organisation_id=uuid4(), code_id=code, now=MORNING)
    with pytest.raises(ApplicationError) as raised:
        await ActivityEnvironment().run(codes(full, mail).send, act)
    assert raised.value.type == "NOT_FOUND"
    assert not await send(full, mail, code, sealing=Sealing.of(new_key()))
    assert mail.sent == []


async def test_the_workflow_sends_it_and_one_that_comes_too_late_is_wiped(
    full: Desk, migrator: Rows, own_server: str
) -> None:
    temporal = await connect(own_server, "default", lazy=False)  # elsewhere workers of lives take it
    mail, now = FakeMail(), datetime.now(UTC)
    starting, real = Starting(temporal), codes(full, mail)

    @activity.defn(name=names.JOINT_CODE_SEND)
    async def here(act: JointCodeAct) -> JointCodeSent:
        return await real.send(act)

    good = a_code(full, migrator, asked_at=now)
    row = migrator.execute("select access_id from body_code where id = %s", (good,)).fetchone()
    assert row is not None
    late = uuid4()
    migrator.execute(
        "insert into body_code (id, organisation_id, access_id, mark, sealed, asked_at, expires_at)"
        " values (%s, %s, %s, 'x', 'x', %s, %s)",
        (late, full.body.id, row[0], now - timedelta(hours=1), now - timedelta(minutes=50)),
    )
    worker = Worker(
        temporal, task_queue=names.DELIVERY, workflows=[JointCodeWorkflow], activities=[here], workflow_runner=runner()
    )
    async with worker:
        outcomes = []
        for code, until in ((good, now + timedelta(minutes=10)), (late, now - timedelta(minutes=50))):
            start = JointCodeStart(organisation_id=full.body.id, code_id=code, until=until)
            for _ in range(2):
                await starting.start_joint_code(start)
            handle = temporal.get_workflow_handle(names.joint_code_workflow_id(code), result_type=JointCodeSent)
            outcomes.append((await handle.result()).sent)
    assert outcomes == [True, False] and len(mail.sent) == 1
    assert not is_sealed(migrator, good) and not is_sealed(migrator, late)
