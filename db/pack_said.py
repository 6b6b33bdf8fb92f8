"""The shape of what is said of evidence packs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

PackPurpose = Literal["ombudsman", "regulator", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblePack:
    """An evidence pack of the case as it stands now, for whoever asks. Restricted files need a reason."""

    purpose: PackPurpose
    referral_id: UUID | None = None
    enquiry_id: UUID | None = None
    include_restricted: bool = False
    restricted_reason: str | None = None
    remark: str | None = None


PackSaid = AssemblePack

PACK_SHAPES: Final[dict[CommandKind, type[PackSaid]]] = {CommandKind.ASSEMBLE_PACK: AssemblePack}
