"""What became of a notice, as something said: once for each notice and state, whoever brings the news."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from uuid import UUID, uuid5

from contracts import names
from contracts.commands import CommandKind
from db.desk_said import NoticeOutcomeSaid
from db.queries.submissions import NewSubmission
from db.said import to_body


def saying(
    organisation_id: UUID, complaint_id: UUID, said: NoticeOutcomeSaid, now: datetime, once: str | None = None
) -> NewSubmission:
    """Return what is said of a notice. Its id is of notice and state, or of `once`: said twice, it is there once."""
    body = to_body(CommandKind.NOTICE_OUTCOME, said)
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return NewSubmission(
        id=uuid5(said.notice_id, once or said.state.value),
        organisation_id=organisation_id,
        complaint_id=complaint_id,
        kind=CommandKind.NOTICE_OUTCOME,
        body=body,
        caller=f"notice/{said.notice_id}",
        person_id=None,
        role="system",
        route=names.REPORT_NOTICE,
        idempotency_key=None,
        body_hash=hashlib.sha256(canonical).hexdigest(),
        received_at=now,
    )
