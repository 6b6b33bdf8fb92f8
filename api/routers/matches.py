"""Looking, at intake, for earlier complaints of the same person."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from api.deps import PartsDep, WordsReader
from api.openapi import A_READ, problems
from api.problems import Problem
from api.schemas.base import storable
from api.schemas.matches import Matches, MatchShown
from db.nhs_numbers import normalise
from db.queries.intake_matches import Sought, matches

router = APIRouter(prefix="/v1/intake", tags=["complaints"])

_NameQuery = Annotated[
    str | None,
    Query(min_length=1, max_length=200, description="Each word of it stands in the name."),
    AfterValidator(storable),
]
_BornOn = Annotated[date | None, Query(alias="bornOn", description="Narrows a name.")]
_Reference = Annotated[
    str | None,
    Query(min_length=1, max_length=64, description="Ours, or that of the system before."),
    AfterValidator(storable),
]
_NhsNumber = Annotated[str | None, Query(alias="nhsNumber", max_length=12, description="Ten digits.")]


@router.get("/matches", operation_id="findMatches", response_model=Matches, responses=problems(*A_READ))
async def find_matches(
    parts: PartsDep,
    who: WordsReader,
    name: _NameQuery = None,
    born_on: _BornOn = None,
    reference: _Reference = None,
    nhs_number: _NhsNumber = None,
) -> Matches:
    """Find likely earlier complaints of somebody who is in touch: by NHS number, reference, or name and birth."""
    if name is None and reference is None and nhs_number is None:
        raise Problem.invalid("query", "/name", "missing", "A name, a reference or an NHS number is needed.")
    number = None if nhs_number is None else normalise(nhs_number)
    if nhs_number is not None and number is None:
        detail = "An NHS number has ten digits, and the last one checks the others."
        raise Problem.invalid("query", "/nhsNumber", "value_error", detail)
    sought = Sought(name=name, born_on=born_on, reference=reference, nhs_number=number)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await matches(session, who.organisation_id, sought)
    return Matches(items=[MatchShown.of(match, stage_title=parts.called(match.complaint)) for match in found])
