"""The rule sets of candour: read whole or not at all, honest about days, and who is told is decided by the record."""

from __future__ import annotations

from importlib.resources import files
from uuid import uuid4

import pytest

from contracts.failures import Refusal
from policies import duty_files
from policies.candour_files import CandourError, load_candour, parse_candour, rules_for, version_of
from policies.candouring import NoticeKind, Outside, Standing, may_be_told, owed, reached, relevant

_FILE = "england.v1.toml"


def _text() -> str:
    return (files("policies.candour") / _FILE).read_text(encoding="utf-8")


def test_every_nation_has_a_rule_set_and_none_gives_a_day_count_as_the_law_s() -> None:
    assert [rules_for(nation).code for nation in ("england", "wales", "scotland", "northern_ireland")] == [
        "england",
        "wales",
        "professional",
        "professional",
    ]
    for rules in load_candour():
        assert "the figure is the organisation's" in rules.no_day_count
        assert {each.kind for each in rules.notices} == set(NoticeKind)
        assert version_of(rules.code, rules.version) is rules
    with pytest.raises(LookupError):
        version_of("england", 9)


def test_where_a_regulation_does_count_days_the_clock_says_so_and_skips_no_closed_day_of_ours() -> None:
    rules = {rule.kind: rule for rule in duty_files.newest().clocks}
    written, explained = rules["candour_written"], rules["candour_explanation"]
    assert "reg 5 (Wales): within five working days" in written.legal_basis and written.amount == 5
    assert "30 working days" in explained.legal_basis
    assert {each.calendar.value for each in (written, explained)} == {"nation"}
    assert "within five working days" in rules_for("wales").no_day_count


def test_every_clock_of_candour_says_that_no_regulation_counts_its_days() -> None:
    found = [rule for rule in duty_files.newest().clocks if rule.kind.startswith("candour_")]
    assert len(found) == 6
    assert all("number of days" in rule.legal_basis for rule in found)
    assert {rule.kept_by for rule in found} == {"proceeding"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version = 1\n", "version = 2\n", "not named after england and version 2"),
        ('kind = "results"', 'kind = "written"', "more than once: written"),
        ('"enquiries", "apology", "representative"', '"sympathy", "apology", "representative"', "elements"),
        ('threshold = ["death"', 'threshold = ["sadness"', "threshold"),
        ('nation = "england"', 'nation = "france"', "nation"),
        ("mandatory = true\n", "mandatory = true\nsecret = 3\n", "secret"),
        ("version = 1\n", "version = ???\n", "Invalid"),
    ],
)
def test_a_malformed_rule_set_is_refused_with_its_name(old: str, new: str, why: str) -> None:
    assert old in _text()
    with pytest.raises(CandourError) as refused:
        parse_candour(_FILE, _text().replace(old, new, 1))
    assert _FILE in str(refused.value) and why in str(refused.value)


def test_only_harm_of_the_threshold_reaches_it() -> None:
    threshold = [each.value for each in rules_for("england").threshold]
    assert [reached(threshold, harm) for harm in ("none", "low")] == [None, None]
    for harm in ("moderate", "severe", "death", "prolonged_psychological"):
        assert reached(threshold, harm) == harm


def _somebody(role: str, *, died: bool = False, ground: str | None = None) -> Outside:
    return Outside(id=uuid4(), role=role, died=died, ground=ground)


@pytest.mark.parametrize(
    ("died", "ground", "told"),
    [
        (False, "child", None),
        (False, "lacks_capacity", None),
        (False, "asked", Refusal.CONTRADICTS_RECORD),
        (True, "died", None),
        (True, "asked", None),
    ],
)
def test_who_complains_for_another_is_told_where_they_act_lawfully_for_them(
    died: bool, ground: str, told: Refusal | None
) -> None:
    harmed = _somebody("affected", died=died)
    speaker = _somebody("complainant", ground=ground)
    assert may_be_told(speaker, harmed) is told
    expected = speaker.id if told is None else harmed.id
    assert relevant([harmed, speaker], harmed) == expected


def test_a_witness_is_never_told_for_the_dead_nor_the_dead_themselves() -> None:
    harmed = _somebody("affected", died=True)
    assert may_be_told(_somebody("witness"), harmed) is Refusal.CONTRADICTS_RECORD
    assert may_be_told(harmed, harmed) is Refusal.PERSON_HAS_DIED
    assert relevant([harmed, _somebody("witness")], harmed) is None


def test_nothing_is_owed_when_all_is_on_record_and_each_gap_has_its_code() -> None:
    whole = {"state": "results_told", "mandatory": True, "supported": True, "written": True, "told_or_tried": True}
    assert owed(Standing(**whole)) == ()  # type: ignore[arg-type]
    for gap, code in (("supported", "support"), ("written", "written"), ("told_or_tried", "in_person")):
        assert owed(Standing(**(whole | {gap: False}))) == (code,)  # type: ignore[arg-type]
    bare = {"state": "notifiable", "mandatory": False, "supported": False, "written": False, "told_or_tried": False}
    assert owed(Standing(**bare, open_enquiries=1, drafts=1)) == ("results", "drafts")  # type: ignore[arg-type]
