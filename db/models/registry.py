"""Import every table, so that `Base.metadata` is complete for migrations and tests."""

from db.base import Base
from db.models import act, change_set, clock, complaint, organisation, work

metadata = Base.metadata

__all__ = [
    "act",
    "change_set",
    "clock",
    "complaint",
    "metadata",
    "organisation",
    "work",
]
