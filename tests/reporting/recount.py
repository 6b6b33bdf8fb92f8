"""Counts a return KO41a or KO41b anew from the case tables, in SQL of its own: nothing here is shared with the report.

Only as things stand, for the case tables do not say what was known when. The rules are written out a second time.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

_LISTS: Final = Path(__file__).parents[2] / "policies" / "codes" / "ko41_2025.toml"
_UNKNOWN: Final = {
    "age_band": "age_unknown",
    "complainant_status": "unknown",
    "service_area": "other",
    "subject": "other",
    "profession": "other",
}

# Each case once, with its place, its day of an answer and what was found: the highest version of each issue's finding.
_CASES: Final = """
with answered as (
    select c.id,
           coalesce(
               (select max(d.issued_on) from response_draft d where d.complaint_id = c.id),
               (select max(k.met_on) from clock k where k.complaint_id = c.id and k.kind = 'relevant_period'
                   and not exists (select 1 from resolution_attempt a
                                   where a.complaint_id = c.id and a.result = 'satisfied')),
               (select max(a.ended_on) from resolution_attempt a
                where a.complaint_id = c.id and a.result = 'satisfied'),
               (c.closed_at at time zone 'Europe/London')::date) as answered_on,
           case when c.stage in ('withdrawn', 'ended_on_death')
                     and not exists (select 1 from response_draft d
                                     where d.complaint_id = c.id and d.issued_on is not null)
                     and not exists (select 1 from clock k where k.complaint_id = c.id and k.kind = 'relevant_period'
                                     and k.met_on is not null)
                     and not exists (select 1 from resolution_attempt a
                                     where a.complaint_id = c.id and a.result = 'satisfied')
                then (c.closed_at at time zone 'Europe/London')::date end as given_up_on
    from complaint c
), weighed as (
    select f.complaint_id, bool_or(f.outcome = 'upheld') as up, bool_or(f.outcome = 'partially_upheld') as part,
           bool_or(f.outcome = 'not_upheld') as down
    from (select distinct on (issue_id) complaint_id, outcome from finding
          where issue_id not in (select id from issue where state = 'taken_back') order by issue_id, version desc) f
    group by f.complaint_id
)
select c.id, coalesce(k.site, '') as site, c.received_on, a.answered_on, a.given_up_on,
       c.reopened_from is not null as reopened,
       coalesce(
           case when c.outcome in ('upheld', 'partially_upheld', 'not_upheld')
                then c.outcome end,
           case when w.up and not w.part and not w.down then 'upheld' when w.up or w.part then 'partially_upheld'
                when w.down then 'not_upheld' end) as found,
       k.age_band, k.complainant_status, k.service_area, k.profession
from complaint c
join answered a on a.id = c.id
left join coding k on k.complaint_id = c.id
left join weighed w on w.complaint_id = c.id
join organisation o on o.id = c.organisation_id
where c.organisation_id = %(organisation)s and c.received_on <= %(last)s
  and c.stage not in ('exempt', 'not_accepted', 'transferred', 'opened_in_error')
  and (c.matter = 'complaint' or c.matter = 'contribution' and (
       c.open or c.outcome in ('upheld', 'partially_upheld', 'not_upheld') or w.complaint_id is not null))
  and %(primary)s = case when k.service_area is null then coalesce(k.site, o.code) ~ '^[A-Z][0-9]{5}$'
      else k.service_area in ('general_practice', 'dental_practice', 'pharmacy', 'optometry') end
"""
_SUBJECTS: Final = """
select complaint_id, subject, sub_subject from coded_subject where replaced_by is null and organisation_id = %(o)s
union select complaint_id, subject, null from issue where subject is not null and state <> 'taken_back'
      and organisation_id = %(o)s
      and not exists (select 1 from coded_subject s where s.issue_id = issue.id and s.replaced_by is null)
"""
_PROFESSIONS: Final = """
select complaint_id, profession from coded_subject
where replaced_by is null and profession is not null and organisation_id = %(o)s
union select complaint_id, profession from coding where profession is not null and organisation_id = %(o)s
"""


@dataclass(slots=True)
class Recount:
    """What one site returns, or all: the summary by column, and each section by code."""

    summary: Counter[str] = field(default_factory=Counter)
    parts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def recount(
    connection: psycopg.Connection[Any],
    organisation: UUID,
    first: date,
    last: date,
    *,
    primary: bool = False,
    rules: int = 1,
) -> dict[str | None, Recount]:
    """Count a return from the case tables by a version of its rules: by site, and of all sites under none."""
    cases = _rows(connection, _CASES, organisation=organisation, last=last, primary=primary)
    subjects, professions = defaultdict(set), defaultdict(set)
    for row in _rows(connection, _SUBJECTS, o=organisation):
        subjects[row["complaint_id"]].add((row["subject"], row["sub_subject"]))
    for row in _rows(connection, _PROFESSIONS, o=organisation):
        professions[row["complaint_id"]].add(row["profession"])
    found: dict[str | None, Recount] = defaultdict(Recount)
    for case in cases:
        given_up = rules > 1 and case["found"] is None and case["given_up_on"] is not None
        for each in (found[case["site"]], found[None]):
            if given_up and first <= case["received_on"] and case["given_up_on"] <= last:
                each.summary["unfinished"] += not case["reopened"]
                each.summary["reopened"] += case["reopened"]
                continue
            _take(each, case, first, last, subjects[case["id"]], professions[case["id"]])
    return found


def _take(
    to: Recount, case: dict[str, Any], first: date, last: date, subjects: set[tuple[str, str]], professions: set[str]
) -> None:
    received, answered = case["received_on"], case["answered_on"]
    if case["reopened"]:
        to.summary["reopened"] += received >= first
        return
    new = received >= first
    to.summary["new"] += new
    to.summary["brought"] += not new and (answered is None or answered >= first)
    to.summary["carried"] += answered is None or answered > last
    if answered is not None and first <= answered <= last:
        to.summary["resolved"] += 1
        to.summary[case["found"] or "not_upheld"] += 1
        to.summary["unfound"] += case["found"] is None
    if not new:
        return
    for name in ("age_band", "complainant_status", "service_area"):
        to.parts[name][_listed(name, case[name])] += 1
    for subject in {_listed("subject", subject) for subject, _ in subjects} or {_UNKNOWN["subject"]}:
        to.parts["subject"][subject] += 1
    for sub in {sub for subject, sub in subjects if subject == "clinical_treatment" and sub}:
        to.parts["clinical"][sub] += 1
    for profession in {_listed("profession", each) for each in professions} or {_UNKNOWN["profession"]}:
        to.parts["profession"][profession] += 1


def _listed(name: str, code: str | None) -> str:
    return code if code in _CODES[name] else _UNKNOWN[name]


def _codes() -> dict[str, set[str]]:
    lists = tomllib.loads(_LISTS.read_text(encoding="utf-8"))["lists"]
    return {each["field"]: {entry["code"] for entry in each["codes"]} for each in lists}


def _rows(connection: psycopg.Connection[Any], query: str, **given: object) -> list[dict[str, Any]]:
    cursor = connection.execute(query.encode(), given)
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_CODES: Final = _codes()
