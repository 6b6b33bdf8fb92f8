"""Hands the mails of a Maildir to the API: each stays in `new` until it is taken in, and is then moved to `cur`."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from runtime.commands.api_calls import ApiCalls, CommandError, ProblemError

PATH: Final = "/v1/intake/emails"
_MAIL: Final = "message/rfc822"
# What is wrong with this one mail. Everything else is wrong with all of them: nothing more is tried.
_OF_ONE: Final = frozenset({"body_too_large", "invalid_request", "content_damaged", "internal_error"})


@dataclass(slots=True, kw_only=True)
class Report:
    """How many mails became what, and which files stay behind, with why."""

    states: Counter[str] = field(default_factory=Counter)
    left: list[tuple[str, str]] = field(default_factory=list)


def hand_over(calls: ApiCalls, maildir: Path, largest: int, now: Callable[[], datetime]) -> Report:
    """Hand over every mail that lies in `new`, the oldest first. Raises CommandError when none can be taken in."""
    report = Report()
    for file in list(_waiting(maildir)):
        try:
            content, arrived_at = _read(file, largest)
            shown = calls.hand_over(PATH, content, _MAIL, arrivedAt=_instant(min(arrived_at, now())))
        except _Unfit as unfit:
            report.left.append((file.name, str(unfit)))
        except FileNotFoundError:
            continue  # another run of this has just moved it
        except ProblemError as problem:
            if problem.code not in _OF_ONE:
                raise
            report.left.append((file.name, problem.code))
        else:
            _settle(maildir, file)
            report.states[str(shown["state"])] += 1
    return report


class _Unfit(Exception):
    """A file that is no mail that could be handed over."""


def _waiting(maildir: Path) -> Iterator[Path]:
    try:
        names = [entry.name for entry in os.scandir(maildir / "new") if not entry.name.startswith(".")]
        (maildir / "cur").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{maildir} is no Maildir that can be read: {error.strerror}") from None
    # A name begins with the second in which it was delivered.
    return (maildir / "new" / name for name in sorted(names))


def _read(file: Path, largest: int) -> tuple[bytes, datetime]:
    """Return a mail and when it was delivered. Follows no link: what lies behind one is no mail of this Maildir."""
    try:
        if not stat.S_ISREG(os.lstat(file).st_mode):
            raise _Unfit("is no file")
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError:
        raise _Unfit("cannot be opened") from None
    with os.fdopen(handle, "rb") as opened:
        known = os.fstat(handle)
        if known.st_size > largest:
            raise _Unfit("is too large")
        return opened.read(), datetime.fromtimestamp(int(known.st_mtime), UTC)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _settle(maildir: Path, file: Path) -> None:
    """Move a mail to `cur`, as seen. One that another run has moved is moved."""
    name = file.name if ":2," in file.name else f"{file.name}:2,S"
    try:
        os.rename(file, maildir / "cur" / name)
    except FileNotFoundError:
        return
