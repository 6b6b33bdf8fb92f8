"""What an evidence pack says of a case, part by part: each part is text, made of rows alone, and the same each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from policies.chronology import Entry, plain
from policies.pack_pages import Table, as_csv, as_json, as_page, cell, facts, paragraph, section, table
from policies.proofs import Proof, explain

Row = Mapping[str, Any]

# Who read something, where no name of theirs is ours to show: by whether they are of this body.
_NAMELESS: Final = {True: "a system", False: "somebody of another body"}

# What of a case is a code.
_CODES: Final = frozenset({"matter", "channel", "stage", "outcome"})
_CHRONOLOGY: Final = ("event", "when (London)", "who", "what", "facts")
_LETTERS: Final = (
    *("number", "file", "subject", "kind", "to", "audience", "channel", "state", "drafted", "released", "released by"),
    *("last known of it at", "carrier", "carrier's number", "carrier says", "not sent because", "what became of it"),
    *("legal ground", "sha256 of the copy"),
)
_DEADLINES: Final = (
    *("deadline", "kind", "effect", "version", "counted from", "due on", "why this date", "reason", "agreed by"),
    *("agreed on", "state", "done on", "in time", "missed at", "steps taken"),
)
_SAW: Final = ("when", "what", "who", "how", "as")
_FILES: Final = ("number", "file", "kind", "source", "received", "put on", "disclosure", "size", "sha256")
_CONTACTS: Final = ("when", "direction", "channel", "with", "what was said", "promised", "promised by", "noted by")


def case_page(case: Row, parties: Sequence[Row], remedies: Sequence[Row]) -> str:
    """Return what the complaint is: its facts, who is part of it, and what the person said."""
    known = [(plain(name), _in_words(name, case[name])) for name in (
        "reference", "organisation", "matter", "procedure", "procedure_version", "received_on", "channel", "stage",
        "owner", "outcome", "logged_at", "closed_at",
    )]  # fmt: skip
    people = [[plain(each["role"]), each["name"], each["relation"], _spoken_for(each), _gone(each)] for each in parties]
    spoken = ("as", "name", "relation", "may speak because", "note")
    remedied = ("kind", "state", "words", "basis", "loss", "injustice")
    offered = [[plain(each["kind"]), plain(each["state"]), each["words"], each["basis"],
                each["financial_loss"], each["injustice_amount"]] for each in remedies]  # fmt: skip
    return as_page(
        f"Complaint {case['reference']}",
        [
            section("The case", facts(known)),
            section("People", table("Who is part of it", spoken, people)),
            section("What the person said", paragraph(case["summary"] or ""), paragraph(case["narrative"] or "")),
            section("What they want to come of it", paragraph(case["desired_outcome"] or "Not on record.")),
            section("Remedies", table("What was offered", remedied, offered)),
        ],
    )  # fmt: skip


def _in_words(name: str, value: Any) -> Any:
    return plain(value) if name in _CODES and isinstance(value, str) else value


def _spoken_for(party: Row) -> str:
    return ", ".join(plain(party[name]) for name in ("ground", "consent_basis") if party[name])


def _gone(party: Row) -> str:
    if party["died_on"]:
        return f"died on {cell(party['died_on'])}"
    if party["replaced_by"]:
        return "put right: it was somebody else"
    return f"no longer part of it: {plain(party['retired_cause'])}" if party["retired_cause"] else ""


def chronology_csv(entries: Iterable[Entry]) -> str:
    """Return the chronology as a table."""
    return as_csv(_CHRONOLOGY, [[each.seq, each.at, each.who, each.what, each.facts] for each in entries])


def letters_csv(letters: Sequence[Row], files: Mapping[Any, str], arrivals: Sequence[Row]) -> str:
    """Return every letter of the case, sent or not, with what became of it. `files` are those that are in the pack."""
    became: dict[Any, list[str]] = defaultdict(list)
    for each in arrivals:
        words = f" ({each['words']})" if each["words"] else ""
        became[each["notice_id"]].append(f"{cell(each['happened_on'])} {plain(each['what'])}{words}")
    rows = [
        [
            number, files.get(each["id"], "not in the pack"), each["subject"],
            f"{each['template']} version {each['template_version']}", each["recipient"], plain(each["audience"]),
            each["channel"], plain(each["state"]), each["drafted_at"], each["released_at"], each["released_by"],
            each["settled_at"], _carried(each), each["carrier_id"], each["status"],
            plain(each["failure"] or ""), "; ".join(became[each["id"]]), each["legal_ground"], each["copy_sha256"],
        ]
        for number, each in enumerate(letters, 1)
    ]  # fmt: skip
    return as_csv(_LETTERS, rows)


def _carried(letter: Row) -> str:
    return letter["carrier"] or ("e-mail" if letter["channel"] == "email" else "by hand")


def deadlines(clocks: Sequence[Row], names: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return every version of every deadline with its proof: as a page, as a table, and as it is stored.

    `names` are of what a deadline is about: of several recommendations, which.
    """
    rows = [_deadline(each, names) for each in clocks]
    proofs = [
        section(
            f"{_title(each, names)}, version {each['generation']}, due {cell(each['due_on'])}", paragraph(_proof(each))
        )
        for each in clocks
    ]
    listed = table("Deadlines, and every date each of them had", _DEADLINES, rows)
    return {
        "deadlines.html": as_page("Deadlines and their proofs", [section("All", listed), *proofs]),
        "deadlines.csv": as_csv(_DEADLINES, rows),
        "deadlines.json": as_json([dict(each) for each in clocks]),
    }


