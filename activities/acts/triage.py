"""How serious a complaint is by the policy: asked when it is opened, when a person asks, and when a fact changes.

Every verdict stays on record. It only ever raises what is in force: to lower it is for people (`severity`).
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from activities.acts import ledger, raising, silence
from activities.acts.case import Case, codes, refuse_if
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.severities import GRAVE, Severity
from db.models.triage import SeveritySetting, TriageVerdict
from db.queries import tasks
from db.queries import triage as rows
from db.triage_said import Triage
from policies import triage_files
from policies.triaging import Facts, Verdict, judge, rank, worst

OPENED: Final = "opened"
ASKED: Final = "asked"
TASK: Final = "decide_severity"
CLOCK: Final = "severity_decision"
# What changes a fact that the policy asks for. Nothing else costs a look.
CHANGES_FACTS: Final = frozenset(
    {
        *(CommandKind.RECORD_FINDING, CommandKind.RECORD_COMMENT, CommandKind.RECORD_STAFF_COMMENT),
        *(CommandKind.RECORD_DEATH, CommandKind.ADD_PARTY, CommandKind.RETIRE_PARTY, CommandKind.CONVERT),
        *(CommandKind.OPEN_PARALLEL, CommandKind.UPDATE_PARALLEL, CommandKind.FLAG_STAFF_SAFETY),
        *(CommandKind.PROPOSE_REMEDY, CommandKind.DECIDE_REMEDY, CommandKind.SET_CODING),
        *(CommandKind.FLAG_INCIDENT, CommandKind.ASSESS_INCIDENT, CommandKind.END_CANDOUR),
    }
)
# Those who say nothing of their own accord: the machine, and other bodies.
_NOT_PEOPLE: Final = frozenset({"system", "body"})
_PSYCHOLOGICAL: Final = "prolonged_psychological"  # a harm of its own under the duty of candour
_ASSERTED: Final = tuple(each.name for each in fields(Triage) if each.name != "remark")
# A malformed policy refuses the process at its start.
_RULES: Final = triage_files.load_triage_rules()


async def triage(case: Case, said: Triage) -> None:
    """Take facts that a person asserts, or takes back, and ask the policy. Refused where nothing changes."""
    refuse_if(await silence.is_kept(case), Refusal.QUIET_UNTIL_SWITCH)
    last = await rows.last_verdict(case.session, case.complaint.id)
    asserted = merged(last.asserted if last is not None else {}, said)
    same = last is not None and asserted == last.asserted
    refuse_if(same and not said.remark, Refusal.NOTHING_CHANGES)
    await _judge(case, ASKED, last, asserted, said)


async def after(case: Case, kind: CommandKind) -> None:
    """Triage again after a command that changed a fact, and once after any for a complaint that never was triaged."""
    never = case.complaint.severity is None and case.complaint.open
    if kind in CHANGES_FACTS or (never and _by_a_person(case)):
        await look_again(case, kind.value)


async def look_again(case: Case, cause: str) -> None:
    """Ask the policy again; a verdict is written where it, or a fact before it, is another than last time."""
    complaint = case.complaint
    by_itself = complaint.matter in _RULES[-1].matters or complaint.severity is not None
    # A complaint that ended before there was any triage has nobody to be called.
    if not by_itself or (complaint.severity is None and not complaint.open) or await silence.is_kept(case):
        return
    await ask(case, cause)


async def would_be(case: Case) -> Severity | None:
    """Return how serious a complaint would be that nobody has triaged yet, and write nothing; None for any other."""
    complaint = case.complaint
    if complaint.severity is not None or complaint.matter not in _RULES[-1].matters or await silence.is_kept(case):
        return None
    facts = facts_of(case, {}, await rows.on_record(case.session, complaint.id))
    return judge(facts, _RULES[-1].rules_for(complaint.procedure, complaint.regime)).severity


async def ask(case: Case, cause: str) -> None:
    """Ask the policy, whatever the matter."""
    complaint = case.complaint
    last = None if cause == OPENED else await rows.last_verdict(case.session, complaint.id)
    before = last
    if cause == OPENED and complaint.reopened_from is not None:
        before = await rows.last_verdict(case.session, complaint.reopened_from)  # what was asserted then is so still
    await _judge(case, cause, last, before.asserted if before is not None else {})


def merged(before: dict[str, Any], said: Triage) -> dict[str, Any]:
    """Return the facts that people assert, with what is said now: None says nothing, False takes back."""
    now = {name: value for name in _ASSERTED if (value := getattr(said, name)) is not None}
    return {name: value for name, value in (before | now).items() if value is not False}


def facts_of(case: Case, asserted: dict[str, Any], found: rows.OnRecord) -> Facts:
    """Return all facts: what people assert, and what is on record anyway. Either is enough."""
    complaint = case.complaint
    return Facts(
        harm=asserted.get("harm", "none"),
        psychological="psychological" in asserted or _PSYCHOLOGICAL in found.incident_harms,
        immediate_risk="immediate_risk" in asserted,
        safeguarding="safeguarding" in asserted or "safeguarding" in found.parallel,
        vulnerable="vulnerable" in asserted or found.vulnerable,
        media="media" in asserted,
        regulator="regulator" in asserted or "regulator" in (*found.parallel, complaint.source),
        police="police" in asserted or "police" in found.parallel,
        death=found.death,
        staff_safety=complaint.staff_safety,
        parallel=found.parallel,
        remedy_pence=found.remedy_pence,
        incident=found.incident,
        incident_harm=worst(found.incident_harms),
        recurrence=found.recurrence,
        upheld=found.upheld,
        findings=found.findings,
        comments=found.comments,
    )


async def _judge(
    case: Case, cause: str, last: TriageVerdict | None, asserted: dict[str, Any], said: Triage | None = None
) -> None:
    await case.session.flush()  # the facts are read by SQL
    facts = facts_of(case, asserted, await rows.on_record(case.session, case.complaint.id))
    rules = _RULES[-1]
    verdict = judge(facts, rules.rules_for(case.complaint.procedure, case.complaint.regime))
    row = _row(case, cause, last, asserted, facts, verdict)
    if said is not None:
        row.remark = said.remark
    elif last is not None and _same(last, row) and case.complaint.severity is not None:
        return
    case.session.add(row)
    if last is not None or row.reasons:  # that nothing speaks for more than routine is no event
        reasons = codes([each.code for each in verdict.reasons])
        case.event("triage.judged", number=row.number, cause=cause, severity=row.severity, reasons=reasons,
                   policy_version=row.policy_version)  # fmt: skip
    await _take_over(case, verdict)


def _same(last: TriageVerdict, row: TriageVerdict) -> bool:
    before = (last.facts, last.asserted, last.severity, last.reasons)
    return before == (row.facts, row.asserted, row.severity, row.reasons)


async def _take_over(case: Case, verdict: Verdict) -> None:
    """Put a verdict in force where it is higher by reasons that nobody has weighed yet."""
    counting = {}
    if case.complaint.severity is not None and verdict.reasons:
        counting = await rows.settings_that_count(case.session, case.complaint.id)
    set_by_people, pending = counting.get("in_force"), counting.get("pending")
    if pending is not None and {each.code for each in verdict.reasons} - set(pending.weighed):
        await overtake(case, pending)
    severity = verdict.severity if set_by_people is None else verdict.beyond(set_by_people.weighed)
    if case.complaint.severity is None and severity == "routine":
        case.complaint.severity = severity
    elif rank(severity) > rank(case.complaint.severity):
        await rise(case, severity, by="policy")


async def rise(case: Case, severity: Severity, *, by: str) -> None:
    """Put a higher severity in force. What is serious or immediate is put before somebody senior."""
    before, case.complaint.severity = case.complaint.severity, severity
    case.event("severity.raised", before=before, severity=severity, by=by)
    if severity in GRAVE:
        await raising.raise_for(case, "severity", level=severity)


async def overtake(case: Case, pending: SeveritySetting) -> None:
    """Let a lowering that awaits its second person lapse: what it was asked about has changed."""
    pending.state = "superseded"
    case.event("severity.lowering_overtaken", setting_id=pending.id, severity=pending.severity)
    if clock := await ledger.running(case, CLOCK, pending.id):
        await ledger.stop(case, clock, "overtaken")
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=pending.id, kind=TASK)


def _by_a_person(case: Case) -> bool:
    return case.said is not None and case.said.role not in _NOT_PEOPLE


def _row(
    case: Case, cause: str, last: TriageVerdict | None, asserted: dict[str, Any], facts: Facts, verdict: Verdict
) -> TriageVerdict:
    return TriageVerdict(
        id=case.new_id("triage"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=1 if last is None else last.number + 1,
        cause=cause,
        policy_version=_RULES[-1].version,
        asserted=asserted,
        facts=facts.plain(),
        severity=verdict.severity,
        reasons=[{"code": each.code, "severity": each.severity} for each in verdict.reasons],
        remark=None,
        act_id=case.act.act_id,
        said_by=case.actor_id,
        said_at=case.at,
    )
