"""Words about staff and of what is shared stay where they are read: in no log line, problem, ledger, task or report.

A column of words in a table of learning, governance or reports has to be named here, with what plants it.
"""

from __future__ import annotations

from typing import Any, Final

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from activities.reporting.compiling import BUILDERS
from db.engine import Database
from gateways.sealing import new_key
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.fakes import FixedClock
from tests.api.people import Tokens
from tests.api.report_people import Office
from tests.api.test_governance_canary import lines
from tests.api.test_oversight import Department
from tests.api.test_sharing import Bodies, say
from tests.lives.markers import MARKER, marker

pytestmark = pytest.mark.at_once

HERE, LIVES, GOVERNANCE, LEADERS = "test_office_words_canary", "canary_learning_life", "test_governance_canary", "names"
# Each column of words, and what plants it. `names` are of what stands in the lists of bodies and themes.
PLANTED: Final[dict[str, set[str]]] = {
    LIVES: {
        *(f"learning_version.{each}" for each in ("found", "will_change", "public_words")),
        *(f"action.{each}" for each in ("what", "evidence_wanted", "dropped_reason")),
        *("action_change.reason", "action_progress.words", "action_done.evidence"),
        *("action_check.words", "action_check.reason"),
    },
    GOVERNANCE: {
        *("governance_member.name", "governance_attendee.name", "governance_comment.words", "governance_step.words"),
        *(f"governance.{each}" for each in ("minutes", "heard_words", "receipt", "abandoned_reason")),
        *("governance_step.minutes", "governance_step.heard_words", "governance_distribution.whom"),
        *(f"panel_case.{each}" for each in ("story", "evidence", "ended_words")),
        *("governance_action.what", "governance_action.words", "governance_action_change.reason"),
    },
    HERE: {
        *("training_record.evidence", "training_record.withdrawn_reason", "role_objective.words"),
        *("objective_example.words", "organisation_theme.title", "report_publication.withdrawn_reason"),
        *(f"learning_sharing.{each}" for each in ("remark", "decision_reason", "withdrawn_reason")),
        *("shared_learning.words", "shared_learning.remark", "oversight_link.ended_reason"),
    },
    LEADERS: {
        *("learning_sharing_body.name", "shared_learning.from_name", "shared_learning.theme_title"),
        "oversight_link.body_name",
    },
}
# The document of a report, and what a parent is given of it, is figures: tests/lives/test_canary_reports.py reads each.
NO_WORDS: Final = {"report.document", "oversight_delivery.document"}
OF: Final = ("learning%", "action%", "governance%", "panel_%", "training%", "role_obj%", "objective%", "report",
             "report_pub%", "shared_learning%", "oversight%", "organisation_theme", "insight%")  # fmt: skip


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


def test_every_column_of_words_is_planted_somewhere(migrator: psycopg.Connection[tuple[Any, ...]]) -> None:
    rows = migrator.execute(
        "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'"
        " and data_type in ('character varying', 'text') and character_maximum_length is null"
        " and table_name in (select table_name from information_schema.tables where table_type = 'BASE TABLE')"
        " and table_name like any(%s)",
        (list(OF),),
    ).fetchall()
    assert {str(row[0]) for row in rows} - NO_WORDS == {each for columns in PLANTED.values() for each in columns}


async def about_staff(office: Office) -> None:
    """Record training and an objective with an example; take the training back."""
    here = f"/v1/people/{office.body.person('handler')}"
    course = {"course": "candour", "doneOn": "2026-05-10", "evidence": marker("TrainingSaid.evidence")}
    record = await kept(office, f"{here}/training", course, 201)
    back = {"reason": marker("TrainingTakenBack.reason")}
    await kept(office, f"{here}/training/{record['id']}/withdrawal", back)
    objective = {"role": "handler", "words": marker("ObjectiveSaid.words"), "agreedOn": "2026-01-10"}
    agreed = await kept(office, f"{here}/objectives", objective, 201)
    example = {"on": "2026-06-01", "words": marker("ExampleSaid.words")}
    await kept(office, f"{here}/objectives/{agreed['id']}/examples", example, 201)
    theme = {"code": "own_theme", "title": marker("ThemeAdded.title")}
    await kept(office, "/v1/organisation/themes", theme, 201)


async def shared(bodies: Bodies) -> None:
    """Share something, withdraw it, and decline to share it again."""
    code, words = bodies.reader.body.code, marker("SharingAsked.words")
    row = await bodies.then(await bodies.asked(code, words=words), "decision", {"approve": True})
    await bodies.then(row, "withdrawal", {"reason": marker("SharingWithdrawn.reason")})
    declined = {"approve": False, "reason": marker("SharingDecided.reason")}
    again = await bodies.asked(code, learning=row["learningId"], words=words)
    await bodies.then(again, "decision", declined)


async def kept(office: Office, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = await say(office, path, body)
    assert answer.status_code == status, (path, answer.text)
    shown: dict[str, Any] = answer.json()
    return shown


async def problems(office: Office) -> list[str]:
    """Say the same with something wrong in each; return how it was refused."""
    here = f"/v1/people/{office.body.person('handler')}"
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        (f"{here}/training", {"course": MARKER, "doneOn": "2026-05-10", "evidence": MARKER}),
        (f"{here}/objectives", {"role": MARKER, "words": MARKER, "agreedOn": "2026-01-10"}),
        ("/v1/organisation/themes", {"code": MARKER, "title": MARKER}),
        ("/v1/insight", {"items": [{"source": MARKER, "theme": MARKER, "month": MARKER, "count": MARKER}]}),
    )
    answers = [await say(office, path, body) for path, body in asked]
    assert [each.status_code for each in answers] == [422] * len(answers)
    return [each.text for each in answers]


async def test_no_word_about_staff_or_of_what_is_shared_leaves_the_place_where_it_is_read(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    app: FastAPI,
    clock: FixedClock,
    api_dsns: DatabaseDsns,
    migrator: psycopg.Connection[tuple[Any, ...]],
    database: Database,
) -> None:
    bodies = Bodies(client, tokens, app, clock, api_dsns.migrator)
    department = Department(client, tokens, app, clock, api_dsns.migrator)
    office = bodies.sender
    with lines() as logged:
        await about_staff(office)
        await shared(bodies)
        published = await office.published()
        gone = {"reason": marker("WithdrawalSaid.reason")}
        assert (await office.post(f"/{published['id']}/withdrawal", gone)).status_code == 200
        link = await department.agreed(department.first)
        ended = {"reason": marker("OversightEnded.reason")}
        answer = await say(department.first, f"/v1/oversight/links/{link['id']}/end", ended, "responsible_person")
        assert answer.status_code == 200, answer.text
        refused = await problems(office)
        reports = [await office.document((await office.compiled(kind=kind))["id"]) for kind in sorted(BUILDERS)]
        page = await client.get(f"/public/{office.body.code}")
    assert [line for line in logged if MARKER in line] == []
    assert [each for each in refused if MARKER in each] == []
    assert [each["kind"] for each in reports if MARKER in str(each)] == []
    assert page.status_code == 200 and MARKER not in page.text
    for table in ("office_event", "task", "case_event", "insight", "report_item", "webhook_delivery"):
        rows = migrator.execute(f"select to_jsonb(t)::text from {table} t where to_jsonb(t)::text like %s",
                                (f"%{MARKER}%",)).fetchall()  # fmt: skip
        assert rows == [], table
