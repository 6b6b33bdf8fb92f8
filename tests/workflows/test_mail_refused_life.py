"""A mail server that refuses for ten minutes, then takes: real gateway, activity and server, skipped time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import Envelope, Session
from temporalio import activity
from temporalio.worker import Worker

from activities.notice_steps import moment
from activities.notices import Notices
from contracts import names
from contracts.notices import NoticeAct, NoticeOutcome, NoticeStart, NoticeState
from gateways.smtp import SmtpGateway, SmtpServer
from gateways.typst_letters import TypstTypesetter
from runtime.database_roles import DatabaseDsns
from runtime.ports import LOOPBACK
from tests.activities.test_notices import lay_out, notice_of, opened, said_about
from tests.gateways.test_smtp_gateway import free_port
from tests.temporal_server import a_skipping_environment
from workflows.notice import NoticeWorkflow

REFUSES = timedelta(minutes=10)


class Greylisting:
    """Refuse every recipient for ten minutes from the first attempt on, of the time that the attempts are told."""

    def __init__(self) -> None:
        self.attempts: list[datetime] = []
        self.taken: list[tuple[str, list[str]]] = []

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.attempts[-1] - self.attempts[0] < REFUSES:
            return "450 4.7.1 Greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(cast("bytes", envelope.content))
        self.taken.append((message["Message-ID"], envelope.rcpt_tos))
        return "250 OK"


class Timed(Notices):
    """Tell the mail server what time it is: that of the attempt."""

    server: Greylisting

    @activity.defn(name=names.SEND_NOTICE)
    async def send(self, act: NoticeAct) -> NoticeOutcome:
        self.server.attempts.append(moment(act))
        return await super().send(act)


@pytest.fixture
def server() -> Greylisting:
    return Greylisting()


@pytest.fixture
def gateway(server: Greylisting) -> Iterator[SmtpGateway]:
    controller = Controller(server, hostname=LOOPBACK, port=free_port())
    controller.start()
    try:
        yield SmtpGateway(SmtpServer(host=LOOPBACK, port=controller.port, starttls=False))
    finally:
        controller.stop()


async def test_a_server_that_refuses_for_ten_minutes_gets_one_mail_and_nothing_twice(
    dsns: DatabaseDsns, server: Greylisting, gateway: SmtpGateway
) -> None:
    case = lay_out(dsns)
    start = NoticeStart(organisation_id=case.organisation_id, complaint_id=case.complaint_id, notice_id=case.notice_id)
    env = await a_skipping_environment()
    async with env, opened(dsns) as database:
        notices = Timed(database, gateway, "redress@mail.example", TypstTypesetter())
        notices.server = server
        does = [notices.send, notices.give_up, notices.report]
        async with Worker(env.client, task_queue=names.DELIVERY, workflows=[NoticeWorkflow], activities=does):
            outcome = await env.client.execute_workflow(
                NoticeWorkflow.run, start, id=names.notice_workflow_id(case.notice_id), task_queue=names.DELIVERY
            )
    assert outcome == NoticeOutcome(state=NoticeState.HANDED_OVER)
    assert [(f"notice.{case.notice_id}@" in id_, to) for id_, to in server.taken] == [(True, ["amina@home.example"])]
    took = server.attempts[-1] - server.attempts[0]
    assert REFUSES <= took < 2 * REFUSES and len(server.attempts) > 5
    assert notice_of(dsns, case).state == "handed_over" and len(said_about(dsns, case)) <= 1
