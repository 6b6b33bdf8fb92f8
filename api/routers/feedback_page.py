"""The page on which somebody says how it was: opened by a code, good for some weeks, and for one answer.

Opening it does nothing at all: mail scanners do so. What is sent becomes a submission, as all that is said does; who
sends it has no token and is the caller of this very question, in the role `system`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.answers import DoorDep
from api.caller import Caller
from api.dates import today
from api.deps import PartsDep
from api.door import Door, Envelope, Saying, fingerprint
from api.feedback_page import pages
from api.feedback_page.rules import InstrumentShown
from api.form.answers import TRAP, Faults
from api.parts import Parts
from api.permissions import Permission, Role
from api.problems import Problem
from contracts.commands import CommandKind
from db.feedback_codes import as_typed, hash_of
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from db.models.staff_comment import Experience
from db.queries import feedback, incoming
from db.staff_said import RecordExperience, Score

# Pages for people, and no part of the API: its document does not tell of them.
router = APIRouter(prefix=pages.PATH, include_in_schema=False)

_ROUTE: Final = "/feedback/{code}"
_ANSWER: Final = "answer"  # the one key that a question has: it is answered once
_TOO_MANY: Final = "Too much was sent from where you are. Nothing was sent now: please try again in an hour."
_NO_CODE: Final = "Type the code as it stands in the letter: sixteen letters and digits."
_NOTHING: Final = "Answer at least one question, or write something. Or choose that you would rather not answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A question that a code opens, at a time."""

    organisation: Organisation
    row: Experience
    reference: str
    asked: InstrumentShown
    path: str
    now: datetime

    @property
    def caller(self) -> Caller:
        """Return who says what is said on the page."""
        return Caller(
            organisation_id=self.organisation.id,
            organisation_code=self.organisation.code,
            organisation_name=self.organisation.name,
            nation=self.organisation.nation,
            reference_prefix=self.organisation.reference_prefix,
            subject=f"feedback/{self.row.id}",
            person_id=None,
            person_name=None,
            roles=frozenset({Role.SYSTEM}),
        )

    def again(
        self, typed: Mapping[str, str], faults: Faults | None = None, *, said: str = "", status: int = 422
    ) -> HTMLResponse:
        """Return the questions with all that was typed."""
        return pages.questions_page(
            self.organisation.name, self.path, self.asked, typed, faults or {}, status=status, said=said
        )


@router.api_route("", methods=["GET", "HEAD"])
async def ask_for_code() -> HTMLResponse:
    """Ask for the code of a letter."""
    return pages.code_page()


@router.post("")
async def take_code(request: Request, parts: PartsDep) -> Response:
    """Lead to the page of a code, whatever it opens."""
    if not _may_send(request, parts):
        return pages.code_page(status=429, said=_TOO_MANY)
    sent = (await request.form()).get(pages.CODE)
    typed = "".join(each for each in sent if each.isprintable()) if isinstance(sent, str) else ""
    code = as_typed(typed)
    if code is None:
        return pages.code_page(status=422, typed=typed[: pages.LONGEST_CODE], wrong=_NO_CODE)
    return RedirectResponse(f"{pages.PATH}/{code}", status_code=303)


@router.api_route("/thanks", methods=["GET", "HEAD"])
async def thank() -> HTMLResponse:
    """Thank whoever has answered."""
    return pages.thanks_page()


@router.api_route("/{code}", methods=["GET", "HEAD"])
async def show(parts: PartsDep, code: str) -> HTMLResponse:
    """Show the questions that a code opens."""
    found = await _open(parts, code)
    return pages.closed_page() if found is None else found.again({}, status=200)


@router.post("/{code}")
async def send(request: Request, parts: PartsDep, door: DoorDep, code: str) -> Response:
    """Take in an answer, once."""
    found = await _open(parts, code)
    if found is None:
        return pages.closed_page()
    sent = await request.form(max_fields=100)
    typed = _clean(sent, found.asked)
    if not _may_send(request, parts):
        return found.again(typed, said=_TOO_MANY, status=429)
    said: RecordExperience | None
    if sent.get(pages.DO) == pages.DECLINE:
        said = _said(found, "declined", (), None)
    else:
        said, faults = _read(found, typed)
        if said is None:
            return found.again(typed, faults, said="" if faults else _NOTHING)
    try:
        await _say(door, found, said)
    except Problem as problem:
        if problem.code != "idempotency_key_reused":
            raise
        return pages.closed_page()  # it was answered before, in another way
    return RedirectResponse(f"{pages.PATH}/thanks", status_code=303)


