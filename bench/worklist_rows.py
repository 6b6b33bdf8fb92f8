"""A million complaints made by SQL: no act is applied and no workflow runs, but the rows are such as acts leave.

One in twenty is open. Owners are few and uneven, words are frequent and rare as in any language, clocks run, run
out and were met. What no query of the worklist reads (proofs, histories, notices of the closed) is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from string import Template
from typing import Any, Final
from uuid import UUID

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

ORGANISATIONS: Final = 10
_PEOPLE: Final = 60
_TEAMS: Final = 8
_DIVISIONS: Final = 3
_NARRATIVES: Final = 20_000
_WORDS: Final = 6_000

# Told apart by number: `n` of a complaint gives its organisation, and with it its people and teams.
_OFFICE: Final = f"""
create temp table vocabulary as
    select n, (select string_agg(chr(97 + (('x' || substr(md5(n || '/' || i), 1, 6))::bit(24)::int % 26)), '')
               from generate_series(1, 4 + n % 6) i) || n % 7 as word
    from generate_series(0, {_WORDS - 1}) n;
insert into organisation (id, code, name, regime, nation, reference_prefix)
    select md5('org' || o)::uuid, 'B' || o, 'Body ' || o, 'nhs', 'england', 'B' || o
    from generate_series(0, {ORGANISATIONS - 1}) o;
insert into person (id, organisation_id, subject, name, active)
    select md5('person' || o || '/' || p)::uuid, md5('org' || o)::uuid, 'p' || p, 'Person ' || p, true
    from generate_series(0, {ORGANISATIONS - 1}) o, generate_series(0, {_PEOPLE - 1}) p;
insert into unit (id, organisation_id, kind, code, name, division_id, active)
    select md5('division' || o || '/' || d)::uuid, md5('org' || o)::uuid, 'division', 'd' || d, 'Division ' || d,
           null, true
    from generate_series(0, {ORGANISATIONS - 1}) o, generate_series(0, {_DIVISIONS - 1}) d;
insert into unit (id, organisation_id, kind, code, name, division_id, active)
    select md5('team' || o || '/' || t)::uuid, md5('org' || o)::uuid, 'team', 't' || t, 'Team ' || t,
           md5('division' || o || '/' || t % {_DIVISIONS})::uuid, true
    from generate_series(0, {ORGANISATIONS - 1}) o, generate_series(0, {_TEAMS - 1}) t;
insert into appointment (id, organisation_id, person_id, role, unit_id, starts_on)
    select gen_random_uuid(), md5('org' || o)::uuid, md5('person' || o || '/' || p)::uuid, 'member',
           md5('team' || o || '/' || p % {_TEAMS})::uuid, '2020-01-01'
    from generate_series(0, {ORGANISATIONS - 1}) o, generate_series(0, {_PEOPLE - 1}) p;
insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)
    select gen_random_uuid(), md5('org' || o)::uuid, md5('person' || o || '/' || p)::uuid, date '$now' - 3,
           date '$now' + 3, md5('person' || o || '/' || p + 1)::uuid, false
    from generate_series(0, {ORGANISATIONS - 1}) o, generate_series(0, {_PEOPLE - 2}, 10) p;
"""

# A twentieth is open; of those a thirtieth has no owner, and a fiftieth needs attention. The busiest of the sixty
# people has some forty times as much as the one with the least.
_COMPLAINTS: Final = f"""
create temp table dealt as
    select n, n % {ORGANISATIONS} as o, random() as open_draw, random() as owner_draw, random() as team_draw,
           floor({_PEOPLE} * power(random(), 2))::int as p, random() as draw
    from generate_series(1, $count::bigint) n;
