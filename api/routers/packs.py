"""Evidence packs of a complaint: assembled, listed, and read as they were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from api.answers import ANSWERS
from api.caller import Caller
from api.deps import Senior, WordsReader
from api.downloads import download
from api.errands import ErrandDep
from api.openapi import ONE_READ, Responses, problems
from api.pack_archives import made
from api.permissions import Permission
from api.problems import Problem
from api.readings import note
from api.schemas.packs import Packs, PackSaid, PackShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.pack import EvidencePack
from db.queries import packs

router = APIRouter(prefix="/v1/complaints/{reference}/packs", tags=["casework"])

_ZIP: Final = "application/zip"
_CONTENT: Final[Responses] = {
    200: {
        "description": "A ZIP: the same bytes each time, with a list of its parts and the hash of each.",
        "content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("", operation_id="getPacks", response_model=Packs, responses=problems(*ONE_READ))
async def get_packs(visit: VisitDep) -> Packs:
    """Show the evidence packs of a complaint. Those of another body with which it is shared see none."""
    async with visit.found() as (session, found):
        rows = await packs.of_complaint(session, found.id)
    return Packs(items=[PackShown.of(*row, words=visit.who.sees_words) for row in rows])


@router.post("", operation_id="assemblePack", responses=ANSWERS)
async def assemble_pack(errand: ErrandDep, who: Senior, body: PackSaid) -> Response:
    """Assemble an evidence pack of the case as it stands: what happens later is in a later pack."""
    return await errand.carry(who, CommandKind.ASSEMBLE_PACK, body, body.said())


@router.get(
    "/{pack_id}",
    operation_id="getPackContent",
    response_class=Response,
    responses=_CONTENT | problems(*ONE_READ, "storage_unavailable", "content_damaged"),
)
async def get_pack_content(visit: VisitDep, who: WordsReader, pack_id: UUID) -> StreamingResponse:
    """Read an evidence pack as it was given. The archive is made when it is first read, of the case as it stood."""
    async with visit.found() as (session, found):
        pack = await packs.find(session, found.id, pack_id)
        if pack is None:
            raise Problem("not_found")
        if not _may_take(who, pack) or await visit.kept_from(session, found):
            raise Problem("forbidden")
    pack = await made(visit.parts, pack)
    response = await download(visit.parts, _Archive.of(pack, visit.reference), None)
    async with visit.found() as (session, found):
        await note(session, visit, found, "pack", pack.id)
    return response


def _may_take(who: Caller, pack: EvidencePack) -> bool:
    """Say whether a caller may take a pack away: like an export; with restricted files, whoever works on the case."""
    if pack.include_restricted and not who.may(Permission.WRITE):
        return False
    return who.may(Permission.EXPORT) or who.may(Permission.DECIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archive:
    """A pack as something to be saved."""

    id: UUID
    organisation_id: UUID
    complaint_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    stored_key: str | None

    @classmethod
    def of(cls, pack: EvidencePack, reference: str) -> _Archive:
        """Return the archive of a pack that is made."""
        if pack.size is None or pack.sha256 is None:
            raise RuntimeError("a pack without an archive")
        return cls(
            id=pack.id,
            organisation_id=pack.organisation_id,
            complaint_id=pack.complaint_id,
            name=f"evidence-{reference}-{pack.number}.zip",
            media_type=_ZIP,
            size=pack.size,
            sha256=pack.sha256,
            stored_key=pack.archive_key,
        )
