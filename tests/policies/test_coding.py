"""Codes for the returns: what is in a list, what is missing, what a birthday says; and lists that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from policies.code_lists import CodeFile, CodeListError, gather, load_codes, parse_codes
from policies.coding import CodedSubject, age_band, in_force, look, unknown
from policies.procedure_files import load_procedures

NHS = load_procedures().get("nhs-england-2009", 2)
FIRST = load_procedures().get("nhs-england-2009", 1)
TEXT = (files("policies.codes") / "ko41_2025.toml").read_text(encoding="utf-8")
DAY = date(2028, 3, 2)


def lists() -> CodeFile:
    return load_codes().on_day("ko41_2025", DAY)


@pytest.mark.parametrize(
    ("field", "code", "known"),
    [
        ("age_band", "age_26_55", True),
        ("age_band", "age_26_56", False),
        ("service_area", "maternity", True),
        ("service_area", "Maternity", False),
        ("site", "TAK01", True),
        ("site", "RX1", True),
        ("site", "RX1234567", True),
        ("site", "RX12345678", False),
        ("site", "RX", False),
        ("site", "rx1", False),
        ("site", "RX1\n", False),
        ("ward", "ward-7.b", True),
        ("ethnicity", "white", True),
        ("ethnicity", "purple", False),
        ("shoe_size", "nine", False),
    ],
)
def test_a_code_is_in_its_list_or_has_its_form(field: str, code: str, known: bool) -> None:
    assert lists().knows(field, code) is known
    assert unknown(lists(), {field: code}, []) == ([] if known else [field])


def test_a_code_within_a_subject_belongs_to_that_subject() -> None:
    good = CodedSubject(subject="clinical_treatment", sub_subject="ct_surgery", profession="medical")
    assert unknown(lists(), {}, [good]) == []
    for bad in (
        replace(good, subject="transport"),
        replace(good, sub_subject="ct_astrology"),
        replace(good, profession="wizard"),
        CodedSubject(subject="the_weather"),
    ):
        assert unknown(lists(), {}, [good, bad]) == ["subjects"]


def test_without_lists_no_code_is_known() -> None:
    assert unknown(None, {"site": "RX1", "ward": "a"}, []) == ["site", "ward"]
    assert unknown(None, {}, []) == []


def test_what_is_missing_is_told_in_the_order_of_the_procedure() -> None:
    nothing = look(NHS, filled=(), subjects=0, uncoded_issues=0, received_on=DAY, born_on=None)
    assert nothing is not None and NHS.coding is not None
    assert nothing.missing == NHS.coding.required
    assert nothing.asked == ("happened_on", "noticed_on")
    assert (nothing.lists, nothing.lists_version, nothing.age_band) == ("ko41_2025", 1, None)


@pytest.mark.parametrize(
    ("subjects", "uncoded", "missing"),
    [(1, 0, ()), (0, 0, ("subjects",)), (1, 1, ("subjects",)), (0, 2, ("subjects",))],
)
def test_each_issue_has_a_subject_and_a_complaint_without_issues_has_one(
    subjects: int, uncoded: int, missing: tuple[str, ...]
) -> None:
    filled = ("age_band", "complainant_status", "site", "service_area", "profession", "happened_on")
    found = look(NHS, filled=filled, subjects=subjects, uncoded_issues=uncoded, received_on=DAY, born_on=None)
    assert found is not None
    assert (found.missing, found.asked) == (missing, ("noticed_on",))


def test_a_procedure_that_asks_for_no_codes_misses_none() -> None:
    assert look(FIRST, filled=(), subjects=0, uncoded_issues=0, received_on=DAY, born_on=None) is None


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2028, 3, 2), "age_0_5"),
        (date(2022, 3, 3), "age_0_5"),
        (date(2022, 3, 2), "age_6_17"),
        (date(2002, 3, 3), "age_18_25"),
        (date(2002, 3, 2), "age_26_55"),
        (date(1972, 3, 3), "age_26_55"),
        (date(1972, 3, 2), "age_56_64"),
        (date(1953, 3, 3), "age_65_74"),
        (date(1953, 3, 2), "age_75_over"),
        (date(1921, 1, 1), "age_75_over"),
        (date(2029, 1, 1), None),
    ],
)
def test_an_age_band_follows_from_the_birthday_and_the_day_of_receipt(born: date, band: str | None) -> None:
    assert age_band(lists(), born, DAY) == band


def test_lists_in_force_tell_how_certain_they_are_and_since_when() -> None:
    (shown,) = [each for each in in_force(DAY) if each["name"] == "ko41_2025"]
    assert (shown["effective_from"], shown["version"]) == ("2022-04-01", 1)
    assert all(each["certainty"] and each["source"] for each in shown["lists"])
    ages = next(each for each in shown["lists"] if each["field"] == "age_band")
    sure = [each["code"] for each in ages["codes"] if each["certainty"] == "verified"]
    assert (ages["certainty"], sure) == ("unverified", ["age_26_55"])
    assert [each["name"] for each in in_force(date(2022, 3, 31))] == []


def test_a_later_version_counts_from_its_day_and_the_first_before_there_was_one() -> None:
    first = lists()
    later = parse_codes(
        "ko41_2025.v2.toml",
        TEXT.replace("version = 1", "version = 2").replace(
            "effective_from = 2022-04-01", "effective_from = 2029-04-01"
        ),
    )
    both = gather([later, first], [NHS])
    assert both.on_day("ko41_2025", date(2029, 3, 31)).version == 1
    assert both.on_day("ko41_2025", date(2029, 4, 1)).version == 2
    assert both.on_day("ko41_2025", date(2010, 1, 1)).version == 1
    with pytest.raises(CodeListError, match="version 2: not after version 1"):
        gather([first, replace(later, effective_from=date(2022, 4, 1))], [NHS])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = 1\nshoe_size = 9", "shoe_size"),
        ("version = 1", 'version = "1"', "version"),
        ('name = "ko41_2025"', 'name = "ko41_2026"', "the file is not named after"),
        ("effective_from = 2022-04-01", "", "effective_from"),
        ("effective_from = 2022-04-01", "effective_from = 2022-04-01\neffective_until = 2022-03-31", "effective_until"),
        ('field = "age_band"', 'field = "star_sign"', "field"),
        ('certainty = "unverified"', 'certainty = "sure"', "certainty"),
        ('code = "patient"', 'code = "parent"', "codes: more than once: parent"),
        ("least = 6, most = 17", "least = 7, most = 17", "age_6_17 does not begin where age_0_5 ends"),
        ("least = 75", "least = 75, most = 200", "most"),
        ('of = "clinical_treatment"', 'of = "magic"', "no subject magic"),
        (', of = "clinical_treatment"', "", "of: needed within a subject"),
        ("equality = true", "equality = false", "equality: true for what is monitored"),
        ('pattern = "[A-Z0-9]{3,9}"', 'pattern = "["', "not a regular expression"),
        ('field = "service_area"', 'field = "age_band"', "more than once: age_band"),
        ("[[formats]]", "[[formats", "ko41_2025.toml: "),
    ],
)
def test_a_malformed_file_is_refused_and_named(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(CodeListError) as refused:
        parse_codes("ko41_2025.toml", TEXT.replace(old, new, 1))
    assert str(refused.value).startswith("ko41_2025.toml:")
    assert said in str(refused.value)


def test_a_fault_is_told_with_its_line() -> None:
    line = TEXT[: TEXT.index('code = "parent"')].count("\n") + 1
    with pytest.raises(CodeListError, match=f"^ko41_2025.toml:{line}: lists.1.codes.1.code: "):
        parse_codes("ko41_2025.toml", TEXT.replace('code = "parent"', 'code = "A parent"'))


def test_a_procedure_that_names_no_list_or_no_field_is_refused() -> None:
    assert NHS.coding is not None
    for coding, said in (
        (replace(NHS.coding, lists="nowhere"), "lists: no file nowhere.toml"),
        (replace(NHS.coding, required=("shoe_size",)), "required: no such field: shoe_size"),
    ):
        with pytest.raises(CodeListError, match=said):
            gather([lists()], [replace(NHS, coding=coding)])
    without = replace(lists(), formats=())
    with pytest.raises(CodeListError, match="site is not in ko41_2025 version 1"):
        gather([without], [NHS])
