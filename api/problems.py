"""Problem documents (RFC 9457) with stable codes.

Nothing that was submitted and no exception's text may stand in one: titles and details come from the
tables here and in `api.words`, and a pointer says where a value stands, never what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi.responses import JSONResponse
from pydantic import Field
from uuid_utils.compat import uuid7

from api.refusal_words import REFUSALS
from api.schemas.base import Wire
from api.words import REQUIREMENTS, title
from contracts.failures import Refusal
from contracts.joint import PROTOCOL

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 5

# Every code that is not a refusal: its status, and its title.
CODES: Final[dict[str, tuple[int, str]]] = {
    "malformed_body": (400, "The body could not be read."),
    "idempotency_key_missing": (400, "The header Idempotency-Key is missing."),
    "unauthenticated": (401, "A valid token is needed."),
    "forbidden": (403, "Your role does not allow this."),
    "person_needed": (403, "A person of the organisation must do this."),
    "person_inactive": (403, "This person no longer works here."),
    "unknown_organisation": (403, "The organisation of the token is not known here."),
    "not_your_complaint": (403, "The complaint belongs to another organisation."),
    "not_found": (404, "There is no such thing, or it is not yours to see."),
    "method_not_allowed": (405, "This cannot be done here."),
    "refused": (409, "This is not allowed now."),
    "name_taken": (409, "You have another filter of this name."),
    "person_gone": (409, "This person no longer works here."),
    "still_here": (409, "This person works here."),
    "already_ended": (409, "This has ended already."),
    "letter_not_typeset": (409, "This letter holds signs that cannot be set as PDF. Its text is among the notices."),
    "link_not_made": (409, "The key that made the link in this letter is not here. Its operator must put it back."),
    "bulk_running": (409, "The operation is still running."),
    "nothing_to_retry": (409, "Nothing of the operation was refused or has failed."),
    "not_your_part": (403, "This is not your part in it."),
    "step_not_open": (409, "This is not the step that it waits for."),
    "step_incomplete": (409, "The step is not complete: what is missing is listed."),
    "series_not_active": (409, "The series is paused, or has ended."),
    "not_on_request": (409, "This series begins by itself."),
    "case_decided": (409, "How this case is told is decided already, or not yet chosen."),
    "another_person_needed": (409, "Another person than whoever chose it decides this."),
    "meeting_actions_open": (409, "What its meetings resolved to do is not settled yet."),
    "story_unfit": (409, "This story may not be told so any more: it is withdrawn, or chosen anew."),
    "already_held": (409, "The minutes are on record already."),
    "already_adopted": (409, "Another adoption of this procedure begins on that day."),
    "already_leaving": (409, "This person's last day is announced already."),
    "already_begun": (409, "This has begun already: end it early instead."),
    "unit_in_use": (409, "Open cases, appointments or teams still belong to this division or team."),
    "too_many_subscriptions": (409, "So many systems subscribe already as may. End one first."),
    "subscription_ended": (409, "The subscription has ended."),
    "of_a_partner": (409, "This is another body's receiver: it changes with the partner that it belongs to."),
    "partner_known": (409, "A partner of this code is there already."),
    "partner_ended": (409, "The partner has ended."),
    "partner_in_use": (409, "Contributions of this body are not released yet."),
    "partner_without_secret": (409, "No secret is shared with this body: its way is not by system."),
    "secrets_key_missing": (409, "This installation has no key for secrets. Its operator must set one."),
    "intake_off": (409, "The organisation has not switched this way of intake on."),
    "mail_infected": (409, "The mail holds malware: it is kept, and not handed out here."),
    "learning_not_public": (409, "The learning has no words for the public that another person has approved."),
    "learning_changed": (409, "The words were said anew since it was asked. Ask again about them as they stand."),
    "sharing_decided": (409, "It is decided already whether this is shared."),
    "asked_by_you": (409, "Another person than who asked must decide this."),
    "not_shared": (409, "This is not shared: it was never approved, or is withdrawn."),
    "nothing_to_send": (409, "Nothing is to be sent to this body by hand."),
    "link_known": (409, "This parent department sees your aggregates already."),
    "report_compiled_by_you": (409, "Another person than who compiled the report must approve it."),
    "report_in_governance": (409, "Whoever has the step of governance it was compiled for approves and publishes it."),
    "report_decided": (409, "The report stands otherwise by now: it was approved, published or withdrawn."),
    "report_not_approved": (409, "The report must be approved first."),
    "report_not_for_everybody": (409, "Reports of this kind are not published on the page for everybody."),
    "report_not_published": (409, "The report is not published."),
    "report_not_typeset": (409, "This report holds signs that cannot be set as PDF. Its HTML has them."),
    "step_not_hindered": (409, "Nothing hinders the open step: the machine has not failed at it."),
    "report_shown_already": (409, "Another about some of these days is published. Withdraw it first."),
    "report_tells": (409, "Beside what was published since, it would tell of single people. Compile it anew."),
    "body_too_large": (413, "The body is too large."),
    "unsupported_media_type": (415, "The body has another media type than expected."),
    "file_type_not_allowed": (415, "A file of this type cannot be attached."),
    "invalid_request": (422, "The request is not valid."),
    "idempotency_key_reused": (
        422,
        "This Idempotency-Key was used for another request.",
    ),
    "file_infected": (422, "The file holds malware. Nothing of it was kept."),
    "too_many_calls": (429, "So many calls came from there lately that this one was not answered. Call again soon."),
    "internal_error": (500, "Something went wrong on our side."),
    "unavailable": (
        503,
        "The service is not available for a moment. Nothing was half-done.",
    ),
    "engine_unavailable": (
        503,
        "What is happening right now cannot be said for a moment.",
    ),
    "content_damaged": (500, "The content that was stored is missing or damaged. This has been reported."),
    "scanner_unavailable": (503, "Files cannot be scanned for malware for a moment. Nothing was kept."),
    "storage_unavailable": (503, "Files cannot be kept or read for a moment. Nothing was half-done."),
    "identity_unavailable": (503, "Tokens cannot be checked for a moment."),
}


class FieldError(Wire):
    """One place in a request that is not valid."""

    place: str = Field(description="body, path, query or header", examples=["body"])
    pointer: str = Field(
        description="A JSON Pointer (RFC 6901) into that place.",
        examples=["/receivedOn"],
    )
    code: str = Field(description="What is wrong, as a stable code.", examples=["missing"])
    detail: str = Field(description="What is wrong, in words.", examples=["A value is needed."])


class Lacking(Wire):
    """One thing that must be on record first."""

    code: str = Field(description="Stable.", examples=["findings_complete"])
    title: str = Field(description="What it is, in words.")


class ProblemDocument(Wire):
    """A problem document: RFC 9457, with a stable code."""

    type: str = Field(examples=["urn:redress:problem:not_found"])
    title: str
    status: int
    code: str = Field(description="Stable; branch on this and never on words.")
    instance: str = Field(description="This occurrence; quote it when you ask about it.")
    errors: list[FieldError] | None = Field(default=None, description="Where the request is not valid.")
    count: int | None = Field(default=None, description="How many there are of what stands in the way.")
    missing: list[Lacking] | None = Field(
        default=None, description="What has to be on record first, where that is why it was refused."
    )
    spoken: list[int] | None = Field(
        default=None, description="The versions of the joint protocol that are spoken here, where another was spoken."
    )
    allowed: list[str] | None = Field(
        default=None,
        description="What may be said about the complaint now, when something was refused.",
    )


class Problem(Exception):
    """A problem to answer with. Its code is one of `CODES`, or of a refusal."""

    def __init__(
        self,
        code: str,
        *,
        errors: list[FieldError] | None = None,
        allowed: list[str] | None = None,
        count: int | None = None,
        missing: list[str] | None = None,
        spoken: list[int] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors
        self.allowed = allowed
        self.count = count
        self.missing = missing
        self.spoken = spoken

    @classmethod
    def refused(cls, refusal: Refusal, allowed: list[str], missing: list[str] | None = None) -> Problem:
        """Return the problem that a refused submission is answered with."""
        return cls(refusal.value, allowed=allowed, missing=missing)

    @classmethod
    def not_spoken(cls) -> Problem:
        """Return the problem of a version of the joint protocol that is not spoken here."""
        return cls(Refusal.PROTOCOL_NOT_SPOKEN.value, spoken=[PROTOCOL])

    @classmethod
    def invalid(cls, place: str, pointer: str, code: str, detail: str) -> Problem:
        """Return the problem of one place that is not valid. `detail` must not hold what was sent."""
        error = FieldError(place=place, pointer=pointer, code=code, detail=detail)
        return cls("invalid_request", errors=[error])


def status_and_title(code: str) -> tuple[int, str]:
    """Return the status and title of a code."""
    if code in CODES:
        return CODES[code]
    refusal = Refusal(code)
    return (412 if refusal is Refusal.STALE_VERSION else 409), REFUSALS.get(refusal, CODES["refused"][1])


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response of a problem, with the headers its status calls for."""
    status, words = status_and_title(problem.code)
    document = ProblemDocument(
        type=f"urn:redress:problem:{problem.code}",
        title=words,
        status=status,
        code=problem.code,
        instance=f"urn:uuid:{uuid7()}",
        errors=problem.errors,
        spoken=problem.spoken,
        allowed=problem.allowed,
        count=problem.count,
        missing=None
        if problem.missing is None
        else [Lacking(code=each, title=title(REQUIREMENTS, each)) for each in problem.missing],
    )
    all_headers = dict(headers or {})
    if status == 401:
        all_headers["WWW-Authenticate"] = 'Bearer realm="redress"'
    if status == 413:
        # Or the server would read on, to the end of what it has refused.
        all_headers["Connection"] = "close"
    if status in (429, 503):
        all_headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return JSONResponse(
        document.model_dump(mode="json", by_alias=True, exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=all_headers,
    )