async def _open(parts: Parts, typed: str) -> Opened | None:
    """Return what a code opens. Nobody's rows are open to whoever asks until it is known whose they are."""
    code, now = as_typed(typed), parts.clock.now()
    if code is None:
        return None
    async with parts.database.tenant(incoming.NOBODY, now) as session:
        organisation_id = await feedback.page_at(session, hash_of(code))
    if organisation_id is None:
        return None
    async with parts.database.tenant(organisation_id, now) as session:
        asked = await feedback.asked_by(session, hash_of(code))
        if asked is None or not _is_open(asked[0], now):
            return None
        row, organisation = asked
        complaint = await session.get_one(Complaint, row.complaint_id)
    return Opened(
        organisation=organisation,
        row=row,
        reference=complaint.reference,
        asked=parts.read_instrument(row.instrument or ""),
        path=f"{pages.PATH}/{code}",
        now=now,
    )


def _is_open(row: Experience, now: datetime) -> bool:
    return row.answered_on is None and row.expires_at is not None and now < row.expires_at


def _clean(sent: Mapping[str, Any], asked: InstrumentShown) -> dict[str, str]:
    """Return every field as text. What no field of the page is, is left out."""
    scores = [f"{pages.SCORE}{each.code}" for _, statements in asked.statements_by_stage for each in statements]
    texts = {name: value if isinstance(value := sent.get(name), str) else "" for name in (*scores, pages.WORDS, TRAP)}
    plain = {name: text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n") for name, text in texts.items()}
    return {name: text.encode("utf-8", errors="replace").decode("utf-8").strip() for name, text in plain.items()}


def _read(found: Opened, typed: Mapping[str, str]) -> tuple[RecordExperience | None, Faults]:
    """Return the answer, or what is wrong with it; with nothing wrong and nothing said, neither."""
    faults, scores = {}, []
    for name, value in typed.items():
        if not name.startswith(pages.SCORE) or not value:
            continue
        if value not in ("1", "2", "3", "4", "5"):
            faults[name] = "Choose a number, 1 to 5"
        else:
            scores.append(Score(statement=name.removeprefix(pages.SCORE), score=int(value)))  # type: ignore[arg-type]
    if len(typed[pages.WORDS]) > pages.LONGEST:
        faults[pages.WORDS] = f"Use {pages.LONGEST:,} characters or fewer"
    if typed[TRAP]:
        faults[TRAP] = "Leave the field ‘Website’ empty: it is there to catch programs that fill in forms"
    words = typed[pages.WORDS] or None
    if faults or not (scores or words):
        return None, faults
    return _said(found, "answered", tuple(scores), words), {}


def _said(found: Opened, step: Any, scores: tuple[Score, ...], words: str | None) -> RecordExperience:
    return RecordExperience(
        step=step,
        on=today(found.now),
        party_id=found.row.party_id,
        involvement_id=found.row.involvement_id,
        scores=scores,
        words=words,
        through="page",
    )


async def _say(door: Door, found: Opened, said: RecordExperience) -> None:
    envelope = Envelope(route=_ROUTE, key=_ANSWER)
    told = {"step": said.step, "words": said.words, "scores": [[each.statement, each.score] for each in said.scores]}
    saying = Saying(
        kind=CommandKind.RECORD_EXPERIENCE,
        said=said,
        envelope=envelope,
        # Of what was answered alone: the same page sent once more is the same.
        fingerprint=fingerprint(envelope, told, found.row.id),
        needs=Permission.LOG,
    )
    await door.say(found.caller, found.reference, saying)


def _may_send(request: Request, parts: Parts) -> bool:
    return parts.form_sends.take(request.client.host if request.client else None, parts.clock.now())
