"""What `redress show` says of a complaint that has ended, while something beside it runs on."""

from runtime.commands.dossier_serious import after_the_end


def _clock(title: str, due_on: str, state: str = "running") -> dict[str, str]:
    return {"title": title, "dueOn": due_on, "state": state}


def test_nothing_runs_where_every_clock_has_ended() -> None:
    assert after_the_end([_clock("Respond", "2028-03-01", "met")]) == ("nothing any more", "nothing is due")


def test_what_outlives_the_complaint_is_told_the_earliest_first() -> None:
    clocks = [
        _clock("Respond", "2028-03-01", "met"),
        _clock("Comply with a recommendation", "2028-08-01"),
        _clock("Send the written notice of the incident", "2028-03-09"),
    ]
    runs, then = after_the_end(clocks)
    assert runs == "its workflow has ended; clocks beside it: 2"
    assert then == "Send the written notice of the incident, by Thursday 9 March 2028"
