"""The recorded lives of what carries messages between two bodies: parts at the other side, their cases, and codes.

The workflow of a part, and the case that it opens, keep the machine's own time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from activities.joint_codes import SEALED
from contracts import names
from contracts.joint import JointCodeStart, JointPartStart
from db.joint_messages import Approved, ConsentEnded, Released
from gateways.partner_secrets import seal
from gateways.sealing import Sealing, about
from gateways.webhooks import new_secret
from tests.activities.joint_bodies import invitation
from tests.contributing import Contributing, contribute
from tests.replay.record import Studio
from tests.taking_part import Joined, join
from tests.world import until

ANSWER = {"number": 2, "did": "We looked.", "found": "It was so.", "conclusion": "upheld", "remedy": None}


async def _joined(studio: Studio) -> Joined:
    """Return a part that has heard its invitation."""
    studio.world.clock.time = datetime.now(UTC) + timedelta(seconds=20)
    one = await join(studio.world, studio, studio.body(), studio.body())
    on = studio.world.clock.now().date()
    told = invitation(received_on=on, accept_by=on + timedelta(days=7), contribute_by=on + timedelta(days=30))
    await one.tell(told)
    await one.heard(1)
    return one


async def _rests(handle: WorkflowHandle[Any, Any]) -> None:
    async def quiet() -> bool:
        raw = (await handle.describe()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    await until(quiet)


async def _part(studio: Studio, name: str, one: Joined) -> None:
    await _rests(one.handle)
    await studio.keep(f"joint_part/{name}", one.handle)


async def _case(studio: Studio, name: str, one: Joined) -> None:
    part = await one.part()
    assert part is not None
    await studio.complaint(name, UUID(part["complaint_id"]))


async def taking_part(studio: Studio) -> None:
    """Told, accepted, submitted, refused, approved, let go of; and the case of our own in each of its stages."""
    one = await _joined(studio)
    await _part(studio, "invited", one)
    await _case(studio, "part_received", one)
    await one.say("accept", contact="Sam", senior_lead="Kim")
    await one.brought(1)
    await _part(studio, "accepted", one)
    await _case(studio, "part_contributing", one)
    # Nobody at the lead has given this body an issue: what it submits is refused there.
    await one.say("submission", "responsible_person", issues=[ANSWER])
    (_, (_, refusal)) = await one.brought(2)
    assert refusal is not None
    await _part(studio, "refused_by_the_lead", one)
    await _case(studio, "part_submitted", one)
    await one.tell(Approved(round=1))
    await one.heard(2)
    await _case(studio, "part_approved", one)
    await one.handle.cancel()
    await _part(studio, "cancel_pressed", one)
    await one.tell(Released(cause="done"))
    await one.handle.result()
    await studio.keep("joint_part/over", one.handle)
    await _case(studio, "part_closed", one)


async def not_taking_part(studio: Studio) -> None:
    """Declined; and, of another, consent ended."""
    declined = await _joined(studio)
    await declined.say("decline", reason="It was before our time.")
    await declined.brought(1)
    await _case(studio, "part_declined", declined)
    separate = await _joined(studio)
    await separate.tell(ConsentEnded(cause="withdrawn"))
    await separate.heard(2)
    await _part(studio, "consent_ended", separate)
    await _case(studio, "part_separate", separate)


async def not_through(studio: Studio) -> None:
    """A lead that is away; one that we have no credential for; a step that fails for good; nothing told at all."""
    world, body, partner = studio.world, studio.body(), uuid4()
    studio.write(
        "insert into partner (id, organisation_id, code, name, body_kind, bound, way, door_url, secret, secret_number,"
        " created_at, changed_at) values (%s, %s, 'RXL', 'Lead Trust', 'nhs', 'regulation_9', 'system',"
        " 'http://127.0.0.1:9/joint/v1/RXL', %s, 1, now(), now())",
        partner, body.id, seal(Sealing.of(studio.secrets), partner, new_secret()),
    )  # fmt: skip
    for name, start in (
        ("lead_is_away", JointPartStart(organisation_id=body.id, contribution_id=uuid4(), partner_id=partner)),
        ("no_credential", JointPartStart(organisation_id=body.id, contribution_id=uuid4(), partner_id=uuid4())),
    ):
        await world.engine.tell_joint_part(start)
        await studio.keep_waiting(f"joint_part/{name}", _id_of(start))
    nobody = JointPartStart(organisation_id=body.id, contribution_id=uuid4(), lead_organisation_id=studio.body().id)
    await world.engine.tell_joint_part(nobody)
    handle = world.client.get_workflow_handle(_id_of(nobody))
    await handle.result()
    await studio.keep("joint_part/nothing_told", handle)
    # A start that says nothing of where the lead is: a bug, and the step is given up after five attempts.
    lost = JointPartStart(organisation_id=body.id, contribution_id=uuid4())
    await world.engine.tell_joint_part(lost)
    await studio.keep_waiting("joint_part/needs_attention", _id_of(lost))


def _id_of(start: JointPartStart) -> str:
    return names.joint_part_workflow_id(start.organisation_id, start.contribution_id)


async def long_part(studio: Studio) -> None:
    """Told of so much that it begins a new run."""
    one = await _joined(studio)
    first = (await one.handle.describe()).run_id
    start = JointPartStart(organisation_id=one.body.id, contribution_id=one.id, lead_organisation_id=one.lead.id)
    while (await one.handle.describe()).run_id == first:
        await studio.world.engine.tell_joint_part(start)
        await _rests(one.handle)
    ended = studio.world.client.get_workflow_handle(one.handle.id, run_id=first)
    await studio.keep("joint_part/run_that_ended", ended)
    await _part(studio, "run_that_began", one)


# Codes.


async def codes(studio: Studio) -> None:
    """Sent; refused by the address; mail away until it was good no more; and codes that nobody knows of."""
    one = await contribute(studio.world, studio, studio.body())
    for name in ("sent", "not_sent"):
        studio.mail.refuses = name == "not_sent"
        handle = await _code(studio, one, timedelta(minutes=10))
        await handle.result()
        await studio.keep(f"joint_code/{name}", handle)
    studio.mail.refuses, studio.mail.away = False, True
    late = await _code(studio, one, timedelta(seconds=4))
    await late.result()
    await studio.keep("joint_code/too_late", late)
    for name, left in (("waits_to_try_again", timedelta(minutes=10)), ("needs_attention", timedelta())):
        until_then = datetime.now(UTC) + left
        unknown = JointCodeStart(organisation_id=one.body.id, code_id=uuid4(), until=until_then)
        await studio.world.engine.start_joint_code(unknown)
        await studio.keep_waiting(f"joint_code/{name}", names.joint_code_workflow_id(unknown.code_id))


async def _code(studio: Studio, one: Contributing, good: timedelta) -> WorkflowHandle[Any, Any]:
    """Ask for a code, as the page does."""
    now, code, access = datetime.now(UTC), uuid4(), uuid4()
    known = studio.rows("select id from body_access where contribution_id = %s limit 1", one.id)
    if known:
        access = known[0][0]
    else:
        studio.write(
            "insert into body_access (id, organisation_id, complaint_id, contribution_id, number, name, email,"
            " issued_at, act_id) values (%s, %s, %s, %s, 1, 'Gita', 'gita@practice.example', %s, %s)",
            access, one.body.id, one.complaint, one.id, now, uuid4(),
        )  # fmt: skip
    studio.write(
        "insert into body_code (id, organisation_id, access_id, mark, sealed, asked_at, expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        code, one.body.id, access, code.bytes, Sealing.of(studio.secrets).seal("123456", about(SEALED, code)), now,
        now + good,
    )  # fmt: skip
    start = JointCodeStart(organisation_id=one.body.id, code_id=code, until=now + good)
    await studio.world.engine.start_joint_code(start)
    return studio.world.client.get_workflow_handle(names.joint_code_workflow_id(code))


JOINT_LIVES = [taking_part, not_taking_part, not_through, codes]
