"""The shape of what was said: the body of a submission, by command. Words live here and in PostgreSQL only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from contracts.commands import CommandKind
from db.access_said import ACCESS_SHAPES, AccessSaid
from db.bereavement_said import BEREAVEMENT_SHAPES, BereavementSaid
from db.body_request_said import BODY_REQUEST_SHAPES, BodyRequestSaid
from db.candour_said import CANDOUR_SHAPES, CandourSaid
from db.casework_said import CASEWORK_SHAPES, CaseworkSaid
from db.consent_said import CONSENT_SHAPES, ConsentSaid
from db.contact_plan_said import CONTACT_PLAN_SHAPES, ContactPlanSaid
from db.delivery_said import DELIVERY_SHAPES, DeliverySaid
from db.desk_said import DESK_SHAPES, DeskSaid
from db.eligibility_said import ELIGIBILITY_SHAPES, EligibilitySaid
from db.escalation_said import ESCALATION_SHAPES, EscalationSaid
from db.finding_said import FINDING_SHAPES, FindingSaid
from db.imported import ImportCase
from db.intake_said import INTAKE_SHAPES, Channel, IntakeSaid
from db.involvement_said import INVOLVEMENT_SHAPES, InvolvementSaid
from db.joint_draft_said import JOINT_DRAFT_SHAPES, JointDraftSaid
from db.joint_said import JOINT_SHAPES, JointSaid
from db.lead_said import LEAD_SHAPES, LeadSaid
from db.learning_said import LEARNING_SHAPES, LearningSaid
from db.meeting_said import MEETING_SHAPES, JointMeetingSaid
from db.office_said import Correct, DecideCorrection, MarkFile, RecordContact, SendUpdate
from db.pack_said import PACK_SHAPES, PackSaid
from db.part_said import PART_SHAPES, PartOpened
from db.part_said import PartSaid as PartOfOurs
from db.party_said import PartySaid as PartySaid  # what is logged is said with it, and imported from here
from db.people_said import PEOPLE_SHAPES, PeopleSaid, Statement
from db.procedure_said import MoveProcedure
from db.promise_said import PROMISE_SHAPES, PromiseSaid
from db.referral_said import REFERRAL_SHAPES, ReferralSaid
from db.request_said import REQUEST_SHAPES, RequestSaid
from db.response_said import RESPONSE_SHAPES, ResponseSaid
from db.staff_said import STAFF_SHAPES, StaffSaid
from db.submission_said import SUBMISSION_SHAPES, SubmissionSaid
from db.tier_said import Escalate
from db.transfer_said import TRANSFER_SHAPES, Transfer, TransferTakenIn
from db.triage_said import TRIAGE_SHAPES, TriageSaid

Method = Literal["call", "meeting", "letter", "email"]
Matter = Literal["complaint", "concern", "enquiry", "compliment", "feedback"]
Source = Literal["person", "representative", "advocate", "mp", "regulator", "other_body", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A complaint, or another matter, was received. `reopened_from` is the id of the complaint it reopens.

    `happened_on` and `noticed_on` are of the matter; `tier` is what a reopened one enters; `unread` by anybody.
    """

    channel: Channel
    received_on: date
    summary: str
    narrative: str
    parties: tuple[PartySaid, ...]
    desired_outcome: str | None = None
    owner_id: UUID | None = None
    reopened_from: UUID | None = None
    team_id: UUID | None = None
    division_id: UUID | None = None
    matter: Matter | Literal["contribution"] = "complaint"
    source: Source = "person"
    happened_on: date | None = None
    noticed_on: date | None = None
    first_contact_on: date | None = None
    tier: str | None = None
    unread: bool = False
    part: PartOpened | None = None  # of a contribution: in what another body coordinates
    transfer: TransferTakenIn | None = None  # of a complaint that another body passed on


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """The complaint was acknowledged to the person. `statements` are those that they were given with it."""

    method: Method
    made_on: date
    discussion_offered: bool
    words: str | None = None
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDiscussion:
    """The person accepted or declined the discussion, or did not reply."""

    result: Literal["accepted", "declined", "no_reply"]
    recorded_on: date
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResponsePeriod:
    """The response period was agreed with the person, or determined."""

    basis: Literal["agreed", "determined"]
    respond_by: date
    update_every_days: int
    agreed_with: str | None = None
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    """A period was extended."""

    clock: str
    respond_by: date
    reason: str
    agreed_with: str | None = None
    agreed_on: date | None = None
    good_reason: bool = False  # for an extension beyond its cap


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUpdate:
    """The person was told how things stand."""

    method: Method
    given_on: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """The response, signed. `signed_by` is a person of the organisation.

    Where the procedure prescribes what a response holds, the letter is the draft that was cleared; else it is said
    here. The outcome is derived from the findings where there are any.
    """

    signed_by: UUID
    letter: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """The complaint is closed."""

    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The person withdrew the complaint."""

    method: Method
    withdrawn_on: date
    words: str | None = None


Said = (
    Log
    | Acknowledge
    | RecordDiscussion
    | SetResponsePeriod
    | Extend
    | RecordUpdate
    | Respond
    | Close
    | Withdraw
    | DeskSaid
    | DeliverySaid
    | RecordContact
    | MarkFile
    | Correct
    | DecideCorrection
    | SendUpdate
    | MoveProcedure
    | ResponseSaid
    | CaseworkSaid
    | RequestSaid
    | FindingSaid
    | Escalate
    | BereavementSaid
    | ImportCase
    | IntakeSaid
    | StaffSaid
    | EligibilitySaid
    | PromiseSaid
    | CandourSaid
    | ConsentSaid
    | ContactPlanSaid
    | InvolvementSaid
    | PeopleSaid
    | PackSaid
    | JointSaid
    | PartOfOurs
    | AccessSaid
    | SubmissionSaid
    | JointDraftSaid
    | LeadSaid
    | BodyRequestSaid
    | JointMeetingSaid
    | Transfer
    | EscalationSaid
    | TriageSaid
    | ReferralSaid
    | LearningSaid
)

SHAPES: dict[CommandKind, type[Said]] = {
    CommandKind.LOG: Log,
    CommandKind.ACKNOWLEDGE: Acknowledge,
    CommandKind.RECORD_DISCUSSION: RecordDiscussion,
    CommandKind.SET_RESPONSE_PERIOD: SetResponsePeriod,
    CommandKind.EXTEND: Extend,
    CommandKind.RECORD_UPDATE: RecordUpdate,
    **RESPONSE_SHAPES,
    CommandKind.RESPOND: Respond,
    CommandKind.CLOSE: Close,
    CommandKind.WITHDRAW: Withdraw,
    **DESK_SHAPES,
    **DELIVERY_SHAPES,
    CommandKind.RECORD_CONTACT: RecordContact,
    CommandKind.MARK_FILE: MarkFile,
    CommandKind.CORRECT: Correct,
    CommandKind.DECIDE_CORRECTION: DecideCorrection,
    CommandKind.SEND_UPDATE: SendUpdate,
    CommandKind.MOVE_PROCEDURE: MoveProcedure,
    **CASEWORK_SHAPES,
    **REQUEST_SHAPES,
    **FINDING_SHAPES,
    CommandKind.ESCALATE: Escalate,
    **BEREAVEMENT_SHAPES,
    CommandKind.IMPORT: ImportCase,
    **INTAKE_SHAPES,
    **STAFF_SHAPES,
    **ELIGIBILITY_SHAPES,
    **PROMISE_SHAPES,
    **CANDOUR_SHAPES,
    **CONSENT_SHAPES,
    **CONTACT_PLAN_SHAPES,
    **INVOLVEMENT_SHAPES,
    **PEOPLE_SHAPES,
    **PACK_SHAPES,
    **JOINT_SHAPES,
    **PART_SHAPES,
    **ACCESS_SHAPES,
    **SUBMISSION_SHAPES,
    **JOINT_DRAFT_SHAPES,
    **LEAD_SHAPES,
    **BODY_REQUEST_SHAPES,
    **MEETING_SHAPES,
    **TRANSFER_SHAPES,
    **ESCALATION_SHAPES,
    **TRIAGE_SHAPES,
    **REFERRAL_SHAPES,
    **LEARNING_SHAPES,
}
_ADAPTERS = {kind: TypeAdapter[Said](shape) for kind, shape in SHAPES.items()}


def to_body(kind: CommandKind, said: Said) -> dict[str, Any]:
    """Return the JSON object that is stored as a submission's body."""
    body: dict[str, Any] = _ADAPTERS[kind].dump_python(said, mode="json")
    return body


def from_body(kind: CommandKind, body: dict[str, Any]) -> Said:
    """Return what was said. Raises pydantic.ValidationError when a stored body has another shape."""
    return _ADAPTERS[kind].validate_python(body)
