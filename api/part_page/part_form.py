"""The form of a body's part: its own issues, one after the other, what it will do, and who signs it off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, cast
from uuid import uuid5

from api.form.answers import Faults
from api.part_page.asking import Built, Form, file_ids, files_asked
from api.part_page.fields import Answers, Asked
from api.part_page.told import View
from db.joint_messages import ActionPromised, IssueAnswered, Submission

Conclusion = Literal["upheld", "partly_upheld", "not_upheld", "resolved"]
MOST_ACTIONS: Final = 6
CONCLUSIONS: Final = {
    "upheld": "Upheld",
    "partly_upheld": "Partly upheld",
    "not_upheld": "Not upheld",
    "resolved": "Resolved with the person",
}


def part_form(view: View) -> Form:
    """Return the form of the part itself: its own issues, one after the other, and what the body will do."""
    files = files_asked(view)
    fields = tuple(field for issue in view.issues for field in _of_issue(issue.number, issue.summary))
    actions = tuple(field for number in range(1, MOST_ACTIONS + 1) for field in _of_action(number))
    signed = (
        Asked(name="signed_by", label="Signed off by", needed="Enter who signs this off"),
        Asked(name="signed_role", label="Their role", needed="Enter the role of who signs this off"),
    )

    def build(got: Answers) -> Built:
        faults: Faults = {}
        issues = tuple(_answered(got, issue.number) for issue in view.issues)
        promised = tuple(_promised(view, got, number, faults) for number in range(1, MOST_ACTIONS + 1))
        if faults:
            return None, faults
        return Submission(
            issues=issues, signed_by=got.text("signed_by"), signed_role=got.text("signed_role"),
            actions=tuple(each for each in promised if each is not None), file_ids=file_ids(got, files),
        ), {}  # fmt: skip

    revision = view.revision
    by = view.timescale.contribute_by if view.timescale else view.invitation.contribute_by if view.invitation else None
    about = (f"It was sent back: {revision.reason}",) if revision else ()
    due = revision.due_on if revision else None if view.submission else by
    return Form(kind="submission", title="Give your part of the answer", fields=(*fields, *actions, *files, *signed),
                build=build, about=about, due_on=due, send="Send your part")  # fmt: skip


def _of_issue(number: int, summary: str) -> Iterator[Asked]:
    about = f"Issue {number}: "
    yield Asked(name=f"did_{number}", label=f"{about}what did you do to look into it?", hint=summary, kind="words",
                needed=f"Issue {number}: enter what you did")  # fmt: skip
    yield Asked(name=f"found_{number}", label=f"{about}what did you find?", kind="words",
                needed=f"Issue {number}: enter what you found")  # fmt: skip
    yield Asked(name=f"conclusion_{number}", label=f"{about}what do you conclude?", kind="choice", options=CONCLUSIONS,
                needed=f"Issue {number}: select what you conclude")  # fmt: skip
    yield Asked(name=f"remedy_{number}", label=f"{about}how do you put it right? (optional)", kind="words", rows=4)


def _of_action(number: int) -> Iterator[Asked]:
    yield Asked(name=f"action_{number}", label=f"Action {number}: what will you do? (optional)", kind="words", rows=3)
    yield Asked(name=f"action_{number}_by", label=f"Action {number}: by when?", kind="day", days="any")


def _answered(got: Answers, number: int) -> IssueAnswered:
    return IssueAnswered(
        number=number, did=got.text(f"did_{number}"), found=got.text(f"found_{number}"),
        conclusion=cast(Conclusion, got.text(f"conclusion_{number}")), remedy=got.maybe(f"remedy_{number}"),
    )  # fmt: skip


def _promised(view: View, got: Answers, number: int, faults: Faults) -> ActionPromised | None:
    what, by = got.text(f"action_{number}"), got.days.get(f"action_{number}_by")
    if not what and by is None:
        return None
    if not what:
        faults[f"action_{number}"] = f"Action {number}: enter what you will do, or leave its date empty"
    elif by is None:
        faults[f"action_{number}_by"] = f"Action {number}: enter by when"
    # The same in every round: what stands in this place of the form.
    return None if by is None else ActionPromised(
        action_id=uuid5(view.contribution_id, f"action/{number}"), what=what, due_on=by
    )  # fmt: skip
