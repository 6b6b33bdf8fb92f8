"""Template files: malformed ones are refused, and a version in use is never edited."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from policies.template_files import TemplateError, environment, parse_template

GOOD = """
template = "note"
version = 1
audience = "staff"
legal_ground = "none"
substantive = false
needs = ["reference"]
may = []
subject = "About {{ reference }}"
body = "Hello."
"""
FINGERPRINTS = Path(__file__).parent / "fingerprints.toml"


def test_a_good_file_is_read() -> None:
    assert parse_template("note.v1.toml", GOOD).needs == ("reference",)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("version = 1", "version = 2", 2, "do not make this file's name"),
        ("version = 1", 'version = "1"', 3, "'version' must be a int"),
        ("substantive = false", "substantive = 0", 6, "'substantive' must be a bool"),
        ('body = "Hello."', 'body = ""', 10, "'body' must be a str, not empty"),
        ("may = []", "", None, "missing or unknown key: may"),
        ("may = []", "may = []\nfooter = 1", 9, "missing or unknown key: footer"),
        ('"staff"', '"everybody"', 4, "'audience' is none of complainant, staff"),
        ('["reference"]', '["refrence"]', 7, "no such fact: refrence"),
        ("may = []", 'may = ["refrence"]', 8, "no such fact: refrence"),
        ('["reference"]', '["reference", "due_on"]', 7, "listed but not used: due_on"),
        ("Hello.", "Hello {{ due_on }}.", 10, "used but not listed: due_on"),
        ('"Hello."', "'''\nHello,\n\nby {{ due_on }}.\n'''", 13, "used but not listed: due_on"),
        ("About {{ reference }}", "About {{ reference }} {{ late }}", 9, "used but not listed: late"),
        ('"Hello."', "'''\nHello\n{% if %}.\n'''", 12, "'body': "),
        ("About {{ reference }}", "About {{ reference", 9, "'subject': "),
    ],
)
def test_a_malformed_file_is_refused_with_its_name_the_line_and_the_reason(
    old: str, new: str, line: int | None, said: str
) -> None:
    with pytest.raises(TemplateError) as refused:
        parse_template("note.v1.toml", GOOD.replace(old, new))
    assert str(refused.value).startswith("note.v1.toml: " if line is None else f"note.v1.toml:{line}: ")
    assert said in str(refused.value)


def test_a_file_that_is_no_toml_is_refused_with_the_line() -> None:
    with pytest.raises(TemplateError, match=r"note\.v1\.toml: .*line 9"):
        parse_template("note.v1.toml", GOOD.replace("may = []", "may = ["))


def test_the_sandbox_keeps_a_template_from_python() -> None:
    text = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(Exception, match="unsafe"):
        environment().from_string(text).render()


def test_a_version_in_use_is_never_edited() -> None:
    """Changed words are a new version: copy the file to the next number, add its fingerprint."""
    kept = tomllib.loads(FINGERPRINTS.read_text(encoding="utf-8"))
    found = {
        file.name.removesuffix(".toml"): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files("policies.templates").iterdir()
        if file.name.endswith(".toml")
    }
    assert found == kept


def test_a_text_version_and_what_the_law_asks_for_may_be_left_out() -> None:
    plain = parse_template("note.v1.toml", GOOD)
    assert (plain.sms, plain.statutory) == (None, True)
    more = GOOD + 'sms = "Hello {{ organisation_name }}."\nstatutory = false\n'
    told = parse_template("note.v1.toml", more.replace("may = []", 'may = ["organisation_name"]'))
    assert (told.sms, told.statutory) == ("Hello {{ organisation_name }}.", False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('sms = ""', "note.v1.toml:11: 'sms' must be a str, not empty"),
        ("sms = true", "note.v1.toml:11: 'sms' must be a str, not empty"),
        ('statutory = "no"', "note.v1.toml:11: 'statutory' must be a bool, not empty"),
        ('sms = "By {{ due_on }}"', "note.v1.toml:11: used but not listed: due_on"),
    ],
)
def test_a_text_version_is_checked_as_the_letter_is(line: str, said: str) -> None:
    with pytest.raises(TemplateError) as refused:
        parse_template("note.v1.toml", f"{GOOD}{line}\n")
    assert str(refused.value) == said
