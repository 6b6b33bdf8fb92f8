"""The document of a case holds all that hangs on it: a table that is added tomorrow is exported, or named here."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from activities.exporting import case_document
from contracts.commands import CommandKind
from db import intake_said
from db.engine import Database, SweeperDatabase
from db.pack_said import AssemblePack
from db.queries.exports import EXPORTED
from runtime.database_roles import DatabaseDsns
from tests.activities.candid import flag
from tests.activities.escalated import REASON, escalate
from tests.activities.found import a_case, decide, found_on_all, money, proposed
from tests.activities.office_desk import Desk, a_desk
from tests.activities.referred import enquiry, refer
from tests.apart import MORNING, Apart, DirectEngine
from tests.bodies import Body

# What names a complaint and is no part of the case.
NOT_EXPORTED: Final = {
    "submission": "what was said is in the tables that it was written to; what was refused changed nothing",
    "verdict": "how the machine answered",
    "fired_rung": "what fired stands among the events",
    "case_search": "the words of the others, as they are searched",
    "case_share": "who else may read the case",
    "equality_monitoring": "said for returns that name nobody: nothing that is read of a complaint shows it",
    "bulk_item": "the office's operations on many cases",
    "change_set_item": "what a change of the calendar moves stands among the events",
    "digest_item": "what was missed, as seniors count it over all cases, stands among the clocks",
    "recurrence": "what is found over many cases: that this one tipped it stands among the events",
    "webhook_delivery": "what was told to other systems of events that stand among the events",
    "report_fold": "how far reports have read the events",
    "report_case": "what the events come to, as reports count it",
    "report_clock": "what the events come to, as reports count it",
    "report_item": "what the events come to, as reports count it",
    "panel_case": "what a panel is told of a case, in words of its own: that it was is the panel's record",
    "import_row": "a row of another system, let go of when its complaint has it",
}


@pytest.fixture
def apart(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


def test_every_table_of_a_case_is_exported_or_named(migrator: psycopg.Connection[tuple[object, ...]]) -> None:
    found = migrator.execute(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'complaint_id'"
    ).fetchall()
    of_a_case = {str(row[0]) for row in found} | {"complaint"}
    assert of_a_case == EXPORTED | NOT_EXPORTED.keys()
    assert not EXPORTED & NOT_EXPORTED.keys()


async def document(desk: Desk) -> dict[str, Any]:
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        written: dict[str, Any] = json.loads(await case_document(session, desk.complaint))
    return written


async def test_sums_are_written_as_they_were_said_and_findings_with_their_words(apart: Apart, standards: Body) -> None:
    desk = await a_case(apart, standards)
    await found_on_all(desk)
    remedy = await proposed(desk, money(injustice="250.10"))
    assert (await decide(desk, remedy, "approved")).state == "applied"
    whole = await document(desk)
    assert [each["injusticeAmount"] for each in whole["remedies"]] == ["250.10"]
    assert [each["step"] for each in whole["remedySteps"]] == ["proposed", "approved"]
    assert whole["findings"][0]["evidence"] == "The log of calls"
    assert [each["summary"] for each in whole["issues"]] == ["Issue 0", "Issue 1"]
    assert whole["plans"][0]["evidence"] == ["Notes"] and whole["parts"][0]["training"] == "Two days"


async def test_a_link_stands_in_the_documents_of_both_of_its_complaints(apart: Apart, standards: Body) -> None:
    one, other = await a_desk(apart, standards), await a_desk(apart, standards)
    said = intake_said.Link(to_id=other.complaint, kind="same_event", words="The same night.")
    await one.must(CommandKind.LINK, said)
    for desk in (one, other):
        [link] = (await document(desk))["links"]
        assert (link["complaintId"], link["otherId"]) == (str(one.complaint), str(other.complaint))
        assert link["words"] == "The same night."


async def test_the_copy_of_a_letter_is_named_by_its_hash_and_its_bytes_stay(apart: Apart, standards: Body) -> None:
    desk = await a_case(apart, standards)
    notice = UUID(desk.rows("select id from notice where complaint_id = %s and party_id is not null")[0]["id"])
    apart.rows(
        "insert into letter_copy (notice_id, organisation_id, complaint_id, template, template_version, words_sha256,"
        " sheet, program, sha256, size, content, made_at) values (%s, %s, %s, 'receipt', 1, %s, 1, 'typst', %s, 8,"
        " 'the PDF.', %s)",
        *(notice, standards.id, desk.complaint, "a" * 64, "b" * 64, MORNING),
    )
    [copy] = (await document(desk))["letterCopies"]
    assert (copy["noticeId"], copy["sha256"], copy["wordsSha256"]) == (str(notice), "b" * 64, "a" * 64)
    assert "content" not in copy


async def test_what_runs_beside_a_complaint_is_in_its_document_and_a_pack_is_named_by_its_hash(
    apart: Apart, standards: Body
) -> None:
    desk = await a_desk(apart, standards)
    await escalate(desk)
    await flag(desk)
    outside = await refer(desk, enquiry=enquiry(desk))
    pack = AssemblePack(purpose="ombudsman", referral_id=outside, remark="By courier.")
    await desk.must(CommandKind.ASSEMBLE_PACK, pack, "complaints_manager")
    whole = await document(desk)
    assert {each["kind"] for each in whole["proceedings"]} == {"escalation", "candour", "referral"}
    assert [each["words"] for each in whole["escalations"]] == [REASON]
    assert [each["words"] for each in whole["incidents"]] == ["A dose was given twice."]
    assert [each["scope"] for each in whole["referrals"]] == ["The wait, and the lost notes."]
    assert [each["what"] for each in whole["referralEnquiries"]] == ["The file."]
    [row] = whole["evidencePacks"]
    assert row["remark"] == "By courier." and len(row["contentSha256"]) == 64
    assert not {"content", "archiveKey"} & row.keys()


async def test_no_document_is_written_of_another_organisations_case(apart: Apart, standards: Body, body: Body) -> None:
    desk = await a_desk(apart, standards)
    for asked in (desk.complaint, uuid4()):
        async with apart.database.tenant(body.id, MORNING) as session:
            with pytest.raises(LookupError):
                await case_document(session, asked)
