"""Which cases the returns KO41a and KO41b count, and as what: conditions over the facts, for report_ko41.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Label, Subquery, and_, case, false, func, literal, or_, select, tuple_
from sqlalchemy.sql.functions import coalesce

from db.models.report_facts import ReportCase
from db.queries.report_scope import Scope, known

# What stands for a code where nothing is coded.
UNCODED: Final = ""
Single = Literal["age_band", "complainant_status", "service_area"]
SINGLE: Final[tuple[Single, ...]] = ("age_band", "complainant_status", "service_area")
Part = Single | Literal["clinical", "subject", "profession"]
CLINICAL: Final = "clinical_treatment"
# The columns of the summary, and what is told beside it.
STATES: Final = (
    "brought",
    "new",
    "upheld",
    "partially_upheld",
    "not_upheld",
    "resolved",
    "carried",
    "unfound",
    "unfinished",
    "reopened",
)
_UPHELD, _PARTIALLY, _NOT_UPHELD = "upheld", "partially_upheld", "not_upheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """By which rules a return counts.

    `outcomes` says what an outcome (procedure, version, code) is called in the return. `never` are the stages in
    which a complaint ended that is not counted; `unfinished` those in which one ended that is not counted unless it
    had come to something by then, or was returned as new before. Of primary care are the service areas `primary`, and
    what has no service area at a site, or an organisation, whose code reads as `practice`; `ours` says whether these
    are counted or all the others. `parts` are matters that count only if they came to an outcome.
    """

    outcomes: tuple[tuple[str, int, str, str], ...]
    never: tuple[str, ...]
    primary: tuple[str, ...]
    practice: str
    ours: bool
    matters: tuple[str, ...]
    parts: tuple[str, ...]
    organisation_code: str
    unfinished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The codes of a section, and the one that every other code is put to; none: such are put nowhere."""

    codes: tuple[str, ...]
    other: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """A complaint has, in a section, one of some codes, or one not among them. The empty code is that of none."""

    name: Part | Literal["site"]
    codes: tuple[str, ...]
    among: bool = True


def in_state(name: str, scope: Scope, counting: Counting) -> ColumnElement[bool]:
    """Return what makes a complaint one of a column of the summary."""
    received, on = ReportCase.received_on, _resolved_on()
    ended_here = on.between(scope.first_on, scope.last_on)
    if name == "reopened":
        return and_(ReportCase.reopened, received.between(scope.first_on, scope.last_on))
    if name == "unfinished":
        return and_(~ReportCase.reopened, _unfinished(scope, counting))
    own: dict[str, ColumnElement[bool]] = {
        "brought": and_(received < scope.first_on, or_(on.is_(None), on >= scope.first_on)),
        "new": received.between(scope.first_on, scope.last_on),
        "resolved": ended_here,
        "carried": and_(received <= scope.last_on, or_(on.is_(None), on > scope.last_on)),
        "unfound": and_(ended_here, _found(counting).is_(None)),
        _UPHELD: and_(ended_here, _outcome(counting) == _UPHELD),
        _PARTIALLY: and_(ended_here, _outcome(counting) == _PARTIALLY),
        _NOT_UPHELD: and_(ended_here, _outcome(counting) == _NOT_UPHELD),
    }
    return and_(~ReportCase.reopened, ~_unfinished(scope, counting), own[name])


def counted(scope: Scope, counting: Counting) -> ColumnElement[bool]:
    """Return what makes a case one of the return's at all, of those that were received by the end of it."""
    came_to = or_(ReportCase.ended_as.is_(None), _found(counting).is_not(None))
    area = ReportCase.service_area
    place = coalesce(ReportCase.site, literal(counting.organisation_code))
    primary = or_(
        area.in_(counting.primary),
        and_(area.is_(None), place.regexp_match(f"^{counting.practice}$")),
    )
    return and_(
        known(scope, ReportCase),
        ReportCase.received_on <= scope.last_on,
        or_(
            ReportCase.matter.in_(counting.matters),
            and_(ReportCase.matter.in_(counting.parts), came_to),
        ),
        or_(ReportCase.ended_as.is_(None), ReportCase.ended_as.not_in(counting.never)),
        coalesce(primary, literal(False)) == literal(counting.ours),
    )


def _unfinished(scope: Scope, counting: Counting) -> ColumnElement[bool]:
    """Return what makes a case one that came and went within these days without an answer or a finding."""
    if not counting.unfinished:
        return false()
    within = and_(
        ReportCase.ended_as.in_(counting.unfinished),
        ReportCase.received_on >= scope.first_on,
        ReportCase.ended_on <= scope.last_on,
        _answered_on().is_(None),
        _found(counting).is_(None),
    )
    return coalesce(within, literal(False))


