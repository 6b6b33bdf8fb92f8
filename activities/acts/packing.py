"""An evidence pack assembled: the case as it stands at this very act, written down in words and kept.

The archive is made of what is written here, and of letters and files that never change: api/pack_archives.py.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final
from uuid import UUID

from activities.acts import beside
from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from contracts.proceedings import ProceedingKind
from db.models.pack import EvidencePack
from db.models.referral import ReferralEnquiry
from db.pack_said import AssemblePack
from db.queries import packs
from db.queries.pack_sources import Row, sources
from policies import chronology, pack_beside, pack_parts
from policies.calendars import local_date
from policies.pack_pages import as_json, file_name
from policies.pack_readme import readme

FORMAT: Final = "redress-pack-1"
Rows = dict[str, list[Row]]


async def assemble(case: Case, said: AssemblePack) -> None:
    """Write down the case as it stands, for whoever asks, and what goes into the pack."""
    refuse_if(said.include_restricted and not said.restricted_reason, Refusal.REASON_NEEDED)
    referral_id = await _asked_in(case, said)
    number = await packs.next_number(case.session, case.complaint.id)
    await case.session.flush()
    head, rows = await sources(case.session, case.complaint.id)
    content = json.dumps(
        _content(case, said, number, referral_id, head, rows), ensure_ascii=False, sort_keys=True
    ).encode()
    row = _row(case, said, number, referral_id, content)
    case.session.add(row)
    case.event(
        "pack.assembled",
        pack_id=row.id,
        number=number,
        purpose=said.purpose,
        proceeding_id=referral_id,
        enquiry_id=said.enquiry_id,
        restricted=said.include_restricted,
        content_sha256=row.content_sha256,
    )


def _row(case: Case, said: AssemblePack, number: int, referral_id: UUID | None, content: bytes) -> EvidencePack:
    return EvidencePack(
        id=case.new_id("pack"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=number,
        purpose=said.purpose,
        referral_id=referral_id,
        enquiry_id=said.enquiry_id,
        include_restricted=said.include_restricted,
        restricted_reason=said.restricted_reason,
        remark=said.remark,
        state="assembled",
        event_seq=case.complaint.event_seq,
        event_head=case.complaint.event_head,
        content=content,
        content_sha256=hashlib.sha256(content).hexdigest(),
        asked_by=case.actor_id,
        act_id=case.act.act_id,
        asked_at=case.at,
    )


async def _asked_in(case: Case, said: AssemblePack) -> UUID | None:
    """Return the referral that the pack is for: the one named, or that of the enquiry named."""
    if said.referral_id is not None:
        await beside.find(case, ProceedingKind.REFERRAL, said.referral_id)
    if said.enquiry_id is None:
        return said.referral_id
    enquiry = await case.session.get(ReferralEnquiry, said.enquiry_id)
    if enquiry is None or enquiry.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_ENQUIRY)
    refuse_if(said.referral_id not in (None, enquiry.referral_id), Refusal.UNKNOWN_ENQUIRY)
    return enquiry.referral_id


def _content(
    case: Case, said: AssemblePack, number: int, referral_id: UUID | None, head: Row, rows: Rows
) -> dict[str, Any]:
    """Return what is kept: the texts of the pack, and which letters and files go with them."""
    names = _names(rows)
    entries = [chronology.entry(_happened(each), names) for each in rows["events"]]
    letters = _letters(rows["letters"], restricted=said.include_restricted)
    files = _files(rows["files"], restricted=said.include_restricted)
    texts = _texts(rows, head, entries, letters, files)
    texts |= pack_beside.beside(rows, purpose=said.purpose, referral_id=referral_id, restricted=said.include_restricted)
    texts["07-evidence-chain.json"] = _chain(case, rows["events"])
    texts["README.txt"] = readme(
        number=number,
        reference=case.complaint.reference,
        organisation=head["organisation"],
        seq=case.complaint.event_seq,
        head=case.complaint.event_head,
        restricted=said.include_restricted,
    )
    return {
        "format": FORMAT,
        "reference": case.complaint.reference,
        "organisation": head["organisation"],
        "number": number,
        "purpose": said.purpose,
        "eventSeq": case.complaint.event_seq,
        "eventHead": case.complaint.event_head,
        "texts": texts,
        "chronology": chronology.documents(entries),
        "letters": letters,
        "files": files,
    }


def _names(rows: Rows) -> dict[str, str]:
    """Return what each id that an event may hold is called: a name, or the number by which its part is listed."""
    numbered = {
        part: {str(each["id"]): str(n) for n, each in enumerate(rows[part], 1)} for part in ("letters", "files")
    }
    named = {str(each["id"]): each["name"] for each in (*rows["numbered"], *rows["names"])}
    return numbered["files"] | numbered["letters"] | named


def _texts(rows: Rows, head: Row, entries: list[chronology.Entry], letters: Any, files: Any) -> dict[str, str]:
    """Return the parts that are text, by the path each has in the pack."""
    paths = {UUID(each["id"]): each["path"].rpartition("/")[2] for each in (*letters, *files)}
    deadlines = {
        f"03-deadlines/{name}": part for name, part in pack_parts.deadlines(rows["clocks"], _names(rows)).items()
    }
    return {
        "00-case.html": pack_parts.case_page(head, rows["parties"], rows["remedies"]),
        "01-chronology.csv": pack_parts.chronology_csv(entries),
        "01-contacts.csv": pack_parts.contacts_csv(rows["contacts"]),
        "02-letters/letters.csv": pack_parts.letters_csv(rows["letters"], paths, rows["arrivals"]),
        **deadlines,
        "04-who-saw-what.csv": pack_parts.who_saw_what(
            rows["letters"], rows["told"], rows["seen"], rows["packs"], _names(rows)
        ),
        **pack_parts.findings(rows["findings"]),
        "06-files/files.csv": pack_parts.files_csv(rows["files"], paths),
    }


def _happened(event: Row) -> chronology.Happened:
    return chronology.Happened(
        seq=event["seq"],
        at=chronology.instant(event["at_us"]),
        role=event["role"],
        actor=event["actor"],
        kind=event["kind"],
        data=json.loads(event["data"]),
    )


def _letters(letters: list[Row], *, restricted: bool) -> list[dict[str, Any]]:
    """Return the letters that went out, as files of the pack. What staff were told is restricted.

    What another body was sent by e-mail has no copy on paper: its words are the copy.
    """
    found = []
    for number, each in enumerate(letters, 1):
        if each["state"] not in pack_parts.SENT or (each["to_staff"] and not restricted):
            continue
        in_words = each["apart"] and not each["to_staff"]
        day = local_date(each["released_at"] or each["drafted_at"])
        path = f"02-letters/{number:03}-{day}-{file_name(each['template'])}.{'txt' if in_words else 'pdf'}"
        words = f"{each['subject']}\n\n{each['body']}" if in_words else None
        found.append({"id": str(each["id"]), "path": path, "words": words})
    return found


def _files(files: list[Row], *, restricted: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": str(each["id"]),
            "path": f"06-files/{number:03}-{file_name(each['name'])}",
            "sha256": each["sha256"],
            "size": each["size"],
        }
        for number, each in enumerate(files, 1)
        if restricted or each["disclosure"] == "disclosable"
    ]


def _chain(case: Case, events: list[Row]) -> str:
    """Return the events as they were hashed, so that anybody can check them."""
    whole = ("seq", "kind", "at_us", "act_id", "actor_id", "role", "data", "prev_hash", "hash")
    return as_json(
        {
            "format": 1,
            "organisation": case.complaint.organisation_id,
            "complaint": case.complaint.id,
            "head_seq": case.complaint.event_seq,
            "head_hash": case.complaint.event_head,
            "events": [{name: each[name] for name in whole} for each in events],
        }
    )
