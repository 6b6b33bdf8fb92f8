"""`redress letters`: every template listed, and each seen as text and as PDF before anybody is sent one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from policies.letters import TEMPLATES, VERSIONS
from runtime.cli import app
from runtime.commands.api_calls import CommandError


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["letters", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0
    return result.stdout


def words_of(file: Path) -> str:
    reader = PdfReader(io.BytesIO(file.read_bytes()))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_the_list_names_every_template_with_its_ground() -> None:
    lines = run("list").splitlines()
    assert len(lines) == 2 * len(TEMPLATES)
    assert lines[::2] == sorted(lines[::2])
    assert "period_set v3: for complainant, a person releases it, text version" in lines
    assert "mp_reply v2: for mp, a person releases it" in lines
    receipt = next(line for line in lines if line.startswith("receipt v"))
    assert receipt.endswith(": for complainant, leaves by itself, text version, waits for quiet hours to end")
    assert f"    {TEMPLATES['receipt'].legal_ground}" in lines
    assert "escalation_call v1: for staff, leaves by itself" in lines
    assert "escalation_more v1: for staff, leaves by itself, waits for quiet hours to end" in lines


def test_the_list_names_older_versions_when_asked() -> None:
    assert len(run("list", "--every-version").splitlines()) == 2 * len(VERSIONS)


def test_a_preview_is_the_text_with_made_up_facts() -> None:
    told = run("preview", "period_set")
    assert told.startswith("period_set, version 3, for: complainant\nGround: By the procedure\n")
    assert "Subject: When you can expect our response: RDX-7K2M9QXA-C\n\nDear Amina Khan,\n" in told
    assert "As a text to a phone (" in told
    assert told == run("preview", "period_set")


def test_an_older_version_is_seen_as_it_was() -> None:
    assert run("preview", "withdrawal", "--version", "1").startswith("withdrawal, version 1,")


def test_a_preview_under_a_procedure_has_its_words_and_its_ground() -> None:
    told = run("preview", "extension", "--procedure", "nhs-england-2009", "--with", "names_ombudsman")
    assert "you can tell the Parliamentary and Health Service Ombudsman" in told
    assert "Ground: SI 2009/309 regs 13(7)" in told
    own = run("preview", "receipt", "--procedure", "informal-contacts")
    assert own.startswith("receipt.informal-contacts, version 2,")


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("size", ["--longest", "--emptiest"])
def test_every_template_can_be_seen_long_and_empty(template: str, size: str) -> None:
    assert f"{template}, version {TEMPLATES[template].version}," in run("preview", template, size)


def test_a_fact_can_be_raised_and_left_out() -> None:
    assert "lost somebody" in run("preview", "period_set", "--with", "bereaved")
    assert "You will hear from us by" not in run("preview", "period_set", "--without", "next_update_on")


def test_a_pdf_says_that_it_is_a_draft_and_can_be_in_large_print(tmp_path: Path) -> None:
    plain, large = tmp_path / "plain.pdf", tmp_path / "large.pdf"
    assert run("preview", "update", "--out", str(plain)) == f"{plain}: {plain.stat().st_size} bytes\n"
    run("preview", "update", "--out", str(large), "--large-print")
    assert plain.read_bytes() != large.read_bytes()
    for file in (plain, large):
        assert "DRAFT" in words_of(file) and "Dear Amina Khan," in words_of(file)
    assert len(PdfReader(large).pages) > len(PdfReader(plain).pages)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "no such letter: nothing"),
        (["update", "--version", "99"], r"no version 99 of update. There are: 1, 2"),
        (["update", "--procedure", "nowhere"], "no such procedure: nowhere"),
        (["update", "--longest", "--emptiest"], "one of them"),
        (["update", "--large-print"], "--out FILE"),
        (["update", "--with", "happy"], "happy is nothing that update can do with or without"),
        (["update", "--without", "reference"], "reference is nothing that update can do with or without"),
        (["update", "--out", "/nowhere/at/all.pdf"], "/nowhere/at/all.pdf cannot be written"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_sentence(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("preview", *arguments)
