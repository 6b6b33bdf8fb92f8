"""Today in London, and the rule that what happened cannot have happened after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from api.problems import FieldError, Problem
from api.schemas.base import NotFuture

_LONDON = ZoneInfo("Europe/London")


def today(now: datetime) -> date:
    """Return the local date of an instant."""
    return now.astimezone(_LONDON).date()


def first_instant(day: date) -> datetime:
    """Return the instant at which a local day begins."""
    return datetime.combine(day, time(0), tzinfo=_LONDON)


def refuse_future(said: BaseModel, now: datetime) -> None:
    """Raise a problem that points at every date marked `NotFuture` that is after today, and every instant after now."""
    errors = [
        FieldError(
            place="body",
            pointer=pointer,
            code="date_in_future",
            detail="This date may not be in the future.",
        )
        for pointer in _future(said, now, "")
    ]
    if errors:
        raise Problem("invalid_request", errors=errors)


def _future(model: BaseModel, now: datetime, path: str) -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        here = f"{path}/{field.alias or name}"
        if isinstance(value, BaseModel):
            yield from _future(value, now, here)
        elif isinstance(value, list):
            for number, each in enumerate(value):
                if isinstance(each, BaseModel):
                    yield from _future(each, now, f"{here}/{number}")
        elif isinstance(value, date) and _is_after(value, now) and _marked(field.metadata, field.annotation):
            yield here


def _is_after(value: date, now: datetime) -> bool:
    return value > now if isinstance(value, datetime) else value > today(now)


def _marked(metadata: list[object], annotation: object) -> bool:
    """Say whether a field, or the type inside an optional one, carries the mark."""
    inner = getattr(annotation, "__args__", ())
    return any(isinstance(entry, NotFuture) for entry in metadata) or any(
        _marked(list(getattr(each, "__metadata__", ())), None) for each in inner
    )
