"""The part of a dossier that is about people: how to reach them, the staff complained about, what was promised."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from api.said_at import SAID_AT
from contracts.command_groups import INFORMING, JOINT, SERIOUS
from policies.proofs import long_date

Shown = dict[str, Any]
Row = tuple[str, ...]
_INFORMS: Final = frozenset(SAID_AT[kind] for kind in INFORMING)
_JOINS: Final = frozenset(SAID_AT[kind] for kind in JOINT if kind in SAID_AT)
_SERIOUS: Final = frozenset(SAID_AT[kind] for kind in SERIOUS)
REACHING: Final = ("who", "NOT SAFE", "prefers", "needs")
STAFF: Final = ("", "who", "how it stands", "supported by", "next", "by")
PROMISES: Final = ("state", "what", "by", "kept", "broken")


def may_be_said(allowed: list[str]) -> str:
    """Name what moves a complaint, and count what is taken at any time: to inform, to work jointly, what is serious."""
    told = [", ".join(path for path in allowed if path not in _INFORMS | _JOINS | _SERIOUS)]
    at_any_time = (
        (_INFORMS, "that keep everyone informed"),
        (_JOINS, "for work with other bodies"),
        (_SERIOUS, "for serious cases"),
    )
    for paths, what in at_any_time:
        if more := len(paths & set(allowed)):
            told.append(f"and {more} {what}")
    return ", ".join(each for each in told if each)


def undelivered(notices: Iterable[Shown]) -> str:
    """Name what did not reach whom it was for, and why."""
    missed = (each for each in notices if each["state"] in ("failed", "withheld") or _owed(each))
    return "; ".join(f"{each['subject'] or each['template']} ({_why(each)})" for each in missed)


def subjects(staff: Iterable[Shown], promises: Iterable[Shown]) -> dict[str, str]:
    """Return what a clock is about, by the id of its subject: a member of staff, or a promise."""
    named = {each["id"]: f"staff {each['number']}, {_name(each)}" for each in staff}
    return named | {each["id"]: each["what"] or each["kind"] for each in promises}


def reaching(cards: Iterable[Shown]) -> list[Row]:
    """Return what has to be known before somebody is rung or written to, first what is not safe."""
    return [_reached(card) for card in cards]


def staff_rows(staff: Iterable[Shown]) -> list[Row]:
    """Return how it stands with each member of staff, and what is owed to them next."""
    return [_member(each) for each in staff]


def promise_rows(promises: Iterable[Shown]) -> list[Row]:
    """Return what was promised, and whether it was kept."""
    return [
        (each["state"], each["what"] or each["kind"], _by(each), str(each["kept"]), str(each["broken"]))
        for each in promises
    ]


def _reached(card: Shown) -> Row:
    unsafe = [_plain(each) for each in card["unsafe"]] + ([card["unsafeWords"]] if card["unsafeWords"] else [])
    needs = [_plain(each) for each in card["formats"]] + ([card["adjustments"]] if card["adjustments"] else [])
    needs += [] if card["language"] == "en" else [f"language {card['language']}"]
    prefers = "has died" if card["hasDied"] else _plain(card["preferredChannel"] or "")
    return (_plain(card["role"]), "; ".join(unsafe), prefers, "; ".join(needs))


def _member(member: Shown) -> Row:
    running = sorted((each for each in member["clocks"] if each["state"] == "running"), key=lambda each: each["dueOn"])
    owed, by = ("", "") if not running else (running[0]["title"], long_date(date.fromisoformat(running[0]["dueOn"])))
    by += ", OVERDUE" if running and running[0]["overdue"] else ""
    supporter = member["supporter"]
    support = (supporter["name"] or supporter["id"]) if supporter else "nobody by name"
    return (str(member["number"]), _name(member), _plain(member["state"]), support, owed, by)


def _name(member: Shown) -> str:
    person = member["person"]
    return (person and person["name"]) or member["name"] or member["describedAs"] or str(member["kind"])


def _by(promise: Shown) -> str:
    day = long_date(date.fromisoformat(promise["dueOn"]))
    return f"{day}, every {promise['everyDays']} days" if promise["everyDays"] else day


def _owed(notice: Shown) -> bool:
    return notice["state"] == "released" and notice["failure"] is not None


def _why(notice: Shown) -> str:
    return _plain(notice["failure"] or notice["state"])


def _plain(code: str) -> str:
    return code.replace("_", " ")
