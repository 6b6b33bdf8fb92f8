"""Evidence packs over HTTP: assembled in one act, opened and read, and the same bytes whatever happens later."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from db.evidence import Link, check_chain
from runtime.settings import Settings
from tests.api.documents import PDF
from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, log
from tests.api.test_corrections import Desk, code_of
from tests.api.test_letters import Letters
from tests.api.uploads import attached, share

pytestmark = pytest.mark.at_once
Connection = psycopg.Connection[Any]

OMBUDSMAN: dict[str, Any] = {"purpose": "ombudsman", "remark": "As they asked on the telephone."}
RESTRICTED: dict[str, Any] = {
    "purpose": "regulator",
    "includeRestricted": True,
    "restrictedReason": "Regulation 16 asks for all.",
}
FORMULA = "=HYPERLINK(1)"


class Packed(Desk):
    """A complaint with letters and files, and the packs of it."""

    letters: Letters

    async def pack(self, **said: Any) -> str:
        """Assemble a pack and return its id."""
        answer = await self.post("packs", OMBUDSMAN | said, "complaints_manager")
        assert answer.status_code == 200, answer.text
        return str((await self.get("packs"))["items"][-1]["id"])

    async def read(self, pack: str, *roles: str, **more: Any) -> httpx2.Response:
        place = f"/v1/complaints/{self.reference}/packs/{pack}"
        return await self.client.get(place, headers=self.tokens.headers(*(roles or ("complaints_manager",)), **more))

    async def opened(self, pack: str) -> zipfile.ZipFile:
        answer = await self.read(pack)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
        return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.fixture
async def packed(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection) -> Packed:
    logged = await log(client, tokens, app, ownerId=str(ACORN.person("handler")), summary=f"{FORMULA} the summary")
    made = Packed(client, tokens, logged["reference"])
    made.letters = Letters(migrator, logged)
    return made


def table(archive: zipfile.ZipFile, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(path).decode())))


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def text_of(archive: zipfile.ZipFile) -> bytes:
    return b"".join(archive.read(name) for name in archive.namelist())


async def test_a_pack_is_opened_and_read(packed: Packed, clock: FixedClock) -> None:
    packed.letters.write("handed_over", body="Dear Una,\n\nThis was sent.\n")
    packed.letters.write("withheld", body="Dear Una,\n\nThis was withheld.\n")
    packed.letters.write("draft", body="Dear Una,\n\nThis is a draft.\n")
    acknowledged = {"method": "call", "madeOn": "2026-11-18", "discussionOffered": True}
    assert (await packed.post("acknowledgement", acknowledged)).status_code == 200
    archive = await packed.opened(await packed.pack())
    assert archive.testzip() is None

    index = json.loads(archive.read("index.json"))
    assert index["missing"] == [] and index["purpose"] == "ombudsman"
    listed = {part["path"]: part["sha256"] for part in index["parts"]}
    inside = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert {name: sha for name, sha in inside.items() if name not in ("index.json", "00-index.html")} == listed

    chronology = words_of(archive.read("01-chronology.pdf"))
    assert "Chronology" in chronology and packed.reference in chronology
    assert "handler of ACORN (handler): The complaint was acknowledged (made on: 18 November 2026" in chronology
    assert next(row["what"] for row in table(archive, "01-chronology.csv")) == "The complaint was logged"

    (sent,) = [name for name in archive.namelist() if name.startswith("02-letters/") and name.endswith(".pdf")]
    assert "This was sent." in words_of(archive.read(sent))
    letters = {row["state"]: row for row in table(archive, "02-letters/letters.csv")}
    assert letters["handed over"]["file"] == sent.removeprefix("02-letters/")
    assert letters["handed over"]["released by"] == "handler of ACORN"
    assert letters["withheld"]["file"] == letters["draft"]["file"] == "not in the pack"

    kept = {row["kind"]: row for row in table(archive, "03-deadlines/deadlines.csv")}
    assert (kept["acknowledgement"]["in time"], kept["acknowledgement"]["done on"]) == ("yes", "2026-11-18")
    proofs = archive.read("03-deadlines/deadlines.html").decode()
    assert "SI 2009/309 reg 13(3)" in proofs and "the day of receipt" in proofs
    assert packed.reference in archive.read("README.txt").decode()
    assert "Una Sample" in archive.read("00-case.html").decode()


async def test_the_record_in_a_pack_can_be_checked_by_anybody(packed: Packed) -> None:
    archive = await packed.opened(await packed.pack())
    chain = json.loads(archive.read("07-evidence-chain.json"))
    whose: dict[str, Any] = {"organisation_id": UUID(chain["organisation"]), "complaint_id": UUID(chain["complaint"])}

    def faults(events: list[dict[str, Any]]) -> list[str]:
        links = []
        for each in events:
            actor = UUID(each["actor_id"]) if each["actor_id"] else None
            same = {name: each[name] for name in ("seq", "kind", "at_us", "role", "data", "prev_hash")}
            links.append((Link(**whose, **same, act_id=UUID(each["act_id"]), actor_id=actor), each["hash"]))
        found = check_chain(whose["complaint_id"], links, chain["head_seq"], chain["head_hash"])
        return [fault.what for fault in found]

    assert faults(chain["events"]) == []
    assert chain["events"][-1]["kind"] != "pack.assembled"  # a pack is not part of what it tells
    altered = [chain["events"][0] | {"role": "operator"}, *chain["events"][1:]]
    assert "event altered" in faults(altered)


async def test_a_pack_is_the_same_bytes_whatever_happens_later(
    packed: Packed, clock: FixedClock, migrator: Connection
) -> None:
    packed.letters.write("handed_over")
    first, unread = await packed.pack(), await packed.pack()
    given = (await packed.read(first)).content
    packed.letters.write("handed_over", body="A later letter.")
    assert (await packed.post("notes", {"words": "A later note"})).status_code == 200
    migrator.execute("update party set name = 'Somebody Else' where id = %s", (packed.letters.party,))
    clock.instant += timedelta(minutes=40)
    assert (await packed.read(first)).content == given
    (made, waits) = (await packed.get("packs"))["items"]
    assert (made["state"], made["sha256"], made["size"]) == ("made", hashlib.sha256(given).hexdigest(), len(given))
    assert (made["timesRead"], waits["timesRead"], waits["state"], waits["sha256"]) == (2, 0, "assembled", None)
    # What nobody had read by then is of the moment at which it was assembled all the same.
    late = await packed.opened(unread)
    assert b"A later" not in text_of(late) and "Una Sample" in late.read("00-case.html").decode()
    assert [row["subject"] for row in table(late, "02-letters/letters.csv")].count("About it") == 1
    newer = await packed.opened(await packed.pack())
    assert [row["subject"] for row in table(newer, "02-letters/letters.csv")].count("About it") == 2
    assert "Somebody Else" in newer.read("00-case.html").decode()


async def test_an_archive_is_made_anew_with_the_same_bytes_when_it_was_made_but_not_written_down(
    packed: Packed, migrator: Connection, settings: Settings
) -> None:
    packed.letters.write("handed_over")
    pack = await packed.pack()
    given = (await packed.read(pack)).content
    # As if the process had died between the store and the row: the row is as before, by whoever may do so.
    migrator.execute("alter table evidence_pack disable trigger kept_as_given")
    migrator.execute(
        "update evidence_pack set state = 'assembled', sha256 = null, size = null, archive_key = null, made_at = null"
        " where id = %s",
        (pack,),
    )
    migrator.execute("alter table evidence_pack enable trigger kept_as_given")
    assert (await packed.read(pack)).content == given
    with pytest.raises(psycopg.errors.RestrictViolation):
        migrator.execute("update evidence_pack set size = 1 where id = %s", (pack,))
    (kept,) = [path for path in settings.files.rglob("*") if path.is_file()]
    kept.write_bytes(given[:-1] + b"x")
    assert code_of(await packed.read(pack)) == (500, "content_damaged")


async def test_a_pack_is_asked_for_once_under_one_key(packed: Packed) -> None:
    same = {"key": f"pack-{uuid4()}"}
    first = await packed.post("packs", OMBUDSMAN, "complaints_manager", **same)
    again = await packed.post("packs", OMBUDSMAN, "complaints_manager", **same)
    assert first.status_code == again.status_code == 200
    assert len((await packed.get("packs"))["items"]) == 1
    other = await packed.post("packs", {"purpose": "other"}, "complaints_manager", **same)
    assert code_of(other) == (422, "idempotency_key_reused")


async def test_what_is_asked_badly_is_refused(packed: Packed) -> None:
    for bad in (
        {},
        {"purpose": "press"},
        OMBUDSMAN | {"includeRestricted": True},
        OMBUDSMAN | {"restrictedReason": "For nothing"},
        OMBUDSMAN | {"unknown": 1},
    ):
        assert (await packed.post("packs", bad, "complaints_manager")).status_code == 422
    for name, code in (("referralId", "unknown_referral"), ("enquiryId", "unknown_enquiry")):
        said = OMBUDSMAN | {name: str(uuid4())}
        assert code_of(await packed.post("packs", said, "complaints_manager")) == (409, code)
    assert code_of(await packed.post("packs", OMBUDSMAN, "handler"))[0] == 403
    assert (await packed.get("packs"))["items"] == []


async def test_strangers_and_those_whom_a_case_is_shared_with_get_no_pack(packed: Packed, migrator: Connection) -> None:
    pack = await packed.pack()
    birch = {"organisation": BIRCH.id}
    assert (await packed.read(pack, "complaints_manager", **birch)).status_code == 404
    share(migrator, packed.letters.logged["id"])
    assert (await packed.get("packs", "complaints_manager", **birch))["items"] == []
    assert (await packed.read(pack, "complaints_manager", **birch)).status_code == 404
    for role, status in (("handler", 403), ("operator", 403), ("auditor", 200), ("responsible_person", 200)):
        assert (await packed.read(pack, role)).status_code == status, role
    assert (await packed.read(str(uuid4()))).status_code == 404
    shown = (await packed.get("packs", "operator"))["items"][0]
    assert (shown["remark"], shown["timesRead"]) == (None, 2)


async def test_restricted_files_are_in_a_pack_only_for_a_reason(
    packed: Packed, client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock
) -> None:
    place = f"/v1/complaints/{packed.reference}"
    for name, disclosure in (
        ("../free one.pdf", "disclosable"),
        ("shut.pdf", "restricted"),
        ("slip.pdf", "disclosable"),
    ):
        clock.instant += timedelta(minutes=1)
        file = await attached(
            client, place, tokens.headers("handler"), name, PDF, "application/pdf", disclosure=disclosure
        )
    plain, whole = await packed.pack(), await packed.pack(**RESTRICTED)
    # Found to be restricted after the pack was assembled, and before anybody had read it.
    marked = await client.post(
        f"{place}/files/{file['id']}/marks",
        json={"disclosure": "restricted", "reason": "It names another patient."},
        headers=tokens.headers("handler"),
    )
    assert marked.status_code == 200
    archive = await packed.opened(plain)
    assert [name for name in archive.namelist() if name.startswith("06")] == [
        "06-files/files.csv",
        "06-files/001-free_one.pdf",
    ]
    assert archive.read("06-files/001-free_one.pdf") == PDF
    assert json.loads(archive.read("index.json"))["missing"] == [
        {"path": "06-files/003-slip.pdf", "why": "restricted_since"}
    ]
    listed = table(archive, "06-files/files.csv")
    assert [row["file"] for row in listed] == ["001-free_one.pdf", "not in the pack", "003-slip.pdf"]
    assert b"shut" not in text_of(archive)
    everything = (await packed.opened(whole)).namelist()
    assert {"06-files/001-free_one.pdf", "06-files/002-shut.pdf", "06-files/003-slip.pdf"} <= set(everything)
    assert (await packed.read(whole, "auditor")).status_code == 403  # reads no restricted file elsewhere either
    (_, shown) = (await packed.get("packs", "auditor"))["items"]
    assert (shown["includeRestricted"], shown["restrictedReason"]) == (True, RESTRICTED["restrictedReason"])


async def test_a_file_that_is_gone_is_said_to_be_missing_and_holds_nothing_up(
    packed: Packed, client: httpx2.AsyncClient, tokens: Tokens, settings: Settings
) -> None:
    place = f"/v1/complaints/{packed.reference}"
    for name in ("gone.pdf", "bad.pdf"):
        await attached(client, place, tokens.headers("handler"), name, PDF + name.encode(), "application/pdf")
    for path in (path for path in settings.files.rglob("*") if path.is_file()):
        if path.read_bytes().endswith(b"gone.pdf"):
            path.unlink()
        else:
            path.write_bytes(b"x")
    archive = await packed.opened(await packed.pack())
    missing = json.loads(archive.read("index.json"))["missing"]
    assert sorted(each["why"] for each in missing) == ["content_damaged", "content_missing"]
    assert "its content is missing from the store" in archive.read("00-index.html").decode()


async def test_who_read_what_is_in_the_next_pack(
    packed: Packed, client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    place = f"/v1/complaints/{packed.reference}"
    file = await attached(client, place, tokens.headers("handler"), "a.pdf", PDF, "application/pdf")
    letter = packed.letters.write("handed_over")
    share(migrator, packed.letters.logged["id"])
    other = tokens.headers("complaints_manager", organisation=BIRCH.id)
    for address, headers in ((file["content"], tokens.headers("investigator")), (file["content"], other)):
        assert (await client.get(address, headers=headers)).status_code == 200
    assert (await client.get(letter, headers=tokens.headers("auditor"))).status_code == 200
    assert (await client.get(file["content"], headers=tokens.headers("operator"))).status_code == 403
    first = await packed.pack()
    await packed.read(first)
    saw = table(await packed.opened(await packed.pack()), "04-who-saw-what.csv")
    read = [(row["what"].split()[1], row["who"], row["how"]) for row in saw if row["what"].startswith("read: ")]
    assert sorted(read) == [
        ("file", "investigator of ACORN", "ACORN Trust"),
        ("file", "somebody of another body", "BIRCH Trust"),
        ("letter", "auditor of ACORN", "ACORN Trust"),
        ("pack", "complaints_manager of ACORN", "ACORN Trust"),
    ]
    assert [row["who"] for row in saw if row["what"].startswith("letter: ")] == ["Una Sample"]
    # A reading is no act: the case stands as it stood, and its record knows the packs alone.
    kinds = migrator.execute(
        "select kind, count(*) from case_event where complaint_id = %s and kind like 'pack%%' group by kind",
        (packed.letters.logged["id"],),
    ).fetchall()
    assert kinds == [("pack.assembled", 2)]


async def test_no_cell_of_a_table_is_run_by_a_spreadsheet(packed: Packed) -> None:
    contact = {"direction": "in", "channel": "call", "happenedAt": "2026-11-18T10:00:00Z",
               "withWhom": "@SUM(1)", "summary": f" {FORMULA}"}  # fmt: skip
    done = await packed.post("contacts", contact)
    assert done.status_code == 200, done.text
    archive = await packed.opened(await packed.pack())
    (row,) = table(archive, "01-contacts.csv")
    assert (row["with"], row["what was said"].lstrip()) == ("'@SUM(1)", f"' {FORMULA}")
    assert "<script" not in archive.read("00-case.html").decode()


async def test_a_case_that_has_ended_has_its_pack(packed: Packed) -> None:
    await packed.withdraw()
    archive = await packed.opened(await packed.pack())
    assert "The complaint ended" in words_of(archive.read("01-chronology.pdf"))
