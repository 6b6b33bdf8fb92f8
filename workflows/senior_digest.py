"""The weekly digest of seniors, started by a schedule: written for every organisation first, and then said to be there.

Writing is patient without end; saying so is patient for days and then left: the digest is there all the same. Mail that
was away for days is waited for no longer for each organisation behind, so that the next week is not missed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities.digests import Digests
    from contracts import names
    from contracts.digests import DigestAct, DigestPage, DigestPageRequest, DigestReport, DigestStart, DigestTold

from workflows.options import DATABASE_TIMEOUT, MAIL_PATIENCE, MAIL_RETRY, MAIL_TIMEOUT
from workflows.patience import do_patiently, has_grown, tell

LONGEST_HISTORY: Final = 2000
_NO_PATIENCE_LEFT: Final = timedelta(minutes=5)


@workflow.defn(name=names.SENIOR_DIGEST)
class SeniorDigestWorkflow:
    """Go through all organisations twice: compile the digest of each, then tell its seniors."""

    @workflow.init
    def __init__(self, start: DigestStart) -> None:
        self._week_on = start.week_on
        self._after = start.after
        self._telling = start.telling
        self._made = start.made
        self._told = start.told
        self._mail_was_away = start.mail_was_away

    @workflow.run
    async def run(self, start: DigestStart) -> DigestReport:
        """Compile and tell, across as many runs as it takes, and say what it came to."""
        while True:
            page = await self._page()
            week_on = self._week_on = self._week_on or page.week_on
            for organisation_id in page.organisations:
                await self._one(organisation_id, week_on)
                self._after = organisation_id
                self._perhaps_begin_a_new_run()
            if page.more:
                continue
            if self._telling:
                tell(f"**{self._made} digest(s)** of the week of {week_on}", f"{self._told} people told.")
                return DigestReport(week_on=week_on, made=self._made, told=self._told)
            self._telling, self._after = True, None

    async def _page(self) -> DigestPage:
        page: DigestPage = await do_patiently(
            Digests.page,
            lambda: DigestPageRequest(now=workflow.now(), after=self._after),
            "Which organisations come next?",
            timeout=DATABASE_TIMEOUT,
        )
        return page

    async def _one(self, organisation_id: UUID, week_on: date) -> None:
        def act() -> DigestAct:
            return DigestAct(organisation_id=organisation_id, week_on=week_on, now=workflow.now())

        tell(f"**Week of {week_on}**", f"{self._made} digest(s) written, {self._told} people told.")
        if self._telling:
            self._told += await self._tell_seniors(act())
            return
        made = await do_patiently(
            Digests.compile, act, "Compile the digest of an organisation", timeout=DATABASE_TIMEOUT
        )
        self._made += made.written

    async def _tell_seniors(self, act: DigestAct) -> int:
        """Tell the seniors of one organisation; nobody, where no mail leaves for days."""
        try:
            told: DigestTold = await workflow.execute_activity_method(
                Digests.tell,
                act,
                start_to_close_timeout=MAIL_TIMEOUT,
                schedule_to_close_timeout=_NO_PATIENCE_LEFT if self._mail_was_away else MAIL_PATIENCE,
                retry_policy=MAIL_RETRY,
                summary="Say that the digest is there",
            )
        except FailureError:
            workflow.logger.warning("the seniors of an organisation could not be told of their digest")
            self._mail_was_away = True
            return 0
        if told.told:
            self._mail_was_away = False
        return told.told

    def _perhaps_begin_a_new_run(self) -> None:
        if has_grown(LONGEST_HISTORY):
            workflow.continue_as_new(
                DigestStart(
                    week_on=self._week_on,
                    after=self._after,
                    telling=self._telling,
                    made=self._made,
                    told=self._told,
                    mail_was_away=self._mail_was_away,
                )
            )
