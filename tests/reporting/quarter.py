"""A quarter of a small body, made by hand, with what each figure of it comes to, counted by hand as well."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from tests.reporting.facts import Facts

FIRST, LAST = "2027-04-01", "2027-06-30"
THEN = datetime(2027, 7, 10, tzinfo=UTC)
LATER = datetime(2027, 8, 1, tzinfo=UTC)


class Quarter:
    """The facts, and the complaints by name."""

    def __init__(self, organisation_id: UUID, division_id: UUID | None = None) -> None:
        self.facts = Facts(organisation_id)
        self.division_id = division_id
        self.owner = uuid4()
        self.cases: dict[str, UUID] = {}
        self._complaints()
        self._clocks()
        self._serious()
        self._learning()
        self._people()

    def _case(self, name: str, received_on: str, **values: Any) -> UUID:
        self.cases[name] = self.facts.case(received_on, self.cases.get(name), **values)
        return self.cases[name]

    def _complaints(self) -> None:
        self._case(
            "soothed", "2027-04-05", acknowledged_on="2027-04-07", resolved_on="2027-04-08", satisfied=True,
            ended_on="2027-04-08", ended_as="closed", themes=["clinical.delay"], place="RX1.W4", site="RX1",
            ward="W4", division_id=self.division_id,
        )  # fmt: skip
        self._case(
            "upheld", "2027-04-06", channel="oral", source="mp", acknowledged_on="2027-04-12",
            closer_look_on="2027-04-20", responded_on="2027-06-01", ended_on="2027-06-15", ended_as="closed",
            outcome="upheld", upheld=1, partly_upheld=3, not_upheld=2, severity="serious", joint=True, death=True,
            ombudsman_on="2027-06-20", themes=["attitude", "clinical.delay"], place="RX1.W4", owner_id=self.owner,
        )  # fmt: skip
        looking = {"closer_look_on": "2027-05-10", "owner_id": self.owner, "severity": "immediate"}
        self._case("looking", "2027-05-03", until=LATER, **looking)
        # Written down late: the answer was given within the quarter, and was known only in August.
        self._case("looking", "2027-05-03", known=LATER, **looking, responded_on="2027-06-30")
        self._case("old", "2026-12-30", closer_look_on="2027-01-20", imported=True)
        self._case("again", "2027-06-30", reopened=True, owner_id=self.owner)
        self._case("concern", "2027-05-05", matter="concern")
        self._case("thanks", "2027-05-05", matter="compliment")
        self._case("error", "2027-05-06", ended_on="2027-05-20", ended_as="opened_in_error", themes=["clinical.delay"])
        self._case(
            "withdrawn", "2027-05-07", resolved_on="2027-05-09", satisfied=False, closer_look_on="2027-05-10",
            ended_on="2027-06-01", ended_as="withdrawn", imported=True,
        )  # fmt: skip
        self._case("after", "2027-07-01", themes=["attitude"])
        self._case("long_ago", "2026-03-01", ended_on="2026-05-01", ended_as="closed", responded_on="2026-04-30")

    def _clocks(self) -> None:
        clock, cases = self.facts.clock, self.cases
        clock(cases["soothed"], "acknowledgement", "2027-04-08", "2027-04-07")
        clock(cases["upheld"], "acknowledgement", "2027-04-09", "2027-04-12")
        clock(cases["upheld"], "response_period", "2027-06-01", "2027-06-01", effect="promise")
        clock(cases["upheld"], "candour_notice", "2027-05-01", "2027-04-30", effect="promise")
        clock(cases["old"], "relevant_period", "2027-06-30", None)
        clock(cases["old"], "acknowledgement", "2027-01-06", "2027-01-05")
        clock(cases["looking"], "next_update", "2027-06-20", "2027-06-25", effect="promise", breached=True)
        clock(cases["looking"], "drafting", "2027-06-01", "2027-06-01", effect="internal")
        clock(cases["error"], "acknowledgement", "2027-05-11", None)
        # The day of receipt was corrected: it was in time after all, and had been marked as missed.
        clock(cases["withdrawn"], "next_update", "2027-05-21", "2027-05-20", effect="promise", breached=True)

    def _serious(self) -> None:
        item, cases = self.facts.item, self.cases
        item(cases["upheld"], "escalation", "2027-04-06", "ended", code="severity/serious", number=30,
             done_on="2027-04-20")  # fmt: skip
        item(cases["looking"], "escalation", "2027-05-03", "acknowledged", code="severity/immediate", number=5)
        item(cases["old"], "escalation", "2027-06-30", "asking", code="six_months/serious")
        item(cases["old"], "escalation", "2027-07-01", "asking", code="six_months/serious", number=999)
        item(cases["error"], "escalation", "2027-05-06", "asking", code="severity/immediate", number=1)
        item(cases["upheld"], "candour", "2027-04-07", "told_in_person", code="reg20", flag=True)
        item(cases["looking"], "candour", "2027-05-04", "flagged", code="reg20", flag=False)
        item(cases["upheld"], "referral", "2027-06-20", "decided", code="ombudsman", second="phso")
        item(cases["soothed"], "referral", "2027-05-20", "closed", code="regulator", second="cqc",
             done_on="2027-06-01")  # fmt: skip
        item(cases["looking"], "referral", "2027-05-21", "received", code="regulator", second="cqc")
        item(cases["upheld"], "decision", "2027-06-21", "preliminary", code="upheld")
        item(cases["upheld"], "decision", "2027-06-28", "final", code="upheld")
        item(cases["long_ago"], "decision", "2027-06-28", "not_investigated")
        item(cases["upheld"], "recommendation", "2027-06-28", "open", due_on="2027-06-30")
        item(cases["upheld"], "recommendation", "2027-06-28", "open", due_on="2027-07-30")
        item(cases["long_ago"], "recommendation", "2027-01-28", "told", due_on="2027-04-30", done_on="2027-04-30",
             flag=True)  # fmt: skip
        item(cases["long_ago"], "recommendation", "2027-01-28", "complied", due_on="2027-04-30", done_on="2027-05-01",
             flag=False)  # fmt: skip
        item(cases["long_ago"], "recommendation", "2027-04-28", "lifted", due_on="2027-04-30")
        item(cases["upheld"], "remedy", "2027-06-01", "accepted", code="financial", number="100.50")
        item(cases["soothed"], "remedy", "2027-06-02", "paid", code="financial", number="50")
        item(cases["soothed"], "remedy", "2027-06-02", "rejected", code="financial", number="5000")

    def _learning(self) -> None:
        item, cases = self.facts.item, self.cases
        item(cases["upheld"], "learning", "2027-06-02", "learned", code="clinical.delay", second="RX1.W4", flag=True)
        item(cases["soothed"], "learning", "2027-06-02", "learned", code="attitude", flag=False)
        item(cases["withdrawn"], "learning", "2027-06-02", "nothing_to_learn", code="attitude", flag=False)
        item(cases["upheld"], "action", "2027-04-20", "done", code="learning", due_on="2027-05-20",
             done_on="2027-05-20", flag=True, number=0)  # fmt: skip
        item(cases["upheld"], "action", "2027-04-21", "done", code="remedy", due_on="2027-05-20",
             done_on="2027-05-21", flag=False, number=0)  # fmt: skip
        item(cases["upheld"], "action", "2027-04-22", "open", code="learning", due_on="2027-06-30", number=2)
        item(cases["soothed"], "action", "2027-04-23", "open", code="other", due_on="2027-07-01", number=0)
        item(cases["soothed"], "action", "2027-04-23", "ended", code="other", due_on="2027-05-01", number=0)
        item(cases["long_ago"], "action", "2026-05-01", "done", code="learning", due_on="2027-07-02",
             done_on="2027-07-02", flag=True, number=0)  # fmt: skip
        item(cases["upheld"], "recurrence", "2027-06-03", "found", code="theme", number=4)

    def _people(self) -> None:
        item, cases = self.facts.item, self.cases
        item(cases["upheld"], "staff", "2027-04-10", "told", code="employed", done_on="2027-04-11")
        item(cases["upheld"], "staff", "2027-04-10", "named", code="agency")
        item(cases["upheld"], "experience", "2027-06-20", "asked", code="staff")
        item(cases["upheld"], "experience", "2027-06-20", "answered", code="staff", done_on="2027-06-22")
        for number in range(7):
            answer = {"code": "party", "second": "my_expectations"}
            item(cases["soothed"], "experience", "2027-06-01", "answered", done_on="2027-06-03", **answer)
            item(cases["soothed"], "score", "2027-06-03", "answered", part="heard", number=1 + number % 5, **answer)
            if number < 4:
                item(cases["soothed"], "score", "2027-06-03", "answered", part="told", number=5, **answer)
        item(cases["upheld"], "experience", "2027-06-20", "declined", code="party")
        item(cases["looking"], "experience", "2027-06-20", "held_back", code="party")


# Counted by hand from the facts above, by what was known on THEN.
EXPECTED: dict[str, int | str | None] = {
    "received": 4,
    "received_run": 6,
    "reopened": 1,
    "received_joint": 1,
    "received_death": 1,
    "received_serious": 2,
    "received_imported": 1,
    "concerns": 1,
    "enquiries": 0,
    "compliments": 1,
    "feedback": 0,
    "contributions": 0,
    "acknowledged": 2,
    "resolved_satisfied": 1,
    "resolved_not_satisfied": 1,
    "resolved_days": "2.5",  # 3 and 2
    "closer_look_begun": 3,
    "in_closer_look": 2,
    "open": 3,
    "open_without_owner": 1,
    "open_past_six_months": 1,  # six months of 30 December end with 29 June
    "responded": 1,
    "responded_first": 1,
    "decided": 3,
    "responded_days": "56",  # 6 April to 1 June
    "responded_days_ninetieth": "56",
    "responded_days_run": "58",  # 56 and 60
    "closed": 3,
    "closed_with_findings": 1,
    "closed_without_findings": 2,
    "withdrawn": 1,
    "closed_with_learning": 2,
    "closed_with_actions": 2,
    "issues_upheld": "1",
    "issues_partly_upheld": "3",
    "issues_not_upheld": "2",
    "ombudsman": 1,
    "clocks_due": 7,
    "clocks_met": 4,
    "clocks_missed": 3,
    "clocks_met_late": 2,
    "clocks_marked_missed": 4,
    "statutory_due": 3,
    "statutory_met": 1,
    "statutory_missed": 2,
    "promises_due": 4,
    "promises_kept": 3,
    "promises_broken": 1,
    "acknowledgements_due": 2,
    "acknowledgements_met": 1,
    "acknowledgements_due_run": 3,
    "acknowledgements_met_run": 2,
    "responses_due": 1,
    "responses_met": 1,
    "six_months_due": 1,
    "six_months_met": 0,
    "candour_due": 1,
    "candour_in_time": 1,
    "candour_late": 0,
    "escalations": 3,
    "escalations_acknowledged": 2,
    "escalation_minutes": "17.5",
    "escalation_minutes_ninetieth": "30",
    "escalations_waiting": 1,
    "candour_flagged": 2,
    "candour_notifiable": 1,
    "referrals_ombudsman": 1,
    "referrals_regulator": 2,
    "referrals_ombudsman_open": 1,
    "referrals_regulator_open": 1,
    "decisions": 3,
    "decisions_final": 1,
    "decisions_not_investigated": 1,
    "recommendations": 3,
    "recommendations_complied": 2,
    "recommendations_in_time": 1,
    "recommendations_open": 2,
    "recommendations_late": 1,
    "remedies": 2,
    "remedies_pounds": "150.50",
    "learning": 2,
    "learning_went_wrong": 1,
    "learning_nothing_wrong": 1,
    "nothing_to_learn": 1,
    "actions": 5,
    "actions_open": 3,
    "actions_late": 1,
    "actions_done": 2,
    "actions_in_time": 1,
    "actions_recurred": 1,
    "actions_dropped": 1,
    "recurrences": 1,
    "staff_named": 2,
    "staff_told": 1,
    "asked_party": 8,
    "answered_party": 7,
    "declined_party": 1,
    "held_back_party": 1,
    "scores_party": 11,
    "scores_party_mean": "3.5",  # 1 to 5, 1 and 2 once more, and four times 5: 38 of 11
    "asked_staff": 2,
    "answered_staff": 1,
    "declined_staff": 0,
    "held_back_staff": 0,
    "scores_staff": 0,
    "scores_staff_mean": None,
}
