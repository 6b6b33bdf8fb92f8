"""What stands in a letter is for whom it is to: nobody's name or words are in one that somebody else reads.

A template whose letters hold something new has to be named here with it.
"""

from __future__ import annotations

import email
from collections.abc import Iterable
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from tests.lives.canary_office import A_PHONE
from tests.lives.lived import Lived
from tests.lives.markers import MARKER, SECRETS, SENIORS_NUMBER, SET_BY_OFFICE, demanded, token
from tests.lives.planted import Planted, found_in

# Beside the name of whom it is to, and the words of whoever releases it.
_ANYBODY: Final = frozenset({"PartySaid.name", "PartyCorrected.name", "ReleaseNotice.subject", "ReleaseNotice.body"})
_STATEMENTS: Final = frozenset({"StatementWords.advocacy", "StatementWords.non_detriment"})
_ISSUE: Final = frozenset({"IssueSaid.summary", "IssueSaid.effect", "IssueSaid.outcome_sought"})
_FOUND: Final = frozenset(
    {f"RecordFinding.{each}" for each in ("happened", "should_have", "standard", "evidence", "reason")}
    | {"ProposeRemedy.words", "DecideRemedy.words", "SectionSaid.words"}
)
# What another body says of its own issues stands in the one response as it wrote it, and who signed it off.
_OF_BODIES: Final = frozenset(
    {"NameBody.name", "IssueAnswered.did", "IssueAnswered.found", "IssueAnswered.remedy", "ActionPromised.what"}
    | {"Submission.signed_by", "Submission.signed_role"}
)
OUTSIDE: Final[dict[str, frozenset[str]]] = {
    "action_done": frozenset({"PlanAction.what", "CompleteAction.evidence"}),
    "action_dropped": frozenset({"PlanAction.what"}),
    "action_news": frozenset({"PlanAction.what", "RecordActionProgress.words"}),
    "candour_notice": frozenset({"ElementSaid.words", "EnquirySaid.what"}),
    "candour_results": frozenset({"ElementSaid.words"}),
    "conduct_warning": frozenset({"WarnAboutConduct.words"}),
    "contact_plan_decided": frozenset({"DecideContactPlan.reasons", "DecideContactPlan.adjustments_considered"}),
    "contact_plan_reviewed": frozenset({"ReviewContactPlan.reasons"}),
    "plan_appeal_decided": frozenset({"DecideAppeal.reasons"}),
    "extension": frozenset({"Extend.reason"}),
    "hold": frozenset({"IssueSaid.summary"}),
    "hold_lifted": frozenset({"IssueSaid.summary"}),
    "initial_views": frozenset({"ShareViews.words"}),
    "issues_to_confirm": _ISSUE,
    "joint_action_done": frozenset({"NameBody.name", "ActionPromised.what", "ActionDone.evidence"}),
    "joint_draft": _ISSUE | _FOUND | _OF_BODIES,
    "joint_lead": frozenset({"NameBody.name"}),
    "joint_split": _ISSUE | {"NameBody.name"},
    "moved_on": frozenset(),
    "not_handled": frozenset({"Exclude.reasons"}),
    "out_of_time": frozenset({"DecideTimeLimit.reasons"}),
    "period_set": frozenset(),
    "plan_shared": frozenset({"SharePlan.evidence", "SharePlan.interviewees"}),
    "receipt": _STATEMENTS,
    "recommendation_done": frozenset({"RecommendationSaid.what", "RecordCompliance.evidence", "RecordReferral.name"}),
    "representative_refused": frozenset({"DecideStanding.reasons"}),
    "response": frozenset({"Respond.letter"}),
    "response_composed": _ISSUE | _FOUND | _OF_BODIES,
    "survey": frozenset({"RecordExperience.link"}),
    "transferred": frozenset({"Transfer.name"}),
    "update": frozenset({"SendUpdate.subject", "SendUpdate.body"}),
    "withdrawal": frozenset(),
    "written_record": frozenset({"Log.summary", "Log.narrative", "Log.desired_outcome"}) | _STATEMENTS,
}
# To a member of staff who is complained about: their own name, what was put to them, and where they find support.
TO_STAFF: Final[dict[str, frozenset[str]]] = {
    "staff_action_done": frozenset({"PlanAction.what"}),
    "staff_action_news": frozenset({"PlanAction.what"}),
    "staff_follow_up": frozenset({"SupportDetail.title", "SupportDetail.reached_by"}),
    "staff_invitation": frozenset({"InviteStaff.words"}),
    "staff_survey": frozenset({"RecordExperience.link"}),
    "staff_update": frozenset({"InformStaff.words"}),
}
_MARKS: Final = {field: token(field) for field in (demanded() | SET_BY_OFFICE) - SECRETS.keys()}


async def letters(lived: Lived) -> list[Any]:
    """Return every notice that was written, with whom it is to."""
    sql = (
        "select n.*, p.name as whose, w.name as of_staff from notice n left join party p on p.id = n.party_id"
        " left join involvement_words w on w.involvement_id = n.involvement_id"
    )
    return [row for planted in lived.both for row in await planted.world.rows(planted.body, sql)]


