"""One complaint of the year, from its receipt to whatever comes after its end: it says when it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from contracts import names
from contracts.commands import CommandKind as K
from db import candour_said as candour
from db import casework_said as casework
from db import eligibility_said as eligibility
from db import escalation_said as escalation
from db import finding_said as found
from db import involvement_said as involved
from db import said, staff_said
from db.bereavement_said import RecordDeath
from db.triage_said import Triage
from policies.calendars import Calendar, Nation
from tests.lives import casework as steps
from tests.year.afterwards import afterwards
from tests.year.chance import Drawn
from tests.year.company import Company, Position
from tests.year.trust import Trust
from tests.year.words import MATTERS

_OPEN: Final = Calendar.legal(Nation("england"), (), 0)
MANAGER, SENIOR, INVESTIGATOR = "complaints_manager", "senior_leader", "investigator"


@dataclass(kw_only=True)
class Life:
    """A complaint and all that runs for it, at the world's time."""

    trust: Trust
    drawn: Drawn
    complaint: UUID | None = None

    def __post_init__(self) -> None:
        self.company = Company(world=self.trust.world)

    @property
    def world(self) -> Any:
        return self.trust.world

    @property
    def today(self) -> date:
        found_: date = self.world.clock.time.date()
        return found_

    @property
    def handler(self) -> str:
        return self.trust.handler(self.drawn.handler)

    async def must(self, kind: K, what: said.Said, by: str | None = None) -> None:
        assert self.complaint is not None
        await steps.must(self.world, self.trust.body, self.complaint, kind, what, by or self.handler)

    async def rows(self, sql: str, **params: Any) -> Sequence[Any]:
        found_: Sequence[Any] = await self.world.rows(self.trust.body, sql, id=self.complaint, **params)
        return found_

    async def meet(self) -> None:
        """Bring what has begun beside the complaint to the world's time."""
        if self.complaint is None:
            return
        beside = await self.rows(
            "select kind, id from proceeding where complaint_id = :id"
            " union all select 'involvement', id from involvement where complaint_id = :id"
        )
        for row in beside:
            staff = row["kind"] == "involvement"
            found_ = names.involvement_workflow_id(row["id"]) if staff else None
            self.company.ids.add(found_ or names.proceeding_workflow_id(row["kind"], row["id"]))
        await self.company.to(self.world.clock.time)

    def day(self, after: int, hour: int = 11) -> datetime:
        """Return the morning of an open day, so many days after the receipt or the next open one."""
        return morning(self.drawn.received_on + timedelta(days=after), hour)

    async def live(self) -> AsyncIterator[datetime]:
        """Live, and say each time when it goes on."""
        drawn = self.drawn
        yield self.day(drawn.logged_after, 9)
        await self._log()
        if drawn.death:
            await self._died()
        if drawn.grave:
            await self.must(K.TRIAGE, Triage(harm="severe", remark="It may have led to lasting harm."))
        yield self.day(drawn.logged_after + drawn.acknowledged_after)
        what = said.Acknowledge(method="call", made_on=self.today, discussion_offered=True)
        await self.must(K.ACKNOWLEDGE, what)
        if drawn.candour:
            await self._candour()
        if drawn.end == "withdrawn":
            yield self.day(drawn.logged_after + max(drawn.acknowledged_after + 1, 9))
            await self.must(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=self.today))
            await self._code()
            return
        if drawn.end == "early" and not drawn.grave:
            async for moment in self._early():
                yield moment
        else:
            await self.must(K.MOVE_ON, casework.MoveOn(reason="It needs a closer look."))
            async for moment in self._closer_look():
                yield moment
        async for moment in self._afterwards():
            yield moment

    async def _log(self) -> None:
        drawn, trust = self.drawn, self.trust
        parties: tuple[said.PartySaid, ...] = (
            said.PartySaid(role="complainant", name=f"Person {drawn.number}", email=f"p{drawn.number}@example.org"),
        )
        if drawn.death:
            parties = (
                said.PartySaid(
                    role="complainant", name=f"Person {drawn.number}", email=f"p{drawn.number}@example.org",
                    relation="daughter", ground="died",
                ),
                said.PartySaid(role="affected", name=f"Parent of {drawn.number}", address="2 High Road, Exampleton"),
            )  # fmt: skip
        self.complaint = await self.world.log(
            trust.body,
            parties=parties,
            received_on=drawn.received_on,
            channel="oral" if drawn.oral else "written",
            summary=MATTERS[drawn.theme],
            narrative=MATTERS[drawn.theme],
            owner_id=trust.body.person(self.handler),
            division_id=trust.divisions[drawn.division],
        )
        self.company.ids.add(names.complaint_workflow_id(self.complaint))
        described = await self.world.handle(self.complaint).describe()
        run = described.raw_description.workflow_execution_info.first_run_id
        self.company.stand[run] = Position(at=self.world.clock.time, machine=datetime.now(UTC))

    async def _died(self) -> None:
        (row,) = await self.rows("select id from party where complaint_id = :id and role = 'affected'")
        await self.must(K.RECORD_DEATH, RecordDeath(party_id=row["id"], known_on=self.today, died_on=self.today))

    async def tidy(self) -> None:
        """Do what an office does the same day: release what was drafted, and see to what seniors were asked for."""
        if self.complaint is None:
            return
        for row in await steps.drafts(self.world, self.trust.body, self.complaint):
            words = row["body"].replace("[[", "").replace("]]", "")
            await self.must(K.RELEASE_NOTICE, steps.desk_said.ReleaseNotice(notice_id=row["id"], body=words))
        for row in await self.rows(
            "select e.id, e.acknowledged_at, e.decision, c.open from escalation e join proceeding p on p.id = e.id"
            " join complaint c on c.id = e.complaint_id where e.complaint_id = :id and p.ended_on is null"
            " order by e.raised_at"
        ):
            await self._in_hand(row)

    async def _in_hand(self, row: Any) -> None:
        """A senior acknowledges, and oversees the case to its end."""
        one = row["id"]
        if row["acknowledged_at"] is None:
            await self.must(K.ACKNOWLEDGE_ESCALATION, escalation.AcknowledgeEscalation(escalation_id=one), SENIOR)
        if row["decision"] is None:
            what = escalation.DecideEscalation(
                escalation_id=one, decision="oversee", reason="I will see the response before it goes."
            )
            await self.must(K.DECIDE_ESCALATION, what, SENIOR)
        elif not row["open"] or self.drawn.number % 2:
            await self.must(
                K.FOLLOW_ESCALATION, escalation.FollowEscalation(escalation_id=one, words="I looked."), SENIOR
            )

    async def _candour(self) -> None:
        what = candour.FlagIncident(words="It may be a notifiable incident.", became_known_on=self.today)
        await self.must(K.FLAG_INCIDENT, what)
        (row,) = await self.rows("select id from proceeding where complaint_id = :id and kind = 'candour'")
        judged = candour.AssessIncident(
            incident_id=row["id"], notifiable=False, harm="low", reasons="It was known to happen, and was explained."
        )
        await self.must(K.ASSESS_INCIDENT, judged, SENIOR)

    async def _early(self) -> AsyncIterator[datetime]:
        drawn = self.drawn
        await self.must(K.BEGIN_RESOLUTION, casework.BeginResolution(plan="Ring the person, and the ward."))
        yield self.day(drawn.logged_after + max(drawn.days, drawn.acknowledged_after + 1))
        ended = casework.Resolve(
            satisfied=drawn.satisfied, summary="The ward said sorry, and put it right.", method="call",
            resolved_on=self.today,
        )  # fmt: skip
        await self.must(K.RESOLVE, ended)
        if not drawn.satisfied:
            async for moment in self._closer_look():
                yield moment
            return
        await self._code()
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
        await steps.appoint(self.world, body, self.complaint, INVESTIGATOR, SENIOR)
        await self.must(K.SCREEN_ROUTES, eligibility.ScreenRoutes())
        shared = casework.SharePlan(
            evidence=("The rota",), delivery="letter", shared_with_person_on=self.today, no_staff=not drawn.staff,
            shared_with_staff_on=self.today if drawn.staff else None,
        )  # fmt: skip
        await self.must(K.SHARE_PLAN, shared)
        staff = await self._staff_told() if drawn.staff else None
        last = max(drawn.days, since + 14)
        for after in range(since + 26, last, 27):
            yield self.day(after)
            await self.must(K.RECORD_UPDATE, said.RecordUpdate(method="call", given_on=self.today, words="We go on."))
        yield self.day(last)
        await steps.findings(self.world, body, self.complaint, *drawn.outcomes)
        await self.must(K.SKIP_VIEWS, found.SkipViews(reason="Everything was agreed on the telephone."), MANAGER)
        if drawn.remedy:
            await self._remedy(drawn.remedy)
        await self._code()
        await steps.draft(self.world, body, self.complaint)
        await steps.clear(self.world, body, self.complaint, MANAGER)
        if drawn.grave:
            await steps.clear(self.world, body, self.complaint, SENIOR)
        await steps.sign(self.world, body, self.complaint)
        if staff is not None:
            told = staff_said.InformStaff(
                involvement_id=staff, about="outcome", informed_on=self.today, how="in_person"
            )
            await self.must(K.INFORM_STAFF, told)
        yield self.day(last + 3)
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

    async def _remedy(self, kind: str) -> None:
        sums: dict[str, Any] = {}
        if kind == "money":
            sums = {"injustice_amount": Decimal(250), "severity_level": 2}
        what = found.ProposeRemedy(kind=kind, words="We are sorry, and put it right.", basis="It was upheld.", **sums)  # type: ignore[arg-type]
        await self.must(K.PROPOSE_REMEDY, what, INVESTIGATOR)
        for row in await self.rows("select id from remedy where complaint_id = :id"):
            decided = found.DecideRemedy(remedy_id=row["id"], decision="approved", on=self.today)
            await self.must(K.DECIDE_REMEDY, decided, MANAGER)

    async def _code(self) -> None:
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

    async def _afterwards(self) -> AsyncIterator[datetime]:
        async for moment in afterwards(self):
            yield moment


def morning(day: date, hour: int) -> datetime:
    """Return an hour of the first open day from a day on."""
    while not _OPEN.is_open(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), UTC)
