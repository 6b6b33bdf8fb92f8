"""A life in which everybody is owed something else: each got it, nobody got what they must not, as the record shows.

A daughter complains for her father. She needs large print, by letter. An advocate gets copies until the father takes
his consent back. He dies in the middle. Of the staff, one is a locum who has left; the other comments late. The case
system that is told of it all is away for two days.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db import desk_said, finding_said, said
from db.bereavement_said import RecordDeath
from db.consent_said import RecordConsent, WithdrawConsent
from db.eligibility_said import DecideStanding
from db.escalation_said import AcknowledgeEscalation
from db.involvement_said import NameStaff, SupportStaff, TellStaff
from db.models.webhooks import WebhookSubscription
from db.office_said import RecordContact
from db.party_said import NeedsSaid, PartySaid
from db.people_said import GiveStatements
from db.promise_said import KeepPromise
from db.staff_said import InformStaff, InviteStaff, RecordExperience, RecordStaffComment, UseStaffComment
from gateways.anchors import FolderAnchors
from gateways.engine import connect
from gateways.sealing import Sealing, about, new_key
from gateways.webhooks import new_secret
from runtime.database_roles import DatabaseDsns
from runtime.ports import any_free
from runtime.postgres import PostgresAddress
from runtime.settings import Settings
from runtime.temporal import TemporalServer
from runtime.verifying import verify
from tests.apart import Apart, a_database_apart
from tests.bodies import Body, make_body
from tests.lives import casework as steps
from tests.receiver import Receiver, a_receiver
from tests.world import MORNING, World, a_world, until

K = CommandKind
KEY = new_key()
NURSE = "auditor"  # an account here; of this complaint they know their own part only
DAY = MORNING.date()  # Thursday 2 March 2028
BACK_ON = date(2028, 3, 4)  # the case system, two days after it all began
LEFT = (NoticeState.QUEUED.value, NoticeState.HANDED_OVER.value, NoticeState.DELIVERED.value)


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="redress-temporal-"))
    server = TemporalServer(folder, time_skipping=True, port=any_free(), ui_port=any_free())
    try:
        yield server.start().target
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@pytest.fixture(scope="module")
async def world(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(
        environment="development",
        state_dir=tmp_path_factory.mktemp("state"),
        secrets_key=SecretStr(KEY),
        webhooks_allow_private=True,
    )
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@dataclass(kw_only=True)
class Life:
    """One complaint and everybody in it."""

    world: World
    body: Body
    complaint: UUID = field(default_factory=uuid4)
    people: dict[str, UUID] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)
    subscription: UUID = field(default_factory=uuid4)
    ended: bool = False

    def workflow(self, id: str) -> WorkflowHandle[Any, Any]:
        return self.world.client.get_workflow_handle(id)

    @property
    def webhooks(self) -> WorkflowHandle[Any, Any]:
        return self.workflow(names.webhooks_workflow_id(self.subscription))

    async def catch_up(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Bring a workflow that has begun at the machine's own time to the life's."""
        await self.world.skipper.fast_forward(handle, self.world.clock.now() - datetime.now(UTC))
        await self._rests(handle)

    async def must(self, kind: CommandKind, what: said.Said, by: str = "handler") -> None:
        await steps.must(self.world, self.body, self.complaint, kind, what, by)

    async def refused(self, kind: CommandKind, what: said.Said, by: str = "handler") -> str | None:
        done = await self.world.say(self.body, self.complaint, kind, what, by=by)
        assert done.state == "refused"
        return done.refusal

    async def rows(self, sql: str, **params: Any) -> Sequence[Any]:
        return await self.world.rows(self.body, sql, id=self.complaint, **params)

    async def row(self, sql: str, **params: Any) -> Any:
        (found,) = await self.rows(sql, **params)
        return found

    async def to(self, day: date, hour: int = 10) -> None:
        """Move everything that keeps time for this complaint to an instant, in lock-step."""
        instant = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        handles = [self.workflow(names.involvement_workflow_id(id)) for id in self.staff.values()]
        handles += [] if self.ended else [self.world.handle(self.complaint)]
        handles += [self.webhooks] if instant.date() <= BACK_ON else []
        while self.world.clock.time < instant:
            step = min(instant - self.world.clock.time, timedelta(hours=20))
            await asyncio.gather(*(self.world.skipper.fast_forward(each, step) for each in handles))
            self.world.clock.time += step
            await asyncio.gather(*(self._rests(each) for each in handles))

    async def _rests(self, handle: Any) -> None:
        async def quiet() -> bool:
            raw = (await handle.describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet)

    async def release(self, *templates: str, to: str | None = None) -> list[UUID]:
        """Release the drafts of some templates, with their gaps filled in; return their ids."""
        sent = []
        for row in await self.rows("select * from notice where complaint_id = :id and state = 'draft'"):
            wanted = row["template"].partition(".")[0] in templates
            if wanted and to in (None, *(name for name, id in self.people.items() if id == row["party_id"])):
                words = row["body"].replace("[[", "").replace("]]", "")
                await self.must(K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=row["id"], body=words))
                sent.append(row["id"])
        return sent

    async def post(self) -> None:
        """Print and post what lies in the out-tray."""
        tasks = await self.rows(
            "select id from task where complaint_id = :id and kind = 'post_letter' and state = 'open'"
        )
        for task in tasks:
            await self.must(K.COMPLETE_TASK, desk_said.CompleteTask(task_id=task["id"]))

    async def notices(self, name: str) -> list[tuple[str, str, str]]:
        """Return what was written to somebody: template, channel, state."""
        rows = await self.rows(
            "select template, channel, state from notice where complaint_id = :id and party_id = :who"
            " order by drafted_at",
            who=self.people[name],
        )
        return [(row["template"].partition(".")[0], row["channel"], row["state"]) for row in rows]

    async def clock(self, kind: str, subject: UUID) -> Any:
        return await self.row(
            "select * from clock where complaint_id = :id and kind = :kind and subject_id = :subject",
            kind=kind, subject=subject,
        )  # fmt: skip


