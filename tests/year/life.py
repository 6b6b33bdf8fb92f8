"""One complaint of the year, from its receipt to whatever comes after its end: it says when it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.commands import CommandKind as K
from db import casework_said as casework
from db import eligibility_said as eligibility
from db import finding_said as found
from db import involvement_said as involved
from db import said, staff_said
from db.triage_said import Triage
from tests.lives import casework as steps
from tests.year import beginnings, candid, jointly, promised, remedied, seniors, turns
from tests.year.afterwards import afterwards
from tests.year.case import OneCase, morning
from tests.year.chance import Drawn
from tests.year.words import MATTERS

MANAGER, SENIOR, RESPONSIBLE = "complaints_manager", "senior_leader", "responsible_person"
# What has a way of its own after it was acknowledged.
TURNS: Final = {
    "excluded": turns.excluded,
    "too_late": turns.out_of_time,
    "waived": turns.out_of_time,
    "transferred": turns.transferred,
}


@dataclass(kw_only=True)
class Life(OneCase):
    """A complaint and all that runs for it. With an original it is the same person, who comes back."""

    drawn: Drawn
    original: Life | None = None
    calls: bool = False  # for somebody senior, who is to come

    def __post_init__(self) -> None:
        super().__post_init__()
        drawn = self.drawn
        if drawn.grave or drawn.logged_after:
            # Nothing else happens to what is serious, or came to light late.
            self.drawn = replace(drawn, rarer=replace(drawn.rarer, turn=None, joint=False))
        elif drawn.rarer.joint and len(drawn.outcomes) < 2:  # one issue is each body's
            self.drawn = replace(drawn, outcomes=(*drawn.outcomes, "upheld"))

    @property
    def handler(self) -> str:
        return self.trust.handler(self.drawn.handler)

    @property
    def investigator(self) -> str:
        return "investigator" if self.original is None else "second_investigator"

    @property
    def who(self) -> int:
        return self.drawn.number if self.original is None else self.original.drawn.number

    @property
    def joint(self) -> bool:
        drawn = self.drawn
        return drawn.rarer.joint and drawn.end == "look" and not (drawn.staff or drawn.reopened)

    def day(self, after: int, hour: int = 11) -> datetime:
        """Return the morning of an open day, so many days after the receipt or the next open one."""
        return morning(self.drawn.received_on + timedelta(days=after), hour)

    async def live(self) -> AsyncIterator[datetime]:
        """Live, and say each time when it goes on."""
        if self.original is not None:
            async for moment in beginnings.again(self, self.original):
                yield moment
            if self.drawn.reopened:
                return  # nobody came back
        else:
            yield self.day(self.drawn.logged_after, 9)
        async for moment in beginnings.begin(self):
            yield moment
        async for moment in self._handled():
            yield moment

    async def _handled(self) -> AsyncIterator[datetime]:
        drawn = self.drawn
        if drawn.grave:
            await self.must(K.TRIAGE, Triage(harm="severe", remark="It may have led to lasting harm."))
        if drawn.rarer.turn == "exempt":
            async for moment in turns.exempt(self):
                yield moment
            return
        yield self.day(drawn.logged_after + drawn.acknowledged_after)
        what = said.Acknowledge(method="call", made_on=self.today, discussion_offered=True)
        await self.must(K.ACKNOWLEDGE, what)
        if drawn.candour:
            await candid.flagged(self)
        if drawn.rarer.turn in TURNS:
            async for moment in TURNS[drawn.rarer.turn](self):
                yield moment
            if drawn.rarer.turn != "waived":
                return
        if drawn.end == "withdrawn":
            yield self.day(max((self.today - drawn.received_on).days + 1, 9))
            await self.must(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=self.today))
            await self.code()
            return
        if drawn.candour and drawn.rarer.notifiable:
            async for moment in candid.told(self):
                yield moment
        async for moment in self._worked():
            yield moment

    async def _worked(self) -> AsyncIterator[datetime]:
        if self.drawn.end == "early" and not self.drawn.grave:
            async for moment in self._early():
                yield moment
        else:
            await self.must(K.MOVE_ON, casework.MoveOn(reason="It needs a closer look."))
            async for moment in self._closer_look():
                yield moment
        async for moment in afterwards(self):
            yield moment

    async def tidy(self) -> None:
        """Do what an office does the same day: release what was drafted, and see to what seniors were asked for."""
        await super().tidy()
        if self.complaint is not None:
            self.calls = await seniors.called(self)

    async def _early(self) -> AsyncIterator[datetime]:
        drawn = self.drawn
        await self.must(K.BEGIN_RESOLUTION, casework.BeginResolution(plan="Ring the person, and the ward."))
        yield self.day(max(drawn.logged_after + drawn.days, (self.today - drawn.received_on).days + 1))
        ended = casework.Resolve(
            satisfied=drawn.satisfied, summary="The ward said sorry, and put it right.", method="call",
            resolved_on=self.today,
        )  # fmt: skip
        await self.must(K.RESOLVE, ended)
        if not drawn.satisfied:
            async for moment in self._closer_look():
                yield moment
            return
        await self.code()
        await self._close()

    async def _closer_look(self) -> AsyncIterator[datetime]:
        drawn, body = self.drawn, self.trust.body
        since = (self.today - drawn.received_on).days
        await self.must(K.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=self.today))
        period = said.SetResponsePeriod(
            basis="agreed", respond_by=self.today + timedelta(days=56), update_every_days=28,
            agreed_with=f"Person {drawn.number}", agreed_on=self.today,
        )  # fmt: skip
        await self.must(K.SET_RESPONSE_PERIOD, period)
        assert self.complaint is not None
        summaries = [MATTERS[drawn.theme] for _ in drawn.outcomes]
        what = tuple(
            casework.IssueSaid(summary=each, effect="Trust was lost.", outcome_sought="An answer.")
            for each in summaries
        )
        await self.must(K.SET_ISSUES, casework.SetIssues(issues=what))
        confirmed = casework.ConfirmIssues(confirmed_on=self.today, method="call")
        await self.must(K.CONFIRM_ISSUES, confirmed)
        decides = SENIOR if self.original is None else RESPONSIBLE
        await steps.appoint(self.world, body, self.complaint, self.investigator, decides)
        await self.must(K.SCREEN_ROUTES, eligibility.ScreenRoutes())
        shared = casework.SharePlan(
            evidence=("The rota",), delivery="letter", shared_with_person_on=self.today, no_staff=not drawn.staff,
            shared_with_staff_on=self.today if drawn.staff else None,
        )  # fmt: skip
        await self.must(K.SHARE_PLAN, shared)
        staff = await self._staff_told() if drawn.staff else None
        if self.joint:
            await jointly.invited(self, 56)
        if drawn.rarer.promise:
            await promised.make(self)
        last = max(drawn.days, since + 14)
        for after in range(since + 26, last, 27):
            yield self.day(after)
            await self.must(K.RECORD_UPDATE, said.RecordUpdate(method="call", given_on=self.today, words="We go on."))
        yield self.day(last)
        if drawn.rarer.promise:
            await promised.settle(self)
        if self.joint:
            await jointly.contributed(self)
        await self._find()
        await self.must(K.SKIP_VIEWS, found.SkipViews(reason="Everything was agreed on the telephone."), MANAGER)
        if drawn.remedy:
            await remedied.proposed(self, drawn.remedy)
        await self.code()
        await steps.draft(self.world, body, self.complaint)
        if self.joint:
            await jointly.agreed(self)
        await steps.clear(self.world, body, self.complaint, MANAGER)
        stands = await steps.stands(self.world, body, self.complaint)
        if stands["severity"] in ("serious", "immediate"):
            await steps.clear(self.world, body, self.complaint, SENIOR)
        await steps.sign(self.world, body, self.complaint)
        if staff is not None:
            told = staff_said.InformStaff(
                involvement_id=staff, about="outcome", informed_on=self.today, how="in_person"
            )
            await self.must(K.INFORM_STAFF, told)
        if drawn.remedy:
            await remedied.offered(self)
        yield self.day(last + 3)
        if drawn.remedy:
            await remedied.taken(self)
        await self._close()

    async def _staff_told(self) -> UUID:
        drawn = self.drawn
        what = involved.NameStaff(
            kind="employed", name=f"Nurse {drawn.number}", email=f"nurse{drawn.number}@example.org",
            supporter_id=self.trust.body.person("auditor"), supporter_is="line_manager",
        )  # fmt: skip
        await self.must(K.NAME_STAFF, what)
        (row,) = await self.rows("select id from involvement where complaint_id = :id")
        one: UUID = row["id"]
        told = involved.TellStaff(involvement_id=one, told_on=self.today, how="in_person")
        await self.must(K.TELL_STAFF, told)
        support = involved.SupportStaff(involvement_id=one, spoke_on=self.today, how="in_person")
        await self.must(K.SUPPORT_STAFF, support)
        await self.must(
            K.INVITE_STAFF,
            staff_said.InviteStaff(involvement_id=one, invited_on=self.today, about="allegation", how="in_person"),
        )
        return one

    async def _find(self) -> None:
        """Find on each issue that is ours: of a joint complaint the last is not."""
        ours = await self.rows("select id from issue where complaint_id = :id and state = 'open' order by number")
        last = len(ours) - 1 if self.joint else len(ours)
        for row, outcome in zip(ours[:last], self.drawn.outcomes, strict=False):
            what = found.RecordFinding(
                issue_id=row["id"], happened=steps.WORDS, should_have=steps.WORDS, standard=steps.WORDS,
                evidence=steps.WORDS, outcome=outcome, reason=steps.WORDS,
            )  # fmt: skip
            await self.must(K.RECORD_FINDING, what, self.investigator)

    async def code(self) -> None:
        """Set the codes that the returns need."""
        drawn = self.drawn
        issues = await self.rows("select id from issue where complaint_id = :id order by number")
        themes = [drawn.theme, drawn.second_theme or drawn.theme]
        subjects = tuple(
            eligibility.SubjectSaid(subject=themes[min(at, 1)], issue_id=row["id"], profession=drawn.profession)
            for at, row in enumerate(issues)
        ) or (eligibility.SubjectSaid(subject=drawn.theme, profession=drawn.profession),)
        what = eligibility.SetCoding(
            age_band=drawn.age, complainant_status=drawn.status, site=drawn.site, ward=drawn.ward,
            service_area=drawn.service, subjects=subjects, profession=drawn.profession,
        )  # fmt: skip
        await self.must(K.SET_CODING, what)

    async def _close(self) -> None:
        assert self.complaint is not None
        await self.tidy()
        await self.must(K.CLOSE, said.Close())
