"""Words stay in PostgreSQL: markers are put where people's words and names go, and looked for everywhere else.

A field of anything that can be said has to be planted here, or be named as a code: one that is forgotten fails.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError

from activities.exporting import case_document
from contracts import names
from contracts.commands import Command, CommandKind
from contracts.submissions import Pending
from db import desk_said
from db.queries.search import search
from db.queries.worklist import Wanted
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.lives.lived import Lived, lines, with_marked_people
from tests.lives.markers import MARKER, SECRETS, SET_BY_OFFICE, W, demanded, fields_in, marked, token
from tests.lives.planted import Migrator, Planted, marked_of
from tests.lives.subscribed import told
from tests.world import MORNING, World, until

DAY = MORNING.date()
BUDGET = timedelta(seconds=20)

_UNKNOWN: Final = frozenset({"FromBody.kind", "HearLead.kind"})
_WHO: Final = ("name", "described_as", "email", "phone", "address")
# What is said, is on record, and is not searched: a search shows some of its words to whoever looks for others.
NOT_SEARCHED: Final[dict[str, set[str]]] = {
    "who may speak, has a part or is investigated elsewhere, and why": {
        *("DecideStanding.reasons", "AppointToCase.training", "AppointToCase.mitigation", "AppointToCase.from_body"),
        *("OpenParallel.body_name", "OpenParallel.contact", "OpenParallel.external_reference", "UpdateParallel.words"),
        *("HoldIssues.reason", "ReviewHold.reason"),
    },
    "where people are reached, and who they are to each other: the reference, the name and the NHS number find them": {
        *("PartySaid.email", "PartySaid.phone", "PartySaid.address", "PartySaid.relation"),
        *("PartyCorrected.email", "PartyCorrected.phone", "PartyCorrected.address"),
    },
    "letters and drafts of them: what they say is searched where it was said first": {
        *("ReleaseNotice.subject", "ReleaseNotice.body", "SendUpdate.subject", "SendUpdate.body", "Respond.letter"),
        *("SectionSaid.words", "DraftResponse.remark", "ClearResponse.reason", "ClearResponse.mitigation"),
    },
    "terms and corrections, which stand with what they changed": {
        *("SetResponsePeriod.agreed_with", "Extend.agreed_with", "Extend.reason", "ImportCase.agreed_with"),
        *("Correct.reason", "DecideCorrection.reason", "OpenedInError.belongs_to", "LetterMisdirected.went_to"),
        *("ProposeRemedy.reason", "DecideRemedy.reason", "DecideRemedy.mitigation", "Unlink.reason"),
    },
    "consent taken back, and behaviour that is hard to manage: read on the case itself, by those who work on it": {
        *("WithdrawConsent.words", "WarnAboutConduct.words", "FlagStaffSafety.words", "AppealContactPlan.words"),
        *("DecideContactPlan.reasons", "DecideContactPlan.adjustments_considered"),
        *("DecideContactPlan.no_warning_because", "ReviewContactPlan.reasons", "DecideAppeal.reasons"),
    },
    "who of the staff is complained about, and what they and others said of it: nobody is looked up by complaints": {
        *(f"{shape}.{field}" for shape in ("NameStaff", "ChangeStaff") for field in _WHO),
        *("DeferStaff.words", "TellStaff.words", "SupportStaff.words", "EndStaff.words", "InviteStaff.words"),
        *("RecordStaffComment.words", "UseStaffComment.words", "InformStaff.words"),
    },
    "how it was for somebody, which nobody who handles the case reads, and what opens their page": {
        *("RecordExperience.words", "RecordExperience.link"),
    },
    "what people need, what is not safe for them, and how a letter came back: read beside where they are reached": {
        *("NeedsSaid.adjustments", "NeedsSaid.unsafe_words", "RecordDelivery.words"),
    },
    "what is said of oneself, and numbers": {*SECRETS},
    "who of another body is spoken with, decides, attends, signs or reads, and where they are reached": {
        *("ContactSaid.name", "ContactSaid.email", "ContactSaid.phone", "IssueAccess.name", "IssueAccess.email"),
        *("Accept.contact", "Accept.senior_lead", "Accept.email", "Accept.phone", "Accept.own_reference"),
        *("RevokeAccess.reason", "LeadView.senior", "LeadDecider.name", "Attendance.who", "AttendedSaid.who"),
        *("Submission.signed_by", "Submission.signed_role", "LeadDecided.decided_by", "Transfer.provider_agreed_by"),
        *("TransferTaken.own_reference",),
        *(f"BodyTold.{field}" for field in ("name", "contact", "email", "phone")),
    },
    "whom a part is about, who are found by their names as parties, and whose it is": {
        *("PersonTold.name", "PersonTold.address", "Invitation.reference"),
    },
    "the one draft, and the response, as bodies were sent them": {"DraftShared.words", "FinalResponse.words"},
    "what no version of the protocol knows: it is read where it was said": {*_UNKNOWN},
    "why a senior could not take a call, and how the person was tried to be reached, cared for, or told late": {
        *("PassEscalation.reason", "LogCandourAttempt.words", "LogCandourAttempt.late_reason"),
        *("OfferCandourSupport.what", "TellOfIncident.late_reason"),
    },
    "what a pack was made for, and how a body was told": {
        *("AssemblePack.remark", "AssemblePack.restricted_reason", "TellCompliance.how"),
    },
}
# What a person said of themselves is for returns that name nobody; no document of a case holds it.
# What a message that nobody knows calls itself stays with what was said: the message itself is there, as unknown.
# How it was for somebody is read by nobody who handles the case.
NOT_EXPORTED: Final = (
    {each for each in SECRETS if each.startswith("EqualitySaid.")} | _UNKNOWN | {"RecordExperience.words"}
)


@pytest.fixture
def body(dsns: DatabaseDsns, migrator: Migrator) -> Body:
    """An organisation whose people have marked names and addresses too."""
    return with_marked_people(make_body(dsns.migrator), migrator)


async def a_parked_act(planted: Planted, migrator: Migrator) -> None:
    """An act that is parked, then tried again and again with an exception whose text holds a marker."""
    world, body = planted.world, planted.body
    complaint, submission = await planted.log(), uuid4()
    command = Command(submission_id=submission, kind=CommandKind.ADD_NOTE, said_at=world.clock.now())
    pending = Pending(organisation_id=body.id, complaint_id=complaint, seq=9, delivery=0, command=command)
    assert (await world.engine.deliver(pending, BUDGET)).failure == "parked"
    note = marked(desk_said.AddNote(words=W))
    await world.say(body, complaint, CommandKind.ADD_NOTE, note, submission_id=submission, deliver=False)
    # A body of another shape: the exception quotes what it found there.
    spoilt = "jsonb_build_object('words', jsonb_build_array(body->>'words'))"
    migrator.execute(f"update submission set body = {spoilt} where id = %s", (submission,))
    resuming = asyncio.create_task(world.engine.resume(complaint, uuid4(), BUDGET))

    async def failing() -> bool:
        pending = (await world.handle(complaint).describe()).raw_description.pending_activities
        return any(each.attempt > 1 and each.HasField("last_failure") for each in pending)

    await until(failing)
    migrator.execute(
        "update submission set body = jsonb_build_object('words', body->'words'->>0) where id = %s", (submission,)
    )
    assert (await resuming).applied == 1


async def test_every_field_that_has_words_is_planted(lived: Lived) -> None:
    fields = {field for planted in lived.both for field in await planted.said_fields()}
    assert fields == demanded()


async def test_no_word_and_no_name_is_in_the_engine(lived: Lived) -> None:
    engine = await lived.first.seen_in_the_engine() | await lived.present.seen_in_the_engine()
    kinds = {workflow_id.split("/")[0] for workflow_id in engine}
    assert kinds == {"complaint", "import", "notice", "involvement", "webhooks", "contribution", "joint-part"} | {
        *("escalation", "candour", "referral", "action")
    }
    assert any("afterwards" in workflow_id for workflow_id in engine)
    assert marked_of(engine) == []


async def test_no_word_and_no_name_is_in_the_chain_of_evidence(lived: Lived) -> None:
    assert [event for planted in lived.both for event in await planted.marked_events()] == []


async def test_no_word_and_no_name_is_told_to_other_systems(lived: Lived) -> None:
    for planted in lived.both:
        events = await told(planted)
        assert len({event.split(" ")[0] for event in events}) >= 5
        assert marked_of(events) == []


async def test_no_word_and_no_name_is_in_the_webhooks_that_arrived(lived: Lived) -> None:
    types = [each.event["type"].removeprefix("uk.redress.") for each in lived.webhooks]
    assert types.count("complaint.staff_told.v1") >= 1 and types.count("joint.message.v1") >= 1
    assert len(lived.webhooks) > len({each.headers["webhook-id"] for each in lived.webhooks})  # one was tried again
    said = {f"{n}": each.body + repr(each.headers).encode() for n, each in enumerate(lived.webhooks)}
    assert marked_of(said) == []


async def test_what_an_organisation_sets_was_set_and_used_so_that_it_could_turn_up_elsewhere(lived: Lived) -> None:
    words = await lived.present.world.rows(lived.present.body, "select subject || body as words from notice")
    seen = " ".join(row["words"].lower() for row in words) + repr(lived.webhooks).lower()
    in_letters = SET_BY_OFFICE - {"WebhookSubscription.description", "WebhookSubscription.url"}
    assert {each for each in in_letters if token(each) in seen} == in_letters
    assert all(MARKER in each.path for each in lived.webhooks)  # the address is marked, and where it leads


async def test_no_word_and_no_name_is_logged(lived: Lived) -> None:
    assert any("UNDELIVERABLE" in line for line in lived.log.lines)
    assert lived.log.marked() == []


async def test_every_word_is_searched_or_named_here(lived: Lived) -> None:
    left_out = {field for fields in NOT_SEARCHED.values() for field in fields}
    here = await searched(lived.present, demanded())
    assert here | await searched(lived.first, demanded() - here) == demanded() - left_out


async def test_every_word_is_exported_or_named_here(lived: Lived) -> None:
    assert {field for planted in lived.both for field in await exported(planted)} == demanded() - NOT_EXPORTED


async def test_a_body_that_contributes_finds_nothing_of_the_leads_case(lived: Lived) -> None:
    """It has a case of its own, with what it was told: the lead's, with the words of others, is not found by it."""
    theirs, (ours, *_) = lived.present, await searched_complaints(lived.present, token("NameGap.reason"))
    assert ours in theirs.complaints
    at_the_body = await searched_complaints(lived.first, token("NameBody.name"))
    assert set(at_the_body) <= set(lived.first.complaints)
    assert await searched_complaints(lived.first, token("NameGap.reason")) == []