async def subscribe(world: World, body: Body, receiver: Receiver, subscription_id: UUID) -> None:
    """Have a case system subscribe to everything."""
    sealed = Sealing.of(KEY).seal(new_secret(), about("webhook_subscription.secret", subscription_id))
    async with world.database.tenant(body.id, world.clock.now()) as session:
        session.add(
            WebhookSubscription(
                id=subscription_id, organisation_id=body.id, url=receiver.url, description="Case system", types=[],
                state="active", secret=sealed, secret_number=1, caller="case-system", created_at=world.clock.now(),
                resumed_at=world.clock.now(),
            )
        )  # fmt: skip


@pytest.fixture(scope="module")
async def received() -> AsyncIterator[Receiver]:
    """A case system that is away when this life begins."""
    async with a_receiver(status=503) as opened:
        yield opened


@pytest.fixture(scope="module")
async def life(world: World, apart: Apart, received: Receiver) -> Life:
    """The whole of it, lived once for the tests that look at it."""
    found = Life(world=world, body=make_body(apart.dsns.migrator, follows=None))
    await subscribe(world, found.body, received, found.subscription)
    await _begins(found)
    await _staff_are_told(found)
    await found.to(BACK_ON, 12)
    assert received.arrived
    assert received.taken == []
    received.status = 204
    await _the_locum_is_told(found)
    await _timescale(found)
    await _he_takes_his_consent_back(found)
    await _he_dies(found)
    await _looked_at(found)
    await _answered(found)
    await _afterwards(found)
    return found


