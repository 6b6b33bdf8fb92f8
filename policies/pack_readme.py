"""The page that explains an evidence pack to whoever opens it."""

from __future__ import annotations

from typing import Final

_PAGE: Final = """\
Evidence pack {number} of complaint {reference}
{organisation}

This archive was assembled in one act, as the case stood at event {seq} of its record, and is kept as it was given.
Whatever happened later is not in it: a later pack has another number.

00-index.html           what is in the archive, with the SHA-256 of each part (index.json: the same for programs)
00-case.html            the complaint: people, what was said, remedies
01-chronology*.pdf      what happened, day by day, in plain words (01-chronology.csv: the same as a table)
01-contacts.csv         calls, visits and messages that were noted
02-letters/             letters as they were sent (letters.csv: every letter of the case, those not sent too, with who
                        released it, who carried it, and what became of it)
03-deadlines/           every deadline, each date it had, how each was counted day by day, and whether it was kept
04-who-saw-what.csv     who was told, given or shown what, and who read files, letters and packs
05-findings.html, .json each issue, and every version of what was found on it
06-files/               files that may be disclosed{restricted} (files.csv: all files of the case)
07-evidence-chain.json  the record that all this is made of
08-candour.html         where there was an incident: what the person was told of it, how they were tried to be reached,
                        and which support they were offered
09-seniors.html         where a senior was asked: who was called, what was decided and why
10-referral.html        where the pack is for a referral: what was asked, answered, decided and recommended in it

Times are of London unless they say otherwise; those in JSON are UTC. In tables a cell that a spreadsheet would take for
a formula begins with an apostrophe.

A part that is listed in the index as missing could not be read, or could not be set, when the archive was made. The
index says why. Letters that were never sent are listed in letters.csv and are not among the letters.

How to check it
1. The SHA-256 of each part is in index.json; that of the whole archive is on record with whoever gave it to you.
2. In 07-evidence-chain.json each event holds the hash of the one before it. The hash of an event is the SHA-256 of this
   JSON list without blanks, in ASCII: [1, organisation, complaint, number, kind, microseconds since 1970 UTC, act,
   person or null, role, data as the text that stands there, hash before]. The first follows the empty text; the last
   hash is {head}
"""


def readme(*, number: int, reference: str, organisation: str, seq: int, head: str, restricted: bool) -> str:
    """Return the page for one pack."""
    return _PAGE.format(
        number=number,
        reference=reference,
        organisation=organisation,
        seq=seq,
        head=head or "the empty text: nothing is on record",
        restricted=", and restricted ones, for the reason on record" if restricted else "",
    )
