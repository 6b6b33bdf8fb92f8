"""By which channel and in which form somebody is written to, and which statements stand in a text."""

from __future__ import annotations

import pytest

from contracts.failures import Refusal
from policies import intake, reaching, statements
from policies.reaching import Needs

EVERYTHING = {"email": True, "address": True, "text": True}


@pytest.mark.parametrize(
    ("needs", "there", "way"),
    [
        (Needs(), EVERYTHING, "email"),
        (Needs(), EVERYTHING | {"email": False}, "letter"),
        (Needs(), {"email": False, "address": False, "text": True}, None),  # nobody is texted who did not ask for it
        (Needs(preferred_channel="letter"), EVERYTHING, "letter"),
        (Needs(preferred_channel="letter"), EVERYTHING | {"address": False}, "email"),
        (Needs(preferred_channel="text"), EVERYTHING, "text"),
        (Needs(preferred_channel="text"), EVERYTHING | {"text": False}, "email"),
        (Needs(preferred_channel="call"), EVERYTHING, "email"),
        (Needs(preferred_channel="call", unsafe=frozenset({"no_email"})), EVERYTHING, "letter"),
        (Needs(unsafe=frozenset({"no_email"})), EVERYTHING, "letter"),
        (Needs(unsafe=frozenset({"no_email"})), EVERYTHING | {"address": False}, None),
        (Needs(unsafe=frozenset({"no_email", "no_post"})), EVERYTHING, None),
        (Needs(preferred_channel="text", unsafe=frozenset({"no_text", "no_post"})), EVERYTHING, "email"),
    ],
)
def test_the_preferred_channel_is_taken_where_it_is_safe_and_there_is_an_address_else_the_next(
    needs: Needs, there: dict[str, bool], way: str | None
) -> None:
    assert reaching.choose(needs, **there) == way


@pytest.mark.parametrize(
    ("needs", "owed"),
    [
        (Needs(), False),
        (Needs(formats=("large_print",)), False),
        (Needs(formats=("large_print", "braille")), True),
        (Needs(formats=("interpreter",)), True),
        (Needs(language="en-GB"), False),
        (Needs(language="cy"), True),
        (Needs(language="enx"), True),
    ],
)
def test_large_print_and_english_are_made_by_the_machine_and_nothing_else_is(needs: Needs, owed: bool) -> None:
    assert needs.owes_format is owed


def test_nobody_prefers_the_very_way_that_is_not_safe() -> None:
    assert reaching.check("text", ["no_text"]) is Refusal.CONTRADICTS_RECORD
    assert reaching.check("call", ["no_voicemail"]) is None  # somebody can be rung and no message left
    assert reaching.check(None, ["no_post", "no_email"]) is None


@pytest.mark.parametrize(
    ("channel", "unsafe", "found"),
    [
        ("voicemail", ["no_voicemail"], True),
        ("voicemail", ["no_calls"], True),
        ("call", ["no_voicemail"], False),
        ("letter", ["no_post"], True),
        ("email", ["no_post"], False),
        ("visit", ["no_post", "no_calls"], False),
    ],
)
def test_a_contact_by_a_way_that_is_not_safe_is_known_as_one(channel: str, unsafe: list[str], found: bool) -> None:
    assert reaching.is_unsafe_contact(channel, unsafe) is found


def test_a_statement_counts_only_where_it_stands_in_the_text() -> None:
    ours = statements.words("england", "nhs")
    own = statements.words("england", "nhs", advocacy="Our advocates help you.")
    broken = ours.advocacy.replace(". ", ".\n", 1)
    text = f"Dear Pat,\n\n{broken}\n\nYours"
    assert statements.stand_in(text, [own, ours]) == ("advocacy",)
    assert statements.stand_in(f"Our advocates help you.\n{own.non_detriment}", [own, ours]) == statements.BOTH
    assert statements.stand_in("We will not treat you worse.", [own, ours]) == ()
    assert statements.missing([["advocacy"], []]) == ("non_detriment",)
    assert "NHS" not in statements.words("england", "local_government").advocacy


@pytest.mark.parametrize(
    ("role", "present", "died", "refused"),
    [
        ("complainant", ["complainant"], False, Refusal.CONTRADICTS_RECORD),
        ("affected", ["complainant", "affected"], False, Refusal.CONTRADICTS_RECORD),
        ("affected", ["complainant"], True, None),
        ("advocate", ["complainant", "advocate"], False, None),
        ("witness", ["complainant"], True, Refusal.CONTRADICTS_RECORD),
    ],
)
def test_of_some_there_is_only_one_and_only_who_was_affected_may_have_died(
    role: str, present: list[str], died: bool, refused: Refusal | None
) -> None:
    assert intake.joins(role, present, died=died) is refused


def test_nobody_stops_to_speak_for_another_who_never_did() -> None:
    assert intake.leaves("witness", "no_longer_represents", speaks=False) is Refusal.CONTRADICTS_RECORD
    assert intake.leaves("union_representative", "no_longer_represents", speaks=False) is None
    assert intake.leaves("affected", "left", speaks=False) is Refusal.CONTRADICTS_RECORD
    assert intake.leaves("affected", "mistaken", speaks=False) is None
