"""The unprivileged account that PostgreSQL runs as when we are root; nobody else's permissions change."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict


class DropPrivileges(TypedDict, total=False):
    """The arguments of Popen that give up root."""

    user: int
    group: int
    extra_groups: list[int]


class UnreachableError(RuntimeError):
    """The unprivileged account cannot enter a directory it needs."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; `uid` is None when it is simply ourselves."""

    uid: int | None
    gid: int

    @classmethod
    def for_data(cls, data: Path) -> "Account":
        """Return the owner of existing data, else `postgres`, else `nobody`; ourselves if not root."""
        if os.geteuid() != 0:
            return cls(None, os.getegid())
        if data.exists() and (owner := data.stat()).st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise UnreachableError("PostgreSQL cannot run as root, and there is no account 'nobody'")

    @property
    def popen(self) -> DropPrivileges:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the account the owner of a file or directory that we made."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, directory: Path) -> bool:
        """Tell whether the account may pass through a directory and all above it."""
        if self.uid is None:
            return True
        return all(self._may_pass(part) for part in (directory, *directory.parents))

    def _may_pass(self, directory: Path) -> bool:
        found = directory.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        if found.st_gid == self.gid:
            return bool(found.st_mode & 0o010)
        return bool(found.st_mode & 0o001)
