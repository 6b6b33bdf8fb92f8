"""The page on which an organisation publishes its reports: for everybody, without a token, a cookie or a script.

Nothing stands here but what was published. What was withdrawn says that it was, and not why.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response

from api import published_page as pages
from api.attachments import disposition
from api.deps import PartsDep
from api.parts import Parts
from api.problems import Problem
from api.report_formats import TYPES, etag, policy
from db.queries import incoming, published_reports

# A page for people, and no part of the API: its document does not tell of it.
router = APIRouter(prefix="/public", include_in_schema=False)

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAMED: Final = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(html|csv|pdf|json))?")
# A withdrawal is seen by everybody after so many seconds.
_KEPT: Final = {"Cache-Control": "public, max-age=300"}
_Match = Annotated[str, Header(alias="If-None-Match")]


def _allowed(request: Request, parts: PartsDep) -> Parts | None:
    """Count a read of an address. Return nothing where there were too many."""
    address = request.client.host if request.client else None
    return parts if parts.reports.public_reads.take(address, parts.clock.now()) else None


Allowed = Annotated[Parts | None, Depends(_allowed)]


@router.api_route("/{code}", methods=["GET", "HEAD"])
async def show_published(parts: Allowed, code: str) -> Response:
    """Show what an organisation has published."""
    if parts is None:
        return pages.too_many()
    if _CODE.fullmatch(code) is None:
        return pages.missing()
    async with parts.database.tenant(incoming.NOBODY, parts.clock.now()) as session:
        found = await published_reports.listed(session, code)
    return pages.listed(code, found, _KEPT) if found else pages.missing()


@router.api_route("/{code}/{named}", methods=["GET", "HEAD"])
async def show_report(parts: Allowed, code: str, named: str, match: _Match = "") -> Response:
    """Show one published report, as a page or, by the end of its name, as CSV, PDF or JSON."""
    if parts is None:
        return pages.too_many()
    asked = _NAMED.fullmatch(named)
    if asked is None or len(asked[1]) > 64 or _CODE.fullmatch(code) is None:
        return pages.missing()
    slug, format = asked[1], asked[2] or "html"
    async with parts.database.tenant(incoming.NOBODY, parts.clock.now()) as session:
        found = await published_reports.one(session, code, slug)
    if found is None:
        return pages.missing()
    if found.withdrawn_at is not None or found.document is None:
        return pages.withdrawn(code, found)
    headers = _KEPT | {"ETag": etag(found.sha256, format)} | policy(format)
    if headers["ETag"] in (each.strip().removeprefix("W/") for each in match.split(",")):
        return Response(status_code=304, headers=headers)
    if format in ("csv", "pdf"):
        headers["Content-Disposition"] = disposition(f"{code}-{slug}.{format}")
    try:
        content = await parts.reports.public_copies.of(found.sha256, format, found.document, parts.reports.typeset)
    except Problem:
        return pages.not_typeset()
    return Response(content, media_type=TYPES[format], headers=headers)
