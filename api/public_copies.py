"""Published reports as they are shown, held in the memory of one process: to set a PDF takes a second of a core."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from api.report_formats import Typeset, rendered
from reports.document import read

_MOST: Final = 64


class PublicCopies:
    """Each showing of each published report, made once; the one that was read longest ago goes first."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._making = asyncio.Lock()

    async def of(self, sha256: str, format: str, document: str, typeset: Typeset) -> bytes:
        """Return a published report in a format. Raises a problem where it cannot be set as PDF."""
        if format == "json":
            return document.encode()
        key = (sha256, format)
        if key not in self._held:
            # One at a time: many readers of a new report ask for the same thing.
            async with self._making:
                if key not in self._held:
                    self._held[key] = await rendered(read(document.encode()), format, typeset=typeset)
        content = self._held[key]
        self._held.move_to_end(key)
        while len(self._held) > _MOST:
            self._held.popitem(last=False)
        return content
