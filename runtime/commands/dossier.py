"""One complaint on one page of text, put together from what the public API says of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import quote

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.names import complaint_workflow_id
from policies.calendars import LONDON
from policies.proofs import Proof, explain, long_date
from runtime.commands import dossier_joint as joint_work
from runtime.commands import dossier_learning as learning
from runtime.commands import dossier_people as people
from runtime.commands import dossier_serious as serious
from runtime.commands.api_calls import ApiCalls, CommandError

Shown = dict[str, Any]
# 2001; no count in an event's data comes near it.
_FIRST_INSTANT_US: Final = 1_000_000_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What the API says of one complaint. `now` is what its workflow says; a string says why it cannot."""

    complaint: Shown
    now: Shown | str
    clocks: list[Shown]
    tasks: list[Shown]
    notices: list[Shown]
    contacts: list[Shown]
    corrections: list[Shown]
    events: list[Shown]
    gates: list[Shown] = field(default_factory=list)
    staff: list[Shown] = field(default_factory=list)
    promises: list[Shown] = field(default_factory=list)
    bodies: list[Shown] = field(default_factory=list)
    joint: Shown = field(default_factory=dict)
    part: Shown = field(default_factory=dict)
    beside: serious.Beside = field(default_factory=serious.Beside)
    learned: learning.Learned = field(default_factory=learning.Learned)


def gather(calls: ApiCalls, reference: str) -> Dossier:
    """Read everything. Raises NotFoundError for a reference that is not the caller's to see."""
    here = f"/v1/complaints/{reference}"
    complaint = calls.get(here)
    try:
        now: Shown | str = calls.get(f"{here}/now")
    except CommandError as error:
        now = str(error)
    bodies, joint, part = joint_work.read(calls, here, complaint)
    return Dossier(
        complaint=complaint,
        now=now,
        clocks=calls.get(f"{here}/clocks")["items"],
        tasks=calls.get(f"{here}/tasks")["items"],
        notices=calls.get(f"{here}/notices")["items"],
        contacts=calls.get(f"{here}/contacts")["items"],
        corrections=calls.get(f"{here}/corrections")["items"],
        events=list(_events(calls, here)),
        gates=_gates(calls, here),
        staff=calls.get(f"{here}/staff")["items"],
        promises=calls.get(f"{here}/promises")["items"],
        bodies=bodies,
        joint=joint,
        part=part,
        beside=serious.read(calls, here),
        learned=learning.read(calls, here),
    )


def _gates(calls: ApiCalls, here: str) -> list[Shown]:
    """Read what has to be on record first; none is told of another organisation's complaint."""
    try:
        gates: list[Shown] = calls.get(f"{here}/requirements")["items"]
    except CommandError:
        return []
    return gates


def _events(calls: ApiCalls, here: str) -> Iterator[Shown]:
    after: int | None = 0
    while after is not None:
        page = calls.get(f"{here}/timeline", after=after, limit=100)
        yield from page["items"]
        after = page["next"]


def render(dossier: Dossier, console: Console, *, namespace_url: str | None = None) -> None:
    """Print a dossier; nothing in it is told by colour alone."""
    for label, value in _head(dossier, namespace_url):
        console.print(f"[bold]{label:<13}[/]{escape(value)}", soft_wrap=True)
    about = people.subjects(dossier.staff, dossier.promises) | joint_work.subjects(dossier.bodies)
    about |= serious.subjects(dossier.beside) | learning.subjects(dossier.learned)
    for clock in dossier.clocks:
        _print_clock(console, clock, about.get(clock["subjectId"]))
    closed = [_gate(each) for each in dossier.gates if each["missing"]]
    _print_table(console, "Needed first", ("before", "what is missing"), closed)
    _print_table(console, "How to reach them", people.REACHING, people.reaching(dossier.complaint["contact"]))
    _print_beside(console, dossier.beside)
    _print_table(console, "Learned", learning.LEARNED, learning.learning_rows(dossier.learned.learning))
    _print_table(console, "Actions", learning.ACTIONS, learning.action_rows(dossier.learned.actions))
    _print_table(console, "Bodies", joint_work.BODIES, joint_work.body_rows(dossier.bodies))
    _print_table(console, "Our part", joint_work.OWED, joint_work.owed_rows(dossier.part))
    _print_table(console, "Staff", people.STAFF, people.staff_rows(dossier.staff))
    _print_table(console, "Promises", people.PROMISES, people.promise_rows(dossier.promises))
    _print_table(console, "Tasks", ("", "what", "for", "due"), [_task(each) for each in dossier.tasks])
    _print_table(console, "Notices", ("state", "what", "to", "by", "when"), [_notice(each) for each in dossier.notices])
    headings = ("when", "in or out", "by", "with", "what was said, and promised")
    _print_table(console, "Contacts", headings, [_contact(each) for each in dossier.contacts])
    headings = ("state", "what", "why", "asked by", "decided by")
    _print_table(console, "Corrections", headings, [_correction(each) for each in dossier.corrections])
    _print_timeline(console, dossier.events)


