"""Words for what can be wrong with a row of an import."""

from __future__ import annotations

from typing import Final

from api.refusal_words import REFUSALS
from contracts.failures import Refusal

_FAULTS: Final = {
    "characters_unreadable": "There are characters that are not UTF-8, or cannot be stored.",
    "row_unreadable": "The row could not be read: quotes that do not match, a cell beyond all measure, or no JSON.",
    "cells_wrong": "The row has not as many cells as there are columns.",
    "not_an_object": "The line is no JSON object.",
    "value_not_plain": "The value is a list or an object, where a plain value is expected.",
    "reference_missing": "The other system's reference is missing.",
    "duplicate_in_file": "An earlier row has the same reference.",
    "already_imported": "A complaint with this reference came with an earlier import.",
    "too_long": "The text is too long for this field.",
    "narrative_too_long": "The narrative is longer than 100,000 characters.",
    "summary_missing": "There is nothing in the summary.",
    "complainant_missing": "Nobody is named who complained.",
    "email_unreadable": "This is no e-mail address.",
    "phone_unreadable": "This is no telephone number.",
    "date_unreadable": "The date is written in none of the mapping's formats, or is no day.",
    "date_in_future": "The date is in the future.",
    "date_out_of_range": "The date is before 1900 or after 2100.",
    "rhythm_out_of_range": "Updates are given every 1 to 366 days, as a whole number.",
    "stage_unknown": "The stage is missing, or is none of ours and none that the mapping translates.",
    "channel_unknown": "How it came is missing, or is none of ours and none that the mapping translates.",
    "discussion_unknown": "What became of the discussion is none of ours and none that the mapping translates.",
    "basis_unknown": "The basis of the period is none of ours and none that the mapping translates.",
    "outcome_unknown": "The outcome is none of ours and none that the mapping translates.",
    "owner_unknown": "The owner is nobody who works here, by subject or e-mail address.",
    "team_unknown": "There is no such team here.",
    "received_missing": "The day of receipt is missing.",
    "received_before_procedure": "No procedure was in force on the day of receipt.",
    "acknowledged_before_received": "It was acknowledged before it was received.",
    "period_set_before_received": "The period was set before the complaint was received.",
    "responded_before_received": "It was answered before it was received.",
    "ended_before_received": "It ended before it was received.",
    "ended_before_responded": "It ended before it was answered.",
    "update_before_received": "The last update was given before it was received.",
    "stage_without_date": "The stage needs this date.",
    "stage_contradicts_dates": "This cannot have happened yet in the stage the row names.",
    "period_without_date": "A response period has two dates: the day it was set, and the day to respond by.",
    "respond_by_before_set": "The day to respond by is before the day it was set.",
    "responded_without_outcome": "It was answered, and there is no outcome.",
    "relevant_until_not_later": "The longer period is not longer than the six months.",
    "relevant_without_agreement": "A longer period is agreed before the six months end: that day is missing or wrong.",
}


def fault_title(code: str) -> str:
    """Return what people call a fault of a row; what the case file refused is called as elsewhere."""
    if code in _FAULTS:
        return _FAULTS[code]
    if code in set(Refusal):
        return REFUSALS.get(Refusal(code), "The complaint could not be opened.")
    return "The complaint could not be opened: ask an operator."
