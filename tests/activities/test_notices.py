"""The activities of a notice on a real, migrated PostgreSQL, as the application role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import create_engine, pool, select
from sqlalchemy.orm import Session
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.notices import MAIL_AWAY, Notices
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.notices import NoticeAct, NoticeOutcome, NoticeState
from db.engine import Database
from db.models.act import Submission
from db.models.complaint import Complaint, Party
from db.models.organisation import Organisation, Person
from db.models.work import Notice
from gateways.mail import MailUnavailable, OutgoingMail, Undeliverable
from gateways.typst_letters import TypstTypesetter
from runtime.database_roles import DatabaseDsns

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
SENT = NoticeOutcome(state=NoticeState.HANDED_OVER)


class FakeMail:
    """Keep what is sent; raise `fault`, or do something else in the middle of sending."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.sent: list[OutgoingMail] = []
        self.fault = fault
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def send(self, mail: OutgoingMail) -> None:
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.fault is not None:
            raise self.fault
        self.sent.append(mail)


@dataclass(frozen=True, slots=True)
class Case:
    """One complaint with one queued notice."""

    organisation_id: UUID
    complaint_id: UUID
    notice_id: UUID

    @property
    def act(self) -> NoticeAct:
        return NoticeAct(
            organisation_id=self.organisation_id,
            complaint_id=self.complaint_id,
            notice_id=self.notice_id,
            now=NOW,
        )


@asynccontextmanager
async def opened(dsns: DatabaseDsns) -> AsyncIterator[Database]:
    database = Database(dsns.app)
    try:
        yield database
    finally:
        await database.close()


def run(
    dsns: DatabaseDsns,
    mail: FakeMail,
    doing: Callable[[Notices, ActivityEnvironment], Awaitable[T]],
) -> T:
    """Run activities in one loop, on a pool of their own."""

    async def inner() -> T:
        async with opened(dsns) as database:
            notices = Notices(database, mail, "complaints@default.example", TypstTypesetter())
            return await doing(notices, ActivityEnvironment())

    return asyncio.run(inner())


def send(dsns: DatabaseDsns, mail: FakeMail, act: NoticeAct) -> NoticeOutcome:
    return run(dsns, mail, lambda notices, env: env.run(notices.send, act))


def report(dsns: DatabaseDsns, act: NoticeAct) -> None:
    run(dsns, FakeMail(), lambda notices, env: env.run(notices.report, act))


def lay_out(
    dsns: DatabaseDsns,
    *,
    to_staff: bool = False,
    email: str | None = "amina@home.example",
    channel: str = "email",
    state: NoticeState = NoticeState.QUEUED,
    sender: str | None = "complaints@trust.example",
    stop_contact: bool = False,
    hold: bool = False,
    is_open: bool = True,
    released: bool = False,
    body: str = "Words.\n",
) -> Case:
    """Write an organisation, a complaint and a notice as the migrator, and return their ids."""
    case = Case(uuid4(), uuid4(), uuid4())
    person_id, party_id = uuid4(), uuid4()
    own = {"organisation_id": case.organisation_id}
    rows = [
        Organisation(
            id=case.organisation_id, code=case.organisation_id.hex, name="Example NHS Trust",
            regime="nhs", nation="england", reference_prefix="EX", sender_email=sender,
        ),
        Person(id=person_id, subject="s", name="Sam", email=email, active=True, **own),
        Complaint(
            id=case.complaint_id, reference=case.complaint_id.hex, regime="nhs", nation="england",
            procedure="nhs-england-2009", procedure_version=1, stage="received", open=is_open,
            owner_id=person_id, channel="electronic", received_on=date(2026, 11, 20),
            logged_at=NOW, stop_contact=stop_contact, hold=hold, **own,
        ),
        Party(
            id=party_id, complaint_id=case.complaint_id, role="complainant", name="Amina",
            email=email, **own,
        ),
        Notice(
            id=case.notice_id, complaint_id=case.complaint_id, template="receipt",
            template_version=1, audience="staff" if to_staff else "complainant",
            party_id=None if to_staff else party_id, person_id=person_id if to_staff else None,
            channel=channel, legal_ground="-", state=state.value, subject="About it",
            body=body, act_id=uuid4(), drafted_at=NOW, **own,
            released_by=person_id if released else None, released_at=NOW if released else None,
        ),
    ]  # fmt: skip
    with migrator(dsns) as session:
        for row in rows:
            session.add(row)
            session.flush()
        session.commit()
    return case


