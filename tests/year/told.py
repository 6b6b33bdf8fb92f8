"""Tells the reader of the examples what they are: how they were made, from which seed, and what was lived."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.year.trust import NAME, Trust

_LIVED: Final = (
    ("Complaints", "select count(*) from complaint where matter = 'complaint' and reopened_from is null"),
    ("made by word of mouth", "select count(*) from complaint where matter = 'complaint' and channel = 'oral'"),
    ("made through an advocate, another representative or an MP",
     "select count(*) from complaint where matter = 'complaint' and source in ('advocate', 'representative', 'mp')"),
    ("that were a concern at first",
     "select count(*) from complaint where matter = 'complaint' and first_contact_on < received_on"),
    ("taken up again", "select count(*) from complaint where reopened_from is not null"),
    ("withdrawn", "select count(*) from complaint where stage = 'withdrawn'"),
    ("outside the Regulations, put right by the next working day",
     "select count(*) from complaint where stage = 'exempt'"),
    ("not accepted: too late, or not for this procedure",
     "select count(*) from complaint where stage = 'not_accepted'"),
    ("wholly passed on to another body", "select count(*) from complaint where stage = 'transferred'"),
    ("answered together with another body",
     "select count(distinct c.complaint_id) from contribution c"
     " where not exists (select 1 from transfer t where t.contribution_id = c.id)"),
    ("Concerns, enquiries, compliments and feedback", "select count(*) from complaint where matter <> 'complaint'"),
    ("Findings", "select count(*) from finding"),
    ("Complaints of which learning is on record", "select count(distinct complaint_id) from learning"),
    ("Learning shared with a neighbour, and read there",
     "select count(*) from learning_sharing where state in ('approved', 'withdrawn')"),
    ("Actions", "select count(*) from proceeding where kind = 'action'"),
    ("Hands of a senior leader", "select count(*) from proceeding where kind = 'escalation'"),
    ("Incidents looked at under the duty of candour", "select count(*) from proceeding where kind = 'candour'"),
    ("of them notifiable", "select count(*) from incident where notifiable"),
    ("Referrals of the Ombudsman", "select count(*) from proceeding where kind = 'referral'"),
    ("Members of staff involved", "select count(*) from involvement"),
    ("Promises", "select count(*) from promise"),
    ("Occurrences of governance: board reports, panels, rounds of feedback", "select count(*) from governance"),
    ("People asked how it was", "select count(*) from experience where asked_on is not null"),
    ("Letters, e-mails and texts", "select count(*) from notice where state in ('handed_over', 'delivered')"),
    ("Acts, each applied exactly once", "select count(*) from verdict"),
    ("Steps of deadlines that fired", "select count(*) from fired_rung"),
    ("Events in the chains of evidence", "select count(*) from case_event"),
)  # fmt: skip

_README: Final = """# A year of one trust

What is in this folder was made by a program and is committed as an example. **Nothing in it was measured**: the trust
({name}), its people and its complaints are invented, and the rates were drawn to be believable.

`python -m tests.year --complaints {complaints} --seed {seed}` lives {complaints} complaints on the real engine
(PostgreSQL, Temporal, every worker) under skipped time, from 1 April 2027 to 30 November 2028. Its reports are compiled
at the end of March 2028, as they would be, and once more in November.

| file | what it is |
|---|---|
| [board](board.pdf) | the report to the board on the year, as it was known on 31 March 2028 |
| [board-in-november](board-in-november.pdf) | the same report, and beside each figure what has been learned since |
| [annual](annual.pdf) | the annual report of SI 2009/309 reg 18 |
| [ko41a](ko41a.pdf) | the return KO41a, with each of its equalities |
| [public](public.html) | what is published for anybody: no number by which somebody could be known |

Each stands there as `.json` (the document itself), `.csv`, `.html` and `.pdf`.

## What was lived

| | by 30 November 2028 |
|---|---|
{lived}

## What was checked

{checked}

Lived and checked with {steps} steps in {seconds} seconds.

The same seed draws the same year: who complains of what, on which day, and what becomes of it. From one run to the next
differ the ids, references and fingerprints of documents (they are new each time), which of two who come at the same
moment is served first, how late within a second something is written down, and what a machine that is slower or faster
brings about in between.
"""


async def lived(trust: Trust) -> Sequence[tuple[str, int]]:
    """Count what was lived, from the tables."""
    found = []
    for title, sql in _LIVED:
        (row,) = await trust.world.rows(trust.body, sql)
        found.append((title, int(row["count"])))
    return found


def readme(out: Path, counts: Sequence[tuple[str, int]], checked: Sequence[str], **said: Any) -> None:
    """Write down for the reader what lies in the folder."""
    rows = "\n".join(f"| {title} | {count:,} |" for title, count in counts)
    words = _README.format(name=NAME, lived=rows, checked="\n".join(f"- {each}" for each in checked), **said)
    (out / "README.md").write_text(words, encoding="utf-8")
