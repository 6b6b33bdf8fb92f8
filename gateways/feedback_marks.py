"""The secret of the code that opens the page of somebody who is asked how it was: made of the key of this installation
whenever the letter leaves, and stored nowhere.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from gateways.sealing import Sealing

_PLACE: Final = "feedback_link"


class FeedbackMarks:
    """Make the secrets of codes. What a code looks like is said elsewhere."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    @property
    def can_be_made(self) -> bool:
        """Say whether there is a key to make them with."""
        return self._sealing.can_seal

    def of(self, round_id: UUID, subject_id: UUID) -> tuple[bytes, ...]:
        """Return the secret of whom a round asks, by each key of this installation, the newest first."""
        return self._sealing.marks(round_id.bytes + subject_id.bytes, _PLACE)
