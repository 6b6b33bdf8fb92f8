"""The part of a dossier that is about what runs beside a complaint: how serious it is, and who has what in hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from policies.calendars import LONDON
from policies.proofs import long_date
from runtime.commands.api_calls import ApiCalls

Shown = dict[str, Any]
Row = tuple[str, ...]
ESCALATIONS: Final = ("", "why", "level", "how it stands", "asked last", "decided", "due")
INCIDENTS: Final = ("", "how it stands", "harm", "what", "next", "by")
REFERRALS: Final = ("", "who asks", "their reference", "how it stands", "next by")
RECOMMENDED: Final = ("", "what", "by", "how it stands")
_ASKING: Final = "asking"
_SERIOUS: Final = ("serious", "immediate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the API says of how serious a complaint is, and of what runs beside it."""

    severity: Shown = field(default_factory=dict)
    escalations: list[Shown] = field(default_factory=list)
    incidents: list[Shown] = field(default_factory=list)
    referrals: list[Shown] = field(default_factory=list)

    @property
    def recommendations(self) -> list[tuple[Shown, Shown]]:
        """Return every recommendation, each with the referral that it came with."""
        return [(referral, each) for referral in self.referrals for each in referral["recommendations"]]


def read(calls: ApiCalls, here: str) -> Beside:
    """Read how serious a complaint is, and what runs beside it."""
    return Beside(
        severity=calls.get(f"{here}/severity"),
        escalations=calls.get(f"{here}/escalations")["items"],
        incidents=calls.get(f"{here}/incidents")["items"],
        referrals=calls.get(f"{here}/referrals")["items"],
    )


def head(beside: Beside) -> Iterator[tuple[str, str]]:
    """Yield what a reader has to know first: how serious it is and why, and that nobody has it in hand yet."""
    if severity := beside.severity.get("severity"):
        label = "SERIOUS" if severity in _SERIOUS else "Severity"
        yield label, f"{severity}{_why(beside.severity['verdicts'])}"
    if pending := beside.severity.get("pending"):
        yield "Asked", f"to be lowered to {pending['severity']}; a second person has not decided"
    if asking := [each for each in beside.escalations if each["state"] == _ASKING]:
        numbers = ", ".join(str(each["number"]) for each in asking)
        yield "NOT IN HAND", f"no senior has acknowledged escalation {numbers}"


def after_the_end(clocks: Iterable[Shown]) -> tuple[str, str]:
    """Say what still runs when the complaint has ended, and what is next: what stands beside it may outlive it."""
    running = sorted((each for each in clocks if each["state"] == "running"), key=lambda each: str(each["dueOn"]))
    if not running:
        return "nothing any more", "nothing is due"
    runs = f"its workflow has ended; clocks beside it: {len(running)}"
    return runs, f"{running[0]['title']}, by {long_date(date.fromisoformat(running[0]['dueOn']))}"


def subjects(beside: Beside) -> dict[str, str]:
    """Return what a clock is about, by the id of its subject."""
    found = {each["id"]: f"escalation {each['number']}, {_plain(each['cause'])}" for each in beside.escalations}
    for incident in beside.incidents:
        about = f"incident {incident['number']}"
        found |= {incident["id"]: about}
        found |= {each["id"]: f"{about}, {each['what'] or 'an enquiry'}" for each in incident["enquiries"]}
    for referral in beside.referrals:
        about = f"referral {referral['number']}, {_asker(referral)}"
        found |= {referral["id"]: about}
        found |= {each["id"]: f"{about}, enquiry {each['number']}" for each in referral["enquiries"]}
        found |= {each["id"]: f"{about}, recommendation {each['number']}" for each in referral["recommendations"]}
    return found


def escalation_rows(escalations: Iterable[Shown]) -> list[Row]:
    """Return how each escalation stands: who was asked last, what was decided, and what is due."""
    return [_escalation(each) for each in escalations]


def incident_rows(incidents: Iterable[Shown]) -> list[Row]:
    """Return how each incident stands under the duty of candour, and what is owed to the person next."""
    return [_incident(each) for each in incidents]


def referral_rows(referrals: Iterable[Shown]) -> list[Row]:
    """Return who asks from outside, and by when they are answered."""
    return [
        (str(each["number"]), _asker(each), each["theirReference"] or "", _ended(each, "closed"), _next(each))
        for each in referrals
    ]


def recommendation_rows(recommendations: Iterable[tuple[Shown, Shown]]) -> list[Row]:
    """Return what was recommended, by when, and whether it was done in time."""
    return [
        (
            f"{referral['number']}.{each['number']}",
            each["what"] or _plain(each["kind"]),
            _day(each["targetOn"]),
            _plain(each["state"]) + ", LATE" * each["late"],
        )
        for referral, each in recommendations
    ]


def _why(verdicts: list[Shown]) -> str:
    """Say why the policy said so last; a person may have set what is in force."""
    reasons = "; ".join(each["title"] for each in verdicts[-1]["reasons"]) if verdicts else ""
    return f": {reasons}" if reasons else ""


def _escalation(escalation: Shown) -> Row:
    stands = _ended(escalation, "ended")
    if (minutes := escalation["minutesToAcknowledge"]) is not None:
        stands += f", acknowledged after {minutes} minutes"
    asked = [each["person"] for each in escalation["calls"] if each["person"]]
    last = (asked[-1]["name"] or asked[-1]["id"]) if asked else "nobody yet"
    due = _when(escalation["dueAt"]) if escalation["dueAt"] else ""
    decided = _plain(escalation["decision"] or "")
    return (str(escalation["number"]), _plain(escalation["cause"]), escalation["level"], stands, last, decided, due)


def _incident(incident: Shown) -> Row:
    running = sorted(
        (each for each in incident["clocks"] if each["state"] == "running"), key=lambda each: each["dueOn"]
    )
    owed, by = ("", "") if not running else (running[0]["title"], _day(running[0]["dueOn"]))
    by += ", OVERDUE" if running and running[0]["overdue"] else ""
    number, harm = str(incident["number"]), _plain(incident["harm"] or "")
    return (number, _ended(incident, "ended"), harm, incident["words"] or "", owed, by)


def _ended(proceeding: Shown, how: str) -> str:
    """Return how a proceeding stands, and when and why it ended."""
    on, cause = proceeding[f"{how}On"], proceeding[f"{how}Cause"]
    return _plain(proceeding["state"]) + (f" on {_day(on)}, {_plain(cause or '')}" if on else "")


def _asker(referral: Shown) -> str:
    return str(referral["bodyName"] or _plain(referral["body"]))


def _next(referral: Shown) -> str:
    return _day(referral["dueOn"]) + ", OVERDUE" * referral["overdue"] if referral["dueOn"] else ""


def _when(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(LONDON):%a %d %b %Y %H:%M}"


def _day(day: str) -> str:
    return long_date(date.fromisoformat(day))


def _plain(code: str) -> str:
    return code.replace("_", " ")
