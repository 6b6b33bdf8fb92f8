"""Whether the service is alive, whether it is ready, and what needs attention."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import reply
from api.deps import AttentionReader, PartsDep
from api.openapi import A_READ, answers, problems
from api.schemas.organisation import Attention, Health

router = APIRouter(tags=["operations"])


@router.get("/health/live", operation_id="isAlive", response_model=Health)
async def is_alive() -> Health:
    """Say that the process answers. It asks nobody else."""
    return Health(status="alive")


@router.get(
    "/health/ready",
    operation_id="isReady",
    responses=answers(200, Health, "All is well: the count of exceptions is zero.")
    | answers(503, Health, "Something is away, or there are exceptions.")
    | problems("internal_error"),
)
async def is_ready(parts: PartsDep) -> Response:
    """Say whether every open complaint is in good hands: counts only."""
    try:
        found = await parts.inspect(parts.clock.now())
    except Exception:  # noqa: BLE001 - whatever is away, the answer is the same
        return reply(Health(status="unavailable"), 503, {})
    ready = found.total == 0
    shown = Health(status="ready" if ready else "needs attention", counts=found.counts)
    return reply(shown, 200 if ready else 503, {})


@router.get(
    "/v1/attention",
    operation_id="getAttention",
    response_model=Attention,
    responses=problems(*A_READ),
)
async def get_attention(parts: PartsDep, who: AttentionReader) -> Attention:
    """Show what is not as it should be, in the caller's organisation, with ids and codes."""
    found = await parts.inspect(parts.clock.now())
    mine = [item for item in found.items if item.get("organisation") == str(who.organisation_id)]
    return Attention(total=found.total, counts=found.counts, items=mine)
