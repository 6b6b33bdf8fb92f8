"""Carriers and quiet hours: how an organisation sets them, and how they are shown. A key is taken, and never shown."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, model_validator

from api.schemas.base import Request, UtcTime, Wire
from db.models.arrivals import CarrierSetting, QuietHours
from db.queries.carriers import ToPost

_KEY = r"^[\x21-\x7e]{1,200}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_TOKEN = r"^[\x21-\x7e]{10,200}$"
_MINUTE = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _minute(value: str) -> str:
    if not value.isascii():
        raise ValueError("A time is written hh:mm.")
    return value


Key = Annotated[str, Field(pattern=_KEY, max_length=300, json_schema_extra={"writeOnly": True, "format": "password"})]
Token = Annotated[
    str, Field(pattern=_TOKEN, max_length=200, json_schema_extra={"writeOnly": True, "format": "password"})
]
Minute = Annotated[str, Field(pattern=_MINUTE, examples=["19:00"]), AfterValidator(_minute)]


class NotifySaid(Request):
    """What goes by GOV.UK Notify. A key or a token that is left out stays as it was."""

    emails: StrictBool
    texts: StrictBool
    letters: StrictBool
    key: Key | None = Field(default=None, description="An API key of the organisation's service at Notify.")
    token: Token | None = Field(default=None, description="What Notify's callbacks show: the same is set there.")
    email_template: UUID | None = Field(
        default=None, description="A template of Notify with the placeholders ((subject)) and ((body))."
    )
    text_template: UUID | None = Field(default=None, description="A template of Notify with the placeholder ((body)).")
    reply_to: UUID | None = Field(default=None, description="The id, at Notify, of the address that answers go to.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.emails and self.email_template is None:
            raise ValueError("E-mails by Notify need a template of Notify.")
        if self.texts and self.text_template is None:
            raise ValueError("Texts by Notify need a template of Notify.")
        return self


class CarriersSaid(Request):
    """Who carries what: GOV.UK Notify where it is named, the out-tray where it is switched on; else mail."""

    notify: NotifySaid | None = None
    out_tray: StrictBool = Field(default=True, description="Letters lie as PDF in a folder, to be printed and posted.")


class NotifyShown(Wire):
    """What goes by GOV.UK Notify, and whether there is a key."""

    emails: bool
    texts: bool
    letters: bool
    email_template: UUID | None = None
    text_template: UUID | None = None
    reply_to: UUID | None = None
    key_set: bool
    token_set: bool
    callbacks: str = Field(description="Where Notify's callbacks go.")
    changed_at: UtcTime


class CarriersShown(Wire):
    """Who carries what."""

    notify: NotifyShown | None = None
    out_tray: bool

    @classmethod
    def of(cls, notify: CarrierSetting | None, out_tray: CarrierSetting | None, code: str) -> CarriersShown:
        """Return the carriers of an organisation as they are shown."""
        return cls(
            notify=None if notify is None else _notify_shown(notify, code),
            out_tray=out_tray is None or out_tray.letters,
        )


def _notify_shown(row: CarrierSetting, code: str) -> NotifyShown:
    same = ("emails", "texts", "letters", "email_template", "text_template", "reply_to", "changed_at")
    return NotifyShown(
        **{name: getattr(row, name) for name in same},
        key_set=row.key_sealed is not None,
        token_set=row.token_sealed is not None,
        callbacks=f"/v1/carriers/notify/{code}/deliveries",
    )


class QuietHoursSaid(Request):
    """When what the law does not ask for waits. From after until is over midnight; without both, no hours."""

    quiet_from: Minute | None = None
    quiet_until: Minute | None = None
    working_days_only: StrictBool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("Quiet hours have a beginning and an end.")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValueError("Quiet hours end at another time than they begin.")
        return self


class QuietHoursShown(Wire):
    """When what the law does not ask for waits."""

    quiet_from: str | None = None
    quiet_until: str | None = None
    working_days_only: bool = False

    @classmethod
    def of(cls, row: QuietHours | None) -> QuietHoursShown:
        """Return quiet hours as they are shown; without a row there are none."""
        if row is None:
            return cls()
        return cls(
            quiet_from=_written(row.quiet_from),
            quiet_until=_written(row.quiet_until),
            working_days_only=row.working_days_only,
        )


def _written(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


class LetterToPost(Wire):
    """A letter that waits for somebody to post it."""

    notice_id: UUID
    reference: str
    since: UtcTime
    due_on: str | None = None
    task_id: UUID = Field(description="Completing it says that the letter was posted.")
    in_tray: bool = Field(description="Its PDF lies in the organisation's folder.")
    pdf: str

    @classmethod
    def of(cls, row: ToPost) -> LetterToPost:
        """Return a letter as it is listed."""
        return cls(
            notice_id=row.notice.id,
            reference=row.reference,
            since=row.notice.released_at or row.notice.drafted_at,
            due_on=None if row.due_on is None else row.due_on.isoformat(),
            task_id=row.task_id,
            in_tray=row.in_tray,
            pdf=f"/v1/complaints/{row.reference}/notices/{row.notice.id}/pdf",
        )


class OutTray(Wire):
    """Letters that wait to be posted, the oldest first; `next` is the cursor of the page after."""

    items: list[LetterToPost]
    next: str | None = None
