"""Words for codes: the same in the API as in the procedures."""

from __future__ import annotations

from datetime import date

from api.schemas.base import FIRST_EVENT
from api.words import CLOCKS, MY_CLOCKS, STAGES, title
from policies.clock_rules import Keeper
from policies.duty_files import load_duties
from policies.procedure_files import load_procedures


def test_stages_and_clocks_are_called_what_the_procedures_call_them() -> None:
    procedure = load_procedures().get("nhs-england-2009", 1)
    assert {stage.code: stage.title for stage in procedure.stages}.items() <= STAGES.items()
    assert {clock.kind: clock.title for clock in procedure.clocks}.items() <= CLOCKS.items()


def test_every_stage_and_clock_of_every_procedure_has_words() -> None:
    for procedure in load_procedures().versions:
        assert {stage.code for stage in procedure.stages} <= STAGES.keys(), procedure.code
        assert {clock.kind for clock in procedure.clocks} <= CLOCKS.keys(), procedure.code


def test_every_duty_is_called_what_its_file_calls_it() -> None:
    for duties in load_duties():
        assert {clock.kind: clock.title for clock in duties.clocks}.items() <= CLOCKS.items()


def test_a_member_of_staff_reads_what_is_owed_to_them_in_words_that_are_meant_for_them() -> None:
    (duties,) = load_duties()
    owed = {clock.kind for clock in duties.clocks if clock.kept_by is Keeper.INVOLVEMENT} - {"staff_notice"}
    assert owed - {"staff_deferral"} == set(MY_CLOCKS)
    assert not any("member of staff" in words for words in MY_CLOCKS.values())


def test_no_day_before_the_first_procedure_is_accepted_as_a_day_of_receipt() -> None:
    procedure = load_procedures().get("nhs-england-2009", 1)
    assert procedure.effective_from == FIRST_EVENT == date(2009, 4, 1)


def test_a_code_without_words_is_made_readable() -> None:
    assert title({}, "escalation_1") == "Escalation 1"
