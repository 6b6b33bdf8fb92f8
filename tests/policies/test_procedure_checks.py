"""What no single rule can see is refused too: by file, line, key and reason."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from activities.acts.dispatch import HANDLED
from contracts.commands import CommandKind
from db.casework_said import Resolve
from db.said import SHAPES
from policies.clock_rules import StartEvent
from policies.procedure_checks import BEGUN_BY, BY_ITSELF, faults, reachable, unhandled
from policies.procedure_files import (
    ProcedureError,
    conflicts,
    gather_files,
    load_procedures,
    parse_procedure,
    parse_source,
    refuse_unhandled,
    shipped_files,
    warned,
)
from policies.procedure_gaps import ENDS

_FILE = "nhs-england-2009.v2.toml"
_UK = "uk-central-government.toml"


def _text(name: str = _FILE) -> str:
    return (files("policies") / "procedures" / name).read_text(encoding="utf-8")


def _edited(old: str, new: str, name: str = _FILE) -> str:
    text = _text(name)
    assert old in text, "the text to break is no longer in the file"
    return text.replace(old, new, 1)


# What is broken, and how: what stood there, what stands there now, the key and the reason.
_BROKEN = {
    "blank basis": (
        'legal_basis = "SI 2009/309 reg 5: who may complain, and for whom"',
        'legal_basis = "          "',
        "gates[begin_resolution].legal_basis: String should have at least 3",
    ),
    "basis that cannot be found again": (
        'legal_basis = "SI 2009/309 reg 8(1)(b)"',
        'legal_basis = "the law"',
        "exclusions[employment].legal_basis: too short",
    ),
    "basis of a clock": (
        'legal_basis = "SI 2009/309 reg 13(3): not',
        'legal_basis = "reg 13" # ',
        "clocks[acknowledgement].legal_basis: too short",
    ),
    "basis of the time limit": (
        'legal_basis = "SI 2009/309 reg 12: 12 months',
        'legal_basis = "reg 12" # ',
        "time_limit.legal_basis: too short",
    ),
    "stage without an end": (
        '    { stage = "resolved", command = "close", to = "closed" },\n'
        '    { stage = "resolved", command = "withdraw", to = "withdrawn" },\n',
        "",
        "stages[resolved]: no complaint that stands here can ever end",
    ),
    "gate before nothing": (
        '{ command = "set_response_period", stages = ["acknowledged"]',
        '{ command = "set_response_period", stages = ["responded"]',
        "gates[set_response_period].stages[0]: set_response_period is never lawful in responded",
    ),
    "clock that starts where its event never comes": (
        'channels = ["oral"]\nletter',
        'channels = ["oral"]\nstages = ["responded"]\nletter',
        "clocks[written_record].stages: nothing starts it: no receipt comes in responded",
    ),
    "clock that nothing meets where it runs": (
        'met_by = ["close"]',
        'met_by = ["acknowledge"]',
        "clocks[closing].met_by: nothing that is lawful where it runs",
    ),
    "unknown template of a draft": (
        '"draft:explain_delay"',
        '"draft:love_letter"',
        "clocks[relevant_period].rungs[overdue].does[3]: there is no template love_letter",
    ),
    "unknown template of a clock": (
        'letter = "written_record"',
        'letter = "love_letter"',
        "clocks[written_record].letter: there is no template love_letter",
    ),
    "unknown channel": (
        'channels = ["oral"]\nworking_days',
        'channels = ["telepathy"]\nworking_days',
        "exemption.channels[0]: no complaint is made so",
    ),
    "unknown channel of a clock": (
        'channels = ["oral"]\nletter',
        'channels = ["pigeon"]\nletter',
        "clocks[written_record].channels[0]: no complaint is made so",
    ),
    "unknown figure": (
        'figure = "comment_days"',
        'figure = "tea_days"',
        "clock comments: no figure tea_days",
    ),
    "unknown stage of a move": (
        'command = "move_on", to = "closer_look"',
        'command = "move_on", to = "nowhere"',
        "move move_on from acknowledged: no stage nowhere",
    ),
    "unknown end of a move": (
        'stage = "acknowledged", command = "resolve", when = "satisfied"',
        'stage = "acknowledged", command = "resolve", when = "satisfed"',
        "moves[resolve].when: resolve has no such end: there is satisfied, not_satisfied",
    ),
    "end of a gate whose command has but one": (
        'command = "respond", requires',
        'command = "respond", when = "upheld", requires',
        "gates[respond].when: respond has no such end",
    ),
    "command that ends a complaint in no stage": (
        '    { stage = "responded", command = "close", to = "closed" },\n',
        "",
        "stages[responded]: close is lawful here and no move says in which stage it ends",
    ),
    "gate that nobody can open": (
        '"confirm_issues", "appoint", "share_plan"',
        '"confirm_issues", "share_plan"',
        "gates[respond].requires[2]: investigator_clear: before it comes to closer_look, responded no appoint",
    ),
    "nobody to sign": (
        'signatories = ["responsible_person", "authorised_person"]',
        "signatories = []",
        "signatories: a response is lawful, and nobody may sign it",
    ),
}


@pytest.mark.parametrize(("old", "new", "message"), _BROKEN.values(), ids=_BROKEN)
def test_a_procedure_that_would_strand_somebody_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    text = _edited(old, new)
    with pytest.raises(ProcedureError) as refused:
        parse_procedure(_FILE, text)
    (line,) = [line for line in str(refused.value).splitlines() if message in line]
    found = re.match(rf"{re.escape(_FILE)}:(\d+): ", line)
    assert found is not None
    broken = text.splitlines()[int(found[1]) - 1]
    # The line is that of what was broken, or of what should hold it.
    assert any(part.strip() in broken for part in new.splitlines() if part.strip()) or _heads(
        text, int(found[1]), message
    )


def _heads(text: str, line: int, message: str) -> bool:
    """Say whether a line begins the rule that a message names."""
    name = re.findall(r"\[(\w+)\]|^(?:clock|move) (\w+)", message)[0]
    rule = "\n".join(text.splitlines()[line - 1 : line + 2])
    return (name[0] or name[1]) in rule


def test_a_clock_that_no_lawful_command_begins_names_what_would() -> None:
    text = _edited('starts = "resolution"', 'starts = "escalation"').replace('"escalate", ', "")
    with pytest.raises(ProcedureError, match="nothing starts it: escalate is lawful in no stage"):
        parse_procedure(_FILE, text)


def test_tiers_of_one_rank_may_follow_each_other() -> None:
    parse_procedure(_UK, _edited('kind = "independent"', 'kind = "ombudsman"', _UK))


def test_tiers_out_of_order_are_refused() -> None:
    lines = _text(_UK).splitlines()
    first, last = (n for n, line in enumerate(lines) if re.search(r'code = "(tier_2|ombudsman)", title', line))
    lines[first], lines[last] = lines[last], lines[first]
    with pytest.raises(ProcedureError) as refused:
        parse_procedure(_UK, "\n".join(lines))
    assert f"{_UK}:{first + 2}: tiers[independent].kind: out of order" in str(refused.value)
    assert f"{_UK}:{last + 1}: tiers[tier_2].kind: out of order" in str(refused.value)


def test_a_tier_inside_that_nobody_can_ask_for_is_refused() -> None:
    text = re.sub(r'stopped_by = \["escalate"\]\n', "", _text(_UK).replace('"escalate", ', ""))
    text = text.replace("moves = [", 'moves = [\n{ stage = "responded", command = "record_update", to = "tier_2" },', 1)
    with pytest.raises(ProcedureError, match=r"tiers\[tier_2\]: nobody can ask for it"):
        parse_procedure(_UK, text)


def test_a_tier_that_enters_an_end_is_refused() -> None:
    text = _edited('enters = "tier_2"', 'enters = "closed"', _UK)
    text = text.replace("moves = [", 'moves = [\n{ stage = "responded", command = "record_update", to = "tier_2" },', 1)
    with pytest.raises(ProcedureError, match=r"tiers\[tier_2\].enters: closed is another tier's already, or an end"):
        parse_procedure(_UK, text)


def test_a_command_that_nobody_handles_is_named_with_its_line() -> None:
    source = parse_source(_FILE, _text())
    handled = HANDLED - {CommandKind.LINK, CommandKind.EXEMPT}
    found = [source.written(fault) for fault in unhandled(source.procedure, handled)]
    assert any(
        re.match(rf"{re.escape(_FILE)}:\d+: stages\[received\].commands\[1\]: nobody handles exempt", line)
        for line in found
    )
    assert any("always[13]: nobody handles link" in line for line in found)
    with pytest.raises(ProcedureError, match="nobody handles link"):
        refuse_unhandled(handled)


def test_everything_that_is_shipped_is_sound_and_handled() -> None:
    refuse_unhandled(HANDLED)
    assert all(list(faults(each, handled=HANDLED)) == [] for each in load_procedures().versions)


def test_every_event_begins_by_itself_or_by_something_that_is_said() -> None:
    assert set(BEGUN_BY) | BY_ITSELF == set(StartEvent)
    assert not set(BEGUN_BY) & BY_ITSELF


def test_a_ring_of_stages_that_nothing_enters_is_no_way_in() -> None:
    shipped = load_procedures().get("nhs-england-2009", 2)
    kept = tuple(each for each in shipped.moves if "early_resolution" not in (each.stage, each.to))
    ring = replace(shipped.moves[0], stage="early_resolution", command=CommandKind.MOVE_ON, to="early_resolution")
    island = replace(shipped, moves=(*kept, ring))
    assert "early_resolution" not in reachable(island, ["received"])
    assert any("nothing that begins in received reaches it" in fault.why for fault in faults(island))


def test_what_was_not_checked_and_is_no_law_is_warned_about_and_no_fault() -> None:
    lines = warned(parse_source(_FILE, _text()))
    assert any("clocks[settle_period].certainty: 5 working_days are neither law nor a figure" in line for line in lines)
    assert any("clocks[relevant_period].certainty: 6 months of law are not checked" in line for line in lines)
    assert not any("clocks[closing]" in line for line in lines)
    text = _edited('ombudsman = "Parliamentary and Health', 'ombudsman = "Some Other')
    assert any("vocabulary.ombudsman: the tiers name another" in line for line in warned(parse_source(_FILE, text)))


def test_files_that_govern_one_matter_on_one_day_are_named_with_their_lines() -> None:
    sources = [parse_source(name, text) for name, text in shipped_files()]
    other = _edited('code = "nhs-england-2009"', 'code = "nhs-other"').replace("version = 2", "version = 1")
    sources.append(parse_source("nhs-other.toml", other))
    with pytest.raises(ProcedureError) as refused:
        gather_files(sources)
    assert "nhs-other.toml:10: effective_from: nhs-england-2009 is in force at the same time" in str(refused.value)


def test_two_files_of_one_version_and_versions_out_of_order_are_named() -> None:
    one = parse_source(_FILE, _text())
    again = parse_source("nhs-england-2009.v2.toml", _text())
    (found,) = conflicts([one, again])
    assert found[1].why == "more than once: nhs-england-2009 version 2"
    third = _edited("version = 2", "version = 3")
    (late,) = conflicts([one, parse_source("nhs-england-2009.v3.toml", third)])
    assert late[0].file == "nhs-england-2009.v3.toml" and late[1].why == "not after version 2"


def test_the_ends_that_moves_may_name_are_those_that_commands_have() -> None:
    shapes = {kind: shape for kind, shape in SHAPES.items() if hasattr(shape, "when")}
    assert shapes.keys() == ENDS.keys()
    said = (Resolve(satisfied=well, summary="-", method="call", resolved_on=date(2028, 3, 2)) for well in (True, False))
    assert tuple(each.when for each in said) == ENDS[CommandKind.RESOLVE]


def test_a_response_that_names_an_ombudsman_needs_a_way_to_one() -> None:
    text = _text()
    begins, ends = text.index("tiers = ["), text.index("figures = [")
    with pytest.raises(ProcedureError, match=r"elements\[ombudsman\]\.source: no tier outside"):
        parse_procedure(_FILE, text[:begins] + text[ends:])


def test_a_text_that_breaks_off_is_named_with_its_last_line() -> None:
    with pytest.raises(ProcedureError, match=rf"^{re.escape(_FILE)}:2: "):
        parse_procedure(_FILE, 'code = "x"\nversion =')


def test_a_waiver_that_asks_for_one_finding_twice_is_refused() -> None:
    with pytest.raises(ProcedureError, match="time_limit: waiver: more than once: good_reasons"):
        parse_procedure(_FILE, _edited('code = "still_fair"', 'code = "good_reasons"'))
