"""Composes what other bodies say in the one response: each part as its body wrote and signed it, then what is missing.

Pure. What a body found is told in its own words, which nothing here changes (R-51, R-53).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from policies.template_files import long_date


class Why(StrEnum):
    """Why the part of a body is not in the response."""

    LATE = "late"
    DECLINED = "declined"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOfBody:
    """An issue of the complaint that is a body's, by its number."""

    number: int
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyAnswer:
    """What a body did about one of its issues, what it found and concluded, and how it puts that right."""

    issue: IssueOfBody
    did: str
    found: str
    conclusion: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPromise:
    """What a body will do, by when."""

    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """The approved part of a body. `key` says which round of which contribution it is; `unanswered` are left open."""

    key: str
    name: str
    answers: tuple[BodyAnswer, ...]
    promises: tuple[BodyPromise, ...]
    signed_by: str
    signed_role: str
    unanswered: tuple[IssueOfBody, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The part of a body that is missing."""

    name: str
    why: Why
    issues: tuple[IssueOfBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """What the record holds of other bodies. `adds_to`: the day of the response that this one only adds to.

    `theirs` are the numbers of the issues that are other bodies' to find on, `told_before` of those that the response
    before this one told our finding on.
    """

    parts: tuple[BodyPart, ...]
    gaps: tuple[Gap, ...]
    adds_to: date | None = None
    theirs: tuple[int, ...] = ()
    told_before: tuple[int, ...] = ()


_CONCLUSIONS: Final = {
    "upheld": "Upheld",
    "partly_upheld": "Partly upheld",
    "not_upheld": "Not upheld",
    "resolved": "Resolved",
}
_UNDERLINE: Final = re.compile(r"^[ \t]*(-{3,}|={3,})[ \t]*$", re.MULTILINE)
# For each reason: what is missing, and below its issues what happens next.
_WHY: Final = {
    Why.LATE: (
        "{name} looks into this part of your complaint itself. Its answer had not come when we wrote this letter:",
        "We did not want you to wait any longer for the rest. We go on asking {name}, and when its answer comes we will"
        " send it to you in a second letter. If you would rather not wait, you can also ask {name} directly.",
    ),
    Why.DECLINED: (
        "{name} has told us that it does not take part in this letter. We cannot answer this part of your complaint for"
        " it:",
        "You can ask {name} directly for an answer. If you need help with that, please tell us.",
    ),
    Why.NO_CONSENT: (
        "We have no agreement to share your complaint with {name}, so it has no part in this letter:",
        "If you would like {name} to answer this part, you can ask it directly, or tell us that we may pass it on.",
    ),
}
_REST: Final = (
    "{name} has not answered all of its part:",
    "If it sends us more, we will pass it on to you in a second letter. You can also ask {name} directly.",
)


def sections(joint: Joint) -> Iterator[str]:
    """Return the sections on other bodies, each under a heading of its own; what is missing comes last."""
    for part in joint.parts:
        yield _under(f"What {part.name} found", _part(part))
    missing = [words for gap in joint.gaps for words in _missing(gap.name, _WHY[gap.why], gap.issues)]
    missing += [
        words for part in joint.parts if part.unanswered for words in _missing(part.name, _REST, part.unanswered)
    ]
    if missing:
        yield _under("What is missing from this letter", missing)


def _part(part: BodyPart) -> Iterator[str]:
    yield (
        f"{part.name} looked into this part of your complaint itself. This is its own answer, in its own words."
        " We have not changed it."
    )
    for answer in part.answers:
        yield f"Issue {answer.issue.number}: {answer.issue.summary}"
        yield f"What {part.name} did: {_plain(answer.did)}"
        yield f"What it found: {_plain(answer.found)}"
        yield f"Its conclusion: {_CONCLUSIONS.get(answer.conclusion, answer.conclusion)}."
        if answer.remedy:
            yield f"How it puts this right: {_plain(answer.remedy)}"
    if part.promises:
        yield f"What {part.name} will do:"
        yield "\n".join(f"- {_plain(promise.what)} (by {long_date(promise.due_on)})" for promise in part.promises)
    yield f"{part.signed_by}, {part.signed_role}, signed this part for {part.name}."


def _plain(words: str) -> str:
    """Return a body's words without a line that would make one of ours a heading of the letter."""
    return _UNDERLINE.sub("– – –", words)


def _missing(name: str, words: tuple[str, str], issues: tuple[IssueOfBody, ...]) -> list[str]:
    what, then = words
    return [what.format(name=name), _list(issues), then.format(name=name)]


def _list(issues: tuple[IssueOfBody, ...]) -> str:
    return "\n".join(f"- Issue {issue.number}: {issue.summary}" for issue in issues)


def _under(heading: str, paragraphs: Iterator[str] | list[str]) -> str:
    return "\n\n".join([f"{heading}\n{'-' * max(3, len(heading))}", *paragraphs])