def _head(dossier: Dossier, namespace_url: str | None) -> Iterator[tuple[str, str]]:
    complaint = dossier.complaint
    words = complaint["words"] or {}
    yield "Complaint", f"{complaint['reference']}  {words.get('summary', '')}".rstrip()
    yield "Where", _where(complaint)
    yield "Whose", _whose(complaint)
    yield "Received", f"{_day(complaint['receivedOn'])}, {complaint['channel']}"
    if complaint["procedure"]:
        yield "Procedure", f"{complaint['procedure']}, version {complaint['procedureVersion']}"
    # A closed workflow still answers questions about its end; to say that it runs would be wrong.
    ended = complaint["opened"] and not complaint["open"]
    runs, then = serious.after_the_end(dossier.clocks) if ended else (_runs(dossier.now), _next(dossier.now))
    yield "Runs", runs
    yield "Next", then
    yield from joint_work.head(dossier.bodies, dossier.joint, dossier.part)
    if complaint["allowed"]:
        yield "May be said", people.may_be_said(complaint["allowed"])
    yield from serious.head(dossier.beside)
    if complaint["attention"]:
        yield "ATTENTION", f"this case needs attention: {complaint['attention']}"
    if complaint["staffSafety"]:
        yield "TAKE CARE", "the safety of staff: read the contact plan before anybody meets somebody of this complaint"
    if missed := people.undelivered(dossier.notices):
        yield "NOT REACHED", missed
    for label, key in (("Reopens", "reopenedFrom"), ("Reopened as", "reopenedAs")):
        if complaint[key]:
            yield label, complaint[key]
    if namespace_url:
        path = quote(complaint_workflow_id(complaint["id"]), safe="")
        yield "In Temporal", f"{namespace_url}/workflows/{path}"


def _where(complaint: Shown) -> str:
    if not complaint["opened"]:
        refused = complaint["refusal"]
        return f"could not be opened: {refused}" if refused else "logged; its workflow opens it in a moment"
    flags = [complaint["stageTitle"], f"version {complaint['version']}"]
    flags += ["OVERDUE"] if complaint["overdue"] else []
    flags += ["stop contact"] if complaint["stopContact"] else []
    flags += ["on hold"] if complaint["hold"] else []
    flags += [f"outcome: {complaint['outcomeTitle']}"] if complaint["outcome"] else []
    return ", ".join(flags)


def _whose(complaint: Shown) -> str:
    owner = complaint["owner"]
    name = (owner["name"] or owner["id"]) if owner else "nobody owns it"
    waiting = complaint["waitingOn"]
    return f"{name}, waiting on the {waiting}" if waiting else str(name)


def _runs(now: Shown | str) -> str:
    if isinstance(now, str):
        return f"cannot be said: {now}"
    if not now["running"]:
        return "nothing any more"
    parts = [f"its workflow, at {now['stage']}"]
    parts += [f"{now['waitingInInbox']} waiting to be heard"] if now["waitingInInbox"] else []
    parts += [f"{now['parked']} PARKED"] if now["parked"] else []
    return ", ".join(parts)


def _next(now: Shown | str) -> str:
    rung = None if isinstance(now, str) else now["nextRung"]
    return f"{rung['rung']} of {rung['kind']}, {_when(rung['at'])}" if rung else "nothing is due"


