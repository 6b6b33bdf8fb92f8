"""What the machine can be told to do of governance can be said: to operators in the timeline, to people by e-mail."""

from __future__ import annotations

from activities import governance, governance_told
from contracts.governance import Deed
from workflows.governance_words import deed_words


def test_each_deed_has_words_of_its_own_in_the_timeline() -> None:
    words = [deed_words(deed) for deed in Deed]
    assert len(set(words)) == len(Deed) and all(words)


def test_whatever_people_are_told_of_a_step_has_a_subject() -> None:
    assert {deed.value for deed in governance._TOLD} == governance_told._SUBJECTS.keys()
