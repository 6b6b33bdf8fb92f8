"""A year of the complaints of a nation, made by SQL as facts: what reports read, not the chains they are read from.

The proportions are published ones (NHS England, 2024-25): 256,777 complaints, of them 113,780 about hospitals and
community services with about 25 in 100 fully upheld, and 142,997 about primary care with 30.3. What is not published
is a guess, and said to be one beside it.
"""

from __future__ import annotations

from datetime import date, datetime
from string import Template
from typing import Any, Final
from uuid import UUID

import psycopg

Connection = psycopg.Connection[Any]

NATION: Final = 256_777
FIRST, LAST = date(2024, 4, 1), date(2025, 3, 31)
# So much is still open from the year before: a guess, of a quarter that takes longer than three months.
BEFORE: Final = 0.2
_SECONDARY: Final = 113_780 / 256_777
_TRUSTS, _PRACTICES, _PEOPLE, _DIVISIONS = 217, 6300, 2000, 6

# Months of receipt: weights of the twelve, April first (a guess: fewer in August and December).
_MONTHS: Final = "array[8.2,8.5,8.1,8.8,7.6,8.4,9.0,8.5,7.0,8.9,8.3,8.7]::numeric[]"
_SUBJECTS: Final = (
    "array['clinical_treatment','communications','values_behaviours','appointments','patient_care','administration',"
    "'access_to_treatment','waiting_times','prescribing','admission_discharge_transfer','facilities','other']"
)
_SPECIALTIES: Final = "array['ct_surgery','ct_general_medicine','ct_accident_emergency','ct_dental','ct_psychiatry']"
_AGES: Final = (
    "array['age_0_5','age_6_17','age_18_25','age_26_55','age_26_55','age_26_55','age_56_64','age_65_74','age_75_over',"
    "'age_unknown']"
)

# A rank drawn by a power of a uniform number: the first is far more frequent than the last, as in any such list.
_MADE: Final = f"""
create temp table month as
    select m, sum(w) over (order by m) / sum(w) over () as upto, (sum(w) over (order by m) - w) / sum(w) over () as past
    from unnest({_MONTHS}) with ordinality x (w, m);
create temp table drawn as
    select n, n > $count as before, random() as a, random() as b, random() as c, random() as d, random() as e,
           random() as f, random() as g, random() as h
    from generate_series(1, $all::int) n;
create temp table made as
    select n, before, md5('case' || n)::uuid as id, md5('nation' || n % $bodies)::uuid as org, a < {_SECONDARY} as hchs,
           case when before then date '$first' - 1 - floor(120 * b)::int
                else (date '$first' + make_interval(months => m.m::int - 1))::date + least(27 + (n % 4 > 0)::int,
                     floor(30 * (b - past) / (upto - past))::int) end as received_on,
           c, d, e, f, g, h,
           floor(30 + 110 * e + 60 * power(f, 6))::int as days,
           floor({_TRUSTS} * power(c, 1.6))::int as trust, floor({_PRACTICES} * c)::int as practice
    from drawn join month m on b >= past and b < upto;
alter table made add answered_on date, add outcome varchar, add site varchar, add area varchar, add themes varchar[],
    add professions varchar[], add state varchar;
update made set answered_on = case when h < 0.93 then received_on + days end,
    state = case when h < 0.03 then 'withdrawn' when h < 0.10 then 'resolved' else 'responded' end,
    outcome = case when d < (case when hchs then 0.25 else 0.303 end) then 'upheld'
                   when d < (case when hchs then 0.62 else 0.55 end) then 'partially_upheld' else 'not_upheld' end,
    site = case when hchs then 'R' || lpad(upper(to_hex(trust)), 2, '0') || '01'
                else chr(65 + practice % 25) || lpad((80000 + practice)::text, 5, '0') end,
    area = case when hchs then (array['inpatient','outpatient','accident_emergency','maternity','mental_health',
                                      'community','ambulance'])[1 + floor(7 * power(f, 1.5))::int]
                when g < 0.82 then 'general_practice' else 'dental_practice' end,
    themes = (select array_agg(distinct s.theme) from (
        select case when t = 'clinical_treatment' and hchs
                    then t || '.' || ({_SPECIALTIES})[1 + (n + k) % 5] else t end as theme
        from (select k, ({_SUBJECTS})[1 + floor(12 * power(abs(sin(n * k)), 2))::int % 12] as t
              from generate_series(1, 1 + n % 2) k) x) s),
    professions = array[(array['medical','nursing','administration','scientific_therapeutic_technical','dental'])
                        [1 + floor(5 * power(g, 1.7))::int]]::varchar[];
update made set answered_on = greatest(answered_on, date '$first' + n % 60) where before and answered_on is not null;
update made set answered_on = null where answered_on > date '$last';
"""

