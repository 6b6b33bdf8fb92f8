"""Words of governance stay where they are read: in no e-mail, log line, ledger, problem, task or history.

A field of anything that can be said of governance, or of a report, has to be planted here, or be named as a code.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args, get_origin
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from api.schemas import governance as said_of_governance
from api.schemas import reports as said_of_reports
from contracts.governance import GovernanceStart
from db.references import check_character
from gateways.engine import Engine, connect
from tests.apart import Apart
from tests.api.boards import Board
from tests.governing_stand import Stand
from tests.lives.markers import MARKER, marker

pytestmark = pytest.mark.at_once

CODES: Final = {"SeriesSaid.report", "SendingBackSaid.to", "CaseSaid.reference"}
# Of reports: why one is withdrawn is planted with the others.
SAID: Final = (said_of_governance, said_of_reports)
# What nothing of it may stand in: ids, codes and dates are all that these hold.
QUIET_TABLES: Final = ("office_event", "task", "governance_reminder", "governance_series")


def demanded() -> set[str]:
    """Return every field of what can be said that holds words."""
    found = set()
    for module in SAID:
        for shape in vars(module).values():
            if isinstance(shape, type) and issubclass(shape, BaseModel) and shape.__name__.endswith(("Said", "Asked")):
                texts = (name for name, each in shape.model_fields.items() if str in parts_of(each.annotation))
                found |= {f"{shape.__name__}.{name}" for name in texts}
    assert found >= CODES, "what is excused is there"
    return found - CODES


def parts_of(hint: Any) -> list[Any]:
    if get_origin(hint) is Literal:
        return []
    if get_origin(hint) is None:
        return [hint]
    return [part for each in get_args(hint) for part in parts_of(each)]


class Lines(logging.Handler):
    """Every line that anything logs."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += logging.Formatter("%(name)s %(message)s").format(record).splitlines()


@contextmanager
def lines() -> Iterator[list[str]]:
    root, kept = logging.getLogger(), Lines()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    try:
        yield kept.lines
    finally:
        root.removeHandler(kept)
        root.setLevel(before)


@dataclass(slots=True)
class Life:
    """What is said of governance, each word marked; what was planted, and each problem that came back."""

    board: Board
    planted: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def w(self, name: str) -> str:
        """Return a marker for a field, and remember that it was planted."""
        self.planted.add(name)
        return marker(name)

    async def refused(self, path: str, body: Any, role: str) -> None:
        """Say something that is refused, and keep how."""
        answer = await self.board.post(path, body, role)
        assert answer.status_code >= 400, answer.text
        self.problems.append(answer.text)


async def a_report(life: Life) -> str:
    """A board report that is commented on, sent back, approved and distributed, and one that is abandoned."""
    board, w = life.board, life.w
    series = await board.series()
    members = [
        {"part": "approver", "personId": str(board.rows.person("responsible_person"))},
        {"part": "commenter", "personId": str(board.rows.person("senior_leader"))},
        {"part": "distribution", "name": w("MemberSaid.name")},
    ]
    await board.said(f"/series/{series}/members", {"members": members}, "complaints_manager")
    one = await board.begun(series)
    await life.refused(f"/{one}/comments", {"words": w("CommentSaid.words"), "more": w("CommentSaid.words")},
                       "senior_leader")  # fmt: skip
    await life.refused(f"/{one}/steps/approve/completion", {"words": MARKER}, "responsible_person")
    await board.said(f"/{one}/comments", {"words": w("CommentSaid.words")}, "senior_leader")
    back = {"to": "comment", "words": w("SendingBackSaid.words")}
    await board.said(f"/{one}/steps/approve/sending-back", back, "responsible_person")
    await board.said(f"/{one}/comments", {"words": w("CommentSaid.words")}, "senior_leader")
    done = {"words": w("CompletionOfStepSaid.words"), "receipt": w("CompletionOfStepSaid.receipt")}
    await board.said(f"/{one}/steps/approve/completion", done, "responsible_person")
    await board.rest(one)
    went = {"audience": "staff", "whom": w("DistributionSaid.whom"), "how": "intranet", "on": "2026-11-18"}
    await board.said(f"/{one}/distribution", went, "complaints_manager")
    other = await board.begun(await board.series())
    await board.said(f"/{other}/abandonment", {"reason": w("AbandonmentSaid.reason")}, "complaints_manager")
    return one


