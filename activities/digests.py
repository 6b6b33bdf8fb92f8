"""The effects of the weekly digest of seniors: compiled for each organisation, and said by e-mail to be there.

The e-mail is no notice, for notices are about one complaint; it holds numbers, and no reference. Who reads the digest
reads it through the API.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.acts.standing import stands_in
from activities.notice_steps import MAIL_AWAY
from activities.training_ends import ask_to_renew
from contracts import names
from contracts.digests import DigestAct, DigestMade, DigestPage, DigestPageRequest, DigestTold
from db.engine import Database, SweeperDatabase
from db.models.alarms import SeniorDigest
from db.models.organisation import Organisation, Person
from db.queries import digests, rota
from gateways.mail import MailGateway, MailUnavailable, OutgoingMail, Undeliverable, message_id
from policies.calendars import at_local, local_date

# So many ids fit into a payload.
PAGE: Final = 40
_WEEK: Final = timedelta(days=7)
# The schedule's own time is half past seven on Monday: what is compiled on a later day was missed, and says so.
_IN_TIME: Final = time(23, 59)
_MOST_MISSED: Final = 12
_SUBJECT: Final = "The complaints digest of the week of {week}"
_WORDS: Final = """The digest of complaints for the week that began on Monday {week} is there.

Deadlines missed that went to managers and divisions: {breaches}
Escalations raised: {opened}
Escalations that nobody has acknowledged: {asking}

{close}
"""
_QUIET: Final = "Nothing was missed that week."
_READ: Final = "You read it where you work on complaints. Whoever is asked for an escalation is asked apart from this."


class Digests:
    """Compile the digests of organisations, and tell their seniors. Every step can be asked for again."""

    def __init__(self, database: Database, sweeper: SweeperDatabase, mail: MailGateway, sender: str) -> None:
        self._database = database
        self._sweeper = sweeper
        self._mail = mail
        self._sender = sender

    @activity.defn(name=names.DIGEST_PAGE)
    async def page(self, asked: DigestPageRequest) -> DigestPage:
        """Return the week that is over, and a page of organisations."""
        async with self._sweeper.session() as session:
            found = await digests.organisations(session, asked.after, PAGE + 1)
        return DigestPage(
            week_on=_monday(local_date(asked.now)) - _WEEK,
            organisations=tuple(found[:PAGE]),
            more=len(found) > PAGE,
        )

    @activity.defn(name=names.DIGEST_COMPILE)
    async def compile(self, act: DigestAct) -> DigestMade:
        """Write the digest of an organisation for a week, and first those of the weeks before that were missed.

        Whose training runs out is asked for in the same look.
        """
        async with self._database.tenant(act.organisation_id, act.now) as session:
            await digests.hold(session, act.organisation_id)
            weeks = _missing(await digests.last_week(session, act.organisation_id), act.week_on)
            for week_on in weeks:
                await _compile(session, act, week_on)
        async with self._database.tenant(act.organisation_id, act.now) as session:
            await ask_to_renew(session, act.now)
        return DigestMade(written=len(weeks))

    @activity.defn(name=names.DIGEST_TELL)
    async def tell(self, act: DigestAct) -> DigestTold:
        """Say by e-mail that the digest of a week is there, to the responsible person and whoever is first on the rota.

        Raises MAIL_AWAY to be retried. A crash in the middle says it again, with the same Message-ID.
        """
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await digests.find(session, act.organisation_id, act.week_on)
            if row is None or row.told_at is not None:
                return DigestTold(told=row.told if row is not None else 0)
            organisation = await session.get_one(Organisation, act.organisation_id)
            mails = [self._mail_to(each, row, organisation, act.now) for each in await _readers(session, act.now)]
        told = sum([await self._handed_over(mail) for mail in mails])
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await digests.find(session, act.organisation_id, act.week_on)
            assert row is not None
            row.told, row.told_at = told, act.now
        return DigestTold(told=told)

    def _mail_to(self, address: Person, row: SeniorDigest, organisation: Organisation, now: datetime) -> OutgoingMail:
        sender = organisation.sender_email or self._sender
        week = f"{row.week_on.day} {row.week_on:%B %Y}"
        breaches, escalations = row.figures["breaches"], row.figures["escalations"]
        quiet = not (breaches["total"] or escalations["opened"] or escalations["stillAsking"])
        return OutgoingMail(
            message_id=message_id(uuid5(row.id, f"told/{address.id}"), sender),
            sender=sender,
            sender_name=organisation.name,
            recipient=address.email or "",
            subject=_SUBJECT.format(week=week),
            body=_WORDS.format(
                week=week,
                breaches=breaches["total"],
                opened=escalations["opened"],
                asking=escalations["stillAsking"],
                close=_QUIET if quiet else _READ,
            ),
            dated=now,
            automatic=True,
        )

    async def _handed_over(self, mail: OutgoingMail) -> bool:
        try:
            await self._mail.send(mail)
        except Undeliverable:
            return False
        except MailUnavailable as fault:
            raise ApplicationError(fault.code, type=MAIL_AWAY) from None
        return True


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _missing(last: date | None, week_on: date) -> list[date]:
    """Return the weeks to compile, the oldest first: none twice, and none left out since the last there is."""
    if last is None:
        return [week_on]
    weeks = (week_on - last).days // _WEEK.days
    return [week_on - _WEEK * back for back in range(min(weeks, _MOST_MISSED) - 1, -1, -1)]


async def _compile(session: AsyncSession, act: DigestAct, week_on: date) -> None:
    first, end = at_local(week_on, time(0)), at_local(week_on + _WEEK, time(0))
    items = await digests.waiting(session, act.organisation_id, end)
    row = SeniorDigest(
        id=uuid5(act.organisation_id, f"senior_digest/{week_on}"),
        organisation_id=act.organisation_id,
        week_on=week_on,
        compiled_at=act.now,
        late=act.now > at_local(week_on + _WEEK, _IN_TIME),
        figures={
            "breaches": digests.of_breaches(items),
            "escalations": await digests.of_escalations(session, act.organisation_id, first, end),
        },
    )
    session.add(row)
    await session.flush()
    for item in items:
        item.digest_id = row.id


async def _readers(session: AsyncSession, now: datetime) -> list[Person]:
    """Return who is told: the responsible person or who stands in, and whoever is first on the rota of that day."""
    on = local_date(now)
    people: dict[UUID, Person] = {}
    if (responsible := await stands_in(session, "responsible_person", on)) is not None:
        people[responsible.id] = responsible
    for entry in [each for each in await rota.on(session, on) if each.place == 1 and each.hours != "out"][:1]:
        person = await session.get(Person, entry.person_id)
        if person is not None and person.active:
            people[person.id] = person
    return [person for person in people.values() if person.email is not None]