async def _begins(life: Life) -> None:
    """She complains for her father; he agrees that she and an advocate are told."""
    life.complaint = await life.world.log(
        life.body,
        parties=(
            PartySaid(
                role="complainant", name="Ann Daughter", email="ann@example.org", address="1 Low Road, Exampleton",
                relation="daughter", ground="asked",
                needs=NeedsSaid(preferred_channel="letter", formats=("large_print",), unsafe=("no_voicemail",)),
            ),
            PartySaid(role="affected", name="Bill Father", address="2 High Road, Exampleton", born_on=date(1940, 5, 1)),
            PartySaid(
                role="advocate", name="Cleo Advocate", email="cleo@example.org", needs=NeedsSaid(copies=True)
            ),
        ),
    )  # fmt: skip
    await life.catch_up(life.webhooks)
    for row in await life.rows("select id, role from party where complaint_id = :id"):
        life.people[row["role"]] = row["id"]
    rang = RecordContact(
        direction="in", channel="call", happened_at=life.world.clock.now(), with_whom="Bill Father",
        party_id=life.people["affected"], summary="He wants his daughter and Cleo to be told everything.",
        promised="A call to say who looks at it.", promised_by=date(2028, 3, 3),
    )  # fmt: skip
    await life.must(K.RECORD_CONTACT, rang)
    contact = await life.row("select id from contact where complaint_id = :id")
    for recipient in ("complainant", "advocate"):
        agreed = RecordConsent(
            scope="represent", giver_id=life.people["affected"], recipient_id=life.people[recipient], basis="oral",
            contact_id=contact["id"], given_on=DAY,
        )  # fmt: skip
        await life.must(K.RECORD_CONSENT, agreed)
        may = DecideStanding(
            party_id=life.people[recipient], may_speak=True, ground="asked", capacity="has", consent_basis="oral"
        )
        await life.must(K.DECIDE_STANDING, may, "complaints_manager")
    told = GiveStatements(statements=("advocacy", "non_detriment"), given_on=DAY, method="call")
    await life.must(K.GIVE_STATEMENTS, told)
    acknowledged = said.Acknowledge(method="call", made_on=DAY, discussion_offered=True)
    await life.must(K.ACKNOWLEDGE, acknowledged)


async def _staff_are_told(life: Life) -> None:
    """The nurse is told in person, and at once; of the locum, who has left, an address is sought."""
    supporter: dict[str, Any] = {"supporter_id": life.body.person("senior_leader"), "supporter_is": "line_manager"}
    nurse = NameStaff(kind="employed", person_id=life.body.person(NURSE), **supporter)
    locum = NameStaff(kind="locum", name="Lou Locum", email="lou@example.org", **supporter)
    for number, (name, what) in enumerate((("nurse", nurse), ("locum", locum)), start=1):
        await life.must(K.NAME_STAFF, what)
        row = await life.row("select id from involvement where complaint_id = :id and number = :n", n=number)
        life.staff[name] = row["id"]
        await life.catch_up(life.workflow(names.involvement_workflow_id(row["id"])))
    told = TellStaff(involvement_id=life.staff["nurse"], told_on=DAY, how="in_person")
    await life.must(K.TELL_STAFF, told)
    await life.must(K.SUPPORT_STAFF, SupportStaff(involvement_id=life.staff["nurse"], spoke_on=DAY, how="in_person"))
    promise = await life.row("select id from promise where complaint_id = :id")
    await life.to(date(2028, 3, 3), 9)
    await life.must(K.KEEP_PROMISE, KeepPromise(promise_id=promise["id"], kept_on=date(2028, 3, 3), words="Rang him."))


async def _the_locum_is_told(life: Life) -> None:
    """By letter, and late."""
    await life.to(date(2028, 3, 8))
    by_letter = TellStaff(
        involvement_id=life.staff["locum"], told_on=date(2028, 3, 8), how="letter", words="They work abroad by now."
    )
    await life.must(K.TELL_STAFF, by_letter)
    await life.release("staff_follow_up")