def migrator(dsns: DatabaseDsns) -> Session:
    return Session(create_engine(dsns.migrator, poolclass=pool.NullPool))


def notice_of(dsns: DatabaseDsns, case: Case) -> Notice:
    with migrator(dsns) as session:
        return session.get_one(Notice, case.notice_id)


def said_about(dsns: DatabaseDsns, case: Case) -> list[Submission]:
    with migrator(dsns) as session:
        return list(session.scalars(select(Submission).where(Submission.complaint_id == case.complaint_id)))


def test_a_queued_notice_is_handed_over_once_however_often_it_is_asked_for(
    dsns: DatabaseDsns,
) -> None:
    case, mail = lay_out(dsns), FakeMail()
    assert send(dsns, mail, case.act) == SENT
    assert send(dsns, mail, case.act) == SENT
    (sent,) = mail.sent
    assert sent.message_id == f"<notice.{case.notice_id}@trust.example>"
    assert (sent.recipient, sent.sender) == ("amina@home.example", "complaints@trust.example")
    assert (sent.subject, sent.body, sent.automatic) == ("About it", "Words.\n", True)
    assert sent.attachment is None  # nobody released it: a bare receipt is text alone
    stored = notice_of(dsns, case)
    assert (stored.state, stored.settled_at) == ("handed_over", NOW)


def test_a_later_attempt_is_dated_when_it_was_made(dsns: DatabaseDsns) -> None:
    case, mail = lay_out(dsns), FakeMail()

    async def later(notices: Notices, env: ActivityEnvironment) -> NoticeOutcome:
        first = env.info.scheduled_time
        env.info = replace(env.info, current_attempt_scheduled_time=first + timedelta(hours=5))
        return await env.run(notices.send, case.act)

    assert run(dsns, mail, later) == SENT
    assert mail.sent[0].dated == LATER
    assert notice_of(dsns, case).settled_at == LATER


def test_an_organisation_without_a_sender_uses_the_default(dsns: DatabaseDsns) -> None:
    mail = FakeMail()
    send(dsns, mail, lay_out(dsns, sender=None).act)
    assert mail.sent[0].sender == "complaints@default.example"


def test_stopped_contact_withholds_what_goes_outside_even_under_a_hold(dsns: DatabaseDsns) -> None:
    case, mail = lay_out(dsns, stop_contact=True, hold=True), FakeMail()
    assert send(dsns, mail, case.act).state is NoticeState.WITHHELD
    assert mail.sent == []
    assert notice_of(dsns, case).state == "withheld"


def test_a_hold_leaves_the_notice_queued(dsns: DatabaseDsns) -> None:
    case, mail = lay_out(dsns, hold=True), FakeMail()
    assert send(dsns, mail, case.act).state is NoticeState.QUEUED
    assert mail.sent == []
    assert notice_of(dsns, case).state == "queued"


def test_staff_are_reminded_though_contact_is_stopped_or_held(dsns: DatabaseDsns) -> None:
    mail = FakeMail()
    assert send(dsns, mail, lay_out(dsns, to_staff=True, stop_contact=True, hold=True).act) == SENT
    assert len(mail.sent) == 1


@pytest.mark.parametrize("state", [NoticeState.DRAFT, NoticeState.RELEASED, NoticeState.DISCARDED, NoticeState.FAILED])
def test_only_a_queued_notice_is_sent(dsns: DatabaseDsns, state: NoticeState) -> None:
    mail = FakeMail()
    assert send(dsns, mail, lay_out(dsns, state=state).act).state is state
    assert mail.sent == []


@pytest.mark.parametrize(
    ("email", "channel", "fault", "code"),
    [
        (None, "email", None, "no_address"),
        ("a@b.example", "letter", None, "no_gateway"),
        ("a@b.example", "email", Undeliverable("address_refused"), "address_refused"),
    ],
)
def test_what_no_retry_will_deliver_says_so_with_a_code(
    dsns: DatabaseDsns, email: str | None, channel: str, fault: Exception | None, code: str
) -> None:
    case = lay_out(dsns, email=email, channel=channel)
    with pytest.raises(ApplicationError) as raised:
        send(dsns, FakeMail(fault), case.act)
    assert (raised.value.type, raised.value.non_retryable) == (ErrorType.UNDELIVERABLE, True)
    assert raised.value.details == (code,)
    assert notice_of(dsns, case).state == "queued"


