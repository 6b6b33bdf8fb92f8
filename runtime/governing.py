"""What the API asks about governance, answered by the policies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from api.governing_rules import Described, Weighed
from contracts.governance import Deed
from db.queries.governance_facts import Known
from policies import acting, governance_files, governing, governing_rhythm
from policies.governing_rhythm import Turns
from policies.reporting import definition_files


class GoverningRules:
    """Answer by the files of `policies/governance`."""

    def newest(self, kind: str) -> Described:
        """Return the version by which an occurrence begins today."""
        return governance_files.newest(kind)

    def of(self, kind: str, version: int) -> Described:
        """Return the version by which an occurrence was begun."""
        return governance_files.rules(kind, version)

    def weigh(self, kind: str, version: int, step: str, known: Known, person_id: UUID, *, office: bool) -> Weighed:
        """Say whether a step is somebody's, and what it lacks."""
        rule = governance_files.rules(kind, version).step(step)
        assert rule is not None
        facts = governing.Facts(
            members=frozenset(governing.Member(part=part, person_id=whose) for part, whose in known.members),
            commenters=known.commenters,
            before=known.before,
            commented=known.commented,
            report=known.report,
            broken=known.broken,
            undecided=known.undecided,
            overdue_actions=known.overdue_actions,
            held=known.held,
            minutes=known.minutes,
            heard=known.heard,
            receipt=known.receipt,
            went_to=known.went_to,
            past_due=known.past_due,
        )
        theirs = governing.has_part(rule, facts, person_id, office=office)
        return Weighed(theirs=theirs, lacks=governing.lacks(rule, facts, person_id))

    def is_for(self, kind: str, report: str | None, nation: str, regime: str) -> bool:
        """Say whether a body of a nation, under a regime, is one that reports so: by a report, else the usual one."""
        usual = governance_files.newest(kind).reports
        if not usual:
            return True
        return definition_files.newest(report or usual[0]).is_for(nation, regime)

    def publishes_next(self, kind: str, version: int, step: str) -> bool:
        """Say whether the machine publishes the report as soon as a step is done."""
        following = governance_files.rules(kind, version).after(step)
        return following is not None and following.deed is Deed.PUBLISH

    def planned(self, kind: str, version: int, begun_on: date) -> list[tuple[str, date]]:
        """Return each step with its date."""
        return governing.due_days(governance_files.rules(kind, version), begun_on)

    def again(self, kind: str, version: int, to: str, on: date, begun_on: date) -> list[tuple[str, date]]:
        """Return the steps that begin again from one on, each with its date."""
        return governing.again(governance_files.rules(kind, version), to, on, begun_on)

    def have_commented(self, known: Known) -> bool:
        """Say whether everybody who was asked for a comment gave it, or somebody in their place."""
        return governing.have_commented(known.commenters, known.commented)

    def missed(self, rhythm: str, anchor_on: date, hour: int, base: int, last: int, now: datetime) -> bool:
        """Say whether something has fallen due in a series that has not begun."""
        turns = Turns(rhythm=rhythm, anchor_on=anchor_on, hour=hour, base=base)
        return bool(governing_rhythm.due(turns, last, now))

    def names_somebody(self, words: str, names: Collection[str]) -> bool:
        """Say whether words that are to name nobody hold the whole name of somebody."""
        return acting.names_somebody(words, names)

    def period(self, kind: str, rhythm: str, on: date) -> tuple[date, date]:
        """Return the first and the last day that an occurrence is about."""
        return governing_rhythm.period(rhythm, governance_files.newest(kind).about, on)

    def next_on(self, rhythm: str, anchor_on: date, hour: int, base: int, last: int) -> date | None:
        """Return the day of the next occurrence after a number; None for what is begun by hand."""
        if rhythm == "on_request":
            return None
        turns = Turns(rhythm=rhythm, anchor_on=anchor_on, hour=hour, base=base)
        return governing_rhythm.nominal_on(turns, max(last, base) + 1)
