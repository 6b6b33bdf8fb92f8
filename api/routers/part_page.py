"""The page of a body without a system: shown to whoever has the link and the code, and to nobody else.

Opening a link does nothing at all: mail scanners do so. Who has not given a code is answered alike, whatever the link.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from api.dates import today
from api.deps import PartsDep
from api.form import keys
from api.part_page import codes, entry, fields, forms, pages, saying, transferred
from api.part_page.asking import Form
from api.part_page.entry import COOKIE, Gate, Guest
from api.part_page.told import View
from api.problems import Problem, status_and_title
from gateways.part_links import PATH

# Pages for people, and no part of the API: its document does not tell of them.
router = APIRouter(prefix=PATH + "/{code}/{token}", include_in_schema=False)

_SEND: Final = "send"
_TOO_MANY: Final = "Too many codes were asked for, or typed, from where you are. Try again in an hour."
_SENT_BEFORE: Final = (
    "This page was sent before, with other words. What you have changed since was not sent: it is below. To send it"
    " too, send it again."
)
_LAPSED: Final = "This page had been open for too long. Nothing was sent. What you typed is below: send it again."
_OVER: Final = "This cannot be sent any more. What you typed is kept."


def _gate(request: Request, parts: PartsDep, code: str, token: str) -> Gate:
    return Gate(parts=parts, code=code, token=token[:200], now=parts.clock.now())


GateDep = Annotated[Gate, Depends(_gate)]


async def _guest(gate: GateDep, request: Request) -> Guest | None:
    return await entry.guest(gate, request)


GuestDep = Annotated[Guest | None, Depends(_guest)]


@router.api_route("", methods=["GET", "HEAD"])
async def show(gate: GateDep, guest: GuestDep, done: str = "") -> HTMLResponse:
    """Show what is asked of the body; to everybody else, how to ask for a code."""
    if guest is None or guest.late:
        return pages.ask_page(gate.path)
    return pages.overview(guest, await saying.look(guest), _new_key(guest), done=done)


@router.post("/code")
async def ask_for_code(request: Request, gate: GateDep) -> HTMLResponse:
    """Have a code sent if the link is good; the answer is given before anybody looks."""
    if not gate.parts.part_sends.take(request.client.host if request.client else None, gate.now):
        return pages.code_page(gate.path, said=_TOO_MANY, status=429)
    answer = pages.code_page(gate.path)
    answer.background = BackgroundTask(codes.ask, gate)
    return answer


@router.post("/session")
async def open_session(request: Request, gate: GateDep) -> Response:
    """Let in whoever has the code."""
    if not gate.parts.part_sends.take(request.client.host if request.client else None, gate.now):
        return pages.code_page(gate.path, said=_TOO_MANY, status=429)
    typed = (await request.form()).get("code")
    secret = await codes.opened(gate, typed[:40] if isinstance(typed, str) else "")
    if secret is None:
        return pages.code_page(gate.path, wrong=True, status=422)
    answer = RedirectResponse(gate.path, status_code=303)
    answer.set_cookie(
        COOKIE, secret, path=gate.path, httponly=True, samesite="strict", secure=request.url.scheme == "https",
        max_age=int(entry.LONGEST.total_seconds()),
    )  # fmt: skip
    return answer


@router.post("/leave")
async def leave(gate: GateDep, guest: GuestDep) -> Response:
    """Close the page on this device."""
    if guest is not None:
        await entry.leave(guest)
    answer = RedirectResponse(gate.path, status_code=303)
    answer.delete_cookie(COOKIE, path=gate.path, httponly=True, samesite="strict")
    return answer


@router.post("/files")
async def put_file(request: Request, gate: GateDep, guest: GuestDep) -> Response:
    """Put a file on the complaint."""
    if guest is None or guest.late:
        return pages.ask_page(gate.path)
    async with request.form() as sent:
        status, wrong = await _taken(guest, sent.get("file"), str(sent.get("key", "")))
    if not wrong:
        return RedirectResponse(f"{gate.path}?done=file", status_code=303)
    return pages.overview(guest, await saying.look(guest), _new_key(guest), wrong=wrong, status=status)


async def _taken(guest: Guest, upload: object, key: str) -> tuple[int, str]:
    """Return why a file was not taken, with the status of that answer; nothing where it was."""
    if not keys.is_ours(key, guest.secret, guest.organisation.id, guest.gate.now):
        return 422, "This page had been open for too long. Select the file again."
    if not isinstance(upload, UploadFile) or not upload.filename:
        return 422, "Select a file."
    try:
        heard = await saying.put_file(guest, upload, key)
    except Problem as problem:
        return status_and_title(problem.code)
    return (409, pages.why(heard.refusal)) if heard.refusal else (303, "")


@router.api_route("/say/{kind}", methods=["GET", "HEAD"])
@router.api_route("/say/{kind}/{subject}", methods=["GET", "HEAD"])
async def show_form(gate: GateDep, guest: GuestDep, kind: str, subject: str | None = None) -> HTMLResponse:
    """Show a form, with what was typed into it before."""
    if guest is None or guest.late:
        return pages.ask_page(gate.path)
    view = await saying.look(guest)
    form = _found(view, kind, subject)
    if form is None:
        return pages.overview(guest, view, _new_key(guest), wrong="This is not asked of you now.", status=404)
    kept = view.drafts.get(form.place)
    return pages.form_page(guest, form, _new_key(guest), kept.words if kept else {}, {})


@router.post("/say/{kind}")
@router.post("/say/{kind}/{subject}")
async def send_form(
    request: Request, gate: GateDep, guest: GuestDep, kind: str, subject: str | None = None
) -> Response:
    """Keep what was typed, and send it if that was asked for; whatever is wrong, nothing of it is lost."""
    if guest is None:
        return pages.ask_page(gate.path)
    sent = await request.form(max_fields=1_000)
    typed = fields.clean(sent)
    view = await saying.look(guest)
    form = _found(view, kind, subject)
    place = kind if subject is None else f"{kind}/{subject}"
    if form is not None or place in view.drafts or (subject is None and kind in forms.kinds_of(view)):
        await saying.keep_typed(guest, form.place if form else place, typed)
    if guest.late:
        return pages.ask_page(gate.path, said=pages.LAPSED)
    if form is None:
        return pages.overview(guest, await saying.look(guest), _new_key(guest), wrong=_OVER, status=409)
    if sent.get("do") != _SEND:
        return RedirectResponse(f"{gate.path}?done=saved", status_code=303)
    key = str(sent.get("key", ""))
    return await _send(guest, form, typed, key, view_of_transfer=view.transfer is not None)


async def _send(
    guest: Guest, form: Form, typed: dict[str, str], key: str, *, view_of_transfer: bool = False
) -> Response:
    gate = guest.gate
    if not keys.is_ours(key, guest.secret, guest.organisation.id, gate.now):
        return pages.form_page(guest, form, _new_key(guest), typed, {}, said=_LAPSED, status=422)
    message, faults = form.read(typed, today(gate.now))
    if message is None:
        return pages.form_page(guest, form, key, typed, faults, status=422)
    try:
        heard = await saying.say(guest, message, key)
    except Problem as problem:
        if problem.code != "idempotency_key_reused":
            raise
        return pages.form_page(guest, form, _new_key(guest), typed, {}, said=_SENT_BEFORE, status=422)
    if heard.refusal is not None:
        said = f"It was not taken: {pages.why(heard.refusal)} What you typed is kept."
        return pages.form_page(guest, form, _new_key(guest), typed, {}, said=said, status=409)
    if view_of_transfer and not heard.later:
        return transferred.settled(pages.OUTSIDE, form.kind)  # by this answer the page was closed
    if not heard.later and form.kind != "submission":  # a part may come back: then it is not typed anew
        await saying.keep_typed(guest, form.place, {})
    return RedirectResponse(f"{gate.path}?done={'later' if heard.later else form.kind}", status_code=303)


def _found(view: View, kind: str, subject: str | None) -> Form | None:
    try:
        return forms.find(view, kind, saying.subject_of(subject))
    except ValueError:
        return None


def _new_key(guest: Guest) -> str:
    return keys.new_key(guest.secret, guest.organisation.id, guest.gate.now, entry.nonce())
