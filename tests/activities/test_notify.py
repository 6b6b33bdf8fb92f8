"""Notices by GOV.UK Notify: handed over once whatever happens between, and followed until their fate is known."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.notices import MAIL_AWAY
from activities.notify import KEY_COLUMN, ByNotify
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.notices import ARRIVAL_UNKNOWN, NoticeAct, NoticeOutcome, NoticeState
from db.engine import Database
from db.models.arrivals import Carriage, CarrierSetting, QuietHours
from db.models.complaint import Complaint, Party
from db.models.work import Notice
from gateways.notify_client import NotifyClient
from gateways.sealing import Sealing, about, new_key
from gateways.typst_letters import TypstTypesetter
from runtime.database_roles import DatabaseDsns
from tests.activities.test_notices import NOW, SENT, Case, lay_out, migrator, notice_of, opened, said_about
from tests.gateways.notify_stub import KEY, NotifyStub, notify_stub

SEALING = Sealing.of(new_key())
PATIENCE = timedelta(seconds=2)  # with a server that hangs; one that is busy answers sooner
EMAIL_TEMPLATE = uuid4()


@pytest.fixture
def stub() -> Iterator[NotifyStub]:
    with notify_stub() as found:
        yield found


@pytest.fixture
async def own(dsns: DatabaseDsns) -> AsyncIterator[Database]:
    async with opened(dsns) as database:
        yield database


def by_notify(database: Database, stub: NotifyStub, sealing: Sealing = SEALING) -> ByNotify:
    client = NotifyClient(stub.url, timeout=PATIENCE)
    return ByNotify(database, client, sealing, TypstTypesetter())


def queue(dsns: DatabaseDsns, *, channel: str = "email", released: bool = True, phone: str | None = None) -> Case:
    """Queue a notice with Notify as its carrier, for an organisation that has a key."""
    case = lay_out(dsns, channel=channel, released=released)
    with migrator(dsns) as session:
        session.get_one(Notice, case.notice_id).carrier = "notify"
        party = session.scalars(select(Party).where(Party.complaint_id == case.complaint_id)).one()
        party.phone, party.address = phone, "1 Home Street\nHomely\nHO1 1ME"
        row = CarrierSetting(
            id=uuid4(), organisation_id=case.organisation_id, carrier="notify", emails=True, texts=True, letters=True,
            email_template=EMAIL_TEMPLATE, text_template=uuid4(), changed_at=NOW,
        )  # fmt: skip
        row.key_sealed = SEALING.seal(KEY, about(KEY_COLUMN, row.id))
        session.add(row)
        session.commit()
    return case


async def send(notify: ByNotify, act: NoticeAct) -> NoticeOutcome:
    return await ActivityEnvironment().run(notify.send, act)


async def follow(notify: ByNotify, act: NoticeAct) -> NoticeOutcome:
    return await ActivityEnvironment().run(notify.follow, act)


def last_look(act: NoticeAct) -> NoticeAct:
    return NoticeAct(
        organisation_id=act.organisation_id,
        complaint_id=act.complaint_id,
        notice_id=act.notice_id,
        now=act.now + timedelta(days=7),
        failure=ARRIVAL_UNKNOWN,
    )


def carriage_of(dsns: DatabaseDsns, case: Case) -> Carriage | None:
    with migrator(dsns) as session:
        return session.scalars(select(Carriage).where(Carriage.notice_id == case.notice_id)).one_or_none()


async def test_it_is_handed_over_once_under_its_own_id(dsns: DatabaseDsns, own: Database, stub: NotifyStub) -> None:
    case, notify = queue(dsns), by_notify(own, stub)
    assert await send(notify, case.act) == SENT
    assert await send(notify, case.act) == SENT
    (taken,) = stub.taken
    assert (taken["reference"], taken["said"]["template_id"]) == (str(case.notice_id), str(EMAIL_TEMPLATE))
    assert taken["said"]["email_address"] == "amina@home.example"
    assert (stub.asked, notice_of(dsns, case).state) == (0, "handed_over")
    carriage = carriage_of(dsns, case)
    assert carriage is not None and str(carriage.carrier_id) == taken["id"]


@pytest.mark.parametrize("steps", [[429, 201], [500, 201], ["hang"], ["drop"], ["lost"], [500, 429, "lost"]])
async def test_after_what_is_not_known_it_is_looked_up_and_never_doubled(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub, steps: list[int | str]
) -> None:
    case, notify = queue(dsns), by_notify(own, stub)
    stub.script = list(steps)
    failed = 0
    for _ in range(6):
        try:
            assert await send(notify, case.act) == SENT
            break
        except ApplicationError as fault:
            assert (fault.type, fault.non_retryable) == (MAIL_AWAY, False)
            failed += 1
    assert len(stub.taken) == 1 and stub.asked == failed > 0
    assert notice_of(dsns, case).state == "handed_over"


async def test_a_worker_that_dies_after_the_sending_sends_nothing_again(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub
) -> None:
    case, notify = queue(dsns), by_notify(own, stub)
    await send(notify, case.act)
    with migrator(dsns) as session:  # as it stands when nothing was written after the sending
        notice = session.get_one(Notice, case.notice_id)
        notice.state, notice.settled_at = "queued", None
        session.commit()
    assert await send(notify, case.act) == SENT
    assert (len(stub.taken), stub.asked) == (1, 1)


async def test_what_left_before_contact_was_stopped_has_left(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub
) -> None:
    case, notify = queue(dsns), by_notify(own, stub)
    stub.script = ["lost"]
    with pytest.raises(ApplicationError):
        await send(notify, case.act)
    with migrator(dsns) as session:
        session.get_one(Complaint, case.complaint_id).stop_contact = True
        session.commit()
    assert await send(notify, case.act) == SENT
    never = queue(dsns)
    with migrator(dsns) as session:
        session.get_one(Complaint, never.complaint_id).stop_contact = True
        session.commit()
    assert (await send(notify, never.act)).state is NoticeState.WITHHELD
    assert len(stub.taken) == 1


@pytest.mark.parametrize(("step", "state"), [("lost", "handed_over"), (500, "withheld")])
async def test_what_was_withheld_while_nobody_knew_whether_notify_has_it_is_looked_up(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub, step: int | str, state: str
) -> None:
    case, notify = queue(dsns), by_notify(own, stub)
    stub.script = [step]
    with pytest.raises(ApplicationError):
        await send(notify, case.act)
    with migrator(dsns) as session:
        notice = session.get_one(Notice, case.notice_id)
        notice.state, notice.failure, notice.settled_at = "withheld", "corrected", NOW
        session.commit()
    assert (await send(notify, case.act)).state.value == state == notice_of(dsns, case).state
    assert len(stub.taken) == (step == "lost")


async def test_what_notify_refuses_is_for_ever(dsns: DatabaseDsns, own: Database, stub: NotifyStub) -> None:
    case, stub.script = queue(dsns), [400]
    with pytest.raises(ApplicationError) as caught:
        await send(by_notify(own, stub), case.act)
    assert (caught.value.type, caught.value.non_retryable) == (ErrorType.UNDELIVERABLE, True)
    assert caught.value.details == ("notify_refused",)
    assert notice_of(dsns, case).state == "queued"  # the workflow gives it up


async def test_a_key_that_notify_does_not_take_any_more_holds_notices_until_there_is_another(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub
) -> None:
    case, stub.script = queue(dsns), [403]
    with pytest.raises(ApplicationError) as caught:
        await send(by_notify(own, stub), case.act)
    assert (caught.value.type, caught.value.non_retryable) == (MAIL_AWAY, False)
    assert await send(by_notify(own, stub), case.act) == SENT and len(stub.taken) == 1


@pytest.mark.parametrize(
    ("body", "address", "code"),
    [
        ("Words.\n\n" * 20_000, "1 Home Street\nHomely\nHO1 1ME", "too_many_pages"),
        ("Words.", "\n".join(["A line"] * 7), "address_lines"),
        ("Words.", "1 Home Street", "address_lines"),
    ],
)
async def test_a_letter_that_notify_would_not_print_is_not_handed_over(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub, body: str, address: str, code: str
) -> None:
    case = queue(dsns, channel="letter")
    with migrator(dsns) as session:
        session.get_one(Notice, case.notice_id).body = body
        session.scalars(select(Party).where(Party.complaint_id == case.complaint_id)).one().address = address
        session.commit()
    with pytest.raises(ApplicationError) as caught:
        await send(by_notify(own, stub), case.act)
    assert (caught.value.type, caught.value.details) == (ErrorType.UNDELIVERABLE, (code,))
    assert stub.taken == [] and carriage_of(dsns, case) is None


async def test_a_letter_goes_as_the_copy_that_is_kept(dsns: DatabaseDsns, own: Database, stub: NotifyStub) -> None:
    case, notify = queue(dsns, channel="letter"), by_notify(own, stub)
    stub.script = ["lost"]
    with pytest.raises(ApplicationError):
        await send(notify, case.act)
    assert await send(notify, case.act) == SENT
    assert stub.taken[0]["type"] == "letter" and stub.pdf().startswith(b"%PDF")


async def test_a_text_goes_to_the_number(dsns: DatabaseDsns, own: Database, stub: NotifyStub) -> None:
    case = queue(dsns, channel="text", phone="07700900001")
    assert await send(by_notify(own, stub), case.act) == SENT
    assert (stub.taken[0]["type"], stub.taken[0]["said"]["phone_number"]) == ("sms", "07700900001")


async def test_a_text_to_nobody_s_number_is_undeliverable(dsns: DatabaseDsns, own: Database, stub: NotifyStub) -> None:
    with pytest.raises(ApplicationError) as caught:
        await send(by_notify(own, stub), queue(dsns, channel="text").act)
    assert caught.value.details == ("no_address",)


async def test_without_the_key_that_sealed_it_everything_waits(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub
) -> None:
    case = queue(dsns)
    for sealing in (Sealing(), Sealing.of(new_key())):
        with pytest.raises(ApplicationError) as caught:
            await send(by_notify(own, stub, sealing), case.act)
        assert (caught.value.type, caught.value.non_retryable) == (MAIL_AWAY, False)
    assert stub.taken == []


async def test_stopped_contact_and_quiet_hours_hold_here_too(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub
) -> None:
    case = queue(dsns)
    with migrator(dsns) as session:
        session.get_one(Notice, case.notice_id).statutory = False
        quiet = QuietHours(id=uuid4(), organisation_id=case.organisation_id, working_days_only=True, changed_at=NOW)
        session.add(quiet)
        session.commit()
    on_saturday = NoticeAct(
        organisation_id=case.organisation_id, complaint_id=case.complaint_id, notice_id=case.notice_id,
        now=NOW + timedelta(days=5),
    )  # fmt: skip
    waits = await send(by_notify(own, stub), on_saturday)
    assert (waits.state, waits.look_at) == (NoticeState.QUEUED, NOW.replace(hour=0) + timedelta(days=7))
    assert stub.taken == [] and carriage_of(dsns, case) is None
    assert await send(by_notify(own, stub), case.act) == SENT  # a Monday


@pytest.mark.parametrize(
    ("status", "state", "failure"),
    [
        ("delivered", NoticeState.DELIVERED, None),
        ("permanent-failure", NoticeState.FAILED, "permanent_failure"),
        ("temporary-failure", NoticeState.FAILED, "temporary_failure"),
        ("validation-failed", NoticeState.FAILED, "validation_failed"),
    ],
)
async def test_what_is_known_of_it_is_said_once(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub, status: str, state: NoticeState, failure: str | None
) -> None:
    case, notify = queue(dsns), by_notify(own, stub)
    await send(notify, case.act)
    assert await follow(notify, case.act) == SENT and said_about(dsns, case) == []
    stub.taken[0]["status"] = status
    expected = NoticeOutcome(state=state, failure=Code(failure) if failure else None)
    assert await follow(notify, case.act) == await follow(notify, case.act) == expected
    (said,) = said_about(dsns, case)
    assert (said.body["state"], said.body["failure"]) == (state.value, failure)


@pytest.mark.parametrize("at_notify", ["created", "sending", "gone", "away", "switched off", "key lost"])
async def test_after_the_last_look_what_nobody_knows_is_said_to_be_unknown(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub, at_notify: str
) -> None:
    case, notify = queue(dsns), by_notify(own, stub)
    await send(notify, case.act)
    stub.taken[0]["status"] = at_notify
    if at_notify == "gone":
        stub.taken.clear()
    if at_notify == "away":
        notify = ByNotify(own, NotifyClient("http://127.0.0.1:9"), SEALING, TypstTypesetter())
    if at_notify == "key lost":
        notify = by_notify(own, stub, Sealing.of(new_key()))
    if at_notify == "switched off":
        with migrator(dsns) as session:
            session.scalars(
                select(CarrierSetting).where(CarrierSetting.organisation_id == case.organisation_id)
            ).one().key_sealed = None
            session.commit()
    for _ in range(2):
        outcome = await follow(notify, last_look(case.act))
        assert outcome.state is NoticeState.HANDED_OVER
    (said,) = said_about(dsns, case)
    assert (said.body["state"], said.body["failure"]) == ("handed_over", "arrival_unknown")


async def test_a_letter_that_is_in_the_post_is_nobody_s_task(
    dsns: DatabaseDsns, own: Database, stub: NotifyStub
) -> None:
    case, notify = queue(dsns, channel="letter"), by_notify(own, stub)
    await send(notify, case.act)
    stub.taken[0]["status"] = "received"
    assert await follow(notify, last_look(case.act)) == SENT
    assert said_about(dsns, case) == []


async def test_a_stranger_s_notice_is_not_there(dsns: DatabaseDsns, own: Database, stub: NotifyStub) -> None:
    case, other = queue(dsns), queue(dsns)
    stranger = NoticeAct(
        organisation_id=other.organisation_id, complaint_id=case.complaint_id, notice_id=case.notice_id, now=NOW
    )
    for step in (send, follow):
        with pytest.raises(ApplicationError) as caught:
            await step(by_notify(own, stub), stranger)
        assert caught.value.type == ErrorType.NOT_FOUND
    assert stub.taken == []


def test_the_key_stands_nowhere_in_the_clear(dsns: DatabaseDsns) -> None:
    case = queue(dsns)
    with migrator(dsns) as session:
        row = session.scalars(
            select(CarrierSetting).where(CarrierSetting.organisation_id == case.organisation_id)
        ).one()
    assert row.key_sealed is not None and KEY.encode() not in row.key_sealed
    assert SEALING.unseal(row.key_sealed, about(KEY_COLUMN, UUID(str(row.id)))) == KEY