_OFFICE: Final = f"""
insert into organisation (id, code, name, regime, nation, reference_prefix)
    select md5('nation' || o)::uuid, 'N' || o, 'Nation ' || o, 'nhs', 'england', 'N' || o
    from generate_series(0, $bodies - 1) o;
insert into unit (id, organisation_id, kind, code, name, division_id, active)
    select md5('division' || o || '/' || d)::uuid, md5('nation' || o)::uuid, 'division', 'd' || d, 'Division ' || d,
           null, true
    from generate_series(0, $bodies - 1) o, generate_series(0, {_DIVISIONS - 1}) d;
insert into complaint (id, organisation_id, reference, regime, nation, procedure, procedure_version, stage, open,
        version, channel, received_on, logged_at, stop_contact, hold, event_seq, event_head)
    select id, org, 'N-' || lpad(upper(to_hex(n)), 8, '0') || '-0', 'nhs', 'england', 'nhs-england-2009', 2,
           case when answered_on is null then 'closer_look' else 'closed' end, answered_on is null, 5, 'written',
           received_on, received_on::timestamptz, false, false, 5, ''
    from made;
"""

# Five versions of what is known of each: logged, acknowledged, coded, looked at closely, answered.
_CASES: Final = f"""
insert into report_case (id, organisation_id, complaint_id, seq, known_us, until_us, matter, source, channel, procedure,
        procedure_version, received_on, logged_on, imported, reopened, acknowledged_on, resolved_on, satisfied,
        closer_look_on, responded_on, ended_on, ended_as, outcome, upheld, partly_upheld, not_upheld, severity,
        owner_id, division_id, age_band, complainant_status, site, service_area, themes, professions, death, joint)
    select gen_random_uuid(), org, id, v.seq, us(v.on), coalesce(us(v.next), $forever), 'complaint',
           case when f < 0.8 then 'person' when f < 0.95 then 'representative' else 'mp' end,
           case when e < 0.7 then 'email' else 'written' end, 'nhs-england-2009', 2, received_on, received_on, false,
           g < 0.04, case when v.seq > 1 then received_on + 2 + (c > 0.95)::int * 3 end,
           case when v.seq > 4 and state = 'resolved' then answered_on end,
           case when v.seq > 4 and state = 'resolved' then true end, case when v.seq > 3 then received_on + 15 end,
           case when v.seq > 4 and state = 'responded' then answered_on end, case when v.seq > 4 then answered_on end,
           case when v.seq > 4 then case when state = 'withdrawn' then 'withdrawn' else 'closed' end end,
           case when v.seq > 4 and state = 'responded' then outcome end,
           case when v.seq > 4 and state = 'responded' and outcome = 'upheld' then 1 + n % 2 else 0 end,
           case when v.seq > 4 and state = 'responded' and outcome = 'partially_upheld' then 1 else 0 end,
           case when v.seq > 4 and state = 'responded' and outcome <> 'upheld' then 1 else 0 end,
           (array['routine','routine','elevated','serious'])[1 + floor(4 * power(d, 3))::int],
           md5('person' || n % {_PEOPLE})::uuid, md5('division' || n % $bodies || '/' || trust % {_DIVISIONS})::uuid,
           case when v.seq > 2 then ({_AGES})[1 + floor(10 * f)::int] end,
           case when v.seq > 2 then (array['patient','parent','carer','relative','unknown'])[1 + floor(5 * e)::int] end,
           case when v.seq > 2 then site end, case when v.seq > 2 then area end,
           case when v.seq > 2 then themes else '{{}}' end, case when v.seq > 2 then professions else '{{}}' end,
           d < 0.03, false
    from made cross join lateral (values (1, received_on, received_on + 2), (2, received_on + 2, received_on + 5),
        (3, received_on + 5, received_on + 15), (4, received_on + 15, answered_on), (5, answered_on, null)
    ) v (seq, "on", next) where v."on" is not null;
"""

