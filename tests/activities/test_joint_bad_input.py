"""What a body must not say, in whichever way it says it: refused with a code, kept, journalled; and nothing is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db.body_request_said import AskBody
from db.joint_messages import (
    DraftComment,
    InformationGiven,
    IssueAnswered,
    LeadView,
    Submission,
    ToLead,
    kind_of,
    to_json,
)
from db.joint_said import ContactSaid, RecordFromBody, ReleaseContribution
from db.lead_said import DecideLead
from tests.activities.found import TODAY, issues_of
from tests.activities.joined import ACCEPT, a_case, agree, answer, change, heard, name, says, take_back, tomorrow
from tests.activities.office_desk import Desk
from tests.activities.parts import part
from tests.apart import MORNING, Apart
from tests.bodies import Body

K = CommandKind
OTHER = "COUNCIL-2"
WAYS = ("here", "system", "page")


def a_part(*numbers: int, **changes: Any) -> Submission:
    """Return a part that answers issues by their numbers."""
    issues = tuple(IssueAnswered(number=n, did="Marker", found="Marker", conclusion="upheld") for n in numbers)
    return Submission(**{"issues": issues, "signed_by": "Marker Partner", "signed_role": "Partner"} | changes)


@dataclass(slots=True)
class Two:
    """A complaint with two bodies that have accepted: the last issue is of `one`, the second of `other`."""

    desk: Desk
    one: UUID
    other: UUID
    consent: UUID

    def told(self) -> tuple[int, int]:
        """Return how much was ever said to any body, and how many letters were written."""
        out = self.desk.rows("select 1 as n from joint_message where complaint_id = %s and direction = 'out'")
        return len(out), len(self.desk.rows("select 1 as n from notice where complaint_id = %s"))

    def refusals(self) -> list[tuple[str, str, str]]:
        found = self.desk.events("contribution.message_refused")
        return [(each["data"]["message"], each["data"]["via"], each["data"]["refusal"]) for each in found]

    async def refused(self, message: ToLead, why: str, **changes: Any) -> None:
        """Have it said in every way, and see that it is refused on record each time, and nothing else."""
        state, kept = part(self.desk, self.one), kind_of(message) if changes.get("kind") is None else "unknown"
        for via in WAYS:
            before, events = self.told(), len(self.refusals())
            assert await answer(self.desk, self.one, message, via=via, **changes) == why
            assert self.refusals()[events:] == [(kept, via, why)]
            after = part(self.desk, self.one)
            same = ("state", "round", "sent", "accepted_on", "submitted_on", "own_reference")
            assert self.told() == before and [after[k] for k in same] == [state[k] for k in same]


@pytest.fixture
async def two(beside: Apart, standards: Body) -> Two:
    desk = await a_case(beside, standards, 3)
    _first, second, third = issues_of(desk)
    consent = await agree(desk)
    await agree(desk, OTHER)
    one = await name(desk, issue_ids=(third,))
    other = await name(desk, code=OTHER, issue_ids=(second,))
    for each in (one, other):
        assert await answer(desk, each, ACCEPT) is None
    return Two(desk=desk, one=one, other=other, consent=consent)


async def test_a_part_for_an_issue_that_is_not_theirs_is_refused_whole(two: Two) -> None:
    for numbers in ((1,), (2,), (3, 2), (99,), (2**40,), ()):
        await two.refused(a_part(*numbers), "not_their_issue")
    await two.refused(a_part(*([3] * 10_000)), "contradicts_record")
    assert await answer(two.desk, two.one, a_part(3)) is None


async def test_nothing_is_taken_after_a_release(two: Two) -> None:
    await two.desk.must(K.RELEASE_CONTRIBUTION, ReleaseContribution(contribution_id=two.one, reason="Done."))
    for message in (a_part(3), ACCEPT):
        await two.refused(message, "contribution_released")


async def test_a_body_neither_approves_nor_speaks_as_the_lead_nor_of_what_is_another_bodys(two: Two) -> None:
    for kind in ("approved", "released", "withheld", "transfer"):
        await two.refused(ACCEPT, "protocol_not_spoken", kind=kind, body={"round": 1})
    await two.refused(InformationGiven(request_id=uuid4(), words="Marker"), "unknown_request")
    await two.refused(DraftComment(draft_id=uuid4(), agrees=True), "unknown_draft")


async def test_a_replayed_message_is_taken_once_and_a_forged_copy_of_it_never(two: Two) -> None:
    same = uuid4()
    for via in WAYS:
        assert (await says(two.desk, two.one, a_part(3), same, via=via)).state == "applied"
    assert len(heard(two.desk, two.one)) == 2 and part(two.desk, two.one)["round"] == 1
    await two.refused(a_part(3, signed_by="Marker Forger"), "message_changed", message_id=same)
    # Under the same id at another body it is another message: theirs, and not known to be said before.
    assert await answer(two.desk, two.other, a_part(2), same) is None


async def test_a_version_from_the_future_is_not_guessed_at(two: Two) -> None:
    for protocol in (2, 10**30, 0):
        await two.refused(a_part(3), "protocol_not_spoken", protocol=protocol)


async def test_two_bodies_cannot_both_lead(two: Two) -> None:
    ours = two.desk.body.code
    await two.desk.must(K.DECIDE_LEAD, DecideLead(lead=ours, reason="Most issues.", deciders=()))
    for claim in ("GP-81", OTHER, "G\u0420-81"):
        await two.refused(LeadView(agrees=False, proposes=claim, reason="We do"), "lead_already_decided")
    await two.refused(LeadView(agrees=True, proposes="GP-81"), "contradicts_record")


async def test_after_consent_ended_a_body_is_not_heard_and_nothing_more_is_asked_of_it(two: Two) -> None:
    await take_back(two.desk, two.consent)
    await two.refused(a_part(3), "consent_missing")
    asked = AskBody(contribution_id=two.one, what="Marker records", due_on=tomorrow(9))
    before = two.told()
    assert (await two.desk.do(K.ASK_BODY, asked)).refusal == "consent_missing" and two.told() == before


async def test_consent_that_ran_out_since_the_invitation_lets_nothing_more_be_written(
    beside: Apart, standards: Body
) -> None:
    desk = await a_case(beside, standards, 1)
    await agree(desk, expires_on=tomorrow())
    one = await name(desk)
    assert await answer(desk, one, ACCEPT) is None
    two = Two(desk=desk, one=one, other=one, consent=one)
    # Nothing but time has passed: no act, no rung.
    desk.apart.engine.now = datetime(2028, 3, 4, 0, 0, tzinfo=UTC)
    before = two.told()
    asked = AskBody(contribution_id=one, what="Marker records", due_on=tomorrow(9))
    assert (await desk.do(K.ASK_BODY, asked)).refusal == "consent_missing" and two.told() == before
    await two.refused(a_part(1), "consent_missing")


async def test_a_body_names_no_file_that_it_did_not_send_itself(two: Two) -> None:
    ours, theirs = (a_file(two, caller) for caller in ("staff", f"body/{two.other}"))
    own = (a_file(two, f"body/{two.one}"), a_file(two, f"page/{two.one}"))
    for wanted in ((ours,), (own[0], theirs), (uuid4(),)):
        await two.refused(a_part(3, file_ids=wanted), "unknown_file")
    assert await answer(two.desk, two.one, a_part(3, file_ids=own)) is None


async def test_what_cannot_be_said_cannot_be_recorded_for_a_body_either(two: Two) -> None:
    def recorded(message: ToLead, **changes: Any) -> RecordFromBody:
        values: dict[str, Any] = {"kind": kind_of(message), "body": to_json(message), "how": "call", "said_on": TODAY}
        return RecordFromBody(**{"contribution_id": two.one, **values, **changes})

    tries = [
        (recorded(a_part(1)), "not_their_issue"),
        (recorded(ACCEPT, kind="approved"), "protocol_not_spoken"),
        (recorded(ACCEPT, contribution_id=uuid4()), "unknown_contribution"),
        (recorded(a_part(3), said_on=tomorrow()), "date_in_future"),
        (recorded(a_part(3), said_on=TODAY - timedelta(days=400)), "contradicts_record"),
        (recorded(a_part(3), body={"issues": "all"}), "message_malformed"),
    ]
    for said, why in tries:
        before = two.told()
        assert (await two.desk.do(K.RECORD_FROM_BODY, said)).refusal == why
        assert two.told() == before
    await take_back(two.desk, two.consent)
    assert (await two.desk.do(K.RECORD_FROM_BODY, recorded(a_part(3)))).refusal == "consent_missing"


async def test_whoever_is_no_contact_any_more_or_goes_another_way_has_no_link(two: Two) -> None:
    def live() -> list[str]:
        rows = two.desk.rows("select email, revoked_cause from body_access where complaint_id = %s order by number")
        return [each["email"] for each in rows if each["revoked_cause"] is None]

    assert live().count("manager@gp.example.org") == 2  # one of each body
    right = ContactSaid(role="contact", name="Marker Right", email="right@gp.example.org")
    assert await change(two.desk, two.one, contacts=(right,)) is None
    assert sorted(live()) == ["manager@gp.example.org", "right@gp.example.org"]
    senior = ContactSaid(role="complaints_manager", name="Marker Chief", email="chief@gp.example.org")
    assert await change(two.desk, two.one, contacts=(senior,)) is None
    assert sorted(live()) == ["manager@gp.example.org", "right@gp.example.org"]
    assert await change(two.desk, two.one, way="none") is None
    assert live() == ["manager@gp.example.org"]
    assert await change(two.desk, two.one, way="page") is None
    assert sorted(live()) == ["manager@gp.example.org", "right@gp.example.org"]


def a_file(two: Two, caller: str) -> UUID:
    """Put a file on the complaint, in the name of a caller."""
    file_id, submission = uuid4(), uuid4()
    two.desk.apart.rows(
        "insert into submission (id, organisation_id, complaint_id, seq, kind, body, caller, role, route,"
        " idempotency_key, body_hash, received_at, state, delivery, attempts) select %s, organisation_id, id,"
        " (select max(seq) + 1 from submission s where s.complaint_id = complaint.id), 'attach_file', '{}', %s, 'body',"
        " 'files', %s, 'x', %s, 'applied', 0, 1 from complaint where id = %s",
        *(submission, caller, str(file_id), MORNING, two.desk.complaint),
    )
    two.desk.apart.rows(
        "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
        " stored_key, source, kind, disclosure, attached, added_at) select %s, organisation_id, id, %s, 'a.pdf',"
        " 'application/pdf', 1, %s, %s, 'other_body', 'other', 'restricted', true, %s from complaint where id = %s",
        *(file_id, submission, "0" * 64, str(file_id), MORNING, two.desk.complaint),
    )
    return file_id
