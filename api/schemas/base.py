"""The base of every shape on the wire, and the kinds of field with their limits."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictStr,
)
from pydantic.alias_generators import to_camel

# No shipped procedure is in force before this day (SI 2009/309 reg 1), so nothing earlier can be handled.
FIRST_EVENT: Final = date(2009, 4, 1)
FIRST_INSTANT: Final = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_BIRTH: Final = date(1900, 1, 1)
LAST_AGREED: Final = date(2100, 12, 31)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})")
_EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$"
_PHONE = r"^[0-9+()#*. -]{3,40}$"


class Wire(BaseModel):
    """What is sent: camelCase names, times in UTC."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)


class Request(BaseModel):
    """What is received: camelCase names only, and no name that is not known."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", str_strip_whitespace=False)


class NotFuture:
    """Marks a date that may not be after today, London time. `api.dates` checks it."""


def _day(value: Any) -> Any:
    # Left alone, pydantic would read numbers, and times of day, as days.
    if isinstance(value, str) and _DAY.fullmatch(value) and value.isascii():
        return value
    raise ValueError("A date is written YYYY-MM-DD.")


def _instant(value: Any) -> Any:
    # Only RFC 3339 with an offset: pydantic would read numbers, and days, as instants.
    if isinstance(value, str) and value.isascii() and _INSTANT.fullmatch(value):
        return value
    raise ValueError("An instant is written YYYY-MM-DDThh:mm:ss with an offset.")


def storable(value: str) -> str:
    """Return text that the database can hold. Raises ValueError for what it cannot."""
    if "\x00" in value:
        raise ValueError("A NUL character cannot be stored.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("Half of a surrogate pair is not a character.")
    return value


def _some(value: str) -> str:
    if not value.strip():
        raise ValueError("There must be words, not only blanks.")
    return value


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise ValueError("This stands on one line, without control characters.")
    return value


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


Text = Annotated[StrictStr, AfterValidator(storable), AfterValidator(_some)]
Line = Annotated[Text, AfterValidator(_one_line)]

Name = Annotated[Line, Field(min_length=1, max_length=200)]
Summary = Annotated[Line, Field(min_length=1, max_length=300)]
Narrative = Annotated[Text, Field(min_length=1, max_length=100_000)]
Words = Annotated[Text, Field(min_length=1, max_length=20_000)]
Reason = Annotated[Text, Field(min_length=1, max_length=2_000)]
Address = Annotated[Text, Field(min_length=1, max_length=1_000)]
Email = Annotated[StrictStr, Field(pattern=_EMAIL, max_length=254)]
Phone = Annotated[StrictStr, Field(pattern=_PHONE, max_length=40)]

Day = Annotated[date, BeforeValidator(_day)]
BirthDay = Annotated[Day, Field(ge=FIRST_BIRTH), NotFuture()]
EventDay = Annotated[Day, Field(ge=FIRST_EVENT), NotFuture()]
AgreedDay = Annotated[Day, Field(ge=FIRST_EVENT, le=LAST_AGREED)]
EventTime = Annotated[AwareDatetime, BeforeValidator(_instant), Field(ge=FIRST_INSTANT), NotFuture()]

AnyTime = Annotated[AwareDatetime, BeforeValidator(_instant), Field(ge=FIRST_INSTANT)]

UtcTime = Annotated[datetime, PlainSerializer(_utc, return_type=str, when_used="json")]