async def a_panel(life: Life) -> str:
    """A panel that is told a case with consent and declines another, whose action is moved twice and settled."""
    board, w = life.board, life.w
    parts = {"chair": ["responsible_person"], "member": ["senior_leader"]}
    one = await board.begun(await board.series("panel", parts))
    for how in ("with_consent", "anonymised", "anonymised"):
        await _case(life, one, how)
    await board.said(f"/{one}/steps/choose/completion", {}, "responsible_person")
    owner = str(board.rows.person("senior_leader"))
    held = {"heldOn": "2026-11-18", "attendees": [{"personId": owner}, {"name": w("AttendeeSaid.name")}],
            "minutes": w("MinutesSaid.minutes"), "heard": w("MinutesSaid.heard")}  # fmt: skip
    await life.refused(f"/{one}/minutes", held | {"heldOn": "2026-11-19"}, "responsible_person")
    await board.said(f"/{one}/minutes", held, "responsible_person")
    await board.said(f"/{one}/steps/hold/completion", {}, "responsible_person")
    resolved = {"what": w("MeetingActionSaid.what"), "ownerId": owner, "dueOn": "2026-11-25"}
    (action,) = (await board.said(f"/{one}/actions", resolved, "responsible_person"))["actions"]
    here = f"/{one}/actions/{action['id']}"
    for due_on in ("2026-12-10", "2026-12-20"):
        moved = {"dueOn": due_on, "reason": f"{w('ActionDateSaid.reason')} {due_on}"}
        await board.said(f"{here}/date", moved, "responsible_person")
    await life.refused(f"{here}/date", {"dueOn": "2026-12-01", "reason": MARKER}, "responsible_person")
    (shown,) = (await board.get(f"/{one}")).json()["actions"]
    assert [each["reason"] for each in shown["changes"]] == [
        f"{marker('ActionDateSaid.reason')} {due_on}" for due_on in ("2026-12-10", "2026-12-20")
    ], "what was said first is not lost"
    settled = {"state": "done", "on": "2026-11-18", "words": w("ActionSettlementSaid.words")}
    await board.said(f"{here}/settlement", settled, "senior_leader")
    return one


async def _case(life: Life, panel: str, how: str) -> None:
    board, w = life.board, life.w
    digits = uuid4().hex[:8].upper()
    reference = f"{board.rows.organisation.code}-{digits}-{check_character(digits)}"
    complaint = board.rows.complaint(reference=reference)
    party = board.rows._put("party", complaint_id=complaint, role="complainant", name=f"{MARKER} Pat")
    consent = {"partyId": str(party), "givenOn": "2026-11-17", "evidence": w("StoryConsentSaid.evidence")}
    case = {"reference": reference, "how": how, "story": w("CaseSaid.story")}
    case |= {"consent": consent} if how == "with_consent" else {}
    chosen = (await board.said(f"/{panel}/cases", case, "responsible_person"))["cases"]
    one = f"/{panel}/cases/{next(each['id'] for each in chosen if each['state'] == 'chosen')}"
    await life.refused(f"{one}/approval", {"approved": True, "words": MARKER}, "responsible_person")
    decided = {"approved": how == "with_consent", "words": w("CaseDecisionSaid.words")}
    await board.said(f"{one}/approval", decided, "senior_leader")
    if how == "with_consent":
        return
    await board.said(f"{one}/withdrawal", {"reason": w("CaseWithdrawalSaid.reason")}, "senior_leader")


async def a_withdrawn_report(life: Life) -> None:
    """Refuse to withdraw a report that was never published: why somebody wanted to stands nowhere."""
    why = {"reason": life.w("WithdrawalSaid.reason")}
    headers = life.board.headers("complaints_manager")
    answer = await life.board.client.post(f"/v1/reports/{uuid4()}/withdrawal", json=why, headers=headers)
    assert answer.status_code == 404, answer.text
    life.problems.append(answer.text)


@pytest.fixture
def board(board: Board) -> Board:
    board.rows._connection.execute(
        "update person set name = %s || name, email = subject || '@example.org' where organisation_id = %s",
        (f"{MARKER} ", board.rows.id),
    )
    return board


async def test_no_word_of_governance_leaves_the_place_where_it_is_read(
    board: Board, engine: Any, own_server: str, apart: Apart
) -> None:
    life = Life(board)
    with lines() as logged:
        occurrences = [await a_report(life), await a_panel(life)]
        await a_withdrawn_report(life)
        histories = await lived_in_the_engine(board, own_server, apart, occurrences)
    assert life.planted == demanded()
    shown = "".join([(await board.get(f"/{each}")).text for each in occurrences])
    assert MARKER in shown, "whoever governs reads it"
    mails = [f"{each.subject}\n{each.body}" for each in board.machine.post.sent]
    assert mails and [each for each in mails if MARKER in each] == []
    assert [line for line in logged if MARKER in line] == []
    assert life.problems and [each for each in life.problems if MARKER in each] == []
    assert [each for each in histories if MARKER.encode() in each] == []
    assert MARKER not in repr((engine.series, engine.governance))
    for table in QUIET_TABLES:
        rows = board.rows._connection.execute(
            f"select to_jsonb(t)::text from {table} t where organisation_id = %s", (board.rows.id,)
        ).fetchall()
        assert rows and [row for row in rows if MARKER in row[0]] == [], table


async def lived_in_the_engine(board: Board, server: str, apart: Apart, occurrences: list[str]) -> list[bytes]:
    """Let the workflows of occurrences look at how they stand; return their histories and what describes them."""
    client = await connect(server, "default", lazy=False)
    stand = Stand(client=client, apart=apart, machine=board.machine, engine=Engine(client), skipper=None)  # type: ignore[arg-type]
    found = []
    async with stand.working():
        for each in occurrences:
            start = GovernanceStart(organisation_id=board.rows.id, occurrence_id=UUID(each))
            await stand.engine.tell_governance(start)
            handle = stand.occurrence(UUID(each))
            await stand.settled(handle)
            history = await handle.fetch_history()
            assert len(history.events) > 5
            found += [event.SerializeToString() for event in history.events]
            found.append((await handle.describe()).raw_description.SerializeToString())
    return found
