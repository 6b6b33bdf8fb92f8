"""`redress show` prints what is in the file, from the very answers of the API."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any, cast
from uuid import UUID, uuid4

from rich.console import Console

from activities.reading import GateStanding
from api.schemas.bodies import Bodies, BodyClock, BodyIssue, BodyShown
from api.schemas.body_requests import JointWorking
from api.schemas.casework_reads import GateShown
from api.schemas.leading import LeadShown, TimescaleShown
from api.schemas.part import PartDue, PartShown
from contracts.commands import CommandKind
from runtime.commands.api_calls import ApiCalls
from runtime.commands.dossier import gather, render
from tests.e2e.conftest import Caller
from tests.e2e.test_life_over_http import COMPLAINT

PATHS = (
    *("", "/now", "/clocks", "/tasks", "/notices", "/contacts", "/corrections", "/timeline", "/requirements"),
    *("/staff", "/promises", "/bodies", "/severity", "/escalations", "/incidents", "/referrals"),
    *("/learning", "/actions"),
)


class Answers:
    """The API's answers, asked for beforehand."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers

    def get(self, path: str, **params: Any) -> Any:
        return self._answers[path]


async def test_contacts_and_corrections_are_shown(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    call = {
        "direction": "in", "channel": "call", "happenedAt": "2028-03-02T09:30:00Z", "withWhom": "Her daughter",
        "summary": "Asked for news.", "promised": "A call back", "promisedBy": "2028-03-06",
    }  # fmt: skip
    await caller.say(f"/{reference}/contacts", call)
    oral = {"correction": {"what": "coding", "channel": "oral"}, "reason": "It was said at the desk."}
    await caller.say(f"/{reference}/corrections", oral)
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    out = StringIO()
    render(gather(cast(ApiCalls, Answers(answers)), reference), Console(file=out, width=200))
    shown = " ".join(out.getvalue().split())
    assert "in call Her daughter Asked for news. (promised by Monday 6 March 2028: A call back)" in shown
    assert "made coding It was said at the desk. Handler" in shown


async def test_what_has_to_be_on_record_first_is_shown_and_what_is_there_already_is_not(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    # This organisation follows the first version, which has no gates: here is what the second one would answer.
    answers[f"/v1{here}/requirements"] = {
        "stage": "closer_look",
        "items": [gate("share_plan", True), gate("close", False)],
    }
    out = StringIO()
    render(gather(cast(ApiCalls, Answers(answers)), reference), Console(file=out, width=200))
    shown = " ".join(out.getvalue().split())
    assert "plan The issues, their effect and the outcomes sought are confirmed with the person" in shown
    assert "closure" not in shown.split("Needed first")[1].split("Timeline")[0]


async def test_the_people_are_shown_with_what_is_owed_to_each_of_them(caller: Caller) -> None:
    needs = {"preferredChannel": "letter", "formats": ["large_print"], "unsafe": ["no_voicemail"]}
    reference = await caller.log(COMPLAINT | {"complainant": COMPLAINT["complainant"] | {"needs": needs}})
    await caller.say(f"/{reference}/staff", {"kind": "locum", "name": "Dr Ray Hale"})
    await caller.say(
        f"/{reference}/promises", {"kind": "call", "what": "We ring about the rota", "dueOn": "2028-04-03"}
    )
    await caller.say(f"/{reference}/contact-plan/staff-safety", {"flagged": True, "words": "Two at every visit"})
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    answers[f"/v1{here}/notices"]["items"][0] |= {"state": "failed", "failure": "bounced", "subject": "Our receipt"}
    out = StringIO()
    render(gather(cast(ApiCalls, Answers(answers)), reference), Console(file=out, width=200))
    shown = " ".join(out.getvalue().split())
    assert "complainant no voicemail letter large print" in shown
    assert "1 Dr Ray Hale named nobody by name Tell the member of staff, in person, what is complained of" in shown
    assert "About: staff 1, Dr Ray Hale" in shown and "About: We ring about the rota" in shown
    assert "open We ring about the rota Monday 3 April 2028 0 0" in shown
    assert "NOT REACHED Our receipt (bounced)" in shown and "TAKE CARE" in shown
    # What is taken at any time is counted, and not listed.
    assert "that keep everyone informed" in shown and "staff/{involvementId}/telling" not in shown
    assert "for serious cases" in shown and "incidents/{incidentId}/telling" not in shown
    assert "for work with other bodies" in shown and "bodies/{contributionId}/gap" not in shown


async def test_what_was_learned_and_is_done_about_it_is_shown(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    here = f"/complaints/{reference}"
    learned = {
        "theme": "communications", "place": "TAK01.ward-7", "factors": ["handover"], "outcome": "learned",
        "wentWrong": True, "found": "Nobody rang.", "willChange": "Somebody rings.",
    }  # fmt: skip
    await caller.say(f"/{reference}/learning", learned)
    owner = str(caller.body.person("investigator"))
    plan = {"what": "Name who rings", "ownerId": owner, "dueOn": "2028-04-03", "evidenceWanted": "The form"}
    await caller.say(f"/{reference}/actions", plan)
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    shown = rendered(answers, reference)
    assert "communications at TAK01.ward-7 handover Nobody rang. Somebody rings." in shown
    assert "Name who rings Monday 3 April 2028 open" in shown and "About: action" in shown


async def test_a_complaint_of_several_bodies_is_shown_with_how_each_stands_who_leads_and_what_is_missing(
    caller: Caller,
) -> None:
    reference = await caller.log(COMPLAINT)
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    assert answers[f"/v1{here}/bodies"] == {"items": []}
    late = a_body(1, "Example Practice", state="invited", overdue=True, escalated=True, level="complaints_manager")
    gone = a_body(2, None, state="declined", gap_named_on=date(2028, 3, 20))
    lead = LeadShown(
        id=uuid4(), state="disputed", lead="body-2", ours=False, rule="chosen", outcomes=[], deciders=[], said_at=AT,
        views=[],
    )  # fmt: skip
    by = TimescaleShown(
        id=uuid4(), number=1, contribute_by=date(2028, 4, 3), respond_by=date(2028, 5, 2), said_at=AT, views=[]
    )
    answers[f"/v1{here}/bodies"] = Bodies(items=[late, gone]).model_dump(mode="json", by_alias=True)
    joint = JointWorking(lead=lead, lead_history=[], timescale=by, timescale_history=[], requests=[], meetings=[])
    answers[f"/v1{here}/joint"] = joint.model_dump(mode="json", by_alias=True)
    shown = rendered(answers, reference)
    assert "Leads body-2 (disputed)" in shown
    assert "Their parts by Monday 3 April 2028, the response by Tuesday 2 May 2028, not agreed by all" in shown
    assert "the response goes without the part of body-2" in shown
    standing = "1 Example Practice invited, OVERDUE, escalated to the complaints manager page 1, 3"
    assert f"{standing} Take part, or say why not Thursday 9 March 2028, OVERDUE" in shown
    assert "2 body-2 declined, its part is named as missing" in shown


async def test_a_part_is_shown_with_whose_it_is_what_is_owed_and_why_nothing_gets_through(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    answers[f"/v1{here}"]["matter"] = "contribution"
    part = PartShown(
        contribution_id=uuid4(), lead_code="RXX", lead_name="Lead Trust", lead_reference="LEAD-1", bound="regulation_9",
        stage="contributing", yours=False, accept_by=date(2028, 3, 9), contribute_by=date(2028, 4, 3),
        respond_by=date(2028, 5, 2), trouble="timed_out", ended_on=None, issues=[2], messages=[],
        due=[PartDue(kind="part_contribution", due_on=date(2028, 4, 3), about=None, overdue=True)],
    )  # fmt: skip
    answers[f"/v1{here}/part"] = part.model_dump(mode="json", by_alias=True)
    shown = rendered(answers, reference)
    assert "Part of Lead Trust's LEAD-1" in shown and "Tuesday 2 May 2028, from Lead Trust" in shown
    assert "Lead Trust could not be reached: timed out" in shown
    assert "part contribution Monday 3 April 2028, OVERDUE" in shown


async def test_a_serious_complaint_is_shown_with_who_has_it_in_hand_and_what_is_owed_to_whom(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    await caller.say(f"/{reference}/triage", {"harm": "severe", "remark": "She fell."})
    await caller.say(f"/{reference}/escalations", {"reason": "Nobody rings her back.", "level": "serious"})
    here = f"/complaints/{reference}"
    escalations = (await caller.get(f"{here}/escalations"))["items"]
    by_hand = next(each for each in escalations if each["cause"] == "person")
    taken = f"/{reference}/escalations/{by_hand['id']}/acknowledgement"
    await caller.say(taken, {}, by="senior_leader")
    flagged = {"words": "A dose was given twice.", "becameKnownOn": "2028-03-02"}
    await caller.say(f"/{reference}/incidents", flagged)
    asked = {"what": "The file.", "askedOn": "2028-03-02", "dueOn": "2028-03-20"}
    received = {
        "kind": "ombudsman", "body": "phso", "theirReference": "C-0077", "receivedOn": "2028-03-02",
        "scope": "The fall.", "enquiry": asked,
    }  # fmt: skip
    await caller.say(f"/{reference}/referrals", received)
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    shown = rendered(answers, reference)
    assert "SERIOUS serious: It is said that care led to severe harm" in shown
    waiting = next(each for each in escalations if each["cause"] == "severity")
    assert f"NOT IN HAND no senior has acknowledged escalation {waiting['number']}" in shown
    assert f"{by_hand['number']} person serious acknowledged, acknowledged after 0 minutes" in shown
    assert "1 flagged A dose was given twice. Assess" in shown
    asks = "1 Parliamentary and Health Service Ombudsman C-0077 received Monday 20 March 2028"
    assert asks in shown
    assert "About: incident 1" in shown
    assert "About: referral 1, Parliamentary and Health Service Ombudsman, enquiry 1" in shown
    # What is closed to the reader, or was never there, is left out.
    assert "Recommended" not in shown


AT = datetime(2028, 3, 2, 10, tzinfo=UTC)


def rendered(answers: dict[str, Any], reference: str) -> str:
    """Return what is printed, on one line."""
    out = StringIO()
    render(gather(cast(ApiCalls, Answers(answers)), reference), Console(file=out, width=250))
    return " ".join(out.getvalue().split())


def a_body(number: int, name: str | None, **standing: Any) -> BodyShown:
    id_: UUID = uuid4()
    clock = BodyClock(
        id=uuid4(), kind="body_acceptance", title="Take part, or say why not", state="running", subject_id=id_,
        due_on=date(2028, 3, 9), overdue=True, kept_for_body=True,
    )  # fmt: skip
    values: dict[str, Any] = {
        "id": id_, "number": number, "kind": "joint", "code": f"body-{number}", "name": name, "body_kind": "nhs",
        "bound": "regulation_9", "way": "page", "standing": "invited", "overdue": False, "escalated": False,
        "open_to_body": True, "round": 0, "named_on": date(2028, 3, 2), "contacts": [],
        "issues": [BodyIssue(id=uuid4(), number=each) for each in (1, 3)],
        "clocks": [clock] if standing.get("overdue") else [],
    }  # fmt: skip
    return BodyShown(**values | standing)


def gate(command: str, lacks: bool) -> Any:
    needs = ("issues_confirmed",)
    found = GateStanding(
        command=CommandKind(command), when=None, requires=needs, missing=needs if lacks else (), legal_basis="S4 T5"
    )
    return GateShown.of(found).model_dump(mode="json", by_alias=True)
