"""The out-tray: letters as PDF that people print and post. A folder for each organisation, and `posted` within it."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import Final, Protocol

from gateways.mail import MailUnavailable

POSTED: Final = "posted"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_AWAY: Final = "out_tray_away"


class OutTray(Protocol):
    """Where letters lie until somebody posts them. Each raises MailUnavailable, and may be asked again."""

    async def lay_out(self, organisation: str, name: str, content: bytes) -> None:
        """Put a letter in the tray of an organisation, once."""
        ...

    async def take_out(self, organisation: str, name: str, *, posted: bool) -> None:
        """Take a letter out of the tray: among the posted, or away; nothing where it is not there."""
        ...


class FolderOutTray:
    """Keep letters in one directory, which is made when it is first needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def lay_out(self, organisation: str, name: str, content: bytes) -> None:
        """Put a letter in the tray of an organisation, once. Raises MailUnavailable."""
        await self._do(self._write, self._tray(organisation) / _safe(name), content)

    async def take_out(self, organisation: str, name: str, *, posted: bool) -> None:
        """Take a letter out of the tray: among the posted, or away. Raises MailUnavailable."""
        await self._do(self._move, self._tray(organisation) / _safe(name), posted)

    def _tray(self, organisation: str) -> Path:
        return self._directory / _safe(organisation)

    async def _do(self, what: object, *parts: object) -> None:
        try:
            await asyncio.to_thread(what, *parts)  # type: ignore[arg-type]
        except OSError:
            raise MailUnavailable(_AWAY) from None

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        """Write the whole file aside, then give it its name in one step. One that was posted does not come back."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() or (path.parent / POSTED / path.name).exists():
            return
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise

    @staticmethod
    def _move(path: Path, posted: bool) -> None:
        if not posted:
            path.unlink(missing_ok=True)
            return
        if not path.exists():
            return
        kept = path.parent / POSTED
        kept.mkdir(exist_ok=True, mode=0o700)
        os.replace(path, kept / path.name)


def _safe(name: str) -> str:
    """Return a name that stays in its folder, whatever it was."""
    return _UNSAFE.sub("_", name).lstrip(".") or "_"
