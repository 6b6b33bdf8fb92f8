"""The equalities of KO41: which they are, and that each can be broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.reporting.ko41 import TEXTS, Part, Returned, Summary, broken, checks, merged

SUMMARY = Summary(brought=3, new=4, upheld=1, partially_upheld=1, not_upheld=3, resolved=5, carried=2)
PARTS: dict[Part, dict[str, int]] = {
    "age_band": {"young": 1, "old": 3},
    "complainant_status": {"patient": 4},
    "service_area": {"ward": 5},
    "subject": {"care": 4, "other": 2},
    "profession": {"nursing": 4},
}


def a_site(site: str | None = "RA101", summary: Summary = SUMMARY, **parts: dict[str, int]) -> Returned:
    return Returned(site=site, summary=summary, parts={**PARTS, **parts})  # type: ignore[dict-item]


def test_a_sound_return_breaks_nothing() -> None:
    found = checks(a_site(None), [a_site()])
    assert broken(found) == ()
    assert {check.code for check in found} == set(TEXTS)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (a_site(summary=replace(SUMMARY, upheld=2)), "resolved"),
        (a_site(summary=replace(SUMMARY, carried=3)), "carried"),
        (a_site(age_band={"young": 1, "old": 4}), "age_band"),
        (a_site(age_band={"young": 3}), "age_band"),
        (a_site(complainant_status={"patient": 3}), "complainant_status"),
        (a_site(service_area={"ward": 3}), "service_area"),
        (a_site(subject={"care": 3}), "subject"),
        (a_site(profession={}), "profession"),
    ],
)
def test_each_equality_of_a_site_can_be_broken_alone(changed: Returned, code: str) -> None:
    assert [(check.code, check.site) for check in broken(checks(a_site(None), [changed]))] == [(code, "RA101")]


def test_more_is_resolved_than_there_was_and_it_is_told_as_less_than_nought() -> None:
    impossible = replace(SUMMARY, not_upheld=7, resolved=9, carried=-2)
    found = broken(checks(a_site(None), [a_site(summary=impossible)]))
    assert [check.code for check in found] == ["not_negative", "one_site_resolved"]


def test_a_complaint_at_two_sites_is_found_out() -> None:
    found = broken(checks(a_site(None), [a_site(), a_site("RA102")]))
    assert [(check.code, check.left, check.right) for check in found] == [
        ("one_site", 8, 4),
        ("one_site_resolved", 10, 5),
    ]


def test_what_no_list_has_goes_to_its_own_code_for_that_or_is_left_out() -> None:
    counts = {"": 2, "nursing": 1, "wizard": 4, "other": 1}
    assert merged(counts, ("medical", "nursing", "other"), "other") == {"medical": 0, "nursing": 1, "other": 7}
    assert merged(counts, ("medical", "nursing"), None) == {"medical": 0, "nursing": 1}
