"""Opens a cell of a return KO41a or KO41b: finds the complaints that it counted."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.ko41_rules import KINDS, Rules, rules_of
from activities.reporting.titles import NONE
from db.models.organisation import Organisation
from db.queries import report_ko41
from db.queries.report_figures import Behind, NoFigure
from db.queries.report_ko41_counted import STATES, UNCODED, Has
from db.queries.report_scope import Scope
from policies.reporting.ko41 import Part

_SITE: Final = "site"


def is_ours(figure: str) -> bool:
    """Say whether a figure is one of a return's."""
    kind, _, state = figure.partition("_")
    return kind in KINDS and state in STATES


async def behind(
    session: AsyncSession,
    scope: Scope,
    version: int,
    figure: str,
    *,
    by: str | None = None,
    value: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Behind]:
    """Return the complaints that a cell of a return counted, in the order of their ids, those after one.

    `version` is that of the rules it was counted by. Raises NoFigure.
    """
    if not is_ours(figure):
        raise NoFigure(figure)
    kind, _, state = figure.partition("_")
    organisation = await session.get_one(Organisation, scope.organisation_id)
    rules = rules_of(kind, version, scope, organisation.code)
    has = () if by is None else tuple(_has(rules, by, value or ""))
    return await report_ko41.behind(session, scope, rules.counting, state, has, after=after, limit=limit)


def _has(rules: Rules, by: str, value: str) -> list[Has]:
    if by in ("uncoded", "unlisted"):
        part = _part(rules, value)
        return [Has(name=part, codes=(UNCODED,)) if by == "uncoded" else rules.not_listed(part)]
    if by == _SITE:
        return [_at(value)]
    first, _, name = by.partition(".")
    if first != _SITE or not name:
        return [_coded(rules, _part(rules, by), value)]
    # No code of a list has a dot; that of a site might.
    site, _, code = value.rpartition(".")
    return [_at(site), _coded(rules, _part(rules, name), code)]


def _at(site: str) -> Has:
    return Has(name="site", codes=(UNCODED if site == NONE else site,))


def _coded(rules: Rules, part: Part, code: str) -> Has:
    """Return what has a code of a section: under that for what is not known, all that no other code has."""
    if code == rules.other[part]:
        return Has(name=part, codes=tuple(each for each in rules.listed[part] if each != code), among=False)
    return Has(name=part, codes=(code,))


def _part(rules: Rules, name: str) -> Part:
    part = next((each for each in rules.parts if each == name), None)
    if part is None:
        raise NoFigure(name)
    return part