def _deadline(each: Row, names: Mapping[str, str]) -> list[Any]:
    return [
        _title(each, names), each["kind"], each["effect"], each["generation"], each["started_on"], each["due_on"],
        plain(each["cause"]), each["reason"], each["agreed_by"], each["agreed_on"],
        each["state"] if each["present"] else "replaced by a later version", each["met_on"], each["in_time"],
        each["breached_at"], each["rungs_fired"],
    ]  # fmt: skip


def _title(clock: Row, names: Mapping[str, str]) -> str:
    about = names.get(str(clock.get("subject_id")))
    title = clock["proof"].get("title") or plain(clock["kind"]).capitalize()
    return f"{title} ({about})" if about else str(title)


def _proof(clock: Row) -> str:
    """Return the proof in words. One that an earlier program wrote another way stands in the JSON as it is."""
    try:
        return explain(Proof.from_dict(clock["proof"]))
    except (ValueError, KeyError):
        return "How this date came about is in deadlines.json."


def who_saw_what(
    letters: Sequence[Row],
    told: Sequence[Row],
    seen: Sequence[Row],
    packs: Sequence[Row],
    numbers: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return who was told, given or shown what, and who read what, in order of time.

    `numbers` are those by which letters, files and packs are listed.
    """
    rows: list[list[Any]] = [
        [cell(each["released_at"] or each["settled_at"]), f"letter: {each['subject']}", each["recipient"],
         f"{each['channel']}, {plain(each['state'])}", plain(each["audience"])]
        for each in letters if each["state"] in SENT
    ]  # fmt: skip
    rows += [[cell(each["at"] or each["on_day"]), plain(each["what"] or ""), each["whom"], plain(each["how"] or ""),
              plain(each["role"])] for each in told]  # fmt: skip
    rows += [
        [cell(each["at"]), f"read: {each['what']} {_number(each, numbers)}",
         each["person"] or _NAMELESS[each["ours"]], each["body"], plain(each["role"])] for each in seen
    ]  # fmt: skip
    rows += [[cell(each["asked_at"]), f"evidence pack {each['number']} assembled", each["asked_by"],
              plain(each["purpose"]), each["sha256"] or "not read yet"] for each in packs]  # fmt: skip
    return as_csv(_SAW, sorted(rows, key=lambda row: [cell(each) for each in row]))


def _number(seen: Row, numbers: Mapping[str, str]) -> str:
    return numbers.get(str(seen["subject_id"]), str(seen["subject_id"]))


# The states of letters that went out.
SENT: Final = frozenset({"handed_over", "delivered"})


def findings(rows: Sequence[Row]) -> dict[str, str]:
    """Return each issue with every version of what was found on it."""
    of_issue: dict[int, list[Row]] = defaultdict(list)
    for each in rows:
        of_issue[each["number"]].append(each)
    asked, found = ("summary", "effect", "outcome_sought", "state", "confirmed_on"), (
        *("version", "outcome", "happened", "should_have", "standard", "evidence", "reason", "found_by", "said_at"),
    )  # fmt: skip
    sections = [
        section(
            f"Issue {number}",
            facts([(plain(name), of_it[0][name]) for name in asked]),
            *(facts([(plain(name), each[name]) for name in found]) for each in of_it if each["version"] is not None),
        )
        for number, of_it in of_issue.items()
    ]
    page = as_page("Issues and findings", sections or [paragraph("No issue is on record.")])
    return {"05-findings.html": page, "05-findings.json": as_json([dict(each) for each in rows])}


def files_csv(files: Sequence[Row], paths: Mapping[Any, str]) -> str:
    """Return every file of the case. Of those that are not in the pack not even the name is told."""
    rows: Table = [
        [number, paths.get(each["id"], "not in the pack"), plain(each["kind"]), plain(each["source"]),
         each["received_on"], each["added_at"], each["disclosure"], each["size"], each["sha256"]]
        for number, each in enumerate(files, 1)
    ]  # fmt: skip
    return as_csv(_FILES, rows)


def contacts_csv(contacts: Sequence[Row]) -> str:
    """Return the contact log of the case."""
    rows = [[each["happened_at"], each["direction"], each["channel"], each["with_whom"], each["summary"],
             each["promised"], each["promised_by"], each["author"]] for each in contacts]  # fmt: skip
    return as_csv(_CONTACTS, rows)
