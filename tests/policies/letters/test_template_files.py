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
    ("old", "new", "said"),
    [
        ("version = 1", "version = 2", "do not make this file's name"),
        ("version = 1", 'version = "1"', "'version' must be a int"),
        ("substantive = false", "substantive = 0", "'substantive' must be a bool"),
        ('body = "Hello."', 'body = ""', "'body' must be a str, not empty"),
        ("may = []", "", "missing or unknown key: may"),
        ("may = []", "may = []\nfooter = 1", "missing or unknown key: footer"),
        ('"staff"', '"everybody"', "'audience' is none of complainant, staff"),
        ('["reference"]', '["refrence"]', "no such fact: refrence"),
        ('["reference"]', '["reference", "due_on"]', "listed but not used: due_on"),
        ("Hello.", "Hello {{ due_on }}.", "used but not listed"),
        ("Hello.", "Hello {% if %}.", "'body': "),
        ("may = []", "may = [", "note.v1.toml: "),
    ],
)
def test_a_malformed_file_is_refused_and_named(old: str, new: str, said: str) -> None:
    with pytest.raises(TemplateError) as refused:
        parse_template("note.v1.toml", GOOD.replace(old, new))
    assert str(refused.value).startswith("note.v1.toml: ")
    assert said in str(refused.value)


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