create temp table made as
    select n, o, draw, uuidv7(make_interval(mins => -3 * ($count - n)::int)) as id, md5('org' || o)::uuid as org,
           open_draw < 0.05 as open, date '$now' - (($count - n) * 1800 / $count)::int as received_on,
           case when owner_draw < 0.033 then null else md5('person' || o || '/' || p)::uuid end as owner_id,
           case when team_draw < 0.5 then md5('team' || o || '/' || (n / 10) % {_TEAMS})::uuid end as team_id,
           case when team_draw > 0.7 then md5('division' || o || '/' || (n / 10) % {_DIVISIONS})::uuid end
               as division_id
    from dealt;
update made set received_on = date '$now' - (draw * 200)::int where open;
insert into complaint (id, organisation_id, reference, regime, nation, procedure, procedure_version, stage, open,
        version, owner_id, channel, received_on, logged_at, closed_at, next_event_at, waiting_on, attention,
        stop_contact, hold, team_id, division_id, event_seq, event_head)
    select id, org, upper(format('B%s-%s-%s', o, lpad(to_hex(n), 8, '0'), to_hex(n % 16))), 'nhs', 'england',
           'nhs-england-2009', 1,
           case when not open then 'closed' when draw < 0.2 then 'received' when draw < 0.4 then 'acknowledged'
                else 'closer_look' end,
           open, 9, owner_id, 'written', received_on, received_on::timestamptz,
           case when not open then timestamptz '$now' end,
           case when open then timestamptz '$now' + make_interval(mins => (random() * 40000)::int) end,
           'owner', case when open and draw > 0.98 then 'parked' end, false, false, team_id, division_id, 20, ''
    from made;
insert into complaint_words (complaint_id, organisation_id, summary, narrative)
    select id, org, 'Summary of complaint ' || n, repeat('Words of a complaint. ', 15) from made
    where open or n % 4 = 0;
"""

_CLOCKS: Final = """
insert into clock (id, organisation_id, complaint_id, kind, generation, effect, state, started_on, due_on, due_at,
        provisional, rungs, proof)
    select gen_random_uuid(), m.org, m.id, k.kind, 1, k.effect,
           case when m.open and (k.kind <> 'acknowledgement' or m.draw < 0.2) then 'running' else 'met' end,
           m.received_on, d.due_on, (d.due_on + 1)::timestamptz, false, '[]', '{}'
    from made m
    cross join (values ('acknowledgement', 'statutory'), ('relevant_period', 'statutory'),
                       ('response_period', 'promise'), ('next_update', 'promise')) k (kind, effect)
    cross join lateral (select case k.kind
        when 'acknowledgement' then date '$now' + (random() * 6 - 2)::int
        when 'relevant_period' then m.received_on + 183
        when 'response_period' then date '$now' + (random() * 60 - 6)::int
        else date '$now' + (random() * 20 - 2)::int end as due_on) d
    where m.open or k.kind in ('acknowledgement', 'relevant_period');
insert into task (id, organisation_id, complaint_id, kind, role, assignee_id, due_on, clock_id, act_id, state,
        raised_at)
    select gen_random_uuid(), c.organisation_id, c.complaint_id, 'reminder.' || c.kind, 'owner', m.owner_id, c.due_on,
           c.id, gen_random_uuid(), 'open', '$now'
    from clock c join made m on m.id = c.complaint_id where c.state = 'running' and c.due_on <= date '$now' + 3;
insert into task (id, organisation_id, complaint_id, kind, role, assignee_id, due_on, act_id, state, raised_at)
    select gen_random_uuid(), org, id, 'post_letter', 'owner', owner_id, date '$now' + 2, gen_random_uuid(),
           case when open then 'open' else 'done' end, '$now'
    from made where (open and draw < 0.1) or n % 5 = 0;
insert into notice (id, organisation_id, complaint_id, template, template_version, audience, channel, legal_ground,
        state, subject, body, act_id, drafted_at, journalled)
    select gen_random_uuid(), org, id, 'update', 1, 'complainant', 'email', '', 'draft', '', '', gen_random_uuid(),
           '$now', false
    from made where open and draw < 0.1;
