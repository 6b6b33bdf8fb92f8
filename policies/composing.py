"""Composes the final response in plain English, of what people wrote for it and of what the record holds.

Pure: the same material gives the same letter. A heading is a line underlined with `---`, as
gateways/letter_blocks.py reads it. Who comes next is told by policies/next_steps.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from policies import joint_composing
from policies.joint_composing import Joint
from policies.next_steps import way_on
from policies.procedure import Procedure
from policies.procedure_rules import ElementRule, Source, TierRule
from policies.template_files import long_date

# Where the procedure gives a section no heading of its own.
_HEADINGS: Final = {
    Source.ISSUES: "What you complained about",
    Source.FINDINGS: "What we found",
    Source.REMEDIES: "What we are doing to put things right",
    Source.OMBUDSMAN: "What you can do next",
}
# To this nobody adds words: the record, or the procedure, says all of it.
WITHOUT_WORDS: Final = frozenset({Source.OMBUDSMAN})
# What a response that adds to another does not say again: only words that somebody writes for it come in.
_NOT_AGAIN: Final = frozenset({Source.TEXT, Source.ISSUES, Source.REMEDIES})
_REMEDIES: Final = {"apology": "An apology", "explanation": "An explanation", "action": "What we will do"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMade:
    """The finding on an issue; `outcome` is a code of the procedure."""

    happened: str
    should_have: str
    standard: str
    evidence: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRaised:
    """An issue that was not taken back: `state` is open, on_hold or passed_on."""

    number: int
    summary: str
    effect: str | None = None
    outcome_sought: str | None = None
    state: str = "open"
    confirmed: bool = True
    finding: FindingMade | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyDecided:
    """A remedy that was approved. Loss and what is paid for the injustice are two sums."""

    kind: str
    words: str
    loss: Decimal | None = None
    injustice: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the record holds for a response. `bereaved`: it is about somebody who died, and is to somebody else.

    `own_matter`: who complained is who was affected. `ahead` are the tiers after the one that answers. `joint` is what
    other bodies say, where any contribute.
    """

    reference: str
    recipient: str
    received_on: date
    bereaved: bool
    own_matter: bool
    issues: tuple[IssueRaised, ...]
    remedies: tuple[RemedyDecided, ...]
    ahead: tuple[TierRule, ...]
    noticed_until: date | None = None
    joint: Joint | None = None

    @property
    def fingerprint(self) -> str:
        """Return a hash of all of it: a draft that was composed of other material is overtaken."""
        held = asdict(self)
        if self.joint is None:
            del held["joint"]  # what is drafted without other bodies is not overtaken because there can be some
        plain = json.dumps(held, default=str, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The text of a response, and the codes of the elements that it still lacks."""

    text: str
    missing: tuple[str, ...]


def compose(procedure: Procedure, sections: Mapping[str, str], material: Material, *, greets: bool = True) -> Composed:
    """Return the response with the elements of a procedure, in its order; the way on comes last.

    What other bodies say follows what we found. One that does not greet is for others than the person.
    """
    elements = sorted(procedure.elements, key=lambda element: element.source is Source.OMBUDSMAN)
    parts = [_opening(procedure, material)] if greets else []
    missing = []
    for element in elements:
        words = sections.get(element.code, "").strip()
        body = "\n\n".join(part for part in (words, *_of_record(procedure, element, material)) if part)
        if body:
            parts.append(f"{_heading(element)}\n\n{body}")
        if material.joint is not None and element.source is Source.FINDINGS:
            parts.extend(joint_composing.sections(material.joint))
        if not _is_there(element, words, material):
            missing.append(element.code)
    return Composed(text="\n\n".join(parts), missing=tuple(missing))


def _heading(element: ElementRule) -> str:
    words = element.heading or _HEADINGS.get(element.source, element.title)
    return f"{words}\n{'-' * max(3, len(words))}"


def _opening(procedure: Procedure, material: Material) -> str:
    greeting = f"Dear {material.recipient}," if material.recipient else "Hello,"
    if material.joint is not None and material.joint.adds_to is not None:
        return (
            f"{greeting}\n\nThis letter adds to our response of {long_date(material.joint.adds_to)}. Part of the answer"
            " to your complaint was missing then, and has come since. What we wrote to you before stands."
        )
    sorrow = "We are very sorry for your loss. We know that this letter may be hard to read.\n\n" * material.bereaved
    calm = ""
    if material.own_matter and not material.bereaved:
        calm = f" Having complained does not change how you are treated as a {procedure.vocabulary.person}."
    return (
        f"{greeting}\n\n{sorrow}This is our response to your complaint, which we received on"
        f" {long_date(material.received_on)}. We have looked at it under our {procedure.vocabulary.procedure}.{calm}"
        f"\n\nIf you would like a {procedure.vocabulary.staff} to go through this letter with you, or need it in"
        " another form, please contact us and quote your reference."
    )


def _is_there(element: ElementRule, words: str, material: Material) -> bool:
    open_issues = _ours(material)
    if material.joint is not None and material.joint.adds_to is not None and element.source in _NOT_AGAIN:
        return True
    match element.source:
        case Source.TEXT:
            return bool(words)
        case Source.ISSUES:
            return bool(material.issues) and all(issue.confirmed for issue in material.issues if issue.state == "open")
        case Source.FINDINGS:
            return bool(open_issues or material.joint) and all(issue.finding is not None for issue in open_issues)
        case Source.REMEDIES:
            return bool(words or material.remedies)
        case Source.OMBUDSMAN:
            return bool(material.ahead)


def _ours(material: Material) -> list[IssueRaised]:
    """Return the open issues that are ours to find on."""
    theirs = material.joint.theirs if material.joint is not None else ()
    return [issue for issue in material.issues if issue.state == "open" and issue.number not in theirs]


def _of_record(procedure: Procedure, element: ElementRule, material: Material) -> Iterator[str]:
    if material.joint is not None and material.joint.adds_to is not None and element.source in _NOT_AGAIN:
        return  # the response that it adds to says so
    match element.source:
        case Source.ISSUES:
            yield from _issues(material.issues)
        case Source.FINDINGS:
            outcomes = {outcome.code: outcome.title for outcome in procedure.outcomes}
            yield from _findings(_still_ours(material), outcomes)
        case Source.REMEDIES:
            yield from map(_remedy, material.remedies)
        case Source.OMBUDSMAN:
            yield way_on(material.ahead, reference=material.reference, noticed_until=material.noticed_until)
        case Source.TEXT:
            pass


def _still_ours(material: Material) -> list[IssueRaised]:
    """Return the issues of which our findings tell; a response that adds to another leaves out what that one told."""
    joint = material.joint
    if joint is None:
        return list(material.issues)
    told = joint.told_before if joint.adds_to is not None else ()
    return [issue for issue in material.issues if issue.number not in joint.theirs and issue.number not in told]


def _issues(issues: Sequence[IssueRaised]) -> Iterator[str]:
    for issue in issues:
        told = [f"Issue {issue.number}: {issue.summary}"]
        if issue.effect:
            told.append(f"What it meant for you: {issue.effect}")
        if issue.outcome_sought:
            told.append(f"What you asked for: {issue.outcome_sought}")
        yield "\n".join(told)


def _findings(issues: Sequence[IssueRaised], outcomes: Mapping[str, str]) -> Iterator[str]:
    for issue in issues:
        if issue.state == "open" and issue.finding is not None:
            yield from _finding(issue, issue.finding, outcomes)
    if held := [issue for issue in issues if issue.state == "on_hold"]:
        yield (
            "We cannot answer all of your complaint yet, because another investigation has to come first."
            " We will write to you again about what is left. It is:"
        )
        yield _list(held)
    if elsewhere := [issue for issue in issues if issue.state == "passed_on"]:
        yield "This part of your complaint is dealt with in another way, of which we told you. It is:"
        yield _list(elsewhere)


def _finding(issue: IssueRaised, finding: FindingMade, outcomes: Mapping[str, str]) -> Iterator[str]:
    yield f"Issue {issue.number}: {issue.summary}"
    yield f"What happened: {finding.happened}"
    yield f"What should have happened: {finding.should_have}"
    yield f"The standard that applies: {finding.standard}"
    yield f"What we looked at: {finding.evidence}"
    yield f"Our conclusion: {outcomes.get(finding.outcome, finding.outcome)}. {finding.reason}"


def _list(issues: Sequence[IssueRaised]) -> str:
    return "\n".join(f"- Issue {issue.number}: {issue.summary}" for issue in issues)


def _remedy(remedy: RemedyDecided) -> str:
    label = _REMEDIES.get(remedy.kind)
    words = f"{label}: {remedy.words}" if label else remedy.words
    sums = []
    if remedy.loss:
        sums.append(f"{_pounds(remedy.loss)} for what you lost")
    if remedy.injustice:
        sums.append(f"{_pounds(remedy.injustice)} for the effect on you")
    return f"{words}\n\nThe payment to you: {' and '.join(sums)}." if sums else words


def _pounds(amount: Decimal) -> str:
    return f"£{amount:,.2f}"