def test_a_server_that_is_away_leaves_the_notice_queued_for_another_attempt(
    dsns: DatabaseDsns,
) -> None:
    case = lay_out(dsns)
    with pytest.raises(ApplicationError) as raised:
        send(dsns, FakeMail(MailUnavailable("smtp_away")), case.act)
    assert (raised.value.type, raised.value.non_retryable) == (MAIL_AWAY, False)
    assert notice_of(dsns, case).state == "queued"


def test_no_transaction_is_open_while_mail_is_sent(dsns: DatabaseDsns) -> None:
    case, mail = lay_out(dsns), FakeMail()

    async def inner() -> NoticeOutcome:
        async with opened(dsns) as database:

            async def discard() -> None:
                async with (
                    asyncio.timeout(15),
                    database.tenant(case.organisation_id, NOW) as session,
                ):
                    (await session.get_one(Notice, case.notice_id)).state = "discarded"

            mail.meanwhile = discard
            notices = Notices(database, mail, "complaints@default.example", TypstTypesetter())
            return await ActivityEnvironment().run(notices.send, case.act)

    # Whoever was first to settle the notice is believed.
    assert asyncio.run(inner()).state is NoticeState.DISCARDED


def test_another_organisation_cannot_send_the_notice(dsns: DatabaseDsns) -> None:
    case, other, mail = lay_out(dsns), lay_out(dsns), FakeMail()
    with pytest.raises(ApplicationError) as raised:
        send(dsns, mail, replace(case.act, organisation_id=other.organisation_id))
    assert raised.value.type == ErrorType.NOT_FOUND
    assert mail.sent == []


def test_giving_up_marks_a_queued_notice_failed_and_leaves_a_settled_one(
    dsns: DatabaseDsns,
) -> None:
    for state, expected in (
        (NoticeState.QUEUED, NoticeOutcome(state=NoticeState.FAILED, failure=Code("no_address"))),
        (NoticeState.HANDED_OVER, SENT),
    ):
        act = replace(lay_out(dsns, state=state).act, failure=Code("no_address"))

        async def give_up(notices: Notices, env: ActivityEnvironment, act: NoticeAct = act) -> NoticeOutcome:
            await env.run(notices.give_up, act)
            return await env.run(notices.give_up, act)

        assert run(dsns, FakeMail(), give_up) == expected


@pytest.mark.parametrize(
    ("state", "to_staff", "told"),
    [
        (NoticeState.HANDED_OVER, False, False),
        (NoticeState.WITHHELD, False, True),
        (NoticeState.FAILED, False, True),
        (NoticeState.FAILED, True, True),
        (NoticeState.HANDED_OVER, True, False),
        (NoticeState.QUEUED, False, False),
        (NoticeState.DISCARDED, False, False),
    ],
)
def test_the_complaint_is_told_once_of_what_it_must_know(
    dsns: DatabaseDsns, state: NoticeState, to_staff: bool, told: bool
) -> None:
    case = lay_out(dsns, state=state, to_staff=to_staff)
    report(dsns, case.act)
    report(dsns, case.act)
    said = said_about(dsns, case)
    assert len(said) == told
    for one in said:
        assert one.id == uuid5(case.notice_id, state.value)
        assert (one.kind, one.role, one.state) == ("notice_outcome", "system", "pending")
        assert one.caller == f"notice/{case.notice_id}"
        assert one.body == {
            "notice_id": str(case.notice_id), "state": state.value, "failure": None
        }  # fmt: skip


def test_of_a_hand_over_only_a_complaint_that_has_ended_is_told_at_once(dsns: DatabaseDsns) -> None:
    case = lay_out(dsns, state=NoticeState.HANDED_OVER, is_open=False)
    report(dsns, case.act)
    report(dsns, case.act)
    (said,) = said_about(dsns, case)
    assert said.body["state"] == "handed_over"


def test_a_delivery_that_fails_does_not_lose_what_was_said(dsns: DatabaseDsns) -> None:
    case = lay_out(dsns, state=NoticeState.FAILED)

    async def broken(organisation_id: UUID, complaint_id: UUID) -> None:
        raise ConnectionError

    async def inner() -> None:
        async with opened(dsns) as database:
            notices = Notices(database, FakeMail(), "c@default.example", TypstTypesetter(), deliver=broken)
            await ActivityEnvironment().run(notices.report, case.act)

    asyncio.run(inner())
    assert len(said_about(dsns, case)) == 1