"""

# The rank of a word in use is drawn so that the second is half as frequent as the first, and so on.
_SEARCH: Final = f"""
create temp table narrative as
    select g.n, setweight(to_tsvector('english', string_agg(v.word, ' ')), 'C') as words
    from generate_series(0, {_NARRATIVES - 1}) g (n)
    cross join lateral (select floor(power({_WORDS}, random()))::int - 1 as place
                        from generate_series(1, 45 + g.n * 0)) d
    join vocabulary v on v.n = d.place
    group by g.n;
create unique index on narrative (n);
insert into case_search (complaint_id, organisation_id, words)
    select m.id, m.org,
           format('''@%s'' ''#%s'':1A ''#%s'':2A ''surname%s'':3A ''forename%s'':4A', replace(m.org::text, '-', ''),
                  lower(c.reference), substring(lower(c.reference) from 4), m.n * 7919 % 5000,
                  m.n * 31 % 300)::tsvector || w.words
    from made m
    join complaint c on c.id = m.id
    join narrative w on w.n = m.n * 104729 % {_NARRATIVES};
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One organisation, and of whom and for what is asked this time."""

    organisation_id: UUID
    people: tuple[UUID, ...]
    teams: tuple[UUID, ...]
    divisions: tuple[UUID, ...]
    complaints: tuple[UUID, ...]
    references: tuple[str, ...]
    # The most frequent words, and some of those that few complaints have.
    common: tuple[str, ...]
    rare: tuple[str, ...]
    n: int = 0

    def turned(self, n: int) -> People:
        """Return the same with the next person, team and word."""
        return replace(self, n=n // ORGANISATIONS)

    @property
    def person(self) -> UUID:
        """Return whose turn it is."""
        return self.people[self.n % len(self.people)]


def fill(connection: Connection, count: int, now: datetime) -> list[People]:
    """Make so many complaints, as the superuser: with indexes left for last, and no foreign key looked up."""
    given = {"count": count, "now": now.isoformat()}
    for setting in ("session_replication_role = replica", "synchronous_commit = off", "maintenance_work_mem = '1GB'"):
        connection.execute(f"set {setting}".encode())
    connection.execute("select setseed(0.42)")
    indexes = _without_indexes(connection)
    for statements in (_OFFICE, _COMPLAINTS, _CLOCKS, _SEARCH):
        for statement in statements.strip().rstrip(";").split(";\n"):
            connection.execute(Template(statement).substitute(given).encode())
    for index in indexes:
        connection.execute(index.encode())
    connection.execute("vacuum analyze")
    return _people(connection)


def _without_indexes(connection: Connection) -> list[str]:
    """Drop the indexes that no constraint needs; return what makes them again."""
    rows = connection.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i"
        " where indrelid::regclass::text in ('complaint', 'complaint_words', 'clock', 'case_search', 'task')"
        " and not exists (select 1 from pg_constraint where conindid = indexrelid)"
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"drop index {name}".encode())
    return [str(definition) for _, definition in rows]


def _people(connection: Connection) -> list[People]:
    def column(query: str, *params: object) -> tuple[Any, ...]:
        return tuple(row[0] for row in connection.execute(query.encode(), params))

    words = column("select word from vocabulary order by n")
    return [
        People(
            organisation_id=organisation_id,
            people=column("select id from person where organisation_id = %s order by id", organisation_id),
            teams=column("select id from unit where kind = 'team' and organisation_id = %s", organisation_id),
            divisions=column("select id from unit where kind <> 'team' and organisation_id = %s", organisation_id),
            complaints=column(
                "select id from complaint where organisation_id = %s order by id limit 25", organisation_id
            ),
            references=column("select reference from complaint where organisation_id = %s limit 500", organisation_id),
            common=words[:5],
            rare=words[1500:1700],
        )
        for organisation_id in column("select id from organisation order by code")
    ]