async def searched_complaints(planted: Planted, q: str) -> list[UUID]:
    """Return the complaints that an organisation finds by a word."""
    wanted = Wanted(organisation_id=planted.body.id, now=planted.world.clock.now(), on=DAY)
    async with planted.world.database.tenant(planted.body.id, wanted.now) as session:
        return [hit.line.complaint.id for hit in await search(session, wanted, q, after=None, limit=50)]


async def searched(planted: Planted, fields: frozenset[str]) -> frozenset[str]:
    """Return those of some fields whose markers are found by a search."""
    wanted = Wanted(organisation_id=planted.body.id, now=planted.world.clock.now(), on=DAY)
    found = set()
    async with planted.world.database.tenant(planted.body.id, wanted.now) as session:
        for field in fields:
            if await search(session, wanted, SECRETS.get(field, token(field)), after=None, limit=1):
                found.add(field)
    return frozenset(found)


async def exported(planted: Planted) -> set[str]:
    """Return the fields whose markers, or what is kept like words, stand in the documents of the cases."""
    whole = b""
    async with planted.world.database.tenant(planted.body.id, planted.world.clock.now()) as session:
        for complaint in planted.complaints:
            whole += await case_document(session, complaint)
    return fields_in(whole.decode())


async def test_the_text_of_an_exception_reaches_neither_the_engine_nor_the_log(
    world: World, body: Body, migrator: Migrator
) -> None:
    planted = Planted(world, body)
    with lines() as kept:
        await a_parked_act(planted, migrator)
    assert await planted.marked_in_the_engine() == []
    assert await planted.marked_events() == []
    assert kept.lines and kept.marked() == []


async def test_the_search_finds_what_it_looks_for(world: World, body: Body) -> None:
    """A marker where none belongs, in the id of a workflow's update, is found in its history."""
    planted = Planted(world, body)
    complaint = await planted.log()
    command = Command(submission_id=uuid4(), kind=CommandKind.ADD_NOTE, said_at=MORNING)
    with pytest.raises(WorkflowUpdateFailedError):  # no such submission: parked
        await world.handle(complaint).execute_update(names.SUBMIT, command, id=MARKER)
    assert await planted.marked_in_the_engine() != []
