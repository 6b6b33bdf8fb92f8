"""The one response of several bodies: each part in its own words, then what is missing, and a supplement to it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import date

import pytest

from policies.composing import IssueRaised, Material, compose
from policies.joint_composing import BodyAnswer, BodyPart, BodyPromise, Gap, IssueOfBody, Joint, Why
from tests.policies.test_composing import ISSUE, NHS, WRITTEN, headings, material

THEIRS = IssueOfBody(number=2, summary="The care at home")
PRACTICE = BodyPart(
    key="c/1",
    name="Elm Surgery",
    answers=(
        BodyAnswer(
            issue=THEIRS,
            did="We read the record of every visit.",
            found="Nobody came on 4 March.",
            conclusion="partly_upheld",
            remedy="We are sorry. We changed the rota.",
        ),
    ),
    promises=(BodyPromise(what="Train the whole team", due_on=date(2028, 5, 1)),),
    signed_by="Dr Ann Reed",
    signed_role="Senior partner",
)


def joint(**changes: object) -> Material:
    held: dict[str, object] = {"parts": (PRACTICE,), "gaps": (), "theirs": (2,), **changes}
    return replace(
        material(),
        issues=(ISSUE, IssueRaised(number=2, summary="The care at home")),
        joint=Joint(**held),  # type: ignore[arg-type]
    )


def test_each_body_says_what_it_did_found_concluded_puts_right_and_will_do_and_who_signed() -> None:
    composed = compose(NHS, WRITTEN, joint())
    assert composed.missing == ()
    told = headings(composed.text)
    assert told.index("What Elm Surgery found") == told.index("What we found") + 1
    for words in (
        "Issue 2: The care at home",
        "What Elm Surgery did: We read the record of every visit.",
        "What it found: Nobody came on 4 March.",
        "Its conclusion: Partly upheld.",
        "How it puts this right: We are sorry. We changed the rota.",
        "- Train the whole team (by Monday 1 May 2028)",
        "Dr Ann Reed, Senior partner, signed this part for Elm Surgery.",
    ):
        assert words in composed.text
    assert "What is missing from this letter" not in composed.text
    assert "\n\n\n" not in composed.text


def test_no_finding_of_ours_is_asked_for_on_an_issue_of_another_body_and_one_is_on_our_own() -> None:
    assert compose(NHS, WRITTEN, joint()).missing == ()
    unfound = replace(ISSUE, finding=None)
    left = replace(joint(), issues=(unfound, IssueRaised(number=2, summary="The care at home")))
    assert compose(NHS, WRITTEN, left).missing == ("conclusions",)
    assert compose(NHS, WRITTEN, joint(theirs=())).missing == ("conclusions",)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Why.LATE, "when its answer comes we will send it to you in a second letter"),
        (Why.DECLINED, "You can ask Oak Council directly for an answer"),
        (Why.NO_CONSENT, "tell us that we may pass it on"),
    ],
)
def test_a_gap_is_named_with_its_issues_and_what_happens_next(why: Why, words: str) -> None:
    gap = Gap(name="Oak Council", why=why, issues=(IssueOfBody(number=3, summary="The bed"),))
    text = compose(NHS, WRITTEN, joint(gaps=(gap,))).text
    missing = text[text.index("What is missing from this letter") :]
    assert words in missing
    assert "- Issue 3: The bed" in missing
    assert (
        headings(text).index("What is missing from this letter") == headings(text).index("What Elm Surgery found") + 1
    )


def test_an_issue_that_a_body_left_open_is_named_as_missing() -> None:
    part = replace(PRACTICE, unanswered=(IssueOfBody(number=4, summary="The bill"),))
    text = compose(NHS, WRITTEN, joint(parts=(part,))).text
    assert "Elm Surgery has not answered all of its part" in text
    assert "- Issue 4: The bill" in text


def test_a_supplement_tells_the_missing_part_and_refers_to_the_response_before_it() -> None:
    composed = compose(NHS, {}, joint(adds_to=date(2028, 4, 3), told_before=(1,)))
    assert composed.missing == ()
    assert "adds to our response of Monday 3 April 2028" in composed.text
    assert "Nobody came on 4 March." in composed.text
    assert ISSUE.finding is not None
    assert ISSUE.finding.happened not in composed.text
    assert "An apology" not in composed.text
    assert "Parliamentary and Health Service Ombudsman" in composed.text


def test_what_bodies_are_shown_greets_nobody() -> None:
    text = compose(NHS, WRITTEN, joint(), greets=False).text
    assert "Pat Example" not in text
    assert text.startswith("What you complained about")


def test_a_draft_without_other_bodies_keeps_the_fingerprint_that_it_had_before_there_could_be_any() -> None:
    held = asdict(material())
    del held["joint"]
    before = hashlib.sha256(json.dumps(held, default=str, sort_keys=True).encode()).hexdigest()
    assert material().fingerprint == before
    assert joint().fingerprint != before


@pytest.mark.parametrize(
    "changed",
    [
        {"parts": (replace(PRACTICE, key="c/2"),)},
        {"parts": ()},
        {"gaps": (Gap(name="Oak Council", why=Why.LATE, issues=(THEIRS,)),)},
    ],
)
def test_a_new_round_a_part_that_is_gone_and_a_gap_each_overtake_a_draft(changed: dict[str, object]) -> None:
    assert joint(**changed).fingerprint != joint().fingerprint
