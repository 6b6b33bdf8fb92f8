"""What is said of learning, and of the actions that follow from a complaint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import learning_said as learning
from tests.lives.machine.draws import NOBODY, WORDS, Draws
from tests.lives.machine.look import Row
from tests.lives.machine.sayings_early import Saying
from tests.lives.machine.sayings_serious import role_of

MANAGERS = ("complaints_manager", "responsible_person")


def record(d: Draws) -> Saying:
    """Learning, or its next version; now and then words for the public are approved, mostly by another person."""
    there = d.row(d.look.rows("learning")) if d.one(True, False) else None
    if there is not None and d.one(False, True):
        return learning.RecordLearning(learning_id=UUID(there["id"]), approve_public=True), d.one(*MANAGERS)
    learned = d.one(True, True, False)
    what = learning.RecordLearning(
        learning_id=d.mostly(UUID(there["id"]), NOBODY) if there is not None else d.mostly(None, NOBODY),
        theme=d.mostly("communications", "unheard_of", None),
        factors=d.mostly(d.one(("handover",), ("communication", "staffing")), ("weather",), None),
        outcome="learned" if learned else "nothing_to_learn",
        went_wrong=d.one(True, False),
        found=d.mostly(WORDS, None),
        will_change=d.mostly(WORDS, None) if learned else d.mostly(None, WORDS),
        public_words=d.one(None, WORDS, f"{WORDS} Twice."),
    )
    return what, d.speaker(*MANAGERS)


def plan(d: Draws) -> Saying:
    learned, remedy, made = (d.row(d.look.rows(each)) for each in ("learning", "remedy", "recommendation"))
    follows: dict[str, Row | None] = d.one(
        {}, {"learning_id": learned}, {"remedy_id": remedy}, {"recommendation_id": made}
    )
    ids = {name: d.mostly(UUID(row["id"]), NOBODY) for name, row in follows.items() if row is not None}
    what = learning.PlanAction(
        what=WORDS,
        evidence_wanted=WORDS,
        owner_id=d.person("investigator", "handler"),
        due_on=d.mostly(d.today + timedelta(days=d.one(5, 20, 0, 60)), d.today - timedelta(days=1)),
        theme=d.mostly(d.one(None, "communications"), "unheard_of"),
        tell_person=d.one(True, True, False),
        tell_staff=d.one(True, False),
        tell_every_days=d.one(None, 14, 28),
        check_months=d.one(1, 1, 2),
        **ids,
    )
    return what, d.speaker("complaints_manager", "handler")


def change(d: Draws) -> Saying:
    row = _one(d, "open")
    moved = d.one(True, True, False)
    what = learning.ChangeAction(
        action_id=_id(d, row),
        reason=WORDS,
        due_on=d.mostly(d.today + timedelta(days=d.one(3, 10, 30)), d.today - timedelta(days=1)) if moved else None,
        owner_id=d.one(None, d.person("investigator", "handler")) if moved else d.person("handler", "investigator"),
    )
    return what, d.speaker("complaints_manager", "investigator")


def progress(d: Draws) -> Saying:
    on = d.mostly(d.today, d.today + timedelta(days=1), d.received_on - timedelta(days=1))
    row = _one(d, "open")
    what = learning.RecordActionProgress(action_id=_id(d, row), happened_on=on, words=WORDS)
    return what, d.speaker("investigator", "complaints_manager")


def complete(d: Draws) -> Saying:
    """It is done, and words or a file show it; wrongly nothing does, or it is done tomorrow."""
    row = _one(d, "open")
    files = d.look.ids("case_file", attached=True)
    shown = d.one(False, bool(files))
    what = learning.CompleteAction(
        action_id=_id(d, row),
        done_on=d.mostly(d.today, d.today + timedelta(days=1), d.received_on - timedelta(days=1)),
        evidence=None if shown else d.mostly(WORDS, None),
        file_ids=d.some(files) if shown else d.mostly((), (NOBODY,)),
    )
    return what, d.speaker("investigator", "complaints_manager")


def check(d: Draws) -> Saying:
    """Somebody looks; where it recurred, there is a new date."""
    row = _one(d, "done")
    again = d.one(False, True)
    due_on = d.today + timedelta(days=d.one(5, 20))
    what = learning.CheckAction(
        action_id=_id(d, row),
        result="recurred" if again else "held",
        words=d.one(None, WORDS),
        reason=d.one(WORDS, None),
        due_on=d.mostly(due_on, None, d.today - timedelta(days=1)) if again else d.mostly(None, due_on),
    )
    return what, d.speaker(*MANAGERS)


def drop(d: Draws) -> Saying:
    """Somebody who answers for it lets go of it; wrongly its owner."""
    row = _one(d, "open")
    owned = d.look.rows("action", id=row["id"]) if row else []
    owners = [role for each in owned if (role := role_of(d, each["owner_id"])) is not None]
    return learning.DropAction(action_id=_id(d, row), reason=WORDS), d.mostly(d.one(*MANAGERS), *owners, "handler")


def _one(d: Draws, state: str) -> Row | None:
    """Choose an action: mostly one in a state, if there is any."""
    rows = d.look.rows("proceeding", kind="action")
    fit = [row for row in rows if row["state"] == state]
    return d.row(d.mostly(fit or rows, rows))


def _id(d: Draws, row: Row | None) -> UUID:
    return NOBODY if row is None else d.mostly(UUID(row["id"]), NOBODY, UUID(d.look.complaint["id"]))


LEARNING: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind.RECORD_LEARNING: record,
    CommandKind.PLAN_ACTION: plan,
    CommandKind.CHANGE_ACTION: change,
    CommandKind.RECORD_ACTION_PROGRESS: progress,
    CommandKind.COMPLETE_ACTION: complete,
    CommandKind.CHECK_ACTION: check,
    CommandKind.DROP_ACTION: drop,
}