async def _timescale(life: Life) -> None:
    """A date is agreed: she has it in large print, the advocate has a copy."""
    await life.must(K.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=date(2028, 3, 8)))
    agreed = said.SetResponsePeriod(
        basis="agreed", respond_by=date(2028, 5, 12), update_every_days=21, agreed_with="Ann Daughter",
        agreed_on=date(2028, 3, 8),
    )  # fmt: skip
    await life.must(K.SET_RESPONSE_PERIOD, agreed)
    assert len(await life.release("period_set")) == 2
    await life.post()


async def _he_takes_his_consent_back(life: Life) -> None:
    """The advocate is told nothing any more, though a copy was drafted; the staff hear of the new date."""
    await life.to(date(2028, 3, 20))
    extended = said.Extend(
        clock="response_period", respond_by=date(2028, 6, 2), reason="The records are late.",
        agreed_with="Ann Daughter", agreed_on=date(2028, 3, 20),
    )  # fmt: skip
    await life.must(K.EXTEND, extended)
    consent = await life.row(
        "select id from consent where complaint_id = :id and recipient_id = :who", who=life.people["advocate"]
    )
    back = WithdrawConsent(
        consent_id=consent["id"], withdrawn_on=date(2028, 3, 20), withdrawn_by=life.people["affected"], how="call"
    )
    await life.must(K.WITHDRAW_CONSENT, back)
    copy = await life.row(
        "select id, body from notice where complaint_id = :id and party_id = :who and state = 'draft'"
        " and template like 'extension%'",
        who=life.people["advocate"],
    )
    release = desk_said.ReleaseNotice(notice_id=copy["id"], body=copy["body"].replace("[[", "").replace("]]", ""))
    assert await life.refused(K.RELEASE_NOTICE, release) == "consent_missing"
    await life.release("extension", to="complainant")
    await life.post()
    for name in ("nurse", "locum"):
        informed = InformStaff(
            involvement_id=life.staff[name], about="change_of_timescale", informed_on=date(2028, 3, 20), how="call"
        )
        await life.must(K.INFORM_STAFF, informed)


async def _he_dies(life: Life) -> None:
    await life.to(date(2028, 3, 27))
    died = RecordDeath(party_id=life.people["affected"], known_on=date(2028, 3, 27), died_on=date(2028, 3, 25))
    await life.must(K.RECORD_DEATH, died)


async def _looked_at(life: Life) -> None:
    """A closer look. The nurse is asked, says nothing in time, and is heard all the same."""
    world, body, complaint = life.world, life.body, life.complaint
    nurse = life.staff["nurse"]
    invited = InviteStaff(
        involvement_id=nurse, invited_on=date(2028, 3, 27), about="allegation", how="call", comment_by=date(2028, 4, 7)
    )
    await life.must(K.INVITE_STAFF, invited, "investigator")
    away = InviteStaff(involvement_id=life.staff["locum"], invited_on=date(2028, 3, 27), about="allegation", how="call")
    await life.must(K.INVITE_STAFF, away, "investigator")
    await steps.issues(world, body, complaint, "The wait", "The notes")
    await steps.appoint(world, body, complaint, "investigator", "complaints_manager")
    await steps.plan(world, body, complaint)
    await life.to(date(2028, 4, 19))
    late = RecordStaffComment(
        involvement_id=nurse, about="allegation", words="The ward was two short.", received_on=date(2028, 4, 19)
    )
    await life.must(K.RECORD_STAFF_COMMENT, late, NURSE)
    comment = await life.row("select id, late from staff_comment where complaint_id = :id")
    assert comment["late"]
    used = UseStaffComment(
        involvement_id=nurse, comment_id=comment["id"], effect="accepted", words="The rota shows it."
    )
    await life.must(K.USE_STAFF_COMMENT, used, "investigator")
    await steps.findings(world, body, complaint, "upheld", "not_upheld")
    shared = finding_said.ShareViews(
        shared=(
            finding_said.SharedWith(party_id=life.people["complainant"], method="writing", on=date(2028, 4, 19)),
            finding_said.SharedWith(person_id=body.person(NURSE), method="meeting", on=date(2028, 4, 19)),
        ),
        words="This is what we have found so far.",
    )
    await life.must(K.SHARE_VIEWS, shared, "investigator")
    seen = InformStaff(
        involvement_id=life.staff["locum"], about="initial_views", informed_on=date(2028, 4, 19), how="call"
    )
    await life.must(K.INFORM_STAFF, seen, "investigator")
    await life.release("initial_views")
    await life.post()