def _resolved_on() -> ColumnElement[Any]:
    """Return the day of the answer, else of the end."""
    return coalesce(_answered_on(), ReportCase.ended_on)


def _answered_on() -> ColumnElement[Any]:
    """Return the day of the response, else of the early resolution."""
    early = case((ReportCase.satisfied.is_(True), ReportCase.resolved_on))
    return coalesce(ReportCase.responded_on, early)


def _found(counting: Counting) -> ColumnElement[Any]:
    """Return what a complaint was found to be, in the words of the return; none where nothing was found."""
    named = tuple_(ReportCase.procedure, ReportCase.procedure_version, ReportCase.outcome)
    mapped = [
        (named.in_([each[:3] for each in counting.outcomes if each[3] == word]), word)
        for word in (_UPHELD, _PARTIALLY, _NOT_UPHELD)
        if any(each[3] == word for each in counting.outcomes)
    ]
    some = ReportCase.upheld + ReportCase.partly_upheld
    return case(
        *mapped,
        (and_(ReportCase.upheld > 0, ReportCase.partly_upheld + ReportCase.not_upheld == 0), _UPHELD),
        (some > 0, _PARTIALLY),
        (ReportCase.not_upheld > 0, _NOT_UPHELD),
    )


def _outcome(counting: Counting) -> ColumnElement[Any]:
    """Return what a complaint counts as: without a finding, as one for which no evidence was found."""
    return coalesce(_found(counting), literal(_NOT_UPHELD))


def site_of() -> ColumnElement[Any]:
    """Return the site of a case; the empty code where none is coded."""
    return coalesce(ReportCase.site, literal(UNCODED))


def code_of(name: Single) -> ColumnElement[Any]:
    """Return the code of a case in a section that has one for each; the empty code where none is."""
    return coalesce(getattr(ReportCase, name), literal(UNCODED))


def themes_of(scope: Scope, counting: Counting) -> Subquery:
    """Return a row for each theme of each new complaint: subject and sub-subject, empty codes where it has none."""
    theme = _each_theme()
    return (
        select(site_of().label("site"), ReportCase.complaint_id, _subject(theme), _sub(theme))
        .select_from(ReportCase)
        .join(theme, literal(True))
        .where(counted(scope, counting), in_state("new", scope, counting))
        .subquery()
    )


def professions_of(scope: Scope, counting: Counting) -> Subquery:
    """Return a row for each profession of each new complaint; one with the empty code where it has none."""
    profession = _each_profession()
    return (
        select(site_of().label("site"), ReportCase.complaint_id, profession.c.code)
        .select_from(ReportCase)
        .join(profession, literal(True))
        .where(counted(scope, counting), in_state("new", scope, counting))
        .subquery()
    )


def _each_theme() -> Any:
    return _each(ReportCase.themes, "theme")


def _each_profession() -> Any:
    """Return the professions of the subjects, with that of the complaint as a whole."""
    several = func.array_append(ReportCase.professions, ReportCase.profession)
    return _each(func.array_remove(several, None), "profession")


def _each(several: Any, name: str) -> Any:
    """Return a row for each of several codes; one with the empty code where there are none."""
    at_least_one = case((func.cardinality(several) == 0, func.array_append(several, UNCODED)), else_=several)
    return func.unnest(at_least_one).table_valued("code").render_derived(name=name)


def _subject(theme: Any) -> Label[Any]:
    return func.split_part(theme.c.code, ".", 1).label("subject")


def _sub(theme: Any) -> Label[Any]:
    return func.split_part(theme.c.code, ".", 2).label("sub")


def listed_as(code: ColumnElement[Any], listed: Listed) -> ColumnElement[Any]:
    """Return the row of a section that a code is counted in; what is not coded stays that."""
    return case((code.in_((*listed.codes, UNCODED)), code), else_=literal(listed.other))


def has_of(has: Has) -> ColumnElement[bool]:
    """Return what makes a case have what a cell is about."""
    if has.name == "site":
        return _among(site_of(), has)
    if has.name in SINGLE:
        return _among(code_of(has.name), has)
    if has.name == "profession":
        each, wanted = (profession := _each_profession()), _among(profession.c.code, has)
    else:
        each = _each_theme()
        subject = _subject(each).element
        among = _among(subject if has.name == "subject" else _sub(each).element, has)
        wanted = among if has.name == "subject" else and_(subject == CLINICAL, among)
    return select(literal(1)).select_from(each).where(wanted).correlate(ReportCase).exists()


def _among(code: ColumnElement[Any], has: Has) -> ColumnElement[bool]:
    return code.in_(has.codes) if has.among else code.not_in(has.codes)
