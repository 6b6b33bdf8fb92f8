"""The part of a dossier that is about several bodies: how each stands, who leads and by when, and our own part."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from policies.proofs import long_date
from runtime.commands.api_calls import ApiCalls

Shown = dict[str, Any]
Row = tuple[str, ...]
BODIES: Final = ("", "body", "how it stands", "by way of", "issues", "next", "by")
OWED: Final = ("we owe", "by")
_PART: Final = "contribution"


def read(calls: ApiCalls, here: str, complaint: Shown) -> tuple[list[Shown], Shown, Shown]:
    """Read the bodies of a complaint, what was settled between them, and what our part is, where it is one."""
    if complaint["matter"] == _PART:
        return [], {}, calls.get(f"{here}/part")
    bodies: list[Shown] = calls.get(f"{here}/bodies")["items"]
    return bodies, calls.get(f"{here}/joint") if bodies else {}, {}


def head(bodies: list[Shown], joint: Shown, part: Shown) -> Iterator[tuple[str, str]]:
    """Yield what a reader has to know first: who leads, by when, whose part is missing; or whose part this is."""
    if bodies:
        yield "Leads", _lead(bodies, joint["lead"])
        if joint["timescale"]:
            yield "Their parts", _dates(joint["timescale"])
        if gaps := "; ".join(_who(each) for each in bodies if each["gapNamedOn"]):
            yield "Without", f"the response goes without the part of {gaps}"
    if part:
        who = part["leadName"] or part["leadCode"]
        yield "Part of", f"{who}'s {part['leadReference'] or 'complaint'}" + (", which we lead now" * part["yours"])
        if part["respondBy"]:
            yield "Response by", f"{_day(part['respondBy'])}, from {who}"
        if part["trouble"]:
            yield "NOT CARRIED", f"{who} could not be reached: {_plain(part['trouble'])}"


def body_rows(bodies: Iterable[Shown]) -> list[Row]:
    """Return how each body stands, and what is awaited of it or of us next."""
    return [_body(each) for each in bodies]


def owed_rows(part: Shown) -> list[Row]:
    """Return what our part owes, the earliest first."""
    due = sorted(part.get("due", []), key=lambda each: str(each["dueOn"]))
    return [(_plain(each["kind"]), _day(each["dueOn"]) + (", OVERDUE" * each["overdue"])) for each in due]


def subjects(bodies: Iterable[Shown]) -> dict[str, str]:
    """Return what a clock is about, by the id of its subject: the body whose contribution it is."""
    found: dict[str, str] = {}
    for each in bodies:
        found |= {clock["subjectId"]: _who(each) for clock in each["clocks"]} | {each["id"]: _who(each)}
    return found


def _lead(bodies: list[Shown], present: Shown | None) -> str:
    if not present:
        return "nobody has been proposed"
    known = {each["code"]: _who(each) for each in bodies}
    who = "we do" if present["ours"] else known.get(present["lead"], present["lead"])
    return f"{who} ({present['state']})"


def _dates(timescale: Shown) -> str:
    agreed = "agreed" if timescale["agreedOn"] else "not agreed by all"
    return f"by {_day(timescale['contributeBy'])}, the response by {_day(timescale['respondBy'])}, {agreed}"


def _body(body: Shown) -> Row:
    running = sorted((each for each in body["clocks"] if each["state"] == "running"), key=lambda each: each["dueOn"])
    owed, by = ("", "") if not running else (running[0]["title"], _day(running[0]["dueOn"]))
    by += ", OVERDUE" if running and running[0]["overdue"] else ""
    issues = ", ".join(str(each["number"]) for each in body["issues"])
    return (str(body["number"]), _who(body), _standing(body), body["way"], issues, owed, by)


def _standing(body: Shown) -> str:
    flags = [_plain(body["state"])]
    flags += ["OVERDUE"] if body["overdue"] else []
    flags += [f"escalated to the {_plain(body['level'])}"] if body["escalated"] else []
    flags += [f"answers separately since {_day(body['splitOn'])}"] if body["splitOn"] else []
    flags += ["its part is named as missing"] if body["gapNamedOn"] else []
    return ", ".join(flags)


def _who(body: Shown) -> str:
    return str(body["name"] or body["code"])


def _day(day: str) -> str:
    return long_date(date.fromisoformat(day))


def _plain(code: str) -> str:
    return code.replace("_", " ")