async def _answered(life: Life) -> None:
    """The response goes to her; the staff are told what came of it; the complaint ends before they are asked."""
    world, body, complaint = life.world, life.body, life.complaint
    await life.to(date(2028, 5, 15))
    await life.release("update")
    await life.post()
    await steps.draft(world, body, complaint)
    # A death makes it serious: a senior clears the response, too, and has the case in hand before it is closed.
    await steps.clear(world, body, complaint, "complaints_manager")
    await steps.clear(world, body, complaint, "responsible_person")
    await steps.sign(world, body, complaint)
    escalation = await life.row("select id from escalation where complaint_id = :id and cause = 'severity'")
    await life.must(
        K.ACKNOWLEDGE_ESCALATION, AcknowledgeEscalation(escalation_id=escalation["id"]), "responsible_person"
    )
    await life.post()
    await steps.code(world, body, complaint)
    await _end_of_casework(life)
    await life.must(K.CLOSE, said.Close())
    life.ended = True


async def _end_of_casework(life: Life) -> None:
    """Discard what has nothing left to say, the advocate's copies among it."""
    for row in await life.rows("select id from notice where complaint_id = :id and state = 'draft'"):
        discarded = desk_said.DiscardNotice(notice_id=row["id"], reason="The response says it.")
        await life.must(K.DISCARD_NOTICE, discarded)


async def _afterwards(life: Life) -> None:
    await life.to(date(2028, 5, 16))
    for name in ("nurse", "locum"):
        outcome = InformStaff(
            involvement_id=life.staff[name], about="outcome", informed_on=date(2028, 5, 16), how="call"
        )
        await life.must(K.INFORM_STAFF, outcome)
    asked = RecordExperience(step="answered", on=date(2028, 5, 16), involvement_id=life.staff["nurse"], words="Fair.")
    await life.must(K.RECORD_EXPERIENCE, asked, "senior_leader")
    declined = RecordExperience(step="declined", on=date(2028, 5, 16), involvement_id=life.staff["locum"])
    await life.must(K.RECORD_EXPERIENCE, declined)


async def test_she_got_every_letter_by_post_in_large_print(life: Life) -> None:
    found = await life.notices("complainant")
    substantive = [(template, state) for template, channel, state in found if channel == "letter"]
    assert {template for template, _ in substantive} >= {
        "period_set",
        "extension",
        "initial_views",
        "response_composed",
    }
    assert all(state in (*LEFT, "discarded") for _, state in substantive), substantive
    rows = await life.rows(
        "select formats from notice where complaint_id = :id and party_id = :who and channel = 'letter'",
        who=life.people["complainant"],
    )
    assert all("large_print" in row["formats"] for row in rows)
    assert not [each for each in found if each[1] != "letter" and each[2] in LEFT and each[0] != "receipt"], found


async def test_the_advocate_got_copies_until_consent_was_taken_back_and_nothing_after(life: Life) -> None:
    found = await life.rows(
        "select template, state, released_at from notice where complaint_id = :id and party_id = :who",
        who=life.people["advocate"],
    )
    sent = {row["template"].partition(".")[0] for row in found if row["state"] in LEFT}
    assert "period_set" in sent
    assert not sent & {"extension", "initial_views", "response", "update"}
    (back,) = await life.rows("select withdrawn_on from consent where complaint_id = :id and withdrawn_on is not null")
    assert all(row["released_at"].date() <= back["withdrawn_on"] for row in found if row["state"] in LEFT)


