"""Folds how a case is coded, what its issues are about, and what was found on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policies.outcomes import NOT_UPHELD, PARTIALLY, UPHELD
from policies.reporting.held_case import CODED, CaseFold
from policies.reporting.told import Row, Told

_FOUND: Final = {UPHELD: "upheld", PARTIALLY: "partly_upheld", NOT_UPHELD: "not_upheld"}


def _coded(fold: CaseFold, told: Told) -> None:
    data = told.data
    fold.put(**{name: data[name] for name in CODED if name in data})
    if "coded" in data:
        fold.mind["coded"] = _listed(data["coded"])
    if "professions" in data:
        fold.put(professions=_listed(data["professions"]))
    fold.put(place=_place(fold.row))
    _themes(fold)


def _issue(fold: CaseFold, told: Told) -> None:
    issue = fold.mind["issues"].setdefault(told.data["issue_id"], {"subject": None, "found": None, "gone": False})
    issue["subject"], issue["gone"] = told.data.get("subject") or issue["subject"], False
    _themes(fold)


def _issue_gone(fold: CaseFold, told: Told) -> None:
    if issue := fold.mind["issues"].get(told.data["issue_id"]):
        issue["gone"] = True
    _themes(fold)
    _findings(fold)


def _issue_back(fold: CaseFold, told: Told) -> None:
    if issue := fold.mind["issues"].get(told.data["issue_id"]):
        issue["gone"] = False
    _themes(fold)
    _findings(fold)


def _found(fold: CaseFold, told: Told) -> None:
    issue = fold.mind["issues"].setdefault(told.data["issue_id"], {"subject": None, "found": None, "gone": False})
    issue["found"] = told.data["outcome"]
    fold.looks_closer(told.on)
    _findings(fold)


def _findings(fold: CaseFold) -> None:
    found = [each["found"] for each in fold.mind["issues"].values() if not each["gone"]]
    fold.put(**{name: found.count(outcome) for outcome, name in _FOUND.items()})


def _themes(fold: CaseFold) -> None:
    """What the complaint is coded with, and what its issues are about; not again without a sub-subject."""
    coded = set(fold.mind["coded"])
    subjects = {each["subject"] for each in fold.mind["issues"].values() if each["subject"] and not each["gone"]}
    plain = {each for each in subjects if not any(theme.startswith(f"{each}.") for theme in coded)}
    fold.put(themes=sorted(coded | plain))


def _place(row: Row) -> str | None:
    """Return the site with its ward or service; None where neither is known."""
    within = row.get("ward") or row.get("service_area")
    return ".".join(each for each in (row.get("site"), within) if each) if within else None


def _listed(codes: str | None) -> list[str]:
    return sorted(set(codes.split(","))) if codes else []


HEARD: Final[Mapping[str, Callable[[CaseFold, Told], None]]] = {
    "coding.set": _coded,
    "issue.added": _issue,
    "issue.coded": _issue,
    "issue.taken_back": _issue_gone,
    "issue.taken_up": _issue_back,
    "finding.recorded": _found,
}
