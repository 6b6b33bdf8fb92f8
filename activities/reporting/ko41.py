"""Builds the returns KO41a and KO41b: counts them by their rules, and checks every equality that they must satisfy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.ko41_pages import Counts, document_of
from activities.reporting.ko41_rules import Rules, rules_of
from activities.reporting.titles import Titles
from db.queries import report_ko41
from db.queries.report_ko41 import Line
from db.queries.report_ko41_counted import UNCODED
from db.queries.report_scope import Scope
from policies.calendars import end_of_day
from policies.reporting.ko41 import Part, Returned, Summary, checks, merged
from reports.document import Document

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coded:
    """How many new complaints have each code of a section at each site; the empty code is that of none."""

    counts: Mapping[Part, Mapping[str, Counter[str]]]

    def of(self, part: Part, site: str) -> Mapping[str, int]:
        """Return the codes of a section at a site."""
        return self.counts[part].get(site, {})

    def whole(self, part: Part) -> Counter[str]:
        """Return the codes of a section at all sites: a complaint has one."""
        return sum(self.counts[part].values(), Counter())


async def build_ko41a(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
    """Build the return of hospital and community health services (SCCI2125)."""
    return await _build(session, scope, titles, "ko41a")


async def build_ko41b(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
    """Build the return of general practice and dentistry."""
    return await _build(session, scope, titles, "ko41b")


async def _build(session: AsyncSession, scope: Scope, titles: Titles, kind: str) -> Document:
    rules = rules_of(kind, titles.rules, scope, titles.organisation_code)
    return document_of(await _count(session, scope, rules), rules, scope, titles)


async def _count(session: AsyncSession, scope: Scope, rules: Rules) -> Counts:
    *of_sites, whole = await report_ko41.lines(session, scope, rules.counting)
    coded = await _coded(session, scope, rules)
    not_listed = {part: rules.not_listed(part) for part in rules.parts}
    sites = tuple(_returned(line, coded, rules) for line in of_sites if _shown(line))
    together = Returned(
        site=None,
        summary=_summary(whole),
        parts={part: _merged(coded.whole(part), part, rules) for part in rules.parts},
    )
    return Counts(
        whole=together,
        sites=sites,
        unfound=whole.unfound,
        unfinished=whole.unfinished,
        reopened=whole.reopened,
        carried_before=await _carried_before(session, scope, rules),
        uncoded={part: coded.whole(part)[UNCODED] for part in rules.parts},
        unlisted=await report_ko41.unlisted(session, scope, rules.counting, not_listed),
        unplaced=next((line.new for line in of_sites if line.site == UNCODED), 0),
        checks=checks(together, sites),
    )


async def _coded(session: AsyncSession, scope: Scope, rules: Rules) -> _Coded:
    counts: dict[Part, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for field, site, code, count in await report_ko41.by_code(session, scope, rules.counting):
        counts[field][site][code] += count
    themes = report_ko41.by_theme(session, scope, rules.counting, rules.rows("subject"), rules.rows("clinical"))
    for site, subject, sub, count in await themes:
        counts["subject" if sub is None else "clinical"][site][subject if sub is None else sub] += count
    for site, code, count in await report_ko41.by_profession(session, scope, rules.counting, rules.rows("profession")):
        counts["profession"][site][code] += count
    return _Coded(counts=counts)


async def _carried_before(session: AsyncSession, scope: Scope, rules: Rules) -> int:
    """Count what the year before carried forward, by what was known when it ended."""
    last_on: date = scope.first_on - _DAY
    before = replace(
        scope,
        first_on=last_on,
        last_on=last_on,
        known_until=min(scope.known_until, end_of_day(last_on)),
    )
    return await report_ko41.carried_at(session, before, rules.counting)


def _returned(line: Line, coded: _Coded, rules: Rules) -> Returned:
    site = line.site or UNCODED
    return Returned(
        site=site,
        summary=_summary(line),
        parts={part: _merged(coded.of(part, site), part, rules) for part in rules.parts},
    )


def _summary(line: Line) -> Summary:
    return Summary(
        brought=line.brought,
        new=line.new,
        upheld=line.upheld,
        partially_upheld=line.partially_upheld,
        not_upheld=line.not_upheld,
        resolved=line.resolved,
        carried=line.carried,
    )


def _merged(counts: Mapping[str, int], part: Part, rules: Rules) -> dict[str, int]:
    return merged(counts, rules.listed[part], rules.other[part])


def _shown(line: Line) -> bool:
    """Say whether a site has anything to return for the year: not one where all was over before it began."""
    return any((line.brought, line.new, line.resolved, line.carried))