def _print_clock(console: Console, clock: Shown, about: str | None) -> None:
    """Tell a running clock's whole proof, and an ended one's result."""
    lines = explain(Proof.from_dict(clock["proof"])).splitlines()
    console.print(f"\n[bold]{escape(lines[0])}[/]  [{_clock_state(clock)}]".replace("  [", "  \\["), soft_wrap=True)
    if about:
        console.print(f"  About: {escape(about)}", soft_wrap=True)
    for line in lines[1:] if clock["state"] == "running" else lines[-1:]:
        console.print(f"  {escape(line)}", soft_wrap=True)
    for notice in clock["undelivered"]:
        console.print(f"  NOT RECEIVED: what met it did not arrive, {escape(_why(notice))}", soft_wrap=True)
    for rung in clock["fired"]:
        late = ", LATE" if rung["late"] else ""
        console.print(f"  fired: {rung['rung']}, {_when(rung['firedAt'])}{late}", soft_wrap=True)


def _why(notice: Shown) -> str:
    return str(notice["failure"] or notice["state"]).replace("_", " ")


def _clock_state(clock: Shown) -> str:
    if clock["overdue"]:
        return "OVERDUE"
    if clock["metOn"]:
        return f"met on {_day(clock['metOn'])}, {'in time' if clock['inTime'] else 'LATE'}"
    breached = ", breached" if clock["breachedAt"] else ""
    return f"{clock['state']}{breached}, version {clock['generation']}"


def _gate(gate: Shown) -> tuple[str, ...]:
    before = gate["at"] or gate["command"].replace("_", " ")
    return (before, "; ".join(each["title"] for each in gate["missing"]))


def _task(task: Shown) -> tuple[str, ...]:
    due = task["dueOn"]
    return (task["state"], task["title"], task["role"].replace("_", " "), _day(due) if due else "")


def _notice(notice: Shown) -> tuple[str, ...]:
    failure = f" ({notice['failure']})" if notice["failure"] else ""
    what = notice["subject"] or notice["template"]
    when = notice["settledAt"] or notice["releasedAt"] or notice["draftedAt"]
    return (notice["state"] + failure, what, notice["audience"], notice["channel"], _when(when))


def _contact(contact: Shown) -> tuple[str, ...]:
    said = contact["summary"] or ""
    if contact["promisedBy"]:
        said += f" (promised by {_day(contact['promisedBy'])}: {contact['promised'] or ''})"
    return (_when(contact["happenedAt"]), contact["direction"], contact["channel"], contact["withWhom"] or "", said)


def _correction(correction: Shown) -> tuple[str, ...]:
    people = [(correction[who] or {}).get("name") or "" for who in ("askedBy", "decidedBy")]
    state, what = (correction[name].replace("_", " ") for name in ("state", "what"))
    return (state, what, correction["reason"] or "", *people)


def _print_beside(console: Console, beside: serious.Beside) -> None:
    _print_table(console, "Escalations", serious.ESCALATIONS, serious.escalation_rows(beside.escalations))
    _print_table(console, "Incidents", serious.INCIDENTS, serious.incident_rows(beside.incidents))
    _print_table(console, "Referrals", serious.REFERRALS, serious.referral_rows(beside.referrals))
    _print_table(console, "Recommended", serious.RECOMMENDED, serious.recommendation_rows(beside.recommendations))


def _print_timeline(console: Console, events: list[Shown]) -> None:
    """Print one line for each event: a table would break each of them into many."""
    if events:
        console.print("\n[bold]Timeline[/]")
    for event in events:
        console.print(escape(_event(event)), soft_wrap=True)


def _event(event: Shown) -> str:
    actor = event["actor"]
    who = (actor["name"] or event["role"]) if actor else event["role"]
    # Ids say nothing to a reader, and what did not happen is no news; both are in the API's answer.
    told = {key: value for key, value in event["data"].items() if value and not key.endswith("_id")}
    detail = "".join(f", {key.replace('_', ' ')} {_datum(value)}" for key, value in told.items())
    return f"{event['seq']:>3}  {_when(event['at'])}  {event['kind']} ({who.replace('_', ' ')}){detail}"


def _datum(value: object) -> object:
    """Return an instant, which the chain holds as microseconds, as people read it; all else as it is."""
    if isinstance(value, int) and value > _FIRST_INSTANT_US:
        return _when(datetime.fromtimestamp(value / 1e6, UTC).isoformat())
    return value


def _print_table(console: Console, title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    table = Table(*headings, title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print()
    console.print(table)


def _when(instant: str) -> str:
    local = datetime.fromisoformat(instant).astimezone(LONDON)
    return f"{local:%a %d %b %Y %H:%M}"


def _day(day: str) -> str:
    return long_date(date.fromisoformat(day))