_BESIDE: Final = """
insert into report_clock (id, organisation_id, complaint_id, clock_id, generation, known_us, kind, effect, started_on,
        due_on, met_on, in_time)
    select gen_random_uuid(), org, id, gen_random_uuid(), 1, us(v.due), v.kind, v.effect, received_on, v.due, v.met,
           v.met is not null and v.met <= v.due
    from made cross join lateral (values
        ('acknowledgement', 'statutory', received_on + 5, received_on + 2 + (c > 0.95)::int * 5),
        ('response_period', 'promise', received_on + 60, answered_on),
        ('next_update', 'promise', received_on + 30, received_on + 25 + (e > 0.8)::int * 9)
    ) v (kind, effect, due, met);
insert into report_item (id, organisation_id, complaint_id, item_id, kind, part, state, known_us, "on", due_on, done_on,
        code, second, number, flag)
    select gen_random_uuid(), org, id, gen_random_uuid(), v.kind, null, v.state, us(v.on), v.on, v.due, v.done,
           v.code, v.second, v.number, v.flag
    from made cross join lateral (values
        ('finding', state = 'responded', 'found', answered_on, null::date, null::date, outcome, null, null::numeric,
         null::bool),
        ('learning', d < 0.5, 'learned', answered_on, null, null, themes[1], site, null, true),
        ('action', d < 0.4, case when e < 0.7 then 'done' else 'open' end, answered_on, answered_on + 60,
         case when e < 0.7 then answered_on + 20 + floor(60 * f)::int end, 'learning', themes[1], 0, f < 0.6),
        ('remedy', g < 0.15, 'offered', answered_on, null, null, 'apology', null, 0, null),
        ('experience', true, case when h < 0.25 then 'answered' else 'asked' end, answered_on, null,
         case when h < 0.25 then answered_on + 9 end, 'party', 'my_expectations', null, null),
        ('escalation', d < 0.03, 'ended', received_on + 1, null, received_on + 9, 'death/senior', null,
         30 + floor(200 * f), null)
    ) v (kind, drawn, state, "on", due, done, code, second, number, flag) where v.drawn and v."on" is not null;
"""


def organisation(n: int, connection: Connection) -> UUID:
    """Return the id of one of the organisations of a year."""
    row = connection.execute("select md5('nation' || %s::int)::uuid", (n,)).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def fill(connection: Connection, count: int, bodies: int = 1) -> None:
    """Make a year of so many new complaints, of one organisation or of several, as the superuser."""
    given: dict[str, object] = {"count": count, "all": round(count * (1 + BEFORE)), "bodies": bodies}
    given |= {"forever": 2**63 - 1, "first": FIRST.isoformat(), "last": LAST.isoformat()}
    for setting in ("session_replication_role = replica", "synchronous_commit = off", "maintenance_work_mem = '512MB'"):
        connection.execute(f"set {setting}".encode())
    connection.execute("select setseed(0.42)")
    connection.execute(
        "create function pg_temp.us(date) returns bigint language sql immutable as"
        " $$ select ($1 - date '1970-01-01') * 86400000000::bigint + 43200000000 $$"
    )
    indexes = _without_indexes(connection)
    for statements in (_MADE, _OFFICE, _CASES, _BESIDE):
        for statement in statements.strip().rstrip(";").split(";\n"):
            text = Template(statement).substitute(given).replace("us(", "pg_temp.us(")
            connection.execute(text.encode())
    for index in indexes:
        connection.execute(index.encode())
    connection.execute("vacuum analyze")


def known_after(year_end: date = LAST) -> datetime:
    """Return an instant at which the whole year was known."""
    return datetime.fromisoformat(f"{year_end.isoformat()}T23:00:00+00:00")


def _without_indexes(connection: Connection) -> list[str]:
    """Drop the indexes that no constraint needs; return what makes them again."""
    rows = connection.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i"
        " where indrelid::regclass::text in ('complaint', 'report_case', 'report_clock', 'report_item')"
        " and not exists (select 1 from pg_constraint where conindid = indexrelid)"
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"drop index {name}".encode())
    return [str(definition) for _, definition in rows]