async def test_nothing_was_written_to_the_dead(life: Life) -> None:
    died = datetime(2028, 3, 27, tzinfo=UTC)
    rows = await life.rows(
        "select state, drafted_at, released_at from notice where complaint_id = :id and party_id = :who",
        who=life.people["affected"],
    )
    assert [row for row in rows if row["state"] in LEFT and (row["released_at"] or row["drafted_at"]) >= died] == []


async def test_the_staff_were_told_heard_and_kept_informed_and_their_part_has_ended(life: Life) -> None:
    rows = await life.rows(
        "select number, told_on, outcome_told_on, state, ended_cause from involvement where complaint_id = :id"
        " order by number"
    )
    assert [tuple(row.values()) for row in rows] == [
        (1, DAY, date(2028, 5, 16), "ended", "done"),
        (2, date(2028, 3, 8), date(2028, 5, 16), "ended", "done"),
    ]
    for id in life.staff.values():
        handle = life.workflow(names.involvement_workflow_id(id))
        assert await handle.result() == "ended"


async def test_what_came_too_late_stays_broken_and_what_came_in_time_is_kept(life: Life) -> None:
    nurse, locum = life.staff["nurse"], life.staff["locum"]
    assert (await life.clock("staff_notice", nurse))["in_time"] is True
    told_late = await life.clock("staff_notice", locum)
    assert (told_late["in_time"], told_late["breached_at"] is not None) == (False, True)
    promise = await life.row("select id from promise where complaint_id = :id")
    assert (await life.clock("promise", promise["id"]))["in_time"] is True
    assert (await life.clock("staff_support", locum))["breached_at"] is not None  # nobody spoke with the locum
    running = await life.rows(
        "select kind from clock where complaint_id = :id and state = 'running' and proceeding_id is null"
    )
    assert [row["kind"] for row in running] == []


async def test_the_nurse_is_heard_though_late_and_it_shows_how(life: Life) -> None:
    row = await life.row("select late, effect, used_on from staff_comment where complaint_id = :id")
    assert tuple(row.values()) == (True, "accepted", date(2028, 4, 19))


async def test_a_case_system_that_was_away_for_two_days_has_everything_once_and_in_order(
    life: Life, received: Receiver
) -> None:
    queued = await life.rows("select event_id from webhook_delivery order by n")
    await life.catch_up(life.webhooks)  # it ends when it is idle, and has begun anew since

    async def all_there() -> bool:
        return len(received.taken) >= len(queued)

    await until(all_there)
    assert [each.event["id"] for each in received.taken] == [str(row["event_id"]) for row in queued]
    types = received.types()
    assert types[0] == "complaint.received.v1"
    assert {"complaint.staff_told.v1", "complaint.promise_kept.v1", "complaint.responded.v1"} <= set(types)
    sent = b"".join(each.body for each in received.taken)
    assert not [word for word in (b"Ann", b"Bill", b"Cleo", b"Lou", b"short") if word in sent]


async def test_the_record_shows_when_and_holds_together(life: Life, tmp_path: Path) -> None:
    rows = await life.rows("select kind, at_us from case_event where complaint_id = :id order by seq")
    at = {row["at_us"]: datetime.fromtimestamp(row["at_us"] / 1_000_000, UTC).date() for row in rows}
    told = [at[row["at_us"]] for row in rows if row["kind"] == "staff.told"]
    assert told == [DAY, date(2028, 3, 8)]
    assert {"consent.recorded", "consent.withdrawn", "statements.given", "promise.kept", "staff.commented"} <= {
        row["kind"] for row in rows
    }
    report = await verify(life.world.database, life.world.sweeper, FolderAnchors(tmp_path), life.world.clock.now())
    assert [each.what for each in report.findings] == []
