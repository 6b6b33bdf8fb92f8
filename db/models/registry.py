"""Import every table, so that `Base.metadata` is complete for migrations and tests."""

from db.base import Base
from db.models import (
    act,
    bulk,
    casework,
    change_set,
    clock,
    complaint,
    correction,
    imports,
    office,
    organisation,
    search,
    work,
)

metadata = Base.metadata

__all__ = [
    "act",
    "bulk",
    "casework",
    "change_set",
    "clock",
    "complaint",
    "correction",
    "imports",
    "metadata",
    "office",
    "organisation",
    "search",
    "work",
]
