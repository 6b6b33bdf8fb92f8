"""What a form of the page is, and what several of them have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from api.form.answers import Faults
from api.part_page.fields import Answers, Asked, read
from api.part_page.told import View
from db.joint_messages import ToLead

Built = tuple[ToLead | None, Faults]
YES_NO: Final = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form. `about` are paragraphs that stand before its fields: what it answers."""

    kind: str
    title: str
    fields: tuple[Asked, ...]
    build: Callable[[Answers], Built]
    subject: UUID | None = None
    about: tuple[str, ...] = ()
    due_on: date | None = None
    send: str = "Send"

    @property
    def place(self) -> str:
        """Return the last part of the form's path; what is typed into it is kept under this."""
        return self.kind if self.subject is None else f"{self.kind}/{self.subject}"

    def read(self, typed: dict[str, str], today: date) -> Built:
        """Return the message that was typed, or what is wrong with it."""
        answers, faults = read(self.fields, typed, today)
        if faults:
            return None, faults
        return self.build(answers)


def files_asked(view: View) -> tuple[Asked, ...]:
    """Return the question which of the body's files belong to an answer, where it has put any on the complaint."""
    options = {str(each.id): each.name for each in view.files}
    asked = Asked(name="files", label="Which of your files belong to this? (optional)", kind="ticks", options=options)
    return (asked,) if options else ()


def file_ids(got: Answers, files: tuple[Asked, ...]) -> tuple[UUID, ...]:
    """Return the files that were ticked."""
    return tuple(UUID(each) for asked in files for each in got.ticked(asked))


def long(day: date) -> str:
    """Return a date as people read it."""
    return f"{day.day} {day:%B %Y}"
