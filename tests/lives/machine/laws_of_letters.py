"""The laws about what goes out, and about words: nobody is written to unaided, or who must not be written to."""

from __future__ import annotations

from typing import Final

from tests.lives.machine.draws import WORDS
from tests.lives.machine.look import Look

_ON_ITS_WAY: Final = ("draft", "released", "queued")
# What people said, and who they are: in no event and no verdict, for neither can be erased.
_PERSONAL: Final = (WORDS, "Pat Example", "Ada Example", "Sam Successor", "We are sorry.", "Issue 1")


def of_a_case(look: Look) -> None:
    """Check every notice of a case as it stands, and that words are only where they can be erased."""
    _somebody_released(look)
    _somebody_posts(look)
    _nobody_is_wronged(look)
    _no_words(look)


def _somebody_released(look: Look) -> None:
    outside = [row for row in look.rows("notice") if row["party_id"] and row["template"] not in _BARE]
    unaided = [
        row["template"] for row in outside if row["state"] in ("released", "handed_over") and not row["released_by"]
    ]
    assert not unaided, f"sent with nobody's name: {unaided}"
    blanks = [
        row["template"] for row in outside if row["state"] != "draft" and row["released_by"] and "[[" in row["body"]
    ]
    assert not blanks, f"sent with blanks: {blanks}"


# The receipt says that something came, and nothing else: it goes by itself.
_BARE: Final = ("receipt", "receipt_on_behalf")


def _somebody_posts(look: Look) -> None:
    by_hand = ("post_letter", "find_way", "supply_format")
    asked = {row["notice_id"] for row in look.rows("task", state="open") if row["kind"] in by_hand}
    waits = {row["id"] for row in look.rows("notice", state="released")}
    assert waits == asked, f"letters to be posted: {len(waits)}; asked for: {len(asked)}"


def _nobody_is_wronged(look: Look) -> None:
    for party in look.rows("party"):
        found = [row for row in look.rows("notice", party_id=party["id"]) if row["state"] in _ON_ITS_WAY]
        templates = [(row["template"], row["state"]) for row in found]
        assert not (found and party["death_known_at"]), f"on its way to somebody who has died: {templates}"
        assert not (found and party["replaced_by"]), f"on its way to somebody who has no part in it: {templates}"
        posted = [row for row in found if row["state"] == "released"]
        assert not (posted and look.complaint["stop_contact"]), f"on its way though contact is stopped: {templates}"


def _no_words(look: Look) -> None:
    events = "\n".join(row["data"] for row in look.tables["case_event"])
    verdicts = "\n".join(str(row["verdict"]) for row in look.tables["verdict"])
    told = [each for each in _PERSONAL if each in events or each in verdicts]
    assert not told, f"words where nothing can be erased: {told}"
