"""The list of courses: read strictly, and until when a course is valid."""

from __future__ import annotations

from datetime import date

import pytest

from policies.training_files import TrainingRuleError, newest, parse_courses

GOOD = """
version = 2
title = "Training"
legal_basis = "Ours"
certainty = "unverified"
[[courses]]
code = "listening"
title = "Listening"
basis = "Ours"
months = 1
"""


def test_a_course_without_months_is_valid_for_ever_and_one_with_to_the_same_day() -> None:
    course = parse_courses("courses.v2.toml", GOOD).courses[0]
    assert course.expires_on(date(2028, 1, 31)) == date(2028, 2, 29)
    lasting = parse_courses("courses.v2.toml", GOOD.replace("months = 1\n", "")).courses[0]
    assert lasting.expires_on(date(2028, 1, 31)) is None
    assert newest().find("listening") is None and newest().find("candour") is not None


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("courses.v1.toml", GOOD),
        ("courses.v2.toml", GOOD + GOOD.partition("[[courses]]")[1] + GOOD.partition("[[courses]]")[2]),
        ("courses.v2.toml", GOOD.replace("months = 1", "months = 0")),
        ("courses.v2.toml", GOOD.replace("months = 1", "years = 1")),
        ("courses.v2.toml", GOOD.replace("unverified", "perhaps")),
        ("courses.v2.toml", "version ="),
    ],
)
def test_a_malformed_list_is_refused_by_its_file(file: str, text: str) -> None:
    with pytest.raises(TrainingRuleError, match="courses"):
        parse_courses(file, text)