def text_of(row: Any) -> str:
    return f"{row['subject']}\n{row['body']}"


def fields_of(text: str) -> frozenset[str]:
    """Return the fields whose markers stand in a letter."""
    lowered = text.lower()
    return frozenset(field for field, mark in _MARKS.items() if mark in lowered)


def purposes(rows: Iterable[Any]) -> set[str]:
    return {row["template"].partition(".")[0] for row in rows}


async def test_a_letter_to_somebody_outside_holds_what_is_for_them_and_nothing_of_the_staff(lived: Lived) -> None:
    written = [row for row in await letters(lived) if row["party_id"] is not None]
    assert purposes(written) == OUTSIDE.keys()
    for row in written:
        allowed = OUTSIDE[row["template"].partition(".")[0]] | _ANYBODY
        assert fields_of(text_of(row)) <= allowed, (row["template"], fields_of(text_of(row)) - allowed)


async def test_a_letter_to_staff_names_neither_who_complains_nor_anybody_else_of_the_staff(lived: Lived) -> None:
    written = [row for row in await letters(lived) if row["involvement_id"] is not None]
    assert purposes(written) == TO_STAFF.keys()
    for row in written:
        own = fields_of(row["of_staff"] or "")
        allowed = TO_STAFF[row["template"]] | own | {"ReleaseNotice.subject", "ReleaseNotice.body"}
        assert own and fields_of(text_of(row)) <= allowed, (row["template"], fields_of(text_of(row)) - allowed)


async def test_a_prompt_to_staff_holds_reference_and_days_and_nothing_about_people(lived: Lived) -> None:
    written = [row for row in await letters(lived) if row["person_id"] is not None]
    assert purposes(written) >= {"reminder", "overdue", "escalation", "request", "request_again", "request_over"}
    assert purposes(written) >= {"escalation_call", "escalation_text"}
    assert [row["template"] for row in written if found_in(text_of(row).encode())] == []


async def test_an_email_to_another_body_holds_nothing_about_anybody_and_no_reference(lived: Lived) -> None:
    written = [row for row in await letters(lived) if row["body_contact_id"] is not None]
    assert purposes(written) == {"body_invitation", "body_message", "body_reminder", "body_released"}
    assert {row["audience"] for row in written} == {"body"}
    assert [row["template"] for row in written if found_in(text_of(row).encode())] == []
    references = {row["reference"] for row in await references_of(lived)}
    assert references and [row["template"] for row in written if any(each in text_of(row) for each in references)] == []


async def references_of(lived: Lived) -> list[Any]:
    sql = "select reference from complaint"
    return [row for planted in lived.both for row in await planted.world.rows(planted.body, sql)]


async def test_a_text_holds_no_name_and_no_word_and_neither_does_what_notify_is_given_with_it(lived: Lived) -> None:
    texts = [row for row in await letters(lived) if row["channel"] == "text"]
    assert texts
    assert [row["template"] for row in texts if found_in(text_of(row).encode())] == []
    assert {row["template"] for row in texts if row["person_id"] is not None} == {"escalation_text"}
    numbers = {each["said"]["phone_number"] for each in lived.given_to_notify}
    assert numbers == {A_PHONE, SENIORS_NUMBER}  # to the person, and to seniors at night
    for given in lived.given_to_notify:
        assert given["type"] == "sms" and MARKER not in str(given)


async def test_the_mail_that_says_that_a_digest_is_there_holds_numbers_and_no_reference(lived: Lived) -> None:
    mails = mailed(lived.present.world.mailbox._directory)
    said = [f"{each['subject']}\n{each.get_content()}" for each in mails if "digest of the week" in each["subject"]]
    assert said and [each for each in said if found_in(each.encode())] == []
    references = {row["reference"] for row in await references_of(lived)}
    assert [each for each in said if any(known in each for known in references)] == []


def mailed(folder: Path) -> list[EmailMessage]:
    """Return every mail that left."""
    read = (email.message_from_bytes(each.read_bytes(), policy=policy.default) for each in folder.glob("*.eml"))
    return [each for each in read if isinstance(each, EmailMessage)]


async def test_whom_a_letter_greets_is_whom_it_is_to(lived: Lived) -> None:
    """Names that were put right since are in the letters that were written before."""
    corrected = {row["template"] for row in await letters(lived) if greets_another(row)}
    assert corrected <= {"receipt", "period_set", "extension", "update", "written_record"}


def greets_another(row: Any) -> bool:
    greeted = next((line for line in row["body"].splitlines() if line.startswith("Dear ")), None)
    whose = row["whose"] or row["of_staff"]
    return greeted is not None and whose is not None and greeted != f"Dear {whose},"


async def test_a_letter_to_the_wrong_reader_would_be_seen(lived: Lived) -> None:
    """The same look finds the name of a member of staff in a letter to somebody else."""
    planted: Planted = lived.present
    named = await planted.world.rows(planted.body, "select name from involvement_words where name is not null")
    assert all(not fields_of(f"We spoke with {row['name']}.") <= _ANYBODY for row in named)
