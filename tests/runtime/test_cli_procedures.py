"""`redress procedures`: faults by file and line, differences and rules in words, and a rehearsal told and as JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from typer.testing import CliRunner

from activities.rehearsing import Rehearsed
from policies.procedure_files import load_procedures, shipped_files
from policies.rehearsing import Break, Change, Foreseen, How, Obstacle
from runtime.cli import app
from runtime.commands.api_calls import ApiCalls, CommandError
from runtime.commands.procedure_explain import complaint_lines, published_lines
from runtime.commands.procedure_rehearsal import Rehearsal, as_document, told

NHS = "nhs-england-2009"
FILE = f"{NHS}.v2.toml"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["procedures", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def edited(tmp_path: Path, old: str, new: str, name: str = FILE) -> Path:
    text = dict(shipped_files())[FILE]
    assert old in text
    file = tmp_path / name
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_what_is_shipped_is_sound_and_what_is_not_checked_is_said_apart() -> None:
    code, out, warnings = run("check")
    assert code == 0
    assert out.splitlines()[-1].startswith(f"{len(shipped_files())} files, 0 faults, ")
    assert all(line.startswith("warning: ") for line in warnings.splitlines())
    assert f"{FILE}:" in warnings


def test_every_fault_of_every_file_is_named_and_the_exit_code_is_one(tmp_path: Path) -> None:
    broken = edited(tmp_path, 'unit = "months"\n', "").read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(broken.replace('"draft:update"', '"draft:love_letter"'), encoding="utf-8")
    code, out, _ = run("check", str(tmp_path / FILE))
    assert code == 1
    assert re.search(rf"^{re.escape(FILE)}:\d+: clocks\[relevant_period\].unit: Field required$", out, re.MULTILINE)
    assert "1 files, 1 faults" in out


def test_a_file_is_checked_beside_the_shipped_ones_that_it_does_not_replace(tmp_path: Path) -> None:
    file = edited(
        tmp_path, 'code = "nhs-england-2009"\nversion = 2', 'code = "nhs-other"\nversion = 1', "nhs-other.toml"
    )
    code, out, _ = run("check", str(file))
    assert code == 1
    assert "nhs-other.toml:10: effective_from: nhs-england-2009 is in force at the same time" in out
    assert run("check", str(edited(tmp_path, "amount = 3\n", "amount = 4\n")))[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('lists = "ko41_2025"', 'lists = "ko41_2052"', "coding.lists: no file ko41_2052.toml"),
        ('required = ["age_band"', 'required = ["age_bnd"', "coding.required: no such field: age_bnd"),
    ],
)
def test_codes_that_no_list_has_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    code, out, _ = run("check", str(edited(tmp_path, old, new)))
    assert code == 1
    assert re.search(rf"^{re.escape(FILE)}:\d+: {re.escape(message)}$", out, re.MULTILINE)


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("check", str(tmp_path / "gone.toml"))
    with pytest.raises(CommandError, match="not sound:\n" + FILE):
        run("explain", str(edited(tmp_path, "amount = 3\n", "amount = 0\n")))


def test_two_versions_and_a_version_and_a_file_are_compared(tmp_path: Path) -> None:
    assert "Clock written_record: new" in run("diff", f"{NHS}@1", NHS)[1]
    file = edited(tmp_path, "amount = 3\n", "amount = 4\n")
    assert run("diff", f"{NHS}@2", str(file))[1] == "Clock acknowledgement: amount: 3 → 4\n"
    assert run("diff", NHS, f"{NHS}@2")[1] == "Nothing is different.\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere", "no such procedure: nowhere"), (f"{NHS}@9", "no version 9"), (f"{NHS}@x", "no version x")],
)
def test_a_procedure_that_is_not_there_is_told_with_those_that_are(name: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("explain", name)


def test_one_thing_at_a_time_is_explained() -> None:
    for arguments in ((), (NHS, "--publish"), ("--publish", "--complaint", "RX1-1")):
        with pytest.raises(CommandError, match="one of them"):
            run("explain", *arguments)


def test_a_version_is_explained_in_plain_english() -> None:
    code, out, _ = run("explain", f"{NHS}@1")
    assert code == 0
    assert out.startswith("NHS complaints procedure, England: nhs-england-2009 version 1\n")
    assert "SI 2009/309 reg 13(3)" in out


def calls(answers: dict[str, Any]) -> ApiCalls:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=answers[request.url.path])

    return ApiCalls("http://redress.test", "a-token", httpx2.MockTransport(answer))


def test_a_complaint_is_explained_with_its_figures_and_the_proofs_of_its_clocks() -> None:
    proof = {
        "kind": "acknowledgement", "title": "Acknowledge the complaint", "effect": "statutory",
        "legal_basis": "SI 2009/309 reg 13(3)", "certainty": "verified", "starts": "receipt",
        "started_on": "2028-03-02", "unit": "working_days", "amount": 3, "budget": "3 working days of England",
        "days": [{"on": "2028-03-03", "counted": True, "why": "working day 1 of 3"}], "due_on": "2028-03-07",
        "provisional": False, "calendar_revision": 0,
    }  # fmt: skip
    figure = {"code": "comment_days", "value": 12}
    here = "/v1/complaints/RX1-7K3M9QWD-C"
    lines = list(
        complaint_lines(
            calls({
                f"{here}/procedure": {"code": NHS, "version": 2, "figures": [figure]},
                f"{here}/clocks": {"items": [{"proof": proof, "state": "running", "generation": 1}]},
            }),
            "RX1-7K3M9QWD-C",
        )
    )  # fmt: skip
    assert any("(comment_days): 3 to 30 working days, 10 unless set; here 12." in line for line in lines)
    assert "  Acknowledge the complaint: a statutory time limit [running, version 1]" in lines
    assert lines[-1] == "    Due by the end of Tuesday 7 March 2028"


def test_a_complaint_that_is_not_opened_yet_has_no_rules_yet() -> None:
    with pytest.raises(CommandError, match="not opened yet"):
        list(complaint_lines(calls({"/v1/complaints/R/procedure": {"code": None}}), "R"))


def test_the_local_procedure_names_who_holds_the_offices_today() -> None:
    def person(name: str, role: str, unit: str | None = None, active: bool = True) -> dict[str, Any]:
        return {"name": name, "active": active, "appointments": [{"role": role, "unitId": unit}]}

    people = [
        person("Una Chief", "responsible_person"),
        person("Ben Manager", "complaints_manager"),
        person("Long Gone", "complaints_manager", active=False),
        person("A Handler", "handler"),
    ]
    governing = {"code": NHS, "version": 2, "figures": [{"code": "early_resolution_days", "value": 8}]}
    answers = {
        "/v1/organisation": {"name": "Example Trust", "nation": "england", "people": people},
        "/v1/organisation/procedures": {"governing": governing},
    }
    out = "\n".join(published_lines(calls(answers), ["complaints@trust.example"], datetime(2028, 3, 2, tzinfo=UTC)))
    assert "- Complaints manager: Ben Manager\n- Responsible person: Una Chief" in out
    assert "Long Gone" not in out and "A Handler" not in out
    assert "- complaints@trust.example" in out and "within 8 working days" in out
    answers["/v1/organisation/procedures"] = {"governing": None, "whyNot": "figures_not_set"}
    with pytest.raises(CommandError, match="figures_not_set"):
        list(published_lines(calls(answers), [], datetime(2028, 3, 2, tzinfo=UTC)))


def _rehearsed(reference: str, *changes: Change, breaks: tuple[Obstacle, ...] = ()) -> Rehearsed:
    return Rehearsed(
        organisation_id=UUID(int=1), organisation="RX1", reference=reference, version=2, stage="closer_look",
        foreseen=Foreseen(changes=changes, obstacles=breaks),
    )  # fmt: skip


def test_a_rehearsal_tells_what_would_break_first_then_what_changes_then_the_sums() -> None:
    start = date(2028, 3, 2)
    rehearsal = Rehearsal(
        procedure=load_procedures().get(NHS, 2),
        complaints=(
            _rehearsed("RX1-A"),
            _rehearsed(
                "RX1-B",
                Change(how=How.MOVES, kind="acknowledgement", started_on=start, old_due_on=date(2028, 3, 7),
                       due_on=date(2028, 3, 9)),
                Change(how=How.STARTS, kind="written_record", started_on=start, due_on=date(2028, 3, 8)),
                Change(how=How.STOPS, kind="closing", started_on=start),
            ),
            _rehearsed("RX1-C", breaks=(Obstacle(why=Break.CLOCK_WITHOUT_RULE, kind="closing"),)),
        ),
    )  # fmt: skip
    assert list(told(rehearsal, 50)) == [
        "RX1 RX1-C (closer_look, version 2): would break: clock without rule (closing)",
        "RX1 RX1-B (closer_look, version 2): acknowledgement 2028-03-07 → 2028-03-09; written_record starts, due"
        " 2028-03-08; closing stops",
        f"{NHS} version 2, 3 open complaints: 1 nothing changes, 1 change, 1 WOULD BREAK",
    ]
    assert list(told(rehearsal, 1))[1] == "… and 1 more: --json tells them all"
    document = json.loads(json.dumps(as_document(rehearsal)))
    assert document["counts"] == {"nothing": 1, "changes": 1, "breaks": 1}
    assert document["complaints"][1]["changes"][0] == {
        "clock": "acknowledgement", "what": "moves", "from": "2028-03-07", "to": "2028-03-09",
    }  # fmt: skip


@pytest.mark.parametrize("figure", ["closer_look_days", "closer_look_days=", "closer_look_days=many", "a=1.5"])
def test_a_figure_is_written_as_a_name_and_a_whole_number(figure: str) -> None:
    with pytest.raises(CommandError, match="write a figure as name=value"):
        run("adopt", "uk-central-government", "--from", "2028-03-02", "--reason", "The board.", "--figure", figure)
